import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  parseDataSource,
  parseDelivered,
  parseHeartbeat,
  parseReceived,
} from '../../../playbooks/mq/logs.ts';
import { ssh, type TestEstate, testEstate, until } from './practice.ts';

let practice: TestEstate;
beforeAll(async () => {
  practice = await testEstate({ timeZone: 'Asia/Shanghai', faults: [] });
});
afterAll(() => practice.stop());

const lines = async (file: string): Promise<readonly string[]> =>
  (await ssh(practice.estate, 'msgbroker-2', `cat logs/${file}`)).stdout.trimEnd().split('\n');
/** Milliseconds since the epoch of a log's time, written in a zone 8 hours ahead. */
const at = (line: string): number =>
  Date.parse(`${line.slice(0, 23).replace(' ', 'T').replace(',', '.')}+08:00`);

describe("a broker's logs", () => {
  it('are of the documented formats, down to the last line', async () => {
    const formats = [
      ['msgbroker-ha-heartbeat.log', parseHeartbeat, 50],
      ['msgbroker-datasource-healthy.log', parseDataSource, 25],
      ['msgbroker-receive-digest.log', parseReceived, 170],
      ['msgbroker-finish-digest.log', parseDelivered, 170],
    ] as const;
    for (const [file, parse, least] of formats) {
      const all = await lines(file);
      const times = all.map(at);
      expect({
        file,
        enough: all.length > least,
        odd: all.filter((line) => parse(line) === undefined),
        times,
      }).toEqual({ file, enough: true, odd: [], times: times.toSorted((one, other) => one - other) });
    }
  });

  it('hold a healthy last minute in local time from the first second on', async () => {
    const now = Date.now();
    const all = await lines('msgbroker-ha-heartbeat.log');
    const recent = all.filter((line) => at(line) > now - 60_000 && at(line) <= now);
    expect(recent.length).toBeGreaterThanOrEqual(11);
    expect(recent.every((line) => parseHeartbeat(line)?.result === 'OK')).toBe(true);
    expect(parseHeartbeat(all.at(-1) ?? '')).toMatchObject({ hostname: 'msgbroker-2', ip: '10.66.1.12' });
  });

  it('go on by themselves, without a gap or a line twice', async () => {
    const before = await lines('msgbroker-receive-digest.log');
    const after = await until(
      () => lines('msgbroker-receive-digest.log'),
      (now) => now.length > before.length + 3,
    );
    expect(after.slice(0, before.length)).toEqual(before);
    const steps = after.slice(1).map((line, k) => at(line) - at(after[k] ?? ''));
    expect(Math.min(...steps)).toBeGreaterThan(600);
    expect(Math.max(...steps)).toBeLessThan(700);
  });

  it('have no gap when something breaks that they do not tell of, here or elsewhere', async () => {
    const { estate } = practice;
    const before = await lines('msgbroker-receive-digest.log');
    for (const host of ['msgbroker-2', 'msgbroker-1', 'msgbroker-2']) {
      await until(
        () => lines('msgbroker-receive-digest.log'),
        (now) => now.length > before.length,
      );
      await estate.break('load-high', host);
      await estate.mend('load-high', host);
    }
    const after = await until(
      () => lines('msgbroker-receive-digest.log'),
      (now) => now.length > before.length + 5,
    );
    const steps = after.slice(1).map((line, k) => at(line) - at(after[k] ?? ''));
    expect(Math.max(...steps)).toBeLessThan(700);
  });

  it('are whole again once a process that was down is back', async () => {
    const { estate } = practice;
    await estate.break('broker-process-down', 'msgbroker-4');
    const look = async (): Promise<readonly string[]> =>
      (await ssh(estate, 'msgbroker-4', 'cat logs/msgbroker-receive-digest.log')).stdout
        .trimEnd()
        .split('\n');
    const before = await look();
    await ssh(estate, 'msgbroker-4', 'sleep 2');
    expect(await look()).toEqual(before);
    await estate.mend('broker-process-down');
    const after = await until(look, (now) => now.length > before.length + 5);
    const steps = after.slice(1).map((line, k) => at(line) - at(after[k] ?? ''));
    expect(Math.min(...steps)).toBeGreaterThan(600);
    expect(Math.max(...steps)).toBeLessThan(700);
  });

  it('stay empty where all is well', async () => {
    const said = await ssh(
      practice.estate,
      'msgbroker-2',
      'cd logs; stat -c "%s %U %n" common-error.log *failure.log *neglect.log *persistenceManager.log',
    );
    expect(said.stdout.trim().split('\n')).toEqual([
      '0 admin common-error.log',
      '0 admin msgbroker-dispatcher-failure.log',
      '0 admin msgbroker-dispatcher-neglect.log',
      '0 admin msgbroker-server-persistenceManager.log',
    ]);
  });

  it('of the release apps lie in a folder of the app', async () => {
    const said = await ssh(
      practice.estate,
      'acopswareexecutor-2',
      'cd logs/acopswareexecutor; wc -c common-error.log; tail -1 common-default.log',
    );
    expect(said.stdout).toMatch(
      /^0 common-error.log\n\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} INFO {2}\[scheduler-1\] /,
    );
  });

  it('survive that somebody removes them', async () => {
    const { estate } = practice;
    await ssh(estate, 'msgbroker-3', 'rm -rf logs');
    await estate.break('heartbeat-slow', 'msgbroker-3');
    await estate.mend('all');
    expect((await ssh(estate, 'msgbroker-3', 'pgrep -c java')).stdout).toBe('1\n');
  });
});
