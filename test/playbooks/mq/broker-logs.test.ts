import { appendFile, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import mq from '../../../playbooks/mq/inspection.ts';
import type { Estate } from '../../../src/kit/index.ts';
import { linesOver, newestStamp, runCheck, stampOf, statesOf, writeLog } from '../../support/run-check.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'broker-logs-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const run = (id: string, limits?: Estate['limits']) => runCheck(mq, id, folder, limits);
describe('the heartbeat', () => {
  const beat = (result = 'OK'): string =>
    ` - ServerHAHeartbeat result [${result}] meta [ServerHAHeartbeatMeta[hostname=dms-1-1,ip=100.81.70.213]]`;
  const write = (lines: Parameters<typeof writeLog>[2]) =>
    writeLog(folder, 'msgbroker-ha-heartbeat.log', lines);

  it('is well with twelve lines a minute, all OK', async () => {
    await write(linesOver(300, 60, () => beat()));
    expect(statesOf(await run('broker-heartbeat'))).toEqual({ lines: 'ok', result: 'ok' });
  });

  it.each([
    [6, 'ok'],
    [5, 'critical'],
  ])('with %i lines in the last minute is %s', async (count, state) => {
    await write([...linesOver(55, count, () => beat())]);
    const [lines] = await run('broker-heartbeat');
    expect(lines).toMatchObject({ part: 'lines', state, value: count });
  });

  it('that stopped is critical and says when the last one was', async () => {
    await write([{ ago: 600, text: beat() }]);
    const newest = await newestStamp(folder, 'msgbroker-ha-heartbeat.log');
    const [lines, ...others] = await run('broker-heartbeat');
    expect(lines).toMatchObject({ state: 'critical', value: 0 });
    expect(lines?.says.en).toBe(
      `0 heartbeats in the last minute, below the limit of 6 (MQ-M13); newest ${newest}`,
    );
    expect(others).toEqual([]);
  });

  it('with another result is critical even when there are enough', async () => {
    await write(linesOver(58, 12, (k) => beat(k === 3 ? 'FAIL' : 'OK')));
    const judgements = await run('broker-heartbeat');
    expect(statesOf(judgements)).toEqual({ lines: 'ok', result: 'critical' });
    expect(judgements[1]).toMatchObject({
      says: {
        en: '1 of 12 heartbeats are not OK: FAIL ×1',
        zh: '12 次心跳中 1 次结果不是 OK：FAIL ×1',
      },
      rows: ['MQ-C18', 'MQ-L02'],
    });
  });

  it('counts heartbeats only, whatever else is in the log', async () => {
    await write(linesOver(58, 20, (k) => (k % 4 === 0 ? beat() : ' WARN [main] ServerHAHeartbeat was slow')));
    expect((await run('broker-heartbeat'))[0]).toMatchObject({ state: 'critical', value: 5 });
  });

  it('is unknown without the log, and when no line is a heartbeat', async () => {
    expect(statesOf(await run('broker-heartbeat'))).toEqual({ '': 'unknown' });
    await write(linesOver(58, 12, () => ' something else'));
    expect(statesOf(await run('broker-heartbeat'))).toEqual({ '': 'unknown' });
  });

  it('is found in a folder of the broker’s own', async () => {
    await writeLog(
      folder,
      'msgbroker/msgbroker-ha-heartbeat.log',
      linesOver(58, 12, () => beat()),
    );
    expect(statesOf(await run('broker-heartbeat'))).toEqual({ lines: 'ok', result: 'ok' });
  });

  it('obeys the limit of the inventory', async () => {
    await write(linesOver(58, 6, () => beat()));
    expect((await run('broker-heartbeat', { 'MQ-M13': { value: 10 } }))[0]).toMatchObject({
      state: 'critical',
      says: { zh: expect.stringContaining('低于阈值 10（MQ-M13）') as string },
    });
  });
});

describe('the data source', () => {
  const line = (status: string, host = 'rds-a'): string =>
    ` - Validate data source healthy, status [${status}] url [jdbc:mysql://${host}:3306/msgdb?characterEncoding=utf8&socketTimeout=30000]`;
  const write = (lines: Parameters<typeof writeLog>[2]) =>
    writeLog(folder, 'msgbroker-datasource-healthy.log', lines);

  it('is well when the newest status is SUCCESS, whatever was before', async () => {
    await write(linesOver(100, 10, (k) => line(k < 5 ? 'FAILED' : 'SUCCESS')));
    expect(await run('broker-data-source')).toMatchObject([{ state: 'ok' }]);
  });

  it('is critical when the newest status is another', async () => {
    await write(linesOver(100, 10, (k) => line(k < 9 ? 'SUCCESS' : 'FAILED')));
    const [said] = await run('broker-data-source');
    expect(said).toMatchObject({ state: 'critical' });
    expect(said?.says.en).toMatch(/^newest status of rds-a:3306\/msgdb FAILED \d{4}-/);
  });

  it('is critical when one of two fails, though the newest line speaks well of the other', async () => {
    await write(
      linesOver(100, 10, (k) => (k % 2 === 0 ? line('FAILED', 'rds-b') : line('SUCCESS', 'rds-a'))),
    );
    expect(await run('broker-data-source')).toMatchObject([
      {
        state: 'critical',
        says: { zh: expect.stringMatching(/^最新状态：rds-b:3306\/msgdb FAILED/) as string },
      },
    ]);
    await write(linesOver(100, 10, (k) => line('SUCCESS', k % 2 === 0 ? 'rds-a' : 'rds-b')));
    expect(await run('broker-data-source')).toMatchObject([
      { state: 'ok', says: { en: 'newest status SUCCESS of all 2 data sources' } },
    ]);
  });

  it('is unknown when the log is old, of another format, or not there', async () => {
    expect(await run('broker-data-source')).toMatchObject([{ state: 'unknown' }]);
    await write([{ ago: 3600, text: line('SUCCESS') }]);
    expect(await run('broker-data-source')).toMatchObject([{ state: 'unknown' }]);
    await write(linesOver(60, 3, () => ' data source: fine'));
    expect(await run('broker-data-source')).toMatchObject([{ state: 'unknown' }]);
  });
});

describe('storage exceptions', () => {
  it('are a warning; other lines of that log, and no log, are not', async () => {
    const file = 'msgbroker-server-persistenceManager.log';
    expect(await run('broker-persistence')).toMatchObject([{ state: 'ok' }]);
    await writeLog(
      folder,
      file,
      linesOver(100, 3, () => ' INFO [store-1] PersistenceManager - 12 messages stored'),
    );
    expect(await run('broker-persistence')).toMatchObject([{ state: 'ok', value: 0 }]);
    await writeLog(
      folder,
      file,
      linesOver(100, 3, () => ' [store-1] insert: java.sql.SQLException: Connection is closed'),
    );
    expect(await run('broker-persistence')).toMatchObject([{ state: 'warning', value: 3 }]);
  });
});

describe('messages received', () => {
  const line = (result: string, topic = 'TP_F_SC'): string =>
    ` - [(${topic},EC_CALLBACK,${result},A92375EEE5858C29C5BB28E7F32D6226,908c3094334272a5845073adc9b9887a,ifcfluxbatch-1-1,P_fcfluxbatch_dynamic_task,1,R,2,2,611,dms-1-1-msgdb,64514a5515277576589056997,0,-)]`;
  const file = 'msgbroker-receive-digest.log';
  const write = (lines: Parameters<typeof writeLog>[2]) => writeLog(folder, file, lines);

  it('are well when every one has Y, or none came', async () => {
    await write(linesOver(58, 90, () => line('Y')));
    expect(statesOf(await run('broker-received'))).toEqual({ failed: 'ok', volume: 'ok' });
    await write([]);
    expect(statesOf(await run('broker-received'))).toEqual({ failed: 'ok', volume: 'ok' });
  });

  it('are a warning with one that has not, and its topic and event code are named', async () => {
    await write(linesOver(58, 90, (k) => line(k % 30 === 7 ? 'N' : 'Y', k === 7 ? 'TP_A' : 'TP_B')));
    const [failed] = await run('broker-received');
    expect(failed).toMatchObject({
      part: 'failed',
      state: 'warning',
      value: 3,
      rows: ['MQ-M10', 'MQ-C22', 'MQ-L04'],
      says: {
        en: '3 messages not received in the last minute, above the limit of 0 (MQ-M10): TP_B EC_CALLBACK ×2, TP_A EC_CALLBACK ×1',
      },
    });
  });

  it('are unknown where lines are of another format; one that is being written is no reason', async () => {
    await write(linesOver(58, 10, () => line('Y')));
    await appendFile(path.join(folder, file), `${stampOf(0)} - [(TP_F`);
    expect(statesOf(await run('broker-received'))).toEqual({ failed: 'ok', volume: 'ok' });
    await write(linesOver(58, 10, (k) => (k < 3 ? ' - something (a, b) else' : line('Y'))));
    expect(statesOf(await run('broker-received'))['failed']).toBe('unknown');
  });

  it('of more kinds than are named are all counted, and what was received is none of them', async () => {
    await write(linesOver(58, 200, (k) => (k < 60 ? line('N', `TP_${k}`) : line('Y'))));
    expect((await run('broker-received'))[0]).toMatchObject({ state: 'warning', value: 60 });
    await write(linesOver(58, 200, (k) => (k < 190 ? line('N', `TP_${k % 60}`) : line('Y'))));
    const [rareY] = await run('broker-received');
    expect(rareY?.state).toBe('warning');
    expect(rareY?.value).toBeLessThanOrEqual(190);
  });

  it.each([
    [4000, 'ok', ['MQ-L04']],
    [4001, 'warning', ['MQ-M09', 'MQ-L04']],
  ])('in a volume of %i a minute on one broker are %s', async (count, state, rows) => {
    await write(linesOver(55, count, () => line('Y')));
    expect((await run('broker-received'))[1]).toMatchObject({ part: 'volume', state, value: count, rows });
  });
});

describe('messages delivered', () => {
  const line = (k: number): string =>
    ` - [(A0078B2A70CFF156FAD2065C8D16AA6D,TP_S_1301,EC_EVENTLOG_3001,S_FCDATABUS_INPUT@100.81.77.10@15277577${10000 + (k % 1000)},1)]`;
  const file = 'msgbroker-finish-digest.log';

  it.each([
    [90, 'ok', ['MQ-L05']],
    [4001, 'warning', ['MQ-M11', 'MQ-L05']],
  ])('in a volume of %i a minute on one broker are %s', async (count, state, rows) => {
    await writeLog(folder, file, linesOver(55, count, line));
    expect(await run('broker-delivered')).toMatchObject([{ state, value: count, rows }]);
  });

  it('are unknown without the log or in another format', async () => {
    expect(await run('broker-delivered')).toMatchObject([{ state: 'unknown' }]);
    await writeLog(
      folder,
      file,
      linesOver(55, 10, () => ' delivered'),
    );
    expect(await run('broker-delivered')).toMatchObject([{ state: 'unknown' }]);
  });
});

describe('failed and ignored deliveries', () => {
  it('any failed one is a warning, with the subscriber groups that the lines name', async () => {
    const file = 'msgbroker-dispatcher-failure.log';
    expect(await run('broker-delivery-failures')).toMatchObject([{ state: 'unknown' }]);
    await writeLog(folder, file, [{ ago: 120, text: ' an old one' }]);
    expect(await run('broker-delivery-failures')).toMatchObject([{ state: 'ok', value: 0 }]);
    const line = (k: number): string =>
      k === 0
        ? ' no group here'
        : ` - [(A0,TP,EC,${k % 3 === 1 ? 'S_PAY' : 'S_LEDGER'}@10.66.9.${k}@1527757755214,X)]`;
    await writeLog(folder, file, linesOver(58, 7, line));
    expect(await run('broker-delivery-failures')).toMatchObject([
      {
        state: 'warning',
        value: 7,
        says: {
          en: '7 failed deliveries in the last minute, above the limit of 0 (MQ-M12): S_LEDGER ×4, S_PAY ×2',
          zh: '最近一分钟 7 次投递失败，高于阈值 0（MQ-M12）：S_LEDGER ×4、S_PAY ×2',
        },
      },
    ]);
  });

  it('ignored ones are told and never red', async () => {
    await writeLog(
      folder,
      'msgbroker-dispatcher-neglect.log',
      linesOver(58, 500, () => ' neglected'),
    );
    expect(await run('broker-neglected')).toMatchObject([{ state: 'ok', value: 500 }]);
  });
});

describe('the system error log', () => {
  it('is well when it is empty, and unknown when it is not there', async () => {
    expect(await run('broker-errors')).toMatchObject([{ state: 'unknown' }]);
    await writeFile(path.join(folder, 'common-error.log'), '');
    expect(await run('broker-errors')).toMatchObject([{ state: 'ok', value: 0 }]);
  });

  it.each([
    [
      'as the other logs are written',
      (stamp: string) => `${stamp} ERROR [worker-1] c.a.m.Dispatcher - rejected`,
    ],
    ['in brackets', (stamp: string) => `[${stamp}] [worker-1] rejected`],
  ])('counts errors %s, not the lines of their stack traces', async (_, text) => {
    const trace = '\njava.lang.IllegalStateException: no\n\tat a.b.C.d(C.java:1)\n\tat a.b.E.f(E.java:2)\n';
    await writeFile(
      path.join(folder, 'common-error.log'),
      [400, 200, 100].map((ago) => text(stampOf(ago)) + trace).join(''),
    );
    expect(await run('broker-errors')).toMatchObject([{ state: 'warning', value: 2 }]);
    expect(await run('broker-errors', { 'MQ-C13': { value: 2 } })).toMatchObject([{ state: 'ok', value: 2 }]);
  });
});
