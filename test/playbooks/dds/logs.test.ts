import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import dds from '../../../playbooks/dds/inspection.ts';
import { ageLog, linesOver, type PastLine, runCheck, writeLog } from '../../support/run-check.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dds-logs-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const run = (id: string) => runCheck(dds, id, folder);
const errors = (lines: readonly PastLine[]) => writeLog(folder, 'ddsconsole/common-error.log', lines);
const sources = (lines: readonly PastLine[], stamped?: boolean) =>
  writeLog(folder, 'ddsconsole/zdal/zdal-datasource.log', lines, stamped);

describe('the error log', () => {
  it.each([
    [' ERROR [http-80] save data source failed', 'warning', 'ok'],
    [' ERROR [drm-1] DrmPushClient - push dds.datasource failed: no address', 'ok', 'warning'],
    [' ERROR [x] DRM 推送失败', 'ok', 'warning'],
    [' ERROR [x] drm client is not initialised', 'warning', 'ok'],
  ])('tells errors of the push from the others: %s', async (text, others, push) => {
    await errors([{ ago: 400, text }, ...linesOver(200, 3, () => text)]);
    expect((await run('errors'))[0]).toMatchObject({ state: others, value: others === 'ok' ? 0 : 3 });
    expect((await run('push-errors'))[0]).toMatchObject({ state: push, value: push === 'ok' ? 0 : 3 });
  });

  it('names its limit', async () => {
    await errors(linesOver(200, 2, () => ' ERROR drm push failed'));
    expect((await run('push-errors'))[0]?.says.zh).toBe('5 分钟内 2 条错误，高于阈值 0（DDS-C05）');
  });

  it('is well when it is empty, and unknown when it is not there', async () => {
    expect(await run('errors')).toMatchObject([{ state: 'unknown' }]);
    expect(await run('push-errors')).toMatchObject([{ state: 'unknown' }]);
    await errors([]);
    expect(await run('errors')).toMatchObject([{ state: 'ok', value: 0 }]);
  });
});

describe('the connection log', () => {
  it.each([
    [' INFO  [zdal-1] data source ds_ledger is available', 'ok'],
    [' INFO  [zdal-1] url jdbc:mysql://10.0.0.7/ds?connectTimeout=3000&failOverReadOnly=false', 'ok'],
    [' INFO  [zdal-1] idleTimeoutMinutes: 15, blockingTimeoutMillis: 500, failover on', 'ok'],
    [' WARN  [zdal-1] connect to ds_ledger failed', 'warning'],
    [' WARN  [zdal-1] connection timeout after 3000 ms', 'warning'],
    [' WARN  [zdal-1] Communications link failure', 'warning'],
    [' WARN  [zdal-1] 数据源 ds_ledger 连接超时', 'warning'],
  ])('with %s is %s, with stamps and without', async (text, state) => {
    await sources(linesOver(200, 4, () => text));
    expect(await run('data-source-errors')).toMatchObject([{ state }]);
    await sources(
      linesOver(200, 4, () => text.trim()),
      false,
    );
    expect(await run('data-source-errors')).toMatchObject([{ state }]);
  });

  it('is well again when an error without a time is long ago', async () => {
    await sources([{ ago: 0, text: 'WARN [zdal-1] Communications link failure' }], false);
    await ageLog(folder, 'ddsconsole/zdal/zdal-datasource.log', 7200);
    expect(await run('data-source-errors')).toMatchObject([{ state: 'ok', value: 0 }]);
  });

  it('is unknown when it is not there', async () => {
    expect(await run('data-source-errors')).toMatchObject([{ state: 'unknown' }]);
  });
});

describe('the log of the configuration client', () => {
  it('is shown where it is, and missed nowhere', async () => {
    expect(await run('config-client')).toMatchObject([{ state: 'ok' }]);
    await writeLog(folder, 'confreg/config.client.log', [
      { ago: 100, text: ' INFO drm push address 10.0.0.7' },
    ]);
    expect(await run('config-client')).toMatchObject([
      { state: 'ok', value: 1, evidence: expect.stringContaining('10.0.0.7') as string },
    ]);
  });
});
