import { spawn } from 'node:child_process';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../lab/services.ts';
import type { Host } from '../../../src/kit/index.ts';
import type { ExecAnswer, RemoteExec } from '../../../src/kit/targets.ts';
import type { SshOptions } from '../../../src/targets/ssh-options.ts';
import { createSsh2Exec } from '../../../src/targets/ssh2.ts';
import { createSystemSshExec } from '../../../src/targets/system-ssh.ts';
import { killIfThere, type Sshd, startSshd } from '../../support/sshd.ts';
import { startTcpProxy } from '../../support/tcp-proxy.ts';

type Closable = RemoteExec & { readonly close: () => void };
type Login = Extract<SshOptions['login'], { kind: 'key-file' | 'agent' }>;

const clients: readonly { name: string; create: (options: SshOptions & { login: Login }) => Closable }[] = [
  { name: 'ssh2', create: createSsh2Exec },
  { name: 'the system client', create: createSystemSshExec },
];

const limits = { timeoutSeconds: 20, outputCapBytes: 65_536 };

let sshd: Sshd;
let other: Sshd;

beforeAll(async () => {
  [sshd, other] = await Promise.all([startSshd(), startSshd()]);
});

afterAll(() => Promise.all([sshd.stop(), other.stop()]));

const hostAt = (port: number, name = 'msgbroker-1'): Host => ({
  name,
  app: 'msgbroker',
  site: 'a',
  address: '127.0.0.1',
  port,
});

describe.each(clients)('a script over $name', ({ create }) => {
  const open: Closable[] = [];
  const connect = (more: Partial<SshOptions> = {}): Closable => {
    const exec = create({
      user: sshd.user,
      hostKeys: { fingerprints: { 'msgbroker-1': [sshd.fingerprint] } },
      connectSeconds: 5,
      ...more,
      login: { kind: 'key-file', path: sshd.keyFile },
    });
    open.push(exec);
    return exec;
  };
  const host = (): Host => hostAt(sshd.port);

  afterEach(() => {
    for (const exec of open.splice(0)) exec.close();
  });

  it('answers with what it printed, both streams and its exit code', async () => {
    const script = 'printf "%s\\n" "it\'s $((6 * 7)) 锁"; echo beside >&2\nexit 3';
    expect(await connect().run(host(), script, limits)).toEqual({
      kind: 'answered',
      exitCode: 3,
      stdout: "it's 42 锁\n",
      stderr: 'beside\n',
      truncated: false,
      tookMs: expect.any(Number),
      between: { from: expect.any(Date), to: expect.any(Date) },
    });
  });

  it('ran between the moments that it names, connecting not included', async () => {
    const { stdout, between } = answered(await connect().run(host(), 'date +%s%N; sleep 0.2', limits));
    const at = Number(stdout) / 1e6;
    expect(at).toBeGreaterThanOrEqual(between?.from.getTime() ?? Infinity);
    expect(at).toBeLessThanOrEqual(between?.to.getTime() ?? 0);
    expect(await connect().run(hostAt(await freePort()), 'true', limits)).not.toHaveProperty('between');
  });

  it('may be longer than any argument list', async () => {
    const script = `x='${'锁'.repeat(100_000)}'\nprintf %s "$x" | wc -c`;
    expect(answered(await connect().run(host(), script, limits)).stdout.trim()).toBe('300000');
  });

  it('has nothing on its standard input', async () => {
    expect(answered(await connect().run(host(), 'cat; echo end', limits)).stdout).toBe('end\n');
  });

  it('that exits with 255 has answered', async () => {
    expect(answered(await connect().run(host(), 'exit 255', limits)).exitCode).toBe(255);
  });

  it('runs beside others on the same host', async () => {
    const exec = connect();
    const answers = await Promise.all(
      [1, 2, 3, 4, 5, 6, 7, 8].map((n) => exec.run(host(), `echo ${n}`, limits)),
    );
    expect(answers.map((answer) => answered(answer).stdout.trim()).join('')).toBe('12345678');
  });

  it('is not sent to a host whose key nobody has pinned', async () => {
    const answer = noAnswer(await connect({ hostKeys: {} }).run(host(), 'true', limits));
    expect(answer).toMatchObject({ reason: 'host-key-unknown', sent: false });
  });

  it('is not sent to a host that shows another key than the pinned one, and both keys are named', async () => {
    const file = path.join(sshd.folder, 'wrong_hosts');
    await writeFile(file, `[127.0.0.1]:${sshd.port} ${other.hostKey}\n`);
    const answer = noAnswer(await connect({ hostKeys: { knownHosts: file } }).run(host(), 'true', limits));
    expect(answer).toMatchObject({ reason: 'host-key-changed', sent: false });
    expect(answer.detail).toContain(sshd.fingerprint);
    expect(answer.detail).toContain(other.fingerprint);
    expect(await readFile(file, 'utf8')).not.toContain(sshd.hostKey);
  });

  it('is not sent when the pinned fingerprint is another one, and both keys are named', async () => {
    const exec = connect({ hostKeys: { fingerprints: { 'msgbroker-1': [other.fingerprint] } } });
    const answer = noAnswer(await exec.run(host(), 'true', limits));
    expect(answer).toMatchObject({ reason: 'host-key-changed', sent: false });
    expect(answer.detail).toContain(`shows ${sshd.fingerprint}`);
    expect(answer.detail).toContain(`pinned is ${other.fingerprint}`);
  });

  it('is not sent to a host whose pinned key was revoked', async () => {
    const file = path.join(sshd.folder, 'revoked_hosts');
    const name = `[127.0.0.1]:${sshd.port}`;
    await writeFile(file, `${name} ${sshd.hostKey}\n@revoked ${name} ${sshd.hostKey}\n`);
    const answer = noAnswer(await connect({ hostKeys: { knownHosts: file } }).run(host(), 'true', limits));
    expect(answer.sent).toBe(false);
    expect(answer.reason).toMatch(/^host-key-/);
  });

  it('writes the key of a new host down only when told to, and then holds on to it', async () => {
    const file = path.join(sshd.folder, `new_hosts-${Math.random()}`);
    const hostKeys = { knownHosts: file, acceptNew: true };
    expect(answered(await connect({ hostKeys }).run(host(), 'echo in', limits)).stdout).toBe('in\n');
    expect(await readFile(file, 'utf8')).toContain(`[127.0.0.1]:${sshd.port} ${sshd.hostKey}`);
    await writeFile(file, `[127.0.0.1]:${sshd.port} ${other.hostKey}\n`);
    const answer = noAnswer(await connect({ hostKeys }).run(host(), 'echo in', limits));
    expect(answer.reason).toBe('host-key-changed');
  });

  it('is not sent when the login is refused', async () => {
    const exec = create({
      user: sshd.user,
      login: { kind: 'key-file', path: other.keyFile },
      hostKeys: { fingerprints: { 'msgbroker-1': [sshd.fingerprint] } },
    });
    open.push(exec);
    expect(noAnswer(await exec.run(host(), 'true', limits))).toMatchObject({
      reason: 'login-refused',
      sent: false,
    });
  });

  it('logs in through ssh-agent', async () => {
    const socket = path.join(sshd.folder, `agent-${Math.random()}`);
    const agent = spawn('ssh-agent', ['-D', '-a', socket], { stdio: 'pipe' });
    try {
      await new Promise((resolve) => agent.stdout.once('data', resolve));
      const add = spawn('ssh-add', ['-q', sshd.keyFile], {
        env: { SSH_AUTH_SOCK: socket, PATH: '/usr/bin' },
      });
      await new Promise((resolve) => add.once('exit', resolve));
      const exec = create({
        user: sshd.user,
        login: { kind: 'agent', socket },
        hostKeys: { fingerprints: { 'msgbroker-1': [sshd.fingerprint] } },
      });
      open.push(exec);
      expect(answered(await exec.run(host(), 'echo in', limits)).stdout).toBe('in\n');
    } finally {
      agent.kill();
    }
  });

  it('says when nothing listens there', async () => {
    const answer = noAnswer(await connect().run(hostAt(await freePort()), 'true', limits));
    expect(answer).toMatchObject({ reason: 'refused', sent: false });
  });

  it('goes through a jump host, where the keys of both hops count', async () => {
    const jump = () => ({ name: 'jump', address: '127.0.0.1', port: sshd.port });
    const target = { ...hostAt(other.port, 'inner') };
    const login = async (pins: Record<string, string[]>): Promise<ExecAnswer> => {
      await writeFile(path.join(other.folder, 'authorized'), await readFile(`${sshd.keyFile}.pub`));
      return connect({ jump, hostKeys: { fingerprints: pins } }).run(target, 'echo in', limits);
    };
    const right = { jump: [sshd.fingerprint], inner: [other.fingerprint] };
    expect(answered(await login(right)).stdout).toBe('in\n');
    expect(noAnswer(await login({ ...right, inner: [sshd.fingerprint] }))).toMatchObject({
      reason: 'host-key-changed',
      sent: false,
    });
    const wrongJump = noAnswer(await login({ ...right, jump: [other.fingerprint] }));
    expect(wrongJump).toMatchObject({ reason: 'host-key-changed', sent: false });
    expect(wrongJump.detail).toMatch(/jump host jump: .*shows/);
  });

  it('is ended on the host at its time limit, and what it had printed is kept', async () => {
    const script = 'echo first; echo $$; timeout 60 sleep 77; echo never';
    const answer = noAnswer(await connect().run(host(), script, { ...limits, timeoutSeconds: 4 }));
    expect(answer).toMatchObject({ reason: 'timeout', sent: true, ended: true });
    expect(answer.detail).toContain('it was ended on the host');
    const [first, leader] = answer.stdout.split('\n');
    expect(first).toBe('first');
    await expect.poll(() => processesOf(Number(leader))).toEqual([]);
  });

  it('is ended on the host when it is cancelled, with everything it had started', async () => {
    const controller = new AbortController();
    const file = path.join(sshd.folder, `leader-${Math.random()}`);
    const script = `sleep 78 & timeout 60 sh -c 'trap "" TERM; sleep 79' & echo $$ >${file}.part; mv ${file}.part ${file}; wait`;
    const running = connect().run(host(), script, limits, controller.signal);
    const leader = Number(await contentOf(file));
    expect((await processesOf(leader)).length).toBeGreaterThan(3);
    controller.abort();
    expect(noAnswer(await running)).toMatchObject({ reason: 'cancelled', sent: true, ended: true });
    await expect.poll(() => processesOf(leader)).toEqual([]);
  });

  it('is not sent when it is cancelled before', async () => {
    const answer = noAnswer(await connect().run(host(), 'true', limits, AbortSignal.abort()));
    expect(answer).toMatchObject({ reason: 'cancelled', sent: false });
    expect(answer).not.toHaveProperty('ended');
  });

  it('is killed on the host when the connection is cut', async () => {
    const proxy = await startTcpProxy(sshd.port);
    const file = path.join(sshd.folder, `cut-${Math.random()}`);
    const exec = connect();
    const running = exec.run(
      hostAt(proxy.port),
      `echo before; echo $$ >${file}.part; mv ${file}.part ${file}; sleep 80`,
      limits,
    );
    const leader = Number(await contentOf(file));
    proxy.cutAll();
    expect(noAnswer(await running)).toMatchObject({ reason: 'closed', sent: true, stdout: 'before\n' });
    await expect.poll(() => processesOf(leader), { timeout: 10_000 }).toEqual([]);
    await proxy.stop();
  });

  it('says closed, and that it was sent, when its sshd dies under it', async () => {
    const file = path.join(sshd.folder, `dies-${Math.random()}`);
    const before = new Set(await sshd.sessions());
    const running = connect().run(host(), `echo $$ >${file}.part; mv ${file}.part ${file}; sleep 81`, limits);
    await contentOf(file);
    for (const pid of await sshd.sessions()) if (!before.has(pid)) killIfThere(pid);
    expect(noAnswer(await running)).toMatchObject({ reason: 'closed', sent: true });
  });

  it('that was not told the end by a dead line is given up, and it was sent', async () => {
    const proxy = await startTcpProxy(sshd.port);
    const file = path.join(sshd.folder, `dark-${Math.random()}`);
    const exec = connect({ keepalive: { everySeconds: 1, missed: 2 } });
    const running = exec.run(
      hostAt(proxy.port),
      `echo $$ >${file}.part; mv ${file}.part ${file}; sleep 82`,
      limits,
    );
    await contentOf(file);
    proxy.hooks = { up: () => false, down: () => false };
    expect(noAnswer(await running)).toMatchObject({ reason: 'closed', sent: true });
    await proxy.stop();
  });

  it('that arrives cut off is not begun', async () => {
    const proxy = await startTcpProxy(sshd.port);
    const file = path.join(sshd.folder, `half-${Math.random()}`);
    let bytes = 0;
    proxy.hooks.up = (data, link) => {
      bytes += data.length;
      if (bytes < 40_000) return true;
      link.cut();
      return false;
    };
    const script = `echo begun >${file}\n${'# filling\n'.repeat(50_000)}`;
    const answer = noAnswer(await connect().run(hostAt(proxy.port), script, limits));
    expect(answer.reason).toBe('closed');
    await pause(300);
    await expect(readFile(file)).rejects.toThrow('ENOENT');
    await proxy.stop();
  });

  it('that floods is stopped, and only the cap is kept', async () => {
    const answer = answered(
      await connect().run(host(), 'echo $$; yes 锁', { ...limits, outputCapBytes: 10_001 }),
    );
    expect(answer.truncated).toBe(true);
    expect(Buffer.byteLength(answer.stdout)).toBeLessThanOrEqual(10_001);
    expect(answer.stdout).not.toContain('\uFFFD');
    expect(answer.tookMs).toBeLessThan(10_000);
    await expect.poll(() => processesOf(Number(answer.stdout.split('\n')[0]))).toEqual([]);
  });

  it('that prints a little too much is cut and keeps its exit code', async () => {
    const answer = answered(
      await connect().run(host(), 'seq 1 20; exit 4', { ...limits, outputCapBytes: 20 }),
    );
    expect(answer).toMatchObject({ exitCode: 4, truncated: true, stdout: '1\n2\n3\n4\n5\n6\n7\n8\n9\n10' });
  });

  it('does not wait for what it left in the background', async () => {
    const answer = answered(await connect().run(host(), 'sleep 83 & echo $$', limits));
    expect(answer.tookMs).toBeLessThan(5000);
    await expect.poll(() => processesOf(Number(answer.stdout))).toEqual([]);
  });
});

const answered = (answer: ExecAnswer): Extract<ExecAnswer, { kind: 'answered' }> => {
  if (answer.kind !== 'answered') throw new Error(`no answer: ${answer.reason}: ${answer.detail}`);
  return answer;
};

const noAnswer = (answer: ExecAnswer): Extract<ExecAnswer, { kind: 'no-answer' }> => {
  if (answer.kind !== 'no-answer') throw new Error(`answered: ${answer.stdout}${answer.stderr}`);
  return answer;
};

/** The file's text, as soon as it is there. */
async function contentOf(file: string): Promise<string> {
  return expect
    .poll(() => readFile(file, 'utf8').catch(() => ''), { timeout: 10_000 })
    .not.toBe('')
    .then(() => readFile(file, 'utf8'));
}

/** What still runs in the session of this leader. */
async function processesOf(leader: number): Promise<readonly string[]> {
  expect(leader).toBeGreaterThan(1);
  const ps = spawn('ps', ['-s', String(leader), '-o', 'args='], { stdio: ['ignore', 'pipe', 'ignore'] });
  let text = '';
  for await (const chunk of ps.stdout) text += String(chunk);
  return text.split('\n').filter((line) => line !== '' && !line.includes('<defunct>'));
}
