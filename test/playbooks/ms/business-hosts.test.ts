import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import ms from '../../../playbooks/ms/inspection.ts';
import { TAKEN } from '../../../playbooks/ms/judge-logs.ts';
import { parseTaken } from '../../../playbooks/ms/logs.ts';
import { awkKeys } from '../../support/awk-keys.ts';
import { linesOver, type PastLine, runCheck, stampOf, writeLog } from '../../support/run-check.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'business-host-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const run = (id: string) => runCheck(ms, id, folder);

describe('messages that the application took', () => {
  const taken = (deliveries: number, topic = 'TP_S_1301'): string =>
    `,,0ad1348f14031800144081003,0.1.d6502e1f,6fafc09cd670fa39a802626ab1aab2b0,1e4cf860680dad989dceec17f1adb837,${topic},ledger,S_LEDGER_INPUT,01,1094B,5ms,msgbroker-1,${deliveries},msgWorkTP-1-thread-1,mark=T&uid=a2&`;
  /** As this log stamps its lines. */
  const put = (lines: readonly PastLine[]) =>
    writeLog(
      folder,
      'tracelog/msg-sub-digest.log',
      lines.map(({ ago, text }) => ({ ago, text: `${stampOf(ago).replace(',', '.')}${text}` })),
      false,
    );

  it('are counted on the host as they are read here', async () => {
    const at = '2019-08-27 10:15:02.434';
    const lines = [
      `${at}${taken(0)}`,
      `${at}${taken(3)}`,
      `${at}${taken(0)},more`,
      `${at}${taken(0).slice(0, 60)}`,
      `2019-08-27 10:15:02,434${taken(0)}`,
    ];
    const keys = lines.map((line) => {
      const read = parseTaken(line);
      return !read ? '?' : read.deliveries > 0 ? read.topic : '0';
    });
    expect(keys).toEqual(['0', 'TP_S_1301', '?', '?', '?']);
    expect(await awkKeys(TAKEN, lines)).toEqual(keys);
  });

  it('are well when each came once, when none came, and where no message is taken', async () => {
    expect(await run('client-retried-messages')).toMatchObject([{ state: 'ok' }]);
    await put([]);
    expect(await run('client-retried-messages')).toMatchObject([{ state: 'ok', value: 0 }]);
    await put(linesOver(280, 40, () => taken(0)));
    expect(await run('client-retried-messages')).toMatchObject([
      {
        state: 'ok',
        value: 0,
        says: {
          en: '0 retried messages of 40 in 5 minutes',
          zh: '5 分钟内 0 条重试消息（共收到 40 条）',
        },
      },
    ]);
  });

  it('are a warning when some came again, and their topics are named', async () => {
    await put(linesOver(280, 40, (k) => taken(k % 10 === 0 ? 2 : 0, k < 15 ? 'TP_A' : 'TP_B')));
    expect(await run('client-retried-messages')).toMatchObject([
      {
        state: 'warning',
        value: 4,
        says: {
          en: expect.stringMatching(/above the limit of 0 \(MS-C21\): TP_[AB] ×2, TP_[AB] ×2$/) as string,
        },
      },
    ]);
  });

  it('are unknown where the field cannot be told', async () => {
    await put(linesOver(280, 40, (k) => `${taken(0)}${k < 3 ? ',more' : ''}`));
    expect(await run('client-retried-messages')).toMatchObject([{ state: 'unknown' }]);
  });
});

describe('registrations at the scheduler', () => {
  it('that failed are a warning; an application without tasks has no such log', async () => {
    expect(await run('client-scheduler-errors')).toMatchObject([{ state: 'ok' }]);
    await writeLog(folder, 'scheduler/common-error.log', [{ ago: 10, text: ' ERROR register failed' }]);
    expect(await run('client-scheduler-errors')).toMatchObject([{ state: 'warning', value: 1 }]);
  });
});

describe('registrations of dynamic configuration', () => {
  const boot = 'drm/drm-boot.log';
  const monitor = 'drm/drm-monitor.log';
  const registered: readonly PastLine[] = [
    { ago: 900_000, text: ' starting' },
    { ago: 899_999, text: ' [com.bank.pay:name=limit.switch] register success' },
    { ago: 899_998, text: ' [com.bank.pay:name=limit.amount] register success' },
  ];

  it('are found however long ago the application started', async () => {
    await writeLog(folder, monitor, registered);
    const [judged] = await run('client-registered-resources');
    expect(judged).toMatchObject({
      state: 'ok',
      value: 2,
      says: {
        en: `2 successful registrations (${folder}/${monitor})`,
        zh: `注册成功记录 2 条（${folder}/${monitor}）`,
      },
    });
    expect(judged?.evidence).toContain('limit.amount] register success');
    expect(judged?.evidence).not.toContain('starting');
  });

  it('are found in a file that was rotated away', async () => {
    await writeLog(folder, `${monitor}.2019-08-20`, registered);
    await writeLog(folder, monitor, [{ ago: 50, text: ' heartbeat' }]);
    expect(await run('client-registered-resources')).toMatchObject([{ state: 'ok', value: 2 }]);
  });

  it('that are nowhere are a warning', async () => {
    await writeLog(folder, monitor, [{ ago: 50, text: ' [com.bank.pay:name=limit.switch] register' }]);
    expect(await run('client-registered-resources')).toMatchObject([
      {
        state: 'warning',
        value: 0,
        says: {
          en: `no successful registrations in ${folder}/${monitor}`,
          zh: `${folder}/${monitor} 中没有注册成功记录`,
        },
      },
    ]);
  });

  it('that are in no file that is left are not known: they may have been rotated away', async () => {
    await writeLog(folder, `${monitor}.2019-08-20`, [{ ago: 90_000, text: ' heartbeat' }]);
    await writeLog(folder, monitor, [{ ago: 50, text: ' heartbeat' }]);
    expect(await run('client-registered-resources')).toMatchObject([
      { state: 'unknown', says: { en: expect.stringContaining('in the newest 2 files of') as string } },
    ]);
  });

  it('are shown with their ids, for a person to compare with the console', async () => {
    await writeLog(folder, boot, registered);
    const [judged] = await run('client-configuration-ids');
    expect(judged).toMatchObject({ state: 'ok', value: 3 });
    expect(judged?.evidence).toContain('com.bank.pay:name=limit.switch');
  });

  it.each(['client-configuration-ids', 'client-registered-resources'])(
    '%s: an application that is no client of it has none',
    async (id) => {
      expect(await run(id)).toMatchObject([{ state: 'ok', says: { zh: '应用未接入动态配置' } }]);
    },
  );

  it.each([
    ['client-configuration-ids', 'drm-boot.log'],
    ['client-registered-resources', 'drm-monitor.log'],
  ])('%s is unknown without %s, though the folder is there', async (id, file) => {
    await mkdir(path.join(folder, 'drm'));
    await writeFile(path.join(folder, 'drm/common-error.log'), '');
    expect(await run(id)).toMatchObject([
      { state: 'unknown', says: { en: `there is no ${folder}/drm/${file}` } },
    ]);
  });

  it('is unknown when the log is empty', async () => {
    await writeLog(folder, boot, []);
    expect(await run('client-configuration-ids')).toMatchObject([{ state: 'unknown' }]);
  });

  // Root may read everything.
  it.skipIf(process.getuid?.() === 0)('is unknown when the log may not be read', async () => {
    await writeLog(folder, boot, registered);
    await chmod(path.join(folder, boot), 0o000);
    expect(await run('client-configuration-ids')).toMatchObject([
      { state: 'unknown', says: { en: `${folder}/${boot} may not be read` } },
    ]);
  });
});
