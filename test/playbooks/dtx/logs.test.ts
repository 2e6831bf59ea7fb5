import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import dtx from '../../../playbooks/dtx/inspection.ts';
import { linesOver, runCheck, runClusterCheck, writeLog } from '../../support/run-check.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'dtx-logs-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

describe('exceptions of the whole system', () => {
  /** So many errors in the last minute on each of the servers, and many before. */
  const see = async (...counts: readonly (number | undefined)[]) => {
    const folders = await Promise.all(
      counts.map(async (count, k) => {
        if (count === undefined) return undefined;
        const own = path.join(folder, String(k));
        const lines = linesOver(55, count, () => ' ERROR [x] failed\n\tat a.b.C.d(C.java:1)');
        await writeLog(own, 'dtxserver/common-error.log', [
          ...linesOver(50, 30, () => ' ERROR before').map(({ ago, text }) => ({ ago: ago + 70, text })),
          ...lines,
        ]);
        return own;
      }),
    );
    const [judged] = await runClusterCheck(dtx, 'exceptions', folders);
    return judged;
  };

  it.each([
    [3, 3, 'ok', undefined],
    [3, 4, 'warning', 'DTX-M12'],
    [10, 0, 'warning', 'DTX-M12'],
    [5, 6, 'critical', 'DTX-M11'],
  ] as const)('of %i and %i in a minute on two servers are %s', async (one, two, state, row) => {
    const judged = await see(one, two);
    expect(judged).toMatchObject({ state, value: one + two });
    expect(/DTX-M\d+/.exec(judged?.says.en ?? '')?.[0]).toBe(row);
  });

  it('name the servers', async () => {
    expect((await see(2, 9))?.says.zh).toBe(
      '最近一分钟 11 条错误（全部节点），高于阈值 10（DTX-M11）：h-2 ×9、h-1 ×2',
    );
  });

  it('are unknown as long as a server does not answer, unless there are too many already', async () => {
    expect(await see(2, undefined)).toMatchObject({ state: 'unknown', value: 2 });
    expect(await see(11, undefined)).toMatchObject({ state: 'critical', value: 11 });
  });
});

describe('logs without a documented format', () => {
  it.each([
    ['server-common-error-log', 'dtxserver/common-error.log'],
    ['server-common-default-log', 'dtxserver/common-default.log'],
    ['server-dtx-dal-log', 'dtxserver/dtx-dal.log'],
    ['server-dtx-schedule-log', 'dtxserver/dtx-schedule.log'],
    ['server-dtx-recovery-log', 'dtxserver/dtx-recovery.log'],
    ['server-dtx-remote-log', 'dtxserver/dtx-remote.log'],
    ['console-common-default-log', 'dtxconsole/common-default.log'],
    ['console-dtx-rest-log', 'dtxconsole/dtx-rest.log'],
    ['console-dtx-dal-log', 'dtxconsole/dtx-dal.log'],
  ])('of %s are shown, and unknown when they are not there', async (id, file) => {
    expect(await runCheck(dtx, id, folder)).toMatchObject([{ state: 'unknown' }]);
    await mkdir(path.join(folder, path.dirname(file)), { recursive: true });
    await writeLog(folder, file, [{ ago: 30, text: ' ERROR [remote-1] commit ledger-participant failed' }]);
    expect(await runCheck(dtx, id, folder)).toMatchObject([
      { state: 'ok', value: 1, evidence: expect.stringContaining('ledger-participant') as string },
    ]);
  });

  it('are shown without stamps, too', async () => {
    await writeLog(folder, 'dtxserver/dtx-remote.log', [{ ago: 30, text: 'commit failed' }], false);
    expect(await runCheck(dtx, 'server-dtx-remote-log', folder)).toMatchObject([
      { state: 'ok', evidence: 'commit failed' },
    ]);
  });
});

describe('the error log of the console', () => {
  it('has no error that nobody explains', async () => {
    expect(await runCheck(dtx, 'console-errors', folder)).toMatchObject([{ state: 'unknown' }]);
    await writeLog(folder, 'dtxconsole/common-error.log', [{ ago: 200, text: ' ERROR [x] failed' }]);
    expect(await runCheck(dtx, 'console-errors', folder)).toMatchObject([{ state: 'warning', value: 1 }]);
  });
});
