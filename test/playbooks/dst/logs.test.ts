import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import dst from '../../../playbooks/dst/inspection.ts';
import { linesOver, runCheck, writeLog } from '../../support/run-check.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dst-logs-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const run = (id: string) => runCheck(dst, id, folder);

describe('the error log', () => {
  it.each([
    [' ERROR [http-80] query trace failed', 'warning', 'ok'],
    [' ERROR [http-80] class not found: com.bank.AlsoThis', 'warning', 'ok'],
    [' ERROR [http-80] returned false, results are stale', 'warning', 'ok'],
    [' ERROR [x] c.a.dst.SlsClient - connect failed: Connection refused', 'ok', 'warning'],
    [' ERROR [x] endpoint als.practice.local:8080: 连接拒绝', 'ok', 'warning'],
    [' ERROR [x] com.aliyun.openservices.log.exception.LogException: timeout', 'ok', 'warning'],
    [' ERROR [x] cn-shanghai.log.aliyuncs.com: no route to host', 'ok', 'warning'],
    [' ERROR [x] 无法连接日志服务', 'ok', 'warning'],
  ])('tells errors of the log storage from the others: %s', async (text, others, storage) => {
    await writeLog(folder, 'common-error.log', [{ ago: 400, text }, ...linesOver(200, 3, () => text)]);
    expect((await run('errors'))[0]).toMatchObject({ state: others, value: others === 'ok' ? 0 : 3 });
    expect((await run('storage-errors'))[0]).toMatchObject({
      state: storage,
      value: storage === 'ok' ? 0 : 3,
    });
  });

  it('may be in a folder of the app, and is unknown when it is nowhere', async () => {
    expect(await run('errors')).toMatchObject([{ state: 'unknown' }]);
    expect(await run('storage-errors')).toMatchObject([{ state: 'unknown' }]);
    await writeLog(folder, 'dstweb/common-error.log', [{ ago: 20, text: ' ERROR failed' }]);
    expect(await run('errors')).toMatchObject([
      { state: 'warning', value: 1, says: { zh: '5 分钟内 1 条错误，高于阈值 0（DST-L01）' } },
    ]);
  });
});
