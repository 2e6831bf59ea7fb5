import { randomUUID } from 'node:crypto';
import os from 'node:os';
import { authorityOf } from '../config/grant-keys.ts';
import { showProblem } from '../config/problems.ts';
import type { Arrival } from '../desk/port.ts';
import { langOf, say } from '../kit/index.ts';
import type { Inside } from '../inside.ts';
import { openInside, readSettings, type Settings } from '../main.ts';
import { storeOptions } from '../options.ts';
import { openPolicyStanding } from '../policy-standing.ts';
import { faultSays } from '../runs/faults.ts';
import type { RunNotifier, Dispatch } from '../runs/ports.ts';
import type { Run, RunId } from '../runs/run.ts';
import { openStore } from '../store/index.ts';
import { print } from './print.ts';

const silentNotifier: RunNotifier = { notify: () => undefined, onNotify: () => () => undefined };

/** With the configuration of a folder; its mistakes are printed, all at once. */
export async function withSettings(
  folder: string,
  work: (settings: Settings) => Promise<number>,
): Promise<number> {
  const read = await readSettings(folder, process.env);
  return read.ok ? work(read.settings) : print(read.problems.map(showProblem).join('\n'), 1);
}

/** The same store, policy and engine as the bot's; the work is done by this process, without the queue. */
export async function withInside(
  settings: Settings,
  work: (inside: Inside) => Promise<number>,
): Promise<number> {
  const { config, policy, log } = settings;
  // Bot and workers publish what is written here; at a terminal it would only be in the way.
  const store = await openStore({
    ...(await storeOptions(config, log, policy)),
    headAtEnd: false,
  }).catch((error: unknown) => error);
  if (store instanceof Error) return print(`MySQL: ${store.message}`, 1);
  const open = store as Awaited<ReturnType<typeof openStore>>;
  const policyFile = () => ({ version: policy().version, modifiedAt: config.policyModifiedAt });
  const { outdated } = openPolicyStanding(open.policies, policyFile, 'command line', log);
  const inside = await openInside(
    settings,
    open,
    authorityOf(config.env, { signs: true }),
    ({ runner }) => hereAndNow(runner),
    silentNotifier,
    undefined,
    outdated,
  );
  try {
    return await work(inside);
  } catch (error) {
    const says = faultSays(error);
    if (!says) throw error;
    return print(say(says, settings.config.env.FETTLE_LANGUAGE), 1);
  } finally {
    await inside.close();
    await open.close();
  }
}

/** Performs a run where it is handed over. */
const hereAndNow = (runner: Inside['runner']): Dispatch => ({
  send: (run) =>
    (run.state === 'approved' ? runner.change : runner.read)(run.id, new AbortController().signal),
});

export async function mustGet(inside: Inside, id: RunId): Promise<Run> {
  const run = await inside.runs.get(id);
  if (!run) throw new Error(`run ${id} is not in the store`);
  return run;
}

/** Who sits at this machine, as policy.yaml names logins. */
export function arrival({ config }: Settings, text: string): Arrival {
  const { username } = os.userInfo();
  return {
    key: `cli:${randomUUID()}`,
    person: { id: username, name: username },
    origin: { surface: 'cli' },
    lang: langOf(text, config.env.FETTLE_LANGUAGE),
  };
}
