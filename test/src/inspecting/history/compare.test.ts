import { describe, expect, it } from 'vitest';
import { type CheckState, words } from '../../../../src/kit/index.ts';
import { changeOf, compareReports, outliers } from '../../../../src/inspecting/history/compare.ts';
import type { Finding, Report } from '../../../../src/runs/report.ts';
import { captured } from '../../../support/captured.ts';

const finding = (state: CheckState, over: Partial<Finding> = {}): Finding => ({
  system: 'MQ',
  app: 'msgbroker',
  host: 'msgbroker-1',
  check: 'cpu',
  title: words('CPU', 'CPU'),
  state,
  says: words('', ''),
  rows: ['MQ-M14'],
  clause: { document: '002', section: '4' },
  evidence: captured(''),
  overridden: [],
  ...over,
});

const report = (findings: readonly Finding[], finishedAt = '2026-11-21T08:00:00.000Z'): Report => ({
  scope: { kind: 'all' },
  startedAt: finishedAt,
  finishedAt,
  hosts: 1,
  findings,
  questions: [],
});

const changes = (before: readonly Finding[], now: readonly Finding[]) =>
  compareReports(report(before), report(now)).entries.map(
    ({ kind, was, finding: { check, part, state } }) => ({
      kind,
      ...(was ? { was } : {}),
      what: `${check}${part ? `/${part}` : ''} ${state}`,
    }),
  );

const silent = finding('unknown', { check: 'host' });

describe('comparing one subject', () => {
  it.each([
    ['ok', 'ok', undefined],
    ['critical', 'critical', undefined],
    ['ok', 'warning', 'new'],
    ['ok', 'critical', 'new'],
    ['ok', 'unknown', 'new'],
    ['warning', 'critical', 'worse'],
    ['unknown', 'critical', 'worse'],
    ['unknown', 'warning', 'worse'],
    ['critical', 'warning', 'better'],
    ['critical', 'ok', 'gone'],
    ['warning', 'ok', 'gone'],
    ['unknown', 'ok', 'gone'],
    ['critical', 'unknown', undefined],
    ['warning', 'unknown', undefined],
  ] as const)('%s, now %s: %s', (was, is, kind) => {
    expect(changes([finding(was)], [finding(is)])).toEqual(kind ? [{ kind, was, what: `cpu ${is}` }] : []);
  });

  it('is new when it was not there and is not ok', () => {
    expect(changes([], [finding('warning')])).toEqual([{ kind: 'new', what: 'cpu warning' }]);
    expect(changes([], [finding('ok')])).toEqual([]);
  });

  it('is gone when it is not there any more and was not ok', () => {
    expect(changes([finding('critical')], [])).toEqual([
      { kind: 'gone', was: 'critical', what: 'cpu critical' },
    ]);
    expect(changes([finding('ok')], [])).toEqual([]);
  });

  it('tells parts, hosts and apps apart', () => {
    const one = finding('critical', { part: '9529' });
    expect(changes([one], [{ ...one, part: '9511' }])).toHaveLength(2);
    expect(changes([one], [{ ...one, host: 'msgbroker-2' }])).toHaveLength(2);
    expect(changes([one], [{ ...one, app: 'msgconsole' }])).toHaveLength(2);
    expect(changes([one], [one])).toEqual([]);
  });
});

describe('an inspection that was cancelled', () => {
  const stopped = { hosts: [{ name: 'msgbroker-1', fate: 'not-asked' as const }] };
  const compared = (before: readonly Finding[], now: readonly Finding[]) =>
    compareReports(report(before), { ...report(now), stopped }).entries.map(
      ({ kind, finding: { check, host } }) => `${kind} ${check} ${host}`,
    );

  it('loses nothing of the hosts that were not asked, and does not call them new', () => {
    const before = [finding('critical'), finding('warning', { check: 'disk', part: '/' })];
    expect(compared(before, [silent])).toEqual([]);
    expect(compared([...before, finding('ok', { check: 'host' })], [silent])).toEqual([]);
  });

  it('loses nothing that was cut off on a host, and says what was found there', () => {
    const before = [finding('critical', { check: 'ports', part: '9529' }), finding('ok', { check: 'disk' })];
    const now = [finding('unknown', { check: 'ports' }), finding('critical', { check: 'disk' })];
    expect(compared(before, now)).toEqual(['new disk msgbroker-1']);
  });
});

describe('what a person answered', () => {
  const seen = { by: { id: 'zhao', name: 'Zhao Min' }, at: '2026-11-20T08:00:00.000Z' };
  const answer = (state: CheckState): Finding => {
    const { host: _, ...page } = finding(state, { check: 'container-state', seen });
    return page;
  };

  it('does not go away because nobody has looked again', () => {
    expect(changes([answer('critical')], [])).toEqual([]);
    expect(changes([answer('critical')], [finding('ok')])).toEqual([]);
  });

  it.each([
    ['ok', 'critical', 'new'],
    ['critical', 'warning', 'better'],
    ['warning', 'critical', 'worse'],
    ['critical', 'ok', 'gone'],
    ['ok', 'ok', undefined],
  ] as const)('is compared once somebody has: %s, now %s', (was, is, kind) => {
    const expected = kind && { kind, was, finding: answer(is) };
    expect(changeOf(report([answer(was)]), answer(is))).toEqual(expected);
    expect(compareReports(report([answer(was)]), report([answer(is)])).entries).toEqual(
      expected ? [expected] : [],
    );
  });

  it('is not new when nobody had looked before', () => {
    expect(changeOf(report([finding('ok')]), answer('critical'))).toBeUndefined();
  });
});

describe('what one of the two could not see', () => {
  it('does not go away because the host does not answer', () => {
    const before = [finding('critical'), finding('warning', { check: 'disk', part: '/' })];
    expect(changes(before, [silent])).toEqual([{ kind: 'new', what: 'host unknown' }]);
    const changedKey = { ...silent, state: 'critical' } as const;
    expect(changes(before, [changedKey])).toEqual([{ kind: 'new', what: 'host critical' }]);
  });

  it('still goes away on the other hosts', () => {
    const other = finding('critical', { host: 'msgbroker-2' });
    expect(changes([finding('critical'), other], [silent])).toContainEqual({
      kind: 'gone',
      was: 'critical',
      what: 'cpu critical',
    });
  });

  it('is not new when the host answers again', () => {
    expect(changes([silent], [finding('critical')])).toEqual([
      { kind: 'gone', was: 'unknown', what: 'host unknown' },
    ]);
  });

  it('does not go away for want of an earlier value to compare with', () => {
    const fell = finding('warning');
    const now = { ...report([]), notYet: [{ finding: fell, row: 'MQ-M14', from: '' }] } as const;
    expect(compareReports(report([fell]), now).entries).toEqual([]);
  });

  it('keeps the parts of a check that was not answered', () => {
    const parts = ['9529', '9511'].map((part) => finding('critical', { check: 'ports', part }));
    const unanswered = finding('unknown', { check: 'ports' });
    expect(changes(parts, [unanswered])).toEqual([{ kind: 'new', what: 'ports unknown' }]);
    expect(changes([unanswered], parts)).toEqual([{ kind: 'gone', was: 'unknown', what: 'ports unknown' }]);
  });
});

it('puts the worst first and says since when', () => {
  const at = (check: string, state: CheckState) => finding(state, { check });
  const before = [at('a', 'warning'), at('b', 'critical'), at('c', 'ok'), at('d', 'warning'), at('e', 'ok')];
  const now = [
    at('a', 'ok'),
    at('b', 'warning'),
    at('c', 'warning'),
    at('d', 'critical'),
    at('e', 'unknown'),
  ];
  expect(changes(before, now).map(({ kind, what }) => `${kind} ${what}`)).toEqual([
    'worse d critical',
    'new c warning',
    'new e unknown',
    'better b warning',
    'gone a ok',
  ]);
  const since = '2026-11-20T08:00:00.000Z';
  expect(compareReports(report([], since), report([])).since).toBe(since);
});

describe('outliers', () => {
  const measured = (values: readonly number[], over: Partial<Finding> = {}): readonly Finding[] =>
    values.map((value, i) => finding('ok', { host: `msgbroker-${i + 1}`, value, unit: '%', ...over }));
  const found = (findings: readonly Finding[]) =>
    outliers(report(findings)).map(({ finding: { host, check }, median, peers }) => ({
      host,
      check,
      median,
      peers,
    }));

  it('names the host that is unlike its peers', () => {
    expect(found(measured([20, 22, 19, 21, 90]))).toEqual([
      { host: 'msgbroker-5', check: 'cpu', median: 21, peers: 5 },
    ]);
  });

  it('needs three hosts, and is enough with three', () => {
    expect(found(measured([10, 90]))).toEqual([]);
    expect(found(measured([10, 10, 90]))).toMatchObject([{ host: 'msgbroker-3' }]);
  });

  it('is not moved by the outliers themselves', () => {
    expect(found(measured([20, 21, 22, 20, 21, 95, 96]))).toMatchObject([
      { host: 'msgbroker-7' },
      { host: 'msgbroker-6' },
    ]);
  });

  it('passes over what nobody would notice, and over hosts that differ anyway', () => {
    expect(found(measured([20, 20, 20, 20, 24]))).toEqual([]);
    expect(found(measured([10, 30, 50, 70, 90]))).toEqual([]);
    expect(found(measured([0, 0, 0, 1], { unit: 'lines' }))).toEqual([]);
  });

  it('passes over what is little beside the limit', () => {
    const limit = { row: 'HAS-M01', value: 200, breach: 'above' } as const;
    expect(found(measured([3, 3, 0], { unit: 'failures', limit }))).toEqual([]);
    expect(found(measured([3, 3, 40], { unit: 'failures', limit }))).toMatchObject([{ host: 'msgbroker-3' }]);
  });

  it('compares only like with like', () => {
    const others = measured([1, 1, 1], { unit: 'MB' }).map((each) => ({ ...each, host: `x-${each.host}` }));
    expect(found([...measured([80, 81]), ...others])).toEqual([]);
    const parts = [...measured([10, 10], { part: '/' }), ...measured([90], { part: '/home' })];
    expect(found(parts)).toEqual([]);
    expect(found([...measured([10, 10]), ...measured([90], { app: 'msgconsole' })])).toEqual([]);
  });

  it('passes over findings without a host or a value', () => {
    expect(found([finding('ok'), finding('ok'), finding('ok')])).toEqual([]);
  });
});
