import { describe, expect, it } from 'vitest';
import type { ScheduleLine, ScheduleList } from '../../../../src/desk/port.ts';
import { words } from '../../../../src/kit/index.ts';
import { newRunId } from '../../../../src/runs/run.ts';
import { schedulesAnswer } from '../../../../src/slack/view/schedules.ts';
import { assertBlocks } from '../../../support/block-limits.ts';
import { aSchedule } from '../../../support/schedules.ts';

const schedule = aSchedule({
  scope: 'all',
  owner: { id: 'lin', name: 'Lin Wei' },
  nextAt: '2026-11-20T23:30:00.000Z',
});
const { nextAt: _, ...resting } = schedule;
const line = (over: Partial<ScheduleLine> = {}): ScheduleLine => ({
  schedule,
  standing: 'in-time',
  buttons: [
    { id: 'b-pause', action: 'pause' },
    { id: 'b-run', action: 'run' },
    { id: 'b-remove', action: 'remove' },
  ],
  ...over,
});
const list = (lines: readonly ScheduleLine[], over: Partial<ScheduleList> = {}): ScheduleList => ({
  kind: 'schedules',
  lines,
  more: 0,
  zone: 'Asia/Shanghai',
  ...over,
});
const shown = (lines: readonly ScheduleLine[], lang: 'en' | 'zh' = 'en'): string =>
  JSON.stringify(schedulesAnswer(list(lines), lang).blocks);

describe('the list of schedules', () => {
  it('says of each when, what, where, what is next, what came last, and whose rights count', () => {
    const run = {
      id: newRunId(),
      state: 'ended' as const,
      outcome: 'done' as const,
      says: words('3 of 400 checks need attention.', '400 项检查中有 3 项需要关注。'),
    };
    const latest = { at: '2026-11-19T23:30:00.000Z', state: 'due' as const, run };
    const en = shown([line({ latest })]);
    expect(en).toContain('*Daily patrol* · daily at 07:30 (Asia/Shanghai) · `all` · <#C0OPS>\\n');
    expect(en).toContain('next: <!date^1795217400^{date_short} {time}|2026-11-20 23:30 UTC> · last: <!date^');
    expect(en).toContain('— 3 of 400 checks need attention.');
    expect(en).toContain('Carried out with the rights of Lin Wei.');
    const zh = shown([line({ latest })], 'zh');
    expect(zh).toContain('每天 07:30（Asia/Shanghai）');
    expect(zh).toContain('400 项检查中有 3 项需要关注。');
    expect(zh).toContain('以 Lin Wei 的权限执行。');
  });

  it('says that one is overdue, paused and by whom, or why Fettle paused it', () => {
    expect(shown([line({ standing: 'overdue' })])).toContain('<#C0OPS> — *overdue*');
    const paused = { by: { id: 'zhao', name: 'Zhao Min' }, at: '2026-11-19T00:00:00.000Z' };
    const byPerson = shown([line({ standing: 'paused', schedule: { ...resting, paused } })]);
    expect(byPerson).toContain('— *paused*');
    expect(byPerson).toContain('Paused by Zhao Min.');
    const because = words('Paused: Lin Wei may no longer look at it.', '已暂停：Lin Wei 不再有巡检权限。');
    const byFettle = shown([
      line({ standing: 'paused', schedule: { ...resting, paused: { ...paused, because } } }),
    ]);
    expect(byFettle).toContain('Paused: Lin Wei may no longer look at it.');
    expect(byFettle).not.toContain('Zhao Min');
  });

  it('says where one is written that is not kept here, and that a conversation is private', () => {
    const declared = { ...schedule, declared: 'inventory.yaml schedules.0' };
    expect(shown([line({ schedule: declared })])).toContain('Written in inventory.yaml schedules.0.');
    expect(shown([line({ schedule: { ...schedule, channel: 'D0LIN' } })])).toContain('a direct conversation');
  });

  it('says that one waits for its turn, or goes on', () => {
    const at = '2026-11-19T23:30:00.000Z';
    expect(shown([line({ latest: { at, state: 'due' } })])).toContain('— waits for its turn');
    const run = { id: newRunId(), state: 'preparing' as const };
    expect(shown([line({ latest: { at, state: 'due', run } })])).toContain('— inspecting');
  });

  it('asks before it removes, and only then', () => {
    const blocks = schedulesAnswer(list([line()]), 'en').blocks;
    const buttons = blocks.flatMap((block) => (block.type === 'actions' ? block.elements : []));
    expect(buttons).toMatchObject([
      { action_id: 'fettle:pause:0', value: 'b-pause', text: { text: 'Pause' } },
      { action_id: 'fettle:run:1', value: 'b-run', text: { text: 'Run now' } },
      {
        action_id: 'fettle:remove:2',
        value: 'b-remove',
        confirm: { text: { text: '"Daily patrol" will not come any more. Its reports stay.' } },
      },
    ]);
    expect(buttons.filter((button) => 'confirm' in button)).toHaveLength(1);
  });

  it('says what was done first, what to type when there is none, and how many are left out', () => {
    const done = schedulesAnswer(
      list([line()], { says: words('"x" is paused.', '已暂停。'), more: 3 }),
      'en',
    );
    expect(done.text).toBe('"x" is paused.');
    expect(JSON.stringify(done.blocks.at(-1))).toContain('… and 3 more');
    expect(shown([])).toContain('/inspect schedule add daily-patrol');
    expect(shown([], 'zh')).toContain('/inspect 计划 添加');
  });

  it.each(['en', 'zh'] as const)('stays within the limits of Slack (%s)', (lang) => {
    const long = '<&>很长'.repeat(100);
    const wide = line({
      standing: 'overdue',
      schedule: {
        ...schedule,
        name: long,
        scope: long,
        declared: long,
        paused: { by: { id: 'x', name: long }, at: '', because: words(long, long) },
      },
      latest: {
        at: '2026-11-19T23:30:00.000Z',
        state: 'due',
        run: { id: newRunId(), state: 'ended', says: words(long, long) },
      },
    });
    const { blocks } = schedulesAnswer(
      list(
        Array.from({ length: 20 }, () => wide),
        { says: words(long, long), more: 7 },
      ),
      lang,
    );
    assertBlocks(blocks);
    expect(blocks.filter(({ type }) => type === 'actions')).toHaveLength(20);
  });
});
