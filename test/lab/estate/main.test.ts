import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { statSync } from 'node:fs';
import { chmod, chown, rm } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, describe, expect, inject, it } from 'vitest';
import mysql from 'mysql2/promise';
import type { RunningEstate } from '../../../lab/estate/estate.ts';
import { namespaceOf, processesOf, ssh, testFolder, until } from './practice.ts';

type Told = Pick<RunningEstate, 'hosts' | 'sshKeyPath' | 'knownHostsPath' | 'user'>;
const NOBODY = 65_534;
/** Whether everybody may get to a file: none of the folders above it is closed, as root's own is. */
const isOpen = (file: string): boolean =>
  (statSync(file).mode & 0o001) !== 0 && (path.dirname(file) === file || isOpen(path.dirname(file)));
const canStartAsNobody =
  process.getuid?.() === 0 && [process.execPath, path.resolve('.')].every((file) => isOpen(file));
const prefix = `t_${randomBytes(4).toString('hex')}_`;
let folder = '';
let child: ChildProcess | undefined;

afterEach(async () => {
  if (child && child.exitCode === null && child.signalCode === null) {
    const gone = new Promise((resolve) => child?.once('exit', resolve));
    child.kill('SIGTERM');
    await gone;
  }
  await rm(folder, { recursive: true, force: true });
  const root = await mysql.createConnection({ host: '127.0.0.1', port: inject('mysqlPort'), user: 'root' });
  for (const name of ['opswareapiserver', 'opswareorchestration', 'opswareexecutor']) {
    await root.query(`drop database if exists \`${prefix}${name}\``);
  }
  for (const name of ['fettle_read', 'fettle_change'])
    await root.query(`drop user if exists ?@'%'`, [prefix + name]);
  await root.end();
});

/** Starts the estate as a process of its own and reads the line it prints when it is ready. */
async function start(uid?: number): Promise<Told> {
  folder = await testFolder();
  if (uid !== undefined) {
    await chmod(folder, 0o755);
    await chown(folder, uid, uid);
  }
  const started = spawn(
    process.execPath,
    [
      '--import',
      import.meta.resolve('tsx'),
      path.resolve('lab/estate/main.ts'),
      '--folder',
      folder,
      '--mysql-port',
      String(inject('mysqlPort')),
      '--schema-prefix',
      prefix,
    ],
    {
      stdio: ['pipe', 'pipe', 'pipe'],
      ...(uid === undefined
        ? {}
        : { uid, gid: uid, env: { PATH: process.env['PATH'], TMPDIR: folder, HOME: folder } }),
    },
  );
  child = started;
  return new Promise((resolve, reject) => {
    let said = '';
    let wrong = '';
    started.stderr.on('data', (data: Buffer) => (wrong += data.toString()));
    started.stdout.on('data', (data: Buffer) => {
      said += data.toString();
      if (said.includes('\n')) resolve(JSON.parse(said) as Told);
    });
    started.once('exit', (code) => reject(new Error(`ended with ${code}: ${wrong}`)));
  });
}

const spacesOf = async ({ hosts }: Told): Promise<readonly string[]> =>
  (await Promise.all(hosts.map(({ pid }) => namespaceOf(pid)))).filter((space) => space !== undefined);

describe('the estate as a process of its own', () => {
  it('leaves no host behind when it is killed without warning', async () => {
    const told = await start();
    const spaces = await spacesOf(told);
    expect(spaces).toHaveLength(16);
    const open = ssh(told, 'msgbroker-1', 'echo in; sleep 60');
    await until(
      () => processesOf(folder, spaces),
      (all) => all.some((line) => line.includes('sleep 60')),
    );
    child?.kill('SIGKILL');
    expect((await open).code).not.toBe(0);
    await until(
      () => processesOf(folder, spaces),
      (left) => left.length === 0,
    );
  });

  it('ends when its input ends', async () => {
    const told = await start();
    const spaces = await spacesOf(told);
    const gone = new Promise((resolve) => child?.once('exit', resolve));
    child?.stdin?.end();
    expect(await gone).toBe(0);
    expect(await processesOf(folder, spaces)).toEqual([]);
  });

  it.runIf(canStartAsNobody)('works for somebody who is not root', async () => {
    const told = await start(NOBODY);
    const said = await ssh(
      told,
      'msgconsole-1',
      'whoami; hostname; ss -Hltn | grep -c -E ":(80|9500|2022) "; netstat -an | grep -c ESTABLISHED; curl -s 127.0.0.1:9500/checkService | head -1; touch ~/mine; sudo ping -c 1 acvip-1 | grep -c "1 received"; date +%Z; df -P ~ | tail -1',
    );
    expect(said.stdout).toMatch(/^admin\nmsgconsole-1\n3\n4\npassed:true\n1\nUTC\ntmpfs +16384 /);
    const spaces = await spacesOf(told);
    child?.kill('SIGTERM');
    await until(
      () => processesOf(folder, spaces),
      (left) => left.length === 0,
    );
  });
});
