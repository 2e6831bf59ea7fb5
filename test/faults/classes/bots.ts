import type { Attempt, FaultClass, Performed } from '../programme.ts';
import {
  APPROVER,
  ASKER,
  CHANNEL,
  planned,
  press,
  quietly,
  runsOf,
  type Shown,
  toldAlone,
  type Trial,
} from '../trial.ts';
import { pause, until } from '../waiting.ts';

/** Milliseconds after which something that was acknowledged counts as lost. */
const ANSWER_MS = 20_000;

/** Whether anything delivered since then was acknowledged to Slack. */
async function wasAcknowledged({ rig }: Trial, after: number): Promise<boolean> {
  const entries = await rig.practice.workspace.client.events(after, 1);
  return entries.some(({ change }) => change.type === 'delivery' && change.answer === 'acked');
}

const afterTyping: Attempt = {
  name: 'killed after a command was typed',
  async perform(trial): Promise<Performed> {
    const { rig, random } = trial;
    const { client } = rig.practice.workspace;
    const from = await client.now();
    const typing = client.type(ASKER, CHANNEL, trial.typed).catch(() => undefined);
    await pause(random.between(0, 130));
    const faultAt = performance.now();
    await rig.processes.killBot();
    await typing;
    await rig.processes.startBot();
    const acknowledged = await wasAcknowledged(trial, from);
    const answered = await until(
      async () => ((await runsOf(trial)).length > 0 ? true : await toldAlone(trial, from, ASKER)),
      acknowledged ? ANSWER_MS : 2000,
    );
    if (acknowledged) trial.acknowledged.push({ what: 'a command', answered: answered === true });
    // What was recorded comes to its plan and stands there; nobody confirms it.
    const runs = await runsOf(trial);
    if (runs.length > 0)
      await until(
        async () =>
          (await runsOf(trial)).every(
            ({ state, isShown }) => state !== 'queued' && state !== 'preparing' && isShown,
          ),
        60_000,
      );
    if (runs.length > 1) trial.found.push({ kind: 'doubled', says: `${runs.length} runs of one command` });
    return { shown: undefined, faultAt, mayStand: true };
  },
};

const afterTheClick: Attempt = {
  name: 'killed after the click',
  async perform(trial): Promise<Performed> {
    const { rig, random } = trial;
    const { client } = rig.practice.workspace;
    const shown = await planned(trial);
    const from = await client.now();
    const pressing = press(trial, shown, 'Confirm');
    await pause(random.between(0, 60));
    const faultAt = performance.now();
    await rig.processes.killBot();
    const acknowledged = await pressing;
    await rig.processes.startBot();
    const answered = await until(
      async () => (await stateOf(trial, shown)) !== 'waiting' || (await toldAlone(trial, from, APPROVER)),
      acknowledged ? ANSWER_MS : 3000,
    );
    if (acknowledged) trial.acknowledged.push({ what: 'a click', answered: answered === true });
    return { shown, faultAt, mayStand: (await stateOf(trial, shown)) === 'waiting' };
  },
};

const atTheEnd: Attempt = {
  name: 'killed at the end',
  async perform(trial): Promise<Performed> {
    const { rig, random } = trial;
    const shown = await planned(trial);
    void press(trial, shown, 'Confirm');
    await until(async () => (await stateOf(trial, shown)) === 'ended', 90_000, 10);
    await pause(random.between(0, 260));
    const faultAt = performance.now();
    await rig.processes.killBot();
    await rig.processes.startBot();
    return { shown, faultAt };
  },
};

const stateOf = async (trial: Trial, { runId }: Shown): Promise<string | undefined> =>
  (await quietly(() => runsOf(trial)))?.find(({ id }) => id === runId)?.state;

export const botsKilled: FaultClass = {
  name: 'bot killed',
  title: 'SIGKILL of the bot within 130 ms of a command, 60 ms of a click, 260 ms of an end',
  share: 18,
  tries: [afterTyping, afterTyping, afterTheClick, afterTheClick, atTheEnd],
};
