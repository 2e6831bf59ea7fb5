import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import inspection from '../../../playbooks/acvip/inspection.ts';
import { defaultLogSize } from '../../../playbooks/acvip/log-size.ts';
import { appOf, estateOf } from '../../support/estates.ts';
import { runCheck, writeLog } from '../../support/run-check.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'acvip-logs-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const HOST = { name: 'h-1', app: 'acvip', site: 'a', address: '127.0.0.1', port: 2022 };
const run = (id: string) => runCheck(inspection, id, folder);

describe('the size of the default log', () => {
  const put = async (name: string, megabytes: number): Promise<void> => {
    await mkdir(path.join(folder, 'acvip'), { recursive: true });
    await writeFile(path.join(folder, 'acvip', name), Buffer.alloc(megabytes * 1024 ** 2));
  };

  it('is shown beside that of the whole folder, and never red', async () => {
    await put('common-default.log', 3);
    await put('common-error.log', 0.5);
    expect(await run('default-log-size')).toMatchObject([
      {
        state: 'ok',
        value: 3,
        unit: 'MB',
        says: {
          en: 'common-default.log 3 MB, all of /home/admin/logs/acvip 4 MB',
          zh: 'common-default.log 3 MB，/home/admin/logs/acvip 共 4 MB',
        },
        evidence: '3 MB common-default.log\n512 KB common-error.log',
      },
    ]);
  });

  it('names the file that is larger', async () => {
    await put('common-default.log', 1);
    await put('common-default.log.2026-01-01', 2);
    expect((await run('default-log-size'))[0]?.says.en).toBe(
      'common-default.log 1 MB, all of /home/admin/logs/acvip 3 MB; largest common-default.log.2026-01-01 2 MB',
    );
  });

  it('is unknown without the log or its folder', async () => {
    const missing = (place: string) => [{ state: 'unknown', says: { en: `there is no ${place}` } }];
    expect(await run('default-log-size')).toMatchObject(missing('/home/admin/logs/acvip'));
    await put('SyncWeb.log', 1);
    expect(await run('default-log-size')).toMatchObject(missing('/home/admin/logs/acvip/common-default.log'));
  });

  it('is unknown where the folder may not be read, or the list is not whole', () => {
    const judged = (output: string) =>
      defaultLogSize.judge(
        { output, exitCode: 0, truncated: false, timedOut: false },
        { estate: estateOf(), app: appOf('acvip', 'ACVIP'), limits: {}, host: HOST },
      );
    expect(judged('unreadable /home/admin/logs')).toMatchObject([
      { state: 'unknown', says: { en: '/home/admin/logs may not be read' } },
    ]);
    expect(judged('file 10 common-default.log\nfile 9')).toMatchObject([{ state: 'unknown' }]);
  });
});

describe('the logs of the server', () => {
  it('show the newest lines of the polling log', async () => {
    expect(await run('polling-log')).toMatchObject([{ state: 'unknown' }]);
    await writeLog(folder, 'acvip/SyncWeb.log', [{ ago: 20, text: ' INFO  SyncWeb - polling finished' }]);
    expect(await run('polling-log')).toMatchObject([
      { state: 'ok', value: 1, evidence: expect.stringContaining('polling finished') as string },
    ]);
  });

  it('have no error that nobody explains', async () => {
    expect(await run('errors')).toMatchObject([{ state: 'unknown' }]);
    await writeLog(folder, 'acvip/common-error.log', [
      { ago: 400, text: ' ERROR before' },
      { ago: 200, text: ' ERROR [sync-1] sync domain failed\n\tat a.b.C.d(C.java:1)' },
    ]);
    expect(await run('errors')).toMatchObject([{ state: 'warning', value: 1 }]);
  });
});
