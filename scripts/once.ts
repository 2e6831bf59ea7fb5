import { openStore, type Store } from '../src/store/index.ts';
import type { Run, RunId } from '../src/runs/run.ts';
import type { Entry } from '../lab/workspace/index.ts';
import { runText } from '../src/cli/text.ts';
import { OWN_ACCOUNT, type Practice } from './practice.ts';

const CHANNEL = 'C0OPS';
const LIMIT_MS = 180_000;
const LOOK_MS = 200;

export interface Watched {
  /** The finished run as `fettle inspect` prints it, or the private answer. */
  readonly text: string;
  readonly carriedOut: boolean;
}

/** Types a command as a person of the workspace, presses the named buttons in order as a second one, and waits until nothing more is to come. */
export async function watchCommand(
  { workspace, mysqlPort }: Practice,
  { text, as, clicks }: { readonly text: string; readonly as: string; readonly clicks: readonly string[] },
): Promise<Watched> {
  const { client } = workspace;
  const person = as;
  const second = person === 'U0ZHAO' ? 'U0LIN' : 'U0ZHAO';
  const from = await client.now();
  const typed = await client.type(person, CHANNEL, text);
  if (!typed.ok) return { text: typed.problem, carriedOut: false };

  const answer = await client.waitFor((change) => isAnswer(change, person), {
    after: from,
    timeoutMs: LIMIT_MS,
  });
  const { change } = answer;
  if (change.type !== 'message') throw new Error('an answer is a message');
  if (change.only_for !== undefined)
    // Where something was to be pressed, nothing came of it.
    return { text: await client.text({ as: person, channel: CHANNEL }), carriedOut: clicks.length === 0 };

  const store = await openStore({ host: '127.0.0.1', port: mysqlPort, ...OWN_ACCOUNT });
  try {
    const spot = { channel: CHANNEL, threadTs: change.ts };
    let run = await settled(store, (await newest(store)).id, -1);
    for (const button of clicks) {
      const pressed = await client.click({ as: second, ...spot }, button);
      if (!pressed.ok)
        return {
          text: `${runText(run, run.lang)}\n${pressed.problem}`,
          carriedOut: false,
        };
      run = await settled(store, run.id, run.revision);
    }
    return {
      text: runText(run, run.lang).trimEnd(),
      carriedOut: run.outcome === 'done' || (clicks.length === 0 && run.state === 'waiting'),
    };
  } finally {
    await store.close();
  }
}

/** The first thing that Fettle says after something was typed: to the person alone, or to the channel. */
function isAnswer(change: Entry['change'], person: string): boolean {
  if (change.type !== 'message' || change.channel !== CHANNEL || change.message['user'] === person)
    return false;
  return change.only_for === undefined || change.only_for === person;
}

async function newest(store: Store): Promise<Run> {
  const [run] = await store.runs.recent(1);
  if (!run) throw new Error('the command was answered, but no run is recorded');
  return run;
}

/** The run once it waits for a person or has ended after `revision`, and all of its thread is shown. */
async function settled(store: Store, id: RunId, revision: number): Promise<Run> {
  const until = Date.now() + LIMIT_MS;
  while (Date.now() < until) {
    const run = await store.runs.get(id);
    const still = await store.runs.unshown(50);
    if (
      run &&
      run.revision > revision &&
      (run.state === 'waiting' || run.state === 'ended') &&
      !still.some((each) => each.id === id)
    )
      return run;
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
  throw new Error(`run ${id} did not come to rest within ${LIMIT_MS / 1000} s`);
}
