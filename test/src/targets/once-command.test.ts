import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, readFile } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Host, part, sh, type ShellCommand } from '../../../src/kit/index.ts';
import type { OnceCommand, RemoteExec } from '../../../src/kit/targets.ts';
import { createOnce } from '../../../src/targets/once.ts';
import { createSsh2Exec } from '../../../src/targets/ssh2.ts';
import { killIfThere, type Sshd, startSshd } from '../../support/sshd.ts';
import { shellsHere } from '../../support/shells.ts';

type Closable = RemoteExec & { readonly close: () => void };

const LONG = { timeout: 60_000 };

describe.each(await shellsHere())('a command run once, where sh is $name', ({ name, bin }) => {
  let sshd: Sshd;
  let exec: Closable;
  let folder = '';
  let runId = '';

  const connect = (): Closable =>
    createSsh2Exec({
      user: sshd.user,
      login: { kind: 'key-file', path: sshd.keyFile },
      hostKeys: { fingerprints: { h: [sshd.fingerprint] } },
    });
  beforeAll(async () => {
    sshd = await startSshd({ config: [`SetEnv PATH=${bin}:/usr/bin:/bin`] });
    exec = connect();
  });
  afterAll(async () => {
    exec.close();
    await sshd.stop();
  });
  beforeEach(async () => {
    folder = await mkdtemp(path.join(sshd.folder, 'markers-'));
    runId = crypto.randomUUID();
  });

  const host = (): Host => ({ name: 'h', app: 'a', site: 's', address: '127.0.0.1', port: sshd.port });
  const frame = (more: object = {}) => ({
    runId,
    no: 1,
    fence: 1,
    deadline: new Date(Date.now() + 30_000),
    since: new Date(),
    ...more,
  });
  const command = (text: ShellCommand, more: Partial<OnceCommand> = {}): OnceCommand => ({
    kind: 'command',
    command: text,
    timeoutSeconds: 20,
    graceSeconds: 1,
    ...more,
  });
  const run = (text: ShellCommand, more: Partial<OnceCommand> = {}, of: object = {}) =>
    createOnce(exec, folder).run(host(), command(text, more), frame(of));
  const look = () => createOnce(exec, folder).look(host(), frame({ fence: 2 }));
  const counter = () => path.join(folder, 'count');
  const times = async () => (await readFile(counter(), 'utf8').catch(() => '')).length;

  it('ends with its own exit code and both outputs, and a look tells the same', async () => {
    const text = sh`echo ${"it's 锁"}; echo err >&2; exit 7`;
    const ended = { kind: 'ended', code: 7, output: "it's 锁\nerr\n", left: 0 };
    expect(await run(text)).toEqual(ended);
    expect(await look()).toEqual(ended);
  });

  it('is refused a second time, also when several come at once', async () => {
    const text = sh`printf x >>${counter()}`;
    const answers = await Promise.all([1, 2, 3, 4].map(() => run(text)));
    expect(
      answers.map((answer) => (answer.kind === 'refused' ? answer.because : answer.kind)).sort(),
    ).toEqual(['already', 'already', 'already', 'ended']);
    expect(await times()).toBe(1);
  });

  it('is ended at its time limit, and nothing of it is left', LONG, async () => {
    const text = sh`trap '' TERM; (sleep 300; sleep 301) & sleep 302`;
    expect(await run(text, { timeoutSeconds: 1 })).toMatchObject({ kind: 'ended', cut: 'limit', left: 0 });
    expect(await look()).toMatchObject({ kind: 'ended', cut: 'limit', left: 0 });
    expect(await run(sh`true`)).toMatchObject({ because: 'already' });
  });

  it('that leaves something behind in a session of its own is ended, and that is told', LONG, async () => {
    const text = sh`(setsid sleep 27 &); sleep 300`;
    expect(await run(text, { timeoutSeconds: 1 })).toMatchObject({ kind: 'ended', cut: 'limit', left: 1 });
  });

  it('goes on when the connection is lost, and a look waits for its result', LONG, async () => {
    const lost = connect();
    const running = createOnce(lost, folder).run(
      host(),
      command(sh`printf x >>${counter()}; sleep 3; echo late`),
      frame(),
    );
    await expect.poll(times, { timeout: 20_000 }).toBe(1);
    lost.close();
    expect(await running).toMatchObject({ kind: 'unknown' });
    expect(await look()).toEqual({ kind: 'ended', code: 0, output: 'late\n', left: 0 });
    expect(await times()).toBe(1);
  });

  it('that leaves a daemon with its output behind ends at once, and the daemon lives', LONG, async () => {
    const pids = path.join(folder, 'pid');
    const daemon = sh`(sleep 20; echo more) & echo $! >${pids}; echo restarted`;
    const began = performance.now();
    expect(await run(daemon)).toMatchObject({ kind: 'ended', code: 0, output: 'restarted\n' });
    expect(performance.now() - began).toBeLessThan(8000);
    const pid = Number(await readFile(pids, 'utf8'));
    expect(() => process.kill(pid, 0)).not.toThrow();
    process.kill(pid, 'SIGKILL');
  });

  it('keeps the beginning of a long output, and is not held up by it', LONG, async () => {
    const answer = await run(sh`head -c 3000000 /dev/zero | tr ${'\\0'} x; echo $? >&2`);
    expect(answer).toMatchObject({ kind: 'ended', code: 0 });
    expect(answer.kind === 'ended' && answer.output).toBe('x'.repeat(65_536));
  });

  it('has the usual umask and nothing of the marker’s in its environment', async () => {
    const { stdout } = (await exec.run(host(), 'umask', { timeoutSeconds: 10, outputCapBytes: 99 })) as {
      stdout: string;
    };
    const answer = await run(sh`umask; env | grep -c ${'^\\(mark\\|d\\|m\\|command\\|run\\|p\\)='}`);
    expect(answer).toMatchObject({ output: `${stdout.trim()}\n0\n` });
  });

  it('can be cancelled while it runs, with proof', LONG, async () => {
    const running = run(sh`printf x >>${counter()}; sleep 300`, { timeoutSeconds: 100 });
    await expect.poll(times, { timeout: 20_000 }).toBe(1);
    const seen = await createOnce(exec, folder).cancel(host(), frame({ fence: 2 }), 1);
    expect(seen).toMatchObject({ kind: 'ended', cut: 'cancelled', left: 0 });
    await running;
    expect(await look()).toMatchObject({ kind: 'ended', cut: 'cancelled', left: 0 });
  });

  it('that never began is cancelled for ever', async () => {
    expect(await createOnce(exec, folder).cancel(host(), frame(), 1)).toEqual({ kind: 'never' });
    expect(await run(sh`printf x >>${counter()}`)).toMatchObject({ kind: 'refused', because: 'already' });
    expect(await times()).toBe(0);
  });

  it.runIf(name === 'dash')('tells how long it has been running', LONG, async () => {
    const running = run(sh`sleep 22`, { timeoutSeconds: 60 });
    await new Promise((resolve) => setTimeout(resolve, 2000));
    const seen = await look();
    expect(seen).toMatchObject({ kind: 'running' });
    expect(seen.kind === 'running' && seen.seconds).toBeGreaterThan(5);
    expect(await running).toMatchObject({ kind: 'ended', code: 0 });
  });

  it.each([0, 150, 300, 500, 800, 1500])(
    'survives a SIGKILL of its sshd session after %i ms: its result is found, or it never began',
    LONG,
    async (ms) => {
      const lost = connect();
      const running = createOnce(lost, folder).run(
        host(),
        command(sh`printf x >>${counter()}; sleep 1; echo end`),
        frame(),
      );
      await new Promise((resolve) => setTimeout(resolve, ms));
      for (const pid of await sshd.sessions()) killIfThere(pid);
      const answer = await running;
      lost.close();
      exec.close();
      exec = connect();
      const seen = await look();
      expect(['ended', 'never']).toContain(seen.kind);
      expect(await times()).toBe(seen.kind === 'ended' ? 1 : 0);
      expect(seen).toMatchObject(seen.kind === 'ended' ? { code: 0, output: 'end\n' } : { kind: 'never' });
      expect(answer.kind === 'failed' ? await times() : 0).toBe(0);
      expect(await run(sh`printf x >>${counter()}`)).toMatchObject({ kind: 'refused', because: 'already' });
    },
  );

  it(
    'is not begun on a full disk, and keeps its exit code when it fills the disk itself',
    LONG,
    async (context) => {
      const small = path.join(folder, 'small');
      await mkdir(small);
      if (spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=256k', 'tmpfs', small]).status !== 0)
        return context.skip();
      try {
        const onSmall = createOnce(exec, small);
        const filling = sh`dd if=/dev/zero of=${path.join(small, 'fill')} bs=1k 2>/dev/null; echo full; exit 5`;
        const filled = await onSmall.run(host(), command(filling), frame());
        expect(filled).toMatchObject({ kind: 'ended', code: 5 });
        expect(await onSmall.look(host(), frame({ fence: 2 }))).toMatchObject({ kind: 'ended', code: 5 });
        const refused = await onSmall.run(host(), command(sh`printf x >>${counter()}`), frame({ no: 2 }));
        expect(['failed', 'refused']).toContain(refused.kind);
        expect(await times()).toBe(0);
        expect((await onSmall.look(host(), frame({ no: 2, fence: 3 }))).kind).not.toBe('ended');
      } finally {
        spawnSync('umount', ['-l', small]);
      }
    },
  );

  it('under a name that the host does not know is not begun', async () => {
    const as = { user: 'no-such-user', command: sh`sudo -n -u no-such-user -- ${part(sh`true`)}` };
    expect(await run(sh`true`, { as })).toEqual({
      kind: 'failed',
      detail: 'the host has no user no-such-user',
    });
    expect(await look()).toEqual({ kind: 'never' });
  });
});
