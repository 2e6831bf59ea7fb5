import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import star from '../../../playbooks/star/inspection.ts';
import { ageLog, linesOver, runCheck, writeLog } from '../../support/run-check.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'agent-log-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const errors = () => runCheck(star, 'agent-errors', folder);
const write = (lines: readonly string[], stamped = true) =>
  writeLog(
    folder,
    'staragent_core.log',
    linesOver(200, lines.length, (k) => lines[k] ?? ''),
    stamped,
  );

describe('the log of the agent', () => {
  it('is well with commands and heartbeats, whatever the commands are called', async () => {
    await write([
      ' INFO heartbeat sent',
      ' exeurl: cmd:///home/admin/bin/report_failed_orders.py --level ERROR',
      ' exeurl: cmd://sh /tmp/exception.sh',
    ]);
    expect(await errors()).toMatchObject([{ state: 'ok', value: 0 }]);
  });

  it.each([
    ' [ERROR] network error, send msg failed',
    ' FATAL cannot open channel',
    ' WARN connect to 10.0.0.9:8000 failed',
    ' java.net.ConnectException: Connection refused',
    ' Traceback (most recent call last):',
  ])('is a warning with %j', async (line) => {
    await write([' INFO heartbeat sent', line]);
    expect(await errors()).toMatchObject([
      {
        state: 'warning',
        value: 1,
        says: {
          en: '1 error in 5 minutes, above the limit of 0 (STAR-C09)',
          zh: '5 分钟内 1 条错误，高于阈值 0（STAR-C09）',
        },
      },
    ]);
  });

  it('forgets errors of before the window, and counts the newest lines where none has a time', async () => {
    await writeLog(folder, 'staragent_core.log', [
      { ago: 900, text: ' ERROR send msg failed' },
      { ago: 10, text: ' INFO heartbeat sent' },
    ]);
    expect(await errors()).toMatchObject([{ state: 'ok', value: 0 }]);
    await write(['ERROR send msg failed', ...Array.from({ length: 50 }, () => 'INFO heartbeat sent')], false);
    expect(await errors()).toMatchObject([
      { state: 'warning', says: { en: expect.stringContaining('in the newest 51 lines') as string } },
    ]);
    await write(
      ['ERROR send msg failed', ...Array.from({ length: 100 }, () => 'INFO heartbeat sent')],
      false,
    );
    expect(await errors()).toMatchObject([{ state: 'ok' }]);
  });

  it('forgets errors without a time when nothing was written in the window', async () => {
    await write(['ERROR send msg failed'], false);
    await ageLog(folder, 'staragent_core.log', 7200);
    expect(await errors()).toMatchObject([{ state: 'ok', value: 0, says: { zh: '5 分钟内 0 条错误' } }]);
  });

  it('that is not there is unknown', async () => {
    expect(await errors()).toMatchObject([{ state: 'unknown' }]);
  });
});
