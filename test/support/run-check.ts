import { execFile } from 'node:child_process';
import { mkdir, readFile, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type {
  CheckContext,
  CheckState,
  ClusterCheck,
  Estate,
  Host,
  HostAnswer,
  HostCheck,
  Inspection,
  Judgement,
  ShellAnswer,
  ShellCommand,
} from '../../src/kit/index.ts';
import { contextOf } from '../../src/inspecting/judge.ts';
import { appOf, estateOf } from './estates.ts';

/** Where the manuals' logs are, those of the apps and those of the agents beside them. */
const LOGS = /\/home\/admin\/logs|\/home\/staragent\/log(?!s)/g;

/** Runs one host check in a shell of this machine, with a folder in the place of the host's logs, and judges the answer. */
export async function runCheck(
  inspection: Inspection,
  id: string,
  folder: string,
  limits: Estate['limits'] = {},
  options: Readonly<Record<string, string>> = {},
): Promise<readonly Judgement[]> {
  const check = inspection.checks.find((each): each is HostCheck => each.id === id && each.on === 'host');
  if (!check) throw new Error(`no host check ${id}`);
  const context = contextIn(inspection, check, limits, options);
  const host = aHost(context.app.id, 1);
  return check.judge(await runIn(folder, check.command({ ...context, host })), { ...context, host });
}

/** Runs one cluster check as if each folder were a host, `h-1`, `h-2`, …; a folder that is undefined is a host that does not answer. */
export async function runClusterCheck(
  inspection: Inspection,
  id: string,
  folders: readonly (string | undefined)[],
  limits: Estate['limits'] = {},
): Promise<readonly Judgement[]> {
  const check = inspection.checks.find(
    (each): each is ClusterCheck => each.id === id && each.on === 'cluster',
  );
  if (!check) throw new Error(`no cluster check ${id}`);
  const context = contextIn(inspection, check, limits);
  const hosts = await Promise.all(
    folders.map(async (folder, k): Promise<HostAnswer> => {
      const host = aHost(context.app.id, k + 1);
      if (folder === undefined) return { host };
      return { host, answer: await runIn(folder, check.command({ ...context, host })) };
    }),
  );
  return check.judge({ hosts }, context);
}

function contextIn(
  { apps, system, options: declared = {} }: Inspection,
  check: HostCheck | ClusterCheck,
  limits: Estate['limits'],
  chosen: Readonly<Record<string, string>> = {},
): CheckContext {
  const [app = ''] = check.apps;
  const names = apps.find(({ id }) => id === app)?.names ?? [];
  const usual = Object.fromEntries(Object.entries(declared).map(([name, option]) => [name, option.usual]));
  const options = { [system.id]: { ...usual, ...chosen } };
  return contextOf(check, appOf(app, system.id, { names, hosts: ['h-1'] }), {
    ...EMPTY_ESTATE,
    limits,
    options,
  });
}

const aHost = (app: string, no: number): Host => ({
  name: `h-${no}`,
  app,
  site: 'a',
  address: '127.0.0.1',
  port: 2022,
});

async function runIn(folder: string, command: ShellCommand): Promise<ShellAnswer> {
  const { output, exitCode } = await shell(command.replaceAll(LOGS, folder));
  return { output, exitCode, truncated: false, timedOut: false };
}

/** State of each part; the empty name when there is none. */
export const statesOf = (judgements: readonly Judgement[]): Readonly<Record<string, CheckState>> =>
  Object.fromEntries(judgements.map(({ part = '', state }) => [part, state]));

/** A line written so many seconds ago. */
export interface PastLine {
  readonly ago: number;
  readonly text: string;
}

/** So many lines spread over the last seconds, the newest last. */
export const linesOver = (seconds: number, count: number, text: (k: number) => string): readonly PastLine[] =>
  Array.from({ length: count }, (_, k) => ({ ago: (seconds * (count - k)) / (count + 1), text: text(k) }));

/** A log in the folder, its lines stamped as the hosts stamp theirs, or not at all. */
export async function writeLog(
  folder: string,
  name: string,
  lines: readonly PastLine[],
  stamped = true,
): Promise<void> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, lines.map(({ ago, text }) => `${stamped ? stampOf(ago) : ''}${text}\n`).join(''));
}

/** A log that was last written so many seconds ago, whatever its lines say. */
export async function ageLog(folder: string, name: string, seconds: number): Promise<void> {
  const at = new Date(Date.now() - seconds * 1000);
  await utimes(path.join(folder, name), at, at);
}

/** When the newest line of a log in the folder was written, `2018-05-31 17:02:14`. */
export async function newestStamp(folder: string, name: string): Promise<string> {
  const lines = (await readFile(path.join(folder, name), 'utf8')).trimEnd().split('\n');
  return lines.at(-1)?.slice(0, 19) ?? '';
}

/** `2018-05-31 17:02:14,434` in UTC. */
export function stampOf(secondsAgo: number): string {
  const iso = new Date(Date.now() - secondsAgo * 1000).toISOString();
  return `${iso.slice(0, 10)} ${iso.slice(11, 19)},${iso.slice(20, 23)}`;
}

const shell = (command: string): Promise<{ readonly output: string; readonly exitCode: number }> =>
  new Promise((resolve) => {
    execFile('sh', ['-c', command], { env: { ...process.env, TZ: 'UTC' } }, (error, stdout, stderr) =>
      resolve({
        output: stdout + stderr,
        exitCode: typeof error?.code === 'number' ? error.code : error ? -1 : 0,
      }),
    );
  });

/** An estate without anything in it. */
export const EMPTY_ESTATE: Estate = estateOf();
