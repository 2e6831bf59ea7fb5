import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import deps from '../../../playbooks/deps/inspection.ts';
import { FAILED_START } from '../../../playbooks/deps/logs.ts';
import { awkKeys } from '../../support/awk-keys.ts';
import { newestStamp, type PastLine, runCheck, writeLog } from '../../support/run-check.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'business-logs-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('the error log of a business app', () => {
  const errors = () => runCheck(deps, 'business-errors', folder);

  it('lies in a folder of the app, under the name that the notes print too', async () => {
    expect(await errors()).toMatchObject([{ state: 'unknown' }]);
    await writeLog(folder, 'business-host/common-errorlog', [{ ago: 5, text: ' ERROR transfer failed' }]);
    expect(await errors()).toMatchObject([
      { state: 'warning', value: 1, says: { en: expect.stringContaining('(DEPS-L08)') as string } },
    ]);
    await writeLog(folder, 'business-host/common-error.log', []);
    expect(await errors()).toMatchObject([{ state: 'ok', value: 0 }]);
  });
});

describe.each([
  ['business-start', 'sofa-startup.log', 'sofa-starup.log'],
  ['business-health-log', 'sofa-healthcheck.log', 'sofa-healthchecklog'],
])('%s', (check, name, printed) => {
  const look = () => runCheck(deps, check, folder);
  const write = (lines: readonly PastLine[], file = name) => writeLog(folder, `sofa/${file}`, lines);
  const newest = () => newestStamp(folder, `sofa/${name}`);
  /** A start that ended so long ago, with this as its last line but one. */
  const start = (endedAgo: number, text: string): readonly PastLine[] => [
    { ago: endedAgo + 20, text: ' INFO  main - Begin readiness check' },
    { ago: endedAgo + 10, text },
    { ago: endedAgo, text: ' INFO  main - done' },
  ];
  const FAILED = ' ERROR main - component dataSource passed:false';
  const PASSED = ' INFO  main - Readiness check result: success';

  it('is well when nothing of the newest start failed, whatever failed in one before', async () => {
    await write(start(30, PASSED));
    expect(await look()).toMatchObject([
      { state: 'ok', says: { en: `nothing failed in the newest start (${await newest()})` } },
    ]);
    await write([...start(400, FAILED), ...start(30, PASSED)]);
    expect(await look()).toMatchObject([{ state: 'ok' }]);
  });

  it('is a warning when something of the newest start failed, also hours ago', async () => {
    await write([...start(50_000, PASSED), ...start(20_000, FAILED)]);
    const started = await newest();
    expect(await look()).toMatchObject([
      {
        state: 'warning',
        value: 1,
        says: {
          en: `1 line of the newest start (${started}) tells of a failure`,
          zh: `最近一次启动（${started}）有 1 行失败记录`,
        },
        evidence: expect.stringContaining('dataSource passed:false') as string,
      },
    ]);
  });

  it('is a warning when the app fails again and again, more often than can be told apart', async () => {
    const failed = Array.from({ length: 600 }, (_, k) => start((600 - k) * 120, FAILED)).flat();
    await write([...failed, { ago: 5, text: PASSED }]);
    expect(await look()).toMatchObject([{ state: 'warning' }]);
  });

  it('says when there was no start in the last day', async () => {
    await write(start(200_000, FAILED));
    expect(await look()).toMatchObject([
      { state: 'ok', says: { en: `no start in the last day, newest line ${await newest()}` } },
    ]);
  });

  it('is found under the name that the notes print, and unknown without any', async () => {
    expect(await look()).toMatchObject([{ state: 'unknown' }]);
    await write(start(30, FAILED), printed);
    expect(await look()).toMatchObject([{ state: 'warning' }]);
  });
});

describe('a line of a start', () => {
  it.each([
    ' ERROR [main] - component rpcService passed:false',
    ' INFO main - Readiness check result: fail',
    ' INFO main - SOFABoot HealthIndicator readiness check failed',
    ' WARN main - java.lang.IllegalStateException: no data source',
    ' INFO main - "dataSource": {"passed": false}',
    ' INFO main - 组件 rpcService 健康检查未通过',
  ])('tells of a failure: %j', async (text) => {
    const stamped = `2026-01-01 12:34:56,789${text}`;
    expect(await awkKeys(FAILED_START, [stamped, `[${stamped}`, stamped.replace(' ', 'T')])).toEqual([
      '2026-01-01 12:34',
      '2026-01-01 12:34',
      '2026-01-01T12:34',
    ]);
  });

  it.each([
    ' INFO main - component rpcService passed:true',
    ' INFO main - Readiness check result: success',
    ' INFO main - 12 components, 0 failed',
    ' INFO main - failed: 0',
    ' INFO main - no failure',
    ' INFO main - ErrorPageRegistrar initialised',
  ])('tells of none: %j', async (text) => {
    expect(await awkKeys(FAILED_START, [`2026-01-01 12:34:56,789${text}`])).toEqual(['']);
  });
});
