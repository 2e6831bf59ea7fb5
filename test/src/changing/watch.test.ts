import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Step, words } from '../../../src/kit/index.ts';
import { watchBrackets, type Watching } from '../../../src/changing/watch.ts';
import { closeArg } from '../../../src/runs/brackets.ts';
import { withHash } from '../../../src/runs/plan.ts';
import type { RunId } from '../../../src/runs/run.ts';
import { view } from '../../../src/slack/view/view.ts';
import { captured } from '../../support/captured.ts';
import { type FreshStore, freshStore } from '../../support/fresh-store.ts';
import { anyWarrant } from '../../support/signed.ts';
import { approvedRun, entry, openingAt, plan as confirmed, step } from '../store/fixtures.ts';

let fresh: FreshStore;
let logged: string[];
beforeAll(async () => {
  fresh = await freshStore();
});
afterAll(() => fresh.close());

const opening = openingAt('site-a');
const opens: Step = { ...step, opens: opening };

function watching(over: Partial<Watching> = {}): Watching {
  logged = [];
  const log = (_: object, message: string): void => void logged.push(message);
  return {
    brackets: fresh.store.brackets,
    runs: fresh.store.runs,
    holds: async () => ({ holds: false, says: words('no', '否'), evidence: '' }),
    closeButton: async (_, arg) => ({ id: 'close-it', action: 'close', arg }),
    now: fresh.store.now,
    log: { error: log, warn: log },
    ...over,
  };
}

/** A run that opened it and then failed. */
async function leftOpen(): Promise<RunId> {
  await fresh.root.execute('delete from bracket');
  const id = await approvedRun(fresh.store, undefined, withHash({ ...confirmed, steps: [opens] }));
  const claim = await fresh.store.journal.claim(id, () => [], 'worker', anyWarrant);
  if (!claim) throw new Error('not claimed');
  await fresh.store.journal.begin(claim, 1, opens);
  await fresh.store.runs.apply(id, { kind: 'stepped', step: { no: 1, title: step.title, state: 'done' } });
  await fresh.store.journal.finish(claim, 1, 'done', captured(''));
  const ended = { kind: 'ended', outcome: 'failed', says: words('x', 'x') } as const;
  await fresh.store.runs.apply(id, ended, entry('ended failed', id));
  await fresh.root.execute('update bracket set call_at = now(3) where run_id = ?', [id]);
  return id;
}
const again = (id: RunId) =>
  fresh.root.execute('update bracket set call_at = now(3) - interval 1 second where run_id = ?', [id]);
const runOf = async (id: RunId) => {
  const run = await fresh.store.runs.get(id);
  if (!run) throw new Error('gone');
  return run;
};
const callsIn = async (id: RunId) =>
  view({ ...(await runOf(id)), origin: { surface: 'slack', team: 'T', channel: 'C' } }).filter(({ key }) =>
    key.startsWith('call:'),
  );

describe('watching what is open', () => {
  it('calls people in the channel, again and again with a message of its own, with a button that closes it', async () => {
    const id = await leftOpen();
    for (const calls of [1, 2, 3, 4, 5]) {
      await again(id);
      await watchBrackets(watching());
      expect(logged).toEqual(['a bracket is still open']);
      const posts = await callsIn(id);
      // The last three: older ones stay where they were said.
      expect(posts.map(({ key }) => key)).toEqual(
        [calls - 2, calls - 1, calls].filter((no) => no > 0).map((no) => `call:${no}`),
      );
      expect(posts.at(-1)).toMatchObject({
        apart: {},
        text: expect.stringContaining('push is stopped (site-a)') as string,
      });
      expect(JSON.stringify(posts.at(-1)?.blocks)).toContain('<!here>');
      expect(JSON.stringify(posts.at(-1)?.blocks)).toContain('close-it');
    }
    expect((await runOf(id)).buttons).toEqual([{ id: 'close-it', action: 'close', arg: closeArg(opening) }]);
    await watchBrackets(watching());
    expect(logged).toEqual([]);
    await fresh.root.execute('delete from bracket');
  });

  it('looks whether anything still needs it, and calls before its time only if nothing does', async () => {
    const id = await leftOpen();
    const callWhen = {
      kind: 'checks',
      checks: [{ system: 'IAM', check: 'health', on: { app: 'aciamweb' } }],
    } as const;
    await fresh.root.execute(
      'update bracket set opening = ?, calls = 0, due_at = now(3) + interval 1 hour where run_id = ?',
      [JSON.stringify({ ...opening, callWhen }), id],
    );
    const asked: unknown[] = [];
    const seen = (holds: boolean): Partial<Watching> => ({
      holds: async (condition) => {
        asked.push(condition);
        return { holds, says: words('x', 'x'), evidence: '' };
      },
    });
    await again(id);
    await watchBrackets(watching(seen(false)));
    expect(asked).toEqual([callWhen]);
    expect((await runOf(id)).calls).toBeUndefined();
    await again(id);
    const cannot = { holds: () => Promise.reject(new Error('nobody answers')) };
    await expect(watchBrackets(watching(cannot))).resolves.toBeUndefined();
    expect((await runOf(id)).calls).toBeUndefined();
    // Not before a minute is over.
    await watchBrackets(watching(seen(true)));
    expect((await runOf(id)).calls).toBeUndefined();
    await again(id);
    await watchBrackets(watching(seen(true)));
    expect((await runOf(id)).calls).toMatchObject([
      { no: 1, says: { en: expect.stringContaining('no longer needed') as string } },
    ]);
    // Once its time is over nobody looks any more.
    asked.length = 0;
    await fresh.root.execute('update bracket set due_at = now(3) where run_id = ?', [id]);
    await again(id);
    await watchBrackets(watching(seen(false)));
    expect(asked).toEqual([]);
    expect((await runOf(id)).calls).toHaveLength(2);
    await fresh.root.execute('delete from bracket');
  });

  it('is called once by several processes that sweep at the same moment', async () => {
    const id = await leftOpen();
    await Promise.all(Array.from({ length: 6 }, () => watchBrackets(watching())));
    expect((await runOf(id)).calls).toHaveLength(1);
    const lines = await fresh.store.audit.ofRun(id);
    expect(lines.filter(({ action }) => action === 'people called')).toHaveLength(1);
    await fresh.root.execute('delete from bracket');
  });

  it('goes on with the others when one cannot be told, and says so', async () => {
    const id = await leftOpen();
    const runs: Watching['runs'] = {
      ...fresh.store.runs,
      apply: () => Promise.reject(new Error('no')),
    };
    await expect(watchBrackets(watching({ runs }))).resolves.toBeUndefined();
    expect(logged).toContain('people could not be called because of an open bracket');
    // Five minutes later they are called again.
    await again(id);
    await watchBrackets(watching());
    expect((await runOf(id)).calls).toMatchObject([{ no: 2 }]);
    await fresh.root.execute('delete from bracket');
  });
});
