import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { type ChangerProcess, startChanger } from '../../src/changer-process.ts';

let folder: string;
const closers: (() => Promise<unknown>)[] = [];

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'fettle-changer-'));
});
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** A process that says how it is, leaves a line for each start, and does what it is told when it is asked to stop. */
const child = (more = '', atTerm = 'process.exit(0)'): string => `
require('node:fs').appendFileSync(process.argv[1], process.pid + '\\n');
process.on('SIGTERM', () => { ${atTerm} });
process.on('disconnect', () => process.exit(0));
const timer = setInterval(() => process.send?.({ problems: {} }), 50);
process.send({ problems: {} });
${more}
`;

function start(source: string, graceMs = 5000) {
  const starts = path.join(folder, `${closers.length}-${Math.random()}`);
  const said: string[] = [];
  const changer: ChangerProcess = startChanger({
    folder,
    graceMs,
    command: [process.execPath, '-e', source, starts],
    log: { warn: (_: unknown, text: string) => void said.push(text) } as never,
  });
  closers.push(changer.stop);
  const pids = async (): Promise<readonly number[]> =>
    (await readFile(starts, 'utf8').catch(() => '')).split('\n').filter(Boolean).map(Number);
  return { changer, said, pids, problem: () => changer.readiness.problem() };
}

const isAlive = (pid: number): boolean => {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
};

describe('the process that performs changes', { timeout: 30_000 }, () => {
  it('is well as soon as it says so', async () => {
    const { problem } = start(child());
    expect(problem()).toContain('starting');
    await vi.waitFor(() => expect(problem()).toBeUndefined(), 10_000);
  });

  it('says what it lacks', async () => {
    const { problem } = start(
      child("process.send({ problems: { mysql: 'not connected yet' } }); clearInterval(timer);"),
    );
    await vi.waitFor(() => expect(problem()).toBe('mysql: not connected yet'), 10_000);
  });

  it('is started again when it dies, later each time', async () => {
    const { problem, pids, said } = start(child());
    for (const times of [1, 2, 3]) {
      await vi.waitFor(async () => expect(await pids()).toHaveLength(times), 10_000);
      await vi.waitFor(() => expect(problem()).toBeUndefined(), 10_000);
      const pid = (await pids()).at(-1) ?? 0;
      process.kill(pid, 'SIGKILL');
      await vi.waitFor(() => expect(problem()).toMatch(/does not run|starting/), 10_000);
    }
    expect(said).toHaveLength(3);
  });

  it('is asked to stop and waited for', async () => {
    const { changer, pids, problem } = start(child('', 'setTimeout(() => process.exit(0), 300)'));
    await vi.waitFor(() => expect(problem()).toBeUndefined(), 10_000);
    await changer.stop();
    const [pid = 0] = await pids();
    expect(isAlive(pid)).toBe(false);
    expect(await pids()).toHaveLength(1);
  });

  it('is ended when it does not stop in time', async () => {
    const { changer, pids, problem } = start(child('', ''), 300);
    await vi.waitFor(() => expect(problem()).toBeUndefined(), 10_000);
    await changer.stop();
    expect(isAlive((await pids())[0] ?? 0)).toBe(false);
  });

  it('ends when the one that started it is killed', async () => {
    const starts = path.join(folder, 'of-killed');
    const parent = path.join(folder, 'parent.ts');
    await writeFile(
      parent,
      `import { startChanger } from ${JSON.stringify(path.resolve('src/changer-process.ts'))};
startChanger({ folder: '.', graceMs: 1000, log: console as never, command: [process.execPath, '-e', ${JSON.stringify(child())}, ${JSON.stringify(starts)}] });`,
    );
    const running = spawn(process.execPath, ['--import', import.meta.resolve('tsx'), parent], {
      cwd: path.resolve('.'),
      stdio: 'inherit',
    });
    const pid = await vi.waitUntil(
      async () => Number((await readFile(starts, 'utf8').catch(() => '')).trim()),
      20_000,
    );
    running.kill('SIGKILL');
    await once(running, 'exit');
    await vi.waitFor(() => expect(isAlive(pid)).toBe(false), 10_000);
  });
});
