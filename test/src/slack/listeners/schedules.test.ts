import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ScheduleList } from '../../../../src/desk/port.ts';
import { words } from '../../../../src/kit/index.ts';
import { aSchedule } from '../../../support/schedules.ts';
import { type Stage, stage } from '../harness.ts';

const schedule = aSchedule({ name: '日常巡检', scope: '全部', channel: 'C0MQ', lang: 'zh' });
const list = (over: Partial<ScheduleList> = {}): ScheduleList => ({
  kind: 'schedules',
  lines: [{ schedule, standing: 'in-time', buttons: [{ id: 'b-1', action: 'pause' }] }],
  more: 0,
  zone: 'Asia/Shanghai',
  ...over,
});

describe('schedules in Slack', () => {
  let on: Stage;
  beforeEach(async () => {
    on = await stage('socket');
  });
  afterEach(() => on.stop());

  it('are listed to the person alone; a press takes the place of the list, in its language', async () => {
    const { client } = on.workspace;
    on.desk.said = async () => list();
    await client.type('U0LIN', 'C0OPS', '/inspect 计划');
    const listed = await client.waitForMessage({ onlyFor: 'U0LIN', says: /每天 07:30/ });
    expect(await client.text({ as: 'U0LIN', channel: 'C0OPS' })).toContain('#mq-alerts');
    on.desk.pressed = async () =>
      list({ says: words('"日常巡检" is paused.', '已暂停计划“日常巡检”。'), lines: [] });
    await client.click({ as: 'U0LIN', channel: 'C0OPS' }, '暂停');
    await client.waitFor(
      (change) => change.type === 'message_changed' && JSON.stringify(change.message).includes('已暂停计划'),
    );
    expect(on.desk.presses).toMatchObject([
      { buttonId: 'b-1', arrival: { person: { id: 'U0LIN' }, origin: { channel: 'C0OPS' }, lang: 'zh' } },
    ]);
    const after = await client.read({ as: 'U0LIN', channel: 'C0OPS' });
    expect(after.filter((message) => message['ts'] === listed.ts)).toHaveLength(1);
    expect(JSON.stringify(after)).not.toContain('每天 07:30');
  });

  it('are told the channel by its id, as Slack sends it', async () => {
    const { client } = on.workspace;
    await client.type('U0LIN', 'C0OPS', '/inspect schedule add p "daily 07:30" mq #mq-alerts');
    await on.desk.until(() => on.desk.asked.length === 1);
    expect(on.desk.asked[0]?.text).toBe('schedule add p "daily 07:30" mq #C0MQ');
    await client.type('U0LIN', 'C0OPS', '@fettle inspect schedule change p #mq-alerts');
    await on.desk.until(() => on.desk.asked.length === 2);
    expect(on.desk.asked[1]?.text).toBe('inspect schedule change p #C0MQ');
  });

  it('know in which channels something can be shown', async () => {
    expect(await on.slack.canShow('C0OPS')).toBe(true);
    expect(await on.slack.canShow('C0RANDOM')).toBe(false);
  });
});
