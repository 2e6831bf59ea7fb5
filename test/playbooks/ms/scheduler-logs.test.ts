import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import ms from '../../../playbooks/ms/inspection.ts';
import type { Estate } from '../../../src/kit/index.ts';
import { linesOver, type PastLine, runCheck, runClusterCheck, writeLog } from '../../support/run-check.ts';

const folders: string[] = [];
let folder: string;
const newFolder = async (): Promise<string> => {
  const made = await mkdtemp(path.join(tmpdir(), 'scheduler-logs-'));
  folders.push(made);
  return made;
};
beforeEach(async () => {
  folder = await newFolder();
});
afterEach(() => Promise.all(folders.splice(0).map((each) => rm(each, { recursive: true, force: true }))));

const run = (id: string) => runCheck(ms, id, folder);
const write = (name: string, lines: readonly PastLine[]) =>
  writeLog(folder, `antscheduler/${name}.log`, lines);

describe('error logs of the scheduler', () => {
  it.each([
    ['scheduler-errors', 'antscheduler/common-error.log'],
    ['scheduler-errors', 'common-error.log'],
    ['scheduler-health-errors', 'health-check/common-error.log'],
  ])('%s in %s is a warning with one line of the last five minutes', async (id, file) => {
    expect(await run(id)).toMatchObject([{ state: 'unknown' }]);
    await writeLog(folder, file, [{ ago: 900, text: ' ERROR an old one' }]);
    expect(await run(id)).toMatchObject([{ state: 'ok', value: 0 }]);
    await writeLog(folder, file, [{ ago: 20, text: ' ERROR no available connection' }]);
    expect(await run(id)).toMatchObject([
      {
        state: 'warning',
        value: 1,
        says: { en: '1 error in 5 minutes, above the limit of 0 (MS-C16)' },
      },
    ]);
  });

  it.each([
    ['scheduler-refused-clients', 'rpc-server', ' WARN client[ledger:AK01] has no auth'],
    ['scheduler-refused-clients', 'rpc-server', ' ERROR client register failed'],
    ['scheduler-tasks-without-target', 'job-rpc', ' WARN task 1203, no targets was found'],
    ['scheduler-unsent-messages', 'job-msg', ' TP_S_1301,EC_DAILY,ledger,1203, failed'],
  ])('%s counts in %s what the manual shows and nothing else', async (id, log, text) => {
    expect(await run(id)).toMatchObject([{ state: 'unknown' }]);
    const usual = linesOver(200, 12, (k) => ` INFO client[ledger:AK0${k}] registered, 0 failed before`);
    await write(log, usual);
    expect(await run(id)).toMatchObject([{ state: 'ok', value: 0 }]);
    await write(log, [{ ago: 400, text }, ...usual, { ago: 5, text }, { ago: 4, text }]);
    expect(await run(id)).toMatchObject([{ state: 'warning', value: 2 }]);
  });
});

describe('messages sent', () => {
  const sent = (k: number, failed = false): string =>
    ` TP_S_1301,EC_DAILY,ledger,${k}${failed ? ', failed' : ''}`;

  it('by one machine in the last minute are told without those that failed', async () => {
    await write('job-msg', [
      ...linesOver(200, 30, (k) => sent(k)).filter(({ ago }) => ago > 62),
      ...linesOver(55, 12, (k) => sent(k, k < 2)),
    ]);
    expect(await run('scheduler-messages')).toMatchObject([
      {
        state: 'ok',
        value: 10,
        unit: '/min',
        says: { en: '10 messages sent in the last minute', zh: '最近一分钟 10 条消息已发送' },
      },
    ]);
  });

  it('by one machine may be none', async () => {
    expect(await run('scheduler-messages')).toMatchObject([{ state: 'unknown' }]);
    await write('job-msg', []);
    expect(await run('scheduler-messages')).toMatchObject([{ state: 'ok', value: 0 }]);
  });
});

describe('messages sent by the cluster', () => {
  /** Two machines with so many messages each in the five minutes before the last five, and in those. */
  async function cluster(before: number, now: number, limits?: Estate['limits']) {
    const machines = [folder, await newFolder()];
    for (const machine of machines) {
      await writeLog(machine, 'antscheduler/job-msg.log', [
        { ago: 1000, text: ' TP_S_1301,EC_DAILY,ledger,0' },
        ...linesOver(290, before, (k) => ` TP_S_1301,EC_DAILY,ledger,${k}`).map(({ ago, text }) => ({
          ago: ago + 304,
          text,
        })),
        ...linesOver(295, now, (k) => ` TP_S_1301,EC_DAILY,ledger,${k}`),
      ]);
    }
    return runClusterCheck(ms, 'scheduler-cluster-messages', machines, limits);
  }
  const yesterday = { row: 'MS-M14', against: 'yesterday', moves: 'drops', percent: 20, state: 'warning' };

  it('are added up for the last five minutes and those before', async () => {
    expect(await cluster(30, 29)).toMatchObject([
      {
        state: 'ok',
        value: 58,
        unit: '/5 min',
        says: {
          en: '58 messages sent in 5 minutes, 60 in the 5 before',
          zh: '5 分钟内 58 条消息已发送，此前 5 分钟 60 条',
        },
        evidence: 'h-1 29, 30\nh-2 29, 30',
      },
    ]);
  });

  it.each([
    ['dropped by more than 20 %', 30, 23, true],
    ['dropped by 20 %', 30, 24, false],
    ['rose', 20, 30, false],
    ['dropped to more than 10', 30, 6, true],
    ['dropped to 10', 30, 5, false],
  ])('that %s are held against yesterday when the manual wants it', async (_, before, now, held) => {
    const [judged] = await cluster(before, now);
    expect(judged).toMatchObject({ state: 'ok', value: 2 * now });
    expect(judged?.compare).toEqual(held ? yesterday : undefined);
  });

  it('obey the limit and the level of the inventory', async () => {
    const [judged] = await cluster(30, 20, { 'MS-M14': { value: 30, level: 'critical' } });
    expect(judged?.compare).toEqual({ ...yesterday, percent: 30, state: 'critical' });
    const [less] = await cluster(30, 20, { 'MS-M14': { value: 40 } });
    expect(less?.compare).toBeUndefined();
  });

  it('are unknown when a machine does not tell', async () => {
    await write(
      'job-msg',
      linesOver(290, 20, (k) => ` TP,EC,ledger,${k}`),
    );
    expect(await runClusterCheck(ms, 'scheduler-cluster-messages', [folder, undefined])).toMatchObject([
      { state: 'unknown', value: 20 },
    ]);
  });
});

describe('logs that are only named', () => {
  it.each(['job-dispatch', 'rpc-client', 'rpc-slave', 'monitor', 'antscheduler-default'])(
    '%s is kept as evidence and never red',
    async (name) => {
      const id = `scheduler-${name}`;
      expect(await run(id)).toMatchObject([{ state: 'unknown' }]);
      await write(
        name,
        linesOver(100, 3, (k) => ` ERROR line ${k}`),
      );
      const [judged] = await run(id);
      expect(judged).toMatchObject({ state: 'ok', value: 3 });
      expect(judged?.evidence).toContain('ERROR line 2');
    },
  );

  it.each(['antscheduler/auth-audit.log', 'auth-audit.log'])(
    'client registrations may be in %s, or nowhere',
    async (file) => {
      expect(await run('scheduler-auth-audit')).toMatchObject([{ state: 'ok' }]);
      await writeLog(folder, file, [{ ago: 10, text: ' client ledger-1 registered' }]);
      expect(await run('scheduler-auth-audit')).toMatchObject([{ state: 'ok', value: 1 }]);
    },
  );
});
