import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { Host } from '../../../src/kit/index.ts';
import type { ExecAnswer } from '../../../src/kit/targets.ts';
import type { SshOptions } from '../../../src/targets/ssh-options.ts';
import { createSsh2Exec } from '../../../src/targets/ssh2.ts';
import { type Sshd, startSshd } from '../../support/sshd.ts';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';

const limits = { timeoutSeconds: 20, outputCapBytes: 65_536 };

let sshd: Sshd;
let proxy: TcpProxy;

beforeAll(async () => {
  sshd = await startSshd();
  proxy = await startTcpProxy(sshd.port);
});

afterAll(async () => {
  await proxy.stop();
  await sshd.stop();
});

describe('the pool of connections', () => {
  const open: ReturnType<typeof createSsh2Exec>[] = [];
  const connect = (more: Partial<SshOptions> = {}): ReturnType<typeof createSsh2Exec> => {
    const exec = createSsh2Exec({
      user: sshd.user,
      login: { kind: 'key-file', path: sshd.keyFile },
      hostKeys: { fingerprints: { one: [sshd.fingerprint], two: [sshd.fingerprint] } },
      connectSeconds: 5,
      ...more,
    });
    open.push(exec);
    return exec;
  };
  const host = (name = 'one', port = proxy.port): Host => ({
    name,
    app: 'msgbroker',
    site: 'a',
    address: '127.0.0.1',
    port,
  });

  afterEach(() => {
    for (const exec of open.splice(0)) exec.close();
    proxy.hooks = {};
  });

  it('logs in once for many scripts on a host', async () => {
    const exec = connect();
    const before = proxy.accepted();
    await exec.run(host(), 'true', limits);
    await Promise.all([1, 2, 3].map(() => exec.run(host(), 'true', limits)));
    expect(proxy.accepted()).toBe(before + 1);
  });

  it('opens a connection of its own for a host that moved', async () => {
    const elsewhere = await startTcpProxy(sshd.port);
    const exec = connect();
    await exec.run(host(), 'true', limits);
    const before = proxy.accepted();
    expect(stdoutOf(await exec.run(host('one', elsewhere.port), 'echo there', limits))).toBe('there\n');
    expect(elsewhere.accepted()).toBe(1);
    expect(proxy.accepted()).toBe(before);
    await elsewhere.stop();
  });

  it('notices that an idle connection was reset, and logs in again', async () => {
    const exec = connect();
    await exec.run(host(), 'true', limits);
    proxy.cutAll();
    expect(stdoutOf(await exec.run(host(), 'echo again', limits))).toBe('again\n');
  });

  it('tries once more on a fresh connection when an old one fails before the script is sent', async () => {
    const exec = connect();
    await exec.run(host(), 'true', limits);
    const before = proxy.accepted();
    proxy.hooks.up = (_, link) => {
      proxy.hooks = {};
      link.cut();
      return false;
    };
    const ran = path.join(sshd.folder, 'ran');
    expect(stdoutOf(await exec.run(host(), `echo x >>${ran}; wc -l <${ran}`, limits)).trim()).toBe('1');
    expect(proxy.accepted()).toBe(before + 1);
  });

  it('ends a connection that was idle for its time', async () => {
    const exec = connect({ idleMinutes: 0.1 / 60 });
    await exec.run(host('two', sshd.port), 'true', limits);
    await expect.poll(() => sshd.sessions(), { timeout: 10_000 }).toEqual([]);
  });

  it('ends every connection when it is closed, and opens no more', async () => {
    const exec = connect();
    const running = exec.run(host('two', sshd.port), 'echo begun; sleep 84', limits);
    await expect.poll(() => sshd.sessions(), { timeout: 10_000 }).not.toEqual([]);
    exec.close();
    expect((await running).kind).toBe('no-answer');
    await expect.poll(() => sshd.sessions(), { timeout: 10_000 }).toEqual([]);
    expect(await exec.run(host(), 'true', limits)).toMatchObject({ reason: 'cancelled', sent: false });
  });

  it('logs in to many hosts with so many connects at a time as allowed', async () => {
    const names = Array.from({ length: 12 }, (_, n) => `host-${n}`);
    const fingerprints = Object.fromEntries(names.map((name) => [name, [sshd.fingerprint]]));
    const hostKeys = { fingerprints };
    const all = (exec: ReturnType<typeof connect>, timeoutSeconds: number): Promise<ExecAnswer[]> =>
      Promise.all(names.map((name) => exec.run(host(name), `echo ${name}`, { ...limits, timeoutSeconds })));
    const right = await all(connect({ connectsAtOnce: 3, hostKeys }), 20);
    expect(right.map((answer) => stdoutOf(answer).trim())).toEqual(names);
    proxy.hooks.down = () => false;
    const before = proxy.accepted();
    const hung = await all(connect({ connectsAtOnce: 3, hostKeys }), 1);
    expect(hung.every((answer) => answer.kind === 'no-answer' && answer.reason === 'timeout')).toBe(true);
    expect(proxy.accepted()).toBe(before + 3);
  });

  it('gives up a host that accepts and then says nothing', async () => {
    proxy.hooks.down = () => false;
    const exec = connect({ connectSeconds: 1 });
    expect(await exec.run(host(), 'true', limits)).toMatchObject({ reason: 'timeout', sent: false });
  });

  it('logs in with a key given as text, and says so when it is none', async () => {
    const bad = connect({ login: { kind: 'key-text', text: 'no key' } });
    expect(await bad.run(host(), 'true', limits)).toMatchObject({ reason: 'login-refused', sent: false });
    const gone = connect({ login: { kind: 'key-file', path: path.join(sshd.folder, 'gone') } });
    expect(await gone.run(host(), 'true', limits)).toMatchObject({ reason: 'login-refused', sent: false });
  });

  it('asks for the type of key that is pinned, when the host has several', async () => {
    const several = await startSshd({ hostKeyType: 'rsa', config: [`HostKey ${sshd.folder}/host`] });
    const file = path.join(sshd.folder, 'rsa_hosts');
    await writeFile(file, `[127.0.0.1]:${several.port} ${several.hostKey}\n`);
    const exec = connect({
      login: { kind: 'key-file', path: several.keyFile },
      hostKeys: { knownHosts: file },
    });
    expect(stdoutOf(await exec.run(host('three', several.port), 'echo in', limits))).toBe('in\n');
    exec.close();
    await several.stop();
  });
});

const stdoutOf = (answer: ExecAnswer): string => {
  if (answer.kind !== 'answered') throw new Error(`no answer: ${answer.reason}: ${answer.detail}`);
  return answer.stdout;
};
