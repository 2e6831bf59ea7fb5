import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { HEALTHY } from '../../../lab/estate/conditions.ts';
import { localTime } from '../../../lab/estate/local-time.ts';
import type { LogScene, RunningLog } from '../../../lab/estate/log.ts';
import { LogFiles } from '../../../lab/estate/log-files.ts';
import { moments } from '../../../lab/estate/log-lines.ts';

const MINUTE = 60_000;
const NOON = Date.UTC(2019, 4, 6, 12);
const scene: LogScene = {
  host: 'host-1',
  address: '10.66.1.11',
  index: 0,
  conditions: HEALTHY,
  local: (at) => localTime(at, 0),
};
const log = (perMinute: number, text: string): RunningLog => ({
  path: '/log/a.log',
  historyMinutes: 2,
  lines: (from, to) => moments(from, to, MINUTE / perMinute, 'a').map((at) => ({ at, text })),
});

let root = '';
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'log-files-'));
});
afterEach(() => rm(root, { recursive: true, force: true }));
const read = (name: string): Promise<string> => readFile(path.join(root, 'log', name), 'utf8');

describe('the logs of a program', () => {
  it('start again with their last minutes when they have grown beyond their share', async () => {
    const files = new LogFiles(root, [log(60, 'x'.repeat(10_000))], undefined);
    files.begin(NOON, scene);
    let largest = 0;
    for (let minute = 1; minute <= 10; minute += 1) {
      files.write(NOON + minute * MINUTE, scene);
      largest = Math.max(largest, (await stat(path.join(root, 'log/a.log'))).size);
    }
    expect(largest).toBeLessThan(2.5 * 1024 * 1024);
    const [first = ''] = (await read('a.log')).split('\n');
    expect(first.slice(0, 16) >= '2019-05-06 12:07').toBe(true);
  });

  it('go on in the file of the new day', async () => {
    const daily = { ...log(6, ' tick'), path: '/log/{YYYYMMDD}.log' };
    const files = new LogFiles(root, [daily], undefined);
    const midnight = Date.UTC(2019, 4, 7);
    files.begin(midnight - MINUTE, scene);
    files.write(midnight + MINUTE, scene);
    expect((await read('20190506.log')).trim().split('\n')).toHaveLength(12);
    expect(await read('20190507.log')).toMatch(/^2019-05-0[67] .* tick\n/);
  });

  it('fall silent while a process is away for long, and do not write all of it afterwards', async () => {
    const files = new LogFiles(root, [log(6, ' tick')], undefined);
    files.begin(NOON, scene);
    files.write(NOON + 600 * MINUTE, scene);
    expect((await read('a.log')).trim().split('\n')).toHaveLength(12 + 60);
  });
});
