import { describe, expect, it } from 'vitest';
import { type Comparison, type HeldAgainst, words } from '../../../../src/kit/index.ts';
import { judgeWithPast } from '../../../../src/inspecting/history/compare-with-past.ts';
import { withThePast } from '../../../../src/inspecting/history/past-values.ts';
import type { PastValue, Subject } from '../../../../src/runs/measured.ts';
import { type Finding, findingKey, type Report } from '../../../../src/runs/report.ts';
import { captured } from '../../../support/captured.ts';

const NOW = new Date('2026-11-25T02:05:00.000Z');
const estate = { timeZone: 'Asia/Shanghai', limits: {} };

const finding = (over: Partial<Finding> = {}): Finding => ({
  system: 'MS',
  app: 'antscheduler',
  check: 'sent',
  title: words('Messages sent', '消息发送量'),
  state: 'ok',
  value: 100,
  says: words('100 sent', '发送 100 条'),
  rows: ['MS-M14'],
  clause: { document: '002', section: '2.2.1.2' },
  evidence: captured('100'),
  overridden: [],
  ...over,
});
const rule = (over: Partial<Comparison> = {}): Comparison => ({
  row: 'MS-M14',
  against: 'yesterday',
  moves: 'drops',
  percent: 20,
  state: 'warning',
  ...over,
});
/** `value` at a time of day, or at a whole moment. */
const kept = (at: string, value: number, over: Partial<PastValue> = {}): PastValue => ({
  at: new Date(at),
  state: 'ok',
  value,
  ...over,
});
const judge = (it: Finding, values: readonly PastValue[], now = NOW, zone = estate.timeZone) => {
  const { findings, unanswered } = judgeWithPast([it], new Map([[findingKey(it), values]]), now, {
    ...estate,
    timeZone: zone,
  });
  return { found: findings[0], unanswered: unanswered.map(({ rule: { row } }) => row) };
};
const states = (it: Finding, values: readonly PastValue[], now = NOW, zone = estate.timeZone) => {
  const { found, unanswered } = judge(it, values, now, zone);
  return unanswered.length > 0 ? 'not yet' : found?.state;
};

describe('a rule about how a value moves', () => {
  const dropping = finding({ compare: rule() });

  it('is breached with both values, the move and the row', () => {
    const { found } = judge(dropping, [kept('2026-11-24T02:05:00Z', 160)]);
    expect(found).toMatchObject({ state: 'warning', rows: ['MS-M14'] });
    expect(found?.says).toEqual(
      words(
        '100 sent; 160 at this time yesterday and 100 now: down 38 %, more than the 20 % of MS-M14',
        '发送 100 条；昨日同一时间 160，当前 100：下降 38 %，超过 MS-M14 规定的 20 %',
      ),
    );
  });

  it('is kept when it moves as much as allowed, less, or the other way', () => {
    for (const before of [125, 110, 100, 20])
      expect(states(dropping, [kept('2026-11-24T02:05:00Z', before)])).toBe('ok');
    expect(judge(dropping, [kept('2026-11-24T02:05:00Z', 110)]).found?.says.en).toBe(
      '100 sent; 110 at this time yesterday',
    );
  });

  it.each([
    ['half an hour before', '2026-11-24T01:35:00Z', 'warning'],
    ['half an hour after', '2026-11-24T02:35:00Z', 'warning'],
    ['more before', '2026-11-24T01:34:59Z', 'not yet'],
    ['more after', '2026-11-24T02:35:01Z', 'not yet'],
  ])('takes a value of yesterday %s that time as it may', (_, at, wanted) =>
    expect(states(dropping, [kept(at, 160)])).toBe(wanted),
  );

  it('takes the value nearest to that time', () => {
    const values = [
      kept('2026-11-24T01:40:00Z', 500),
      kept('2026-11-24T02:06:00Z', 101),
      kept('2026-11-24T02:30:00Z', 500),
    ];
    expect(states(dropping, values)).toBe('ok');
  });

  it('looks back a week with two hours to either side', () => {
    const weekly = finding({
      compare: rule({ against: 'last-week', row: 'DBP-M02', state: 'critical' }),
      rows: ['DBP-M02'],
    });
    expect(states(weekly, [kept('2026-11-18T00:05:00Z', 160)])).toBe('critical');
    expect(states(weekly, [kept('2026-11-18T00:04:00Z', 160)])).toBe('not yet');
    expect(judge(weekly, [kept('2026-11-18T02:05:00Z', 160)]).found?.says.zh).toContain('上周同一时间 160');
  });

  it('takes the newest of the last day for the inspection before', () => {
    const stepping = finding({ compare: rule({ against: 'before', moves: 'rises' }) });
    const values = [kept('2026-11-24T03:00:00Z', 100), kept('2026-11-25T01:00:00Z', 50)];
    expect(judge(stepping, values).found?.says.en).toContain(
      '50 at the inspection before and 100 now: up 100 %',
    );
    expect(states(stepping, [kept('2026-11-24T02:04:00Z', 50)])).toBe('not yet');
  });

  it('knows that a day has 23 or 25 hours when the clocks change', () => {
    const zone = 'America/New_York';
    const spring = new Date('2026-03-08T14:00:00Z');
    expect(states(dropping, [kept('2026-03-07T15:00:00Z', 160)], spring, zone)).toBe('warning');
    expect(states(dropping, [kept('2026-03-07T14:00:00Z', 160)], spring, zone)).toBe('not yet');
    const autumn = new Date('2026-11-01T15:00:00Z');
    expect(states(dropping, [kept('2026-10-31T14:00:00Z', 160)], autumn, zone)).toBe('warning');
  });

  it('counts any rise from nothing, and no drop to it', () => {
    const rising = finding({ compare: rule({ moves: 'rises' }) });
    expect(judge(rising, [kept('2026-11-24T02:05:00Z', 0)]).found).toMatchObject({
      state: 'warning',
      says: { en: '100 sent; 0 at this time yesterday and 100 now: up, more than the 20 % of MS-M14' },
    });
    expect(states(finding({ value: 0, compare: rule() }), [kept('2026-11-24T02:05:00Z', 0)])).toBe('ok');
  });

  it('takes no value of another unit, and none that is not there', () => {
    const timed = finding({ compare: rule({ moves: 'rises' }), unit: 'ms' });
    expect(states(timed, [kept('2026-11-24T02:05:00Z', 1, { unit: 's' })])).toBe('not yet');
    expect(states(timed, [{ at: new Date('2026-11-24T02:05:00Z'), state: 'unknown', unit: 'ms' }])).toBe(
      'not yet',
    );
    expect(states(timed, [kept('2026-11-24T02:05:00Z', 1, { unit: 'ms' })])).toBe('warning');
  });

  it('has the level that the inventory gives its row', () => {
    const { findings } = judgeWithPast(
      [dropping],
      new Map([[findingKey(dropping), [kept('2026-11-24T02:05:00Z', 160)]]]),
      NOW,
      { ...estate, limits: { 'MS-M14': { level: 'critical' } } },
    );
    expect(findings[0]?.state).toBe('critical');
  });

  it('does not make a graver finding milder', () => {
    const red = finding({ state: 'critical', compare: rule() });
    expect(states(red, [kept('2026-11-24T02:05:00Z', 160)])).toBe('critical');
    expect(states(red, [kept('2026-11-24T02:05:00Z', 100)])).toBe('critical');
  });
});

describe('without an earlier value', () => {
  it('a finding of no other row is left out of the report', () => {
    expect(judge(finding({ compare: rule() }), [])).toEqual({ found: undefined, unanswered: ['MS-M14'] });
  });

  it('a finding of other rows answers those', () => {
    const { found, unanswered } = judge(finding({ compare: rule(), rows: ['MS-M14', 'MS-L19'] }), []);
    expect(found).toMatchObject({ state: 'ok', rows: ['MS-L19'] });
    expect(unanswered).toEqual(['MS-M14']);
  });

  it('what is red for another reason stays', () => {
    expect(judge(finding({ state: 'critical', compare: rule() }), []).found).toMatchObject({
      state: 'critical',
      rows: ['MS-M14'],
    });
  });

  it('what is not known is not compared', () => {
    expect(judge(finding({ state: 'unknown', compare: rule() }), [])).toMatchObject({
      found: { state: 'unknown' },
      unanswered: [],
    });
  });

  it('a rule on something without a value is not ok', () => {
    const { value: _, ...without } = finding({ compare: rule() });
    expect(judge(without, [])).toMatchObject({ found: { state: 'unknown' }, unanswered: [] });
  });
});

describe('a breach that must last', () => {
  const limit: HeldAgainst = { row: 'DDS-M04', value: 60, breach: 'above', lastsSeconds: 180 };
  const cpu = (over: Partial<Finding> = {}) =>
    finding({
      check: 'cpu',
      unit: '%',
      value: 90,
      state: 'critical',
      says: words('CPU 90 %', 'CPU 90 %'),
      limit,
      ...over,
    });
  const seen = (minutesAgo: number, value: number): PastValue =>
    kept(new Date(NOW.getTime() - minutesAgo * 60_000).toISOString(), value, { unit: '%' });

  it('is not known at the first look, and says when to look again, by the clocks of the estate', () => {
    expect(judge(cpu(), []).found).toMatchObject({
      state: 'unknown',
      says: {
        en: 'CPU 90 %; this counts when it lasts 3 min: look again at 10:08',
        zh: 'CPU 90 %；持续 3 分钟才算异常，请于 10:08 再次巡检',
      },
    });
  });

  it('says the date when that is tomorrow', () => {
    const { found } = judge(cpu(), [], new Date('2026-11-25T15:58:20Z'));
    expect(found?.says.en).toContain('look again at 2026-11-26 00:02');
  });

  it('counts once it has lasted, and says for how long', () => {
    const { found } = judge(cpu(), [seen(10, 70), seen(5, 88)]);
    expect(found).toMatchObject({ state: 'critical', says: { en: 'CPU 90 %; for 10 min at least' } });
    expect(states(cpu(), [seen(3, 88)])).toBe('critical');
  });

  it('does not count while it has not, and looks again when it will have', () => {
    const { found } = judge(cpu(), [seen(2, 70)]);
    expect(found).toMatchObject({ state: 'unknown' });
    expect(found?.says.en).toContain('look again at 10:06');
  });

  it('begins anew after a value that was in order', () => {
    expect(states(cpu(), [seen(60, 90), seen(2, 30)])).toBe('unknown');
    expect(states(cpu(), [seen(60, 90), seen(4, 60), seen(2, 95)])).toBe('unknown');
    expect(states(cpu(), [seen(60, 30), seen(4, 61)])).toBe('critical');
  });

  it('learns nothing from looks that brought no value, or one of another unit', () => {
    const none: PastValue = { at: seen(2, 0).at, state: 'unknown' };
    expect(states(cpu(), [seen(4, 90), none])).toBe('critical');
    expect(states(cpu(), [{ ...seen(4, 90), unit: 'load' }])).toBe('unknown');
  });

  it('does not believe a breach of days ago that nobody looked at since', () => {
    expect(states(cpu(), [seen(23 * 60, 90)])).toBe('critical');
    expect(states(cpu(), [seen(25 * 60, 90)])).toBe('unknown');
  });

  it('leaves what is in order, what need not last, and what is red for another reason', () => {
    expect(states(cpu({ state: 'ok', value: 50 }), [])).toBe('ok');
    expect(states(cpu({ limit: { row: 'DDS-M04', value: 60, breach: 'above' } }), [])).toBe('critical');
    expect(states(cpu({ value: 50 }), [])).toBe('critical');
  });

  it('works for what must not be less as well', () => {
    const low = cpu({ value: 90, limit: { ...limit, value: 97, breach: 'below', row: 'DBP-M06' } });
    expect(states(low, [seen(5, 96)])).toBe('critical');
    expect(states(low, [seen(5, 97)])).toBe('unknown');
  });
});

describe('a whole report', () => {
  const report = (findings: readonly Finding[]): Report => ({
    scope: { kind: 'all' },
    startedAt: '',
    finishedAt: '',
    hosts: 1,
    findings,
    questions: [],
  });
  interface Question {
    readonly asked: 'values' | 'firsts';
    readonly subjects: number;
    readonly from: string;
    readonly to?: string;
  }
  /** A history with memory, which tells what it was asked. */
  const memory = (of: ReadonlyMap<string, readonly PastValue[]>) => {
    const questions: Question[] = [];
    const within = (subjects: readonly Subject[], fits: (at: Date) => boolean) =>
      subjects.flatMap((subject) => {
        const values = (of.get(findingKey(subject)) ?? []).filter(({ at }) => fits(at));
        return values.length > 0 ? [[findingKey(subject), values] as const] : [];
      });
    return {
      questions,
      history: {
        async values(subjects: readonly Subject[], from: Date, to: Date) {
          questions.push({
            asked: 'values',
            subjects: subjects.length,
            from: from.toISOString(),
            to: to.toISOString(),
          });
          return new Map(within(subjects, (at) => at >= from && at <= to));
        },
        async firsts(subjects: readonly Subject[], after: Date) {
          questions.push({ asked: 'firsts', subjects: subjects.length, from: after.toISOString() });
          return new Map(
            within(subjects, (at) => at > after).map(([key, values]) => [key, values[0]?.at ?? NOW] as const),
          );
        },
      },
    };
  };
  const recalled = async (
    findings: readonly Finding[],
    of: ReadonlyMap<string, readonly PastValue[]> = new Map(),
  ) => {
    const { history, questions } = memory(of);
    const judged = await withThePast(report(findings), { history, now: async () => NOW, estate });
    return { judged, questions };
  };

  it('that has no such rule asks nothing and stays as it is', async () => {
    const { judged, questions } = await recalled([finding()]);
    expect(judged).toEqual(report([finding()]));
    expect(questions).toEqual([]);
  });

  it('asks once for each kind of rule, for however many findings', async () => {
    const many = Array.from({ length: 3000 }, (_, i) =>
      finding({
        host: `h${i}`,
        compare: rule({ against: (['yesterday', 'last-week', 'before'] as const)[i % 3] ?? 'before' }),
      }),
    );
    const { questions } = await recalled(many);
    expect(questions.map(({ asked, subjects }) => `${asked} ${subjects}`)).toEqual([
      'values 1000',
      'values 1000',
      'values 1000',
      'firsts 1000',
      'firsts 1000',
    ]);
  });

  it('says of what could not be compared when it first can be', async () => {
    const at = (check: string, against: Comparison['against']) =>
      finding({ check, compare: rule({ against }) });
    const [fresh, soon, week, step] = [
      at('a', 'yesterday'),
      at('b', 'yesterday'),
      at('c', 'last-week'),
      at('d', 'before'),
    ];
    const { judged } = await recalled(
      [fresh, soon, week, step],
      new Map([
        [findingKey(soon), [kept('2026-11-24T06:00:00Z', 1), kept('2026-11-24T09:00:00Z', 1)]],
        [findingKey(week), [kept('2026-11-20T01:00:00Z', 1)]],
      ]),
    );
    expect(judged.findings).toEqual([]);
    expect(judged.notYet?.map(({ finding: { check }, row, from }) => [check, row, from])).toEqual([
      ['a', 'MS-M14', '2026-11-26T02:05:00.000Z'],
      ['b', 'MS-M14', '2026-11-25T06:00:00.000Z'],
      ['c', 'MS-M14', '2026-11-27T01:00:00.000Z'],
      ['d', 'MS-M14', '2026-11-25T02:05:00.000Z'],
    ]);
  });

  it('is not red merely because nothing is known of the past', async () => {
    const { judged } = await recalled([finding({ compare: rule() }), finding({ check: 'other' })]);
    expect(judged.findings.map(({ state }) => state)).toEqual(['ok']);
  });
});
