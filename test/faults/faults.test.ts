import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { CLASSES } from './classes/index.ts';
import { runTrial } from './programme.ts';
import { type Rig, startRig } from './rig.ts';

let rig: Rig;
beforeAll(async () => {
  rig = await startRig('.fettle/test-faults');
}, 120_000);
afterAll(async () => {
  await rig?.stop();
}, 60_000);

/** Fixed trials of the programme, the short ones of each class; `npm run faults` has all. */
const TRIALS: readonly (readonly [of: string, attempt: string, kind: 'rows' | 'signals'])[] = [
  ['clicks', 'ten at once by two people', 'rows'],
  ['clicks', 'one that is delivered four times', 'signals'],
  ['clicks', 'after the time for it', 'rows'],
  ['Slack', 'socket cut', 'rows'],
  ['Redis', 'killed', 'rows'],
  ['Redis', 'flushed', 'signals'],
  ['MariaDB', 'sessions of Fettle’s own database ended', 'rows'],
  ['way to the target', 'sshd killed in the middle of a command', 'signals'],
  ['way to the target', 'the way to the database cut in the middle of a step', 'rows'],
  ['jobs of others', 'a job for a run that nobody confirmed', 'rows'],
  ['bot killed', 'killed at the end', 'rows'],
  ['worker killed', 'killed within a change', 'rows'],
];

describe('what reaches the target when something is lost', { timeout: 120_000 }, () => {
  it.each(TRIALS)(
    '%s: %s (%s) – nothing doubled, unrecorded, late, false, lost or told twice',
    async (of, name, kind) => {
      const found = CLASSES.find((each) => each.name === of);
      const attempt = found?.tries.find((each) => each.name === name);
      if (!found || !attempt) throw new Error(`there is no ${name} in ${of}`);
      const { violations } = await runTrial(rig, { ...found, tries: [{ ...attempt, kind }] }, 20_261_129);
      expect(violations).toEqual([]);
    },
  );
});
