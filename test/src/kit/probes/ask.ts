import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import type { HostContext, HostProbe, Judgement, ShellAnswer } from '../../../../src/kit/index.ts';
import { appOf, estateOf } from '../../../support/estates.ts';

/** Runs a command as a host does: `sh -c`, both streams together, no input. */
export function ask(command: string, env: NodeJS.ProcessEnv = {}, shell = '/bin/sh'): Promise<ShellAnswer> {
  return new Promise((resolve, reject) => {
    const child = spawn(shell, ['-c', `exec 2>&1\n${command}`], {
      stdio: ['ignore', 'pipe', 'ignore'],
      env: { ...process.env, LC_ALL: 'C', ...env },
    });
    let output = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => (output += text));
    child.once('error', reject);
    child.once('close', (exitCode) => resolve({ exitCode, output, truncated: false, timedOut: false }));
  });
}

/** Root may read everything; the accounts that inspect may not. */
export const asNobody = (command: string): string =>
  process.getuid?.() === 0
    ? `setpriv --reuid 65534 --regid 65534 --clear-groups sh -c '${command.replaceAll("'", String.raw`'\''`)}'`
    : command;

/** Asks a probe on this machine and judges. */
export async function look(
  probe: HostProbe,
  context = aContext(),
  env?: NodeJS.ProcessEnv,
): Promise<readonly Judgement[]> {
  return probe.judge(await ask(probe.command(context), env), context);
}

/** An answer as it might have come. */
export const answer = (output: string, exitCode: number | null = 0): ShellAnswer => ({
  exitCode,
  output,
  truncated: false,
  timedOut: false,
});

export function aContext(limits: Readonly<Record<string, number>> = {}): HostContext {
  const host = { name: 'msgbroker-1', app: 'msgbroker', site: 'a', address: '127.0.0.1', port: 2022 };
  const app = appOf('msgbroker', 'MQ', {
    title: { en: 'MQ broker', zh: '消息队列' },
    names: ['msgbroker', 'mq-msgbroker'],
    hosts: [host.name],
  });
  return {
    host,
    app,
    estate: estateOf({ timeZone: 'Asia/Shanghai', domain: 'test.example', apps: [app], hosts: [host] }),
    limits: Object.fromEntries(
      Object.entries(limits).map(([name, value]) => [name, { row: 'MQ-M04', value, overridden: false }]),
    ),
  };
}

/** A folder with these files, gone with `remove`. */
export async function folderWith(files: Readonly<Record<string, string>>): Promise<{
  readonly at: (name: string) => string;
  readonly put: (name: string, text: string) => Promise<void>;
  readonly remove: () => Promise<void>;
}> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'probe-'));
  const at = (name: string): string => path.join(folder, name);
  const put = async (name: string, text: string): Promise<void> => {
    await mkdir(path.dirname(at(name)), { recursive: true });
    await writeFile(at(name), text);
  };
  for (const [name, text] of Object.entries(files)) await put(name, text);
  return { at, put, remove: () => rm(folder, { recursive: true, force: true }) };
}

/** Listens on a free port; every connection goes to `serve`. */
export async function listen(
  serve: (socket: net.Socket) => void = () => undefined,
  host = '127.0.0.1',
): Promise<{ readonly port: number; readonly close: () => Promise<void> }> {
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => socket.destroy()).on('close', () => sockets.delete(socket));
    serve(socket);
  });
  await new Promise<void>((resolve) => server.listen(0, host, resolve));
  const { port } = server.address() as net.AddressInfo;
  return {
    port,
    close: () => {
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

/** A `bin` folder with these programs of the machine and no others. */
export async function onlyPrograms(...names: readonly string[]): Promise<{
  readonly env: NodeJS.ProcessEnv;
  readonly remove: () => Promise<void>;
}> {
  const scripts = names.map((name) => [
    `bin/${name}`,
    `#!/bin/sh\nPATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin exec ${name} "$@"\n`,
  ]);
  const folder = await folderWith(Object.fromEntries(scripts) as Record<string, string>);
  await ask(`chmod +x ${folder.at('bin')}/*`);
  return { env: { PATH: folder.at('bin') }, remove: folder.remove };
}
