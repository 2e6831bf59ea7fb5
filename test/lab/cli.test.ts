import { execFile } from 'node:child_process';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { FAULTS } from '../../lab/estate/faults/index.ts';
import { type TestEstate, testEstate } from './estate/practice.ts';

let practice: TestEstate;
beforeAll(async () => {
  practice = await testEstate();
});
afterAll(() => practice.stop());

const lab = (...words: readonly string[]): Promise<{ code: number; stdout: string; stderr: string }> =>
  new Promise((resolve) => {
    execFile(
      process.execPath,
      ['--import', import.meta.resolve('tsx'), 'lab/cli.ts', '--folder', practice.folder, ...words],
      (error, stdout, stderr) =>
        resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, stdout, stderr }),
    );
  });

describe('the lab command', () => {
  it('lists every fault once, in both languages, by system', async () => {
    const lines = (await lab('list')).stdout.trimEnd().split('\n');
    const faults = lines.flatMap((line) => /^ {2}(\S+) +\S.* \/ /.exec(line)?.[1] ?? []);
    expect(faults.toSorted()).toEqual(FAULTS.map(({ id }) => id).toSorted());
    const heads = lines.filter((line) => !line.startsWith(' '));
    expect(heads).toEqual(expect.arrayContaining(['any host', 'DEPS', 'MQ']));
    expect(lines.indexOf('MQ')).toBeLessThan(lines.findIndex((line) => line.includes('heartbeat-slow')));
  });

  it('lists those of one system with the rows of its manual', async () => {
    const { stdout } = await lab('list', 'mq');
    expect(stdout).toMatch(
      /^ {2}heartbeat-slow +Fewer than 6 heartbeats a minute \/ 心跳每分钟少于 6 次 \(MQ-A07, MQ-C18, MQ-M13\)$/m,
    );
    expect(stdout).toMatch(/^ {2}registry-lost +.*\(MQ-C05\)$/m);
    expect(stdout).not.toContain('order-stuck');
    expect(await lab('list', 'nothing')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('there are acvip, ') as string,
    });
  });

  it('breaks, shows, restarts and mends', async () => {
    expect((await lab('break', 'load-high', 'msgbroker-2')).stdout).toBe('broken load-high on msgbroker-2\n');
    expect((await lab('break', 'broker-process-down')).stdout).toBe(
      'broken broker-process-down on msgbroker-1\n',
    );
    const state = (await lab('state')).stdout;
    expect(state).toMatch(/^msgbroker-2 +127\.\d+\.1\.12 +up +load-high$/m);
    expect(state).toMatch(/^msgbroker-1 +127\.\d+\.1\.11 +down +broker-process-down$/m);
    expect(state).toContain('r1_201905060583197  order-stuck\n');
    expect((await lab('restart', 'msgbroker-1')).stdout).toBe('restarted msgbroker-1\n');
    expect((await lab('mend', 'load-high')).stdout).toBe('mended load-high on msgbroker-2\n');
    expect((await lab('mend', 'load-high')).stdout).toBe('nothing of that kind was broken\n');
    expect(practice.estate.state().hosts.flatMap(({ faults }) => faults)).toEqual([]);
  });

  it('says what is wrong with what was typed', async () => {
    expect(await lab('break', 'load-hihg')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('there is no fault "load-hihg"') as string,
    });
    expect(await lab('break')).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('npm run lab -- list') as string,
    });
    expect(await lab('--folder', '/nowhere', 'state')).toMatchObject({
      code: 1,
      stderr: 'no practice estate runs in /nowhere\n',
    });
  });
});
