import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { CheckState, Estate, HostCheck, Inspection, Judgement } from '../../src/kit/index.ts';
import { contextOf } from '../../src/runner/judge.ts';
import { appOf, estateOf } from './estates.ts';

/** Where the manuals' logs are. */
const LOGS = '/home/admin/logs';

/** Runs one host check in a shell of this machine, with a folder in the place of the host's logs, and judges the answer. */
export async function runCheck(
  inspection: Inspection,
  id: string,
  folder: string,
  limits: Estate['limits'] = {},
): Promise<readonly Judgement[]> {
  const check = inspection.checks.find((each): each is HostCheck => each.id === id && each.on === 'host');
  const [app] = inspection.apps.filter((each) => check?.apps.includes(each.id));
  if (!check || !app) throw new Error(`no host check ${id}`);
  const estate: Estate = { ...EMPTY_ESTATE, limits };
  const context = contextOf(
    check,
    appOf(app.id, inspection.system.id, { names: app.names, hosts: ['h-1'] }),
    estate,
  );
  const host = { name: 'h-1', app: app.id, site: 'a', address: '127.0.0.1', port: 2022 };
  const command = check.command({ ...context, host }).replaceAll(LOGS, folder);
  const { output, exitCode } = await shell(command);
  return check.judge({ output, exitCode, truncated: false, timedOut: false }, { ...context, host });
}

/** State of each part; the empty name when there is none. */
export const statesOf = (judgements: readonly Judgement[]): Readonly<Record<string, CheckState>> =>
  Object.fromEntries(judgements.map(({ part = '', state }) => [part, state]));

/** A log in the folder, its lines stamped so many seconds ago, as the hosts stamp theirs. */
export async function writeLog(
  folder: string,
  name: string,
  lines: readonly { readonly ago: number; readonly text: string }[],
): Promise<void> {
  const file = path.join(folder, name);
  await mkdir(path.dirname(file), { recursive: true });
  await writeFile(file, lines.map(({ ago, text }) => `${stampOf(ago)}${text}\n`).join(''));
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
