import { describe, expect, it } from 'vitest';
import { typeFettle } from '../support/command-line.ts';
import { toldAlone } from './acting.ts';
import { onPractice } from './on-practice.ts';

const PATIENCE = { timeoutMs: 60_000 };
const OPS = { as: 'U0LIN', channel: 'C0OPS' };
const on = onPractice('e2e-schedules', {
  schedules: [
    { name: 'Patrol', cron: '*/5 * * * * *', scope: 'mq', channel: 'C0OPS' },
    { name: '日常巡检', cron: '每天 07:30', scope: '消息队列', channel: 'C0MQ', language: 'zh' },
  ],
});

/** Types a command about schedules; the answer is what the person alone is told. */
async function schedule(text: string, as = 'U0LIN'): Promise<string> {
  const after = await on.client.now();
  await on.client.type(as, 'C0OPS', `/inspect ${text}`);
  return toldAlone(on.client, as, after);
}

/** The first digest in a channel that says this, after an event; as plain text. */
async function digest(says: RegExp, after: number, channel = 'C0OPS'): Promise<string> {
  await on.client.waitForMessage({ channel, says }, { after, ...PATIENCE });
  return on.client.text({ ...OPS, channel });
}

/** Presses a button of the newest list and resolves when the list says this. */
async function pressInList(button: string, says: RegExp, as = 'U0LIN'): Promise<void> {
  const after = await on.client.now();
  await on.client.click({ ...OPS, as }, button);
  await on.client.waitFor(
    (change) =>
      (change.type === 'message' || change.type === 'message_changed') &&
      change.only_for === as &&
      says.test(JSON.stringify(change.message)),
    { after, ...PATIENCE },
  );
}

describe('a schedule', { timeout: 120_000 }, () => {
  it('comes by itself in its channel, in one line when all is well and nothing changed', async () => {
    const text = await digest(/1 system in order, nothing changed since/, 0);
    expect(text).toMatch(/○ \*Patrol\* — 1 system in order, nothing changed since [^\n]*\n\[All evidence\]/);
  });

  it('shows all that was looked at when somebody presses for it', async () => {
    const after = await on.client.now();
    await on.client.click(OPS, 'All evidence');
    const { change } = await on.client.waitFor(
      (each) => each.type === 'message' && each.channel === 'C0OPS' && each.thread_ts !== undefined,
      { after, ...PATIENCE },
    );
    expect(JSON.stringify(change)).toContain('MQ-C');
  });

  it('tells what is different, and the thread has only what is not in order', async () => {
    const after = await on.client.now();
    await on.practice.estate.break('broker-process-down');
    const text = await digest(/new: msgbroker-1/, after);
    expect(text).toMatch(/● \*Patrol\* — \d+ problems?, \d+ changes? since/);
    const broken = await on.client.now();
    await on.practice.estate.mend('broker-process-down');
    const mended = await digest(/ok again: msgbroker-1/, broken);
    expect(mended).toContain('Asked by Fettle (inventory.yaml)');
  });

  it('is listed with what one may press; pausing stops it, resuming lets it go on', async () => {
    const listed = await schedule('schedule');
    for (const part of [
      'Patrol',
      'every 5 seconds',
      '<#C0OPS>',
      'Written in inventory.yaml schedules.0',
      '日常巡检',
    ])
      expect(listed).toContain(part);
    await pressInList('Pause', /is paused/);
    const paused = () => on.keep.rows('select name from fettle.schedule where next_at is null');
    expect(await paused()).toEqual([{ name: 'Patrol' }]);
    await pressInList('Resume', /goes on/);
    expect(await paused()).toEqual([]);
    await digest(/"text":"○ \*Patrol\*/, await on.client.now());
    await schedule('schedule pause patrol');
  });

  it('runs now when somebody presses, in its own channel and language', async () => {
    await schedule('schedule');
    const after = await on.client.now();
    await on.client.click(OPS, 'Run now');
    await digest(/"text":"[○●] \*Patrol\* — [^"]*since/, after);
    await schedule('schedule run 日常巡检');
    expect(await digest(/个系统正常/, 0, 'C0MQ')).toContain('日常巡检');
  });

  it('is told once when it was missed, and the next inspection has it as a finding', async () => {
    const [clock] = await on.keep.rows('select utc_timestamp(3) as now');
    const now = new Date(`${String(clock?.['now']).replace(' ', 'T')}Z`);
    const came = (minutes: number, days: number): string =>
      new Date(Math.floor(now.getTime() / 60_000) * 60_000 - minutes * 60_000 - days * 86_400_000)
        .toISOString()
        .slice(0, -1)
        .replace('T', ' ');
    const after = await on.client.now();
    const at = new Date(now.getTime() - 600_000);
    const zone = on.practice.estate.inventory.timeZone;
    const [hour, minute] = new Intl.DateTimeFormat('en-GB', {
      timeZone: zone,
      hour: '2-digit',
      minute: '2-digit',
    })
      .format(at)
      .split(':');
    await on.keep.change(
      "update fettle.schedule set cron = ?, next_at = ?, paused_at = null where name = 'Patrol'",
      [`${Number(minute)} ${Number(hour)} * * *`, came(10, 2)],
    );
    const text = await digest(/missed 2 inspections from/, after);
    expect(text).toMatch(/Due at [^\n]*, begun late/);
    expect(text).toMatch(/◌ \*unknown\* · missed 2 inspections from/);
  });

  it('is set up, changed and removed by people with the right, in Chinese, too', async () => {
    expect(await schedule('schedule add mine "daily 07:30" mq', 'U0CHEN')).toContain(
      'No rule lets you schedule inspections of MQ',
    );
    const added = await schedule('计划 添加 早班 “工作日 08:00” 消息队列 #mq-alerts');
    expect(added).toContain('已添加计划“早班”');
    expect(added).toContain('<#C0MQ>');
    expect(await schedule('schedule add 早班 "daily 09:00" mq')).toContain('已有名为“早班”的计划');
    expect(await schedule('schedule add x "every 7 min" mq')).toContain('does not come out even');
    expect(await schedule('schedule add x "daily 07:30" mq #random')).toContain(
      'Fettle is not in that channel',
    );
    expect(await schedule('schedule remove patrol')).toContain('is written in inventory.yaml schedules.0');
    expect(await schedule('计划 删除 早班', 'U0ZHAO')).toContain('已删除计划“早班”');
    await on.client.waitForMessage({ channel: 'C0MQ', says: /Zhao Min 删除了定时计划“早班”/ }, PATIENCE);
    const paused = await typeFettle(['schedule', 'pause', '日常巡检', '--in', on.folder]);
    expect(paused.out).toContain('已暂停');
    await on.client.waitForMessage({ channel: 'C0MQ', says: /Lin Wei 暂停了定时计划“日常巡检”/ }, PATIENCE);
    await typeFettle(['schedule', 'resume', '日常巡检', '--in', on.folder]);
    expect(await on.keep.rows('select name from fettle.schedule order by seq')).toEqual([
      { name: 'Patrol' },
      { name: '日常巡检' },
    ]);
    const lines = await on.keep.rows(
      "select concat(actor_id, ' ', action) as line from fettle_audit.audit where json_value(facts, '$.schedule') = '早班' order by n",
    );
    expect(lines.map(({ line }) => line)).toEqual(['lin schedule add', 'zhao schedule remove']);
  });

  it('is listed on the command line', async () => {
    const said = await typeFettle(['schedule', 'list', '--in', on.folder]);
    expect(said.code).toBe(0);
    expect(said.out).toMatch(
      /日常巡检 {2}daily at 07:30 \(.*\) {2}\/inspect 消息队列 {2}#C0MQ\n {4}next \d{4}-/,
    );
  });
});
