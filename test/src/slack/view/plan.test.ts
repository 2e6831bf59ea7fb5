import { describe, expect, it } from 'vitest';
import { runText } from '../../../../src/cli/text.ts';
import { words } from '../../../../src/kit/index.ts';
import { isIntact, shownOf } from '../../../../src/runs/authority.ts';
import type { Plan, Run, StepRecord } from '../../../../src/runs/run.ts';
import { postHash } from '../../../../src/slack/view/post.ts';
import { view } from '../../../../src/slack/view/view.ts';
import { assertBlocks } from '../../../support/block-limits.ts';
import { captured } from '../../../support/captured.ts';
import { bracketed, eachItsOwn, hostsOf, inOneList, planOf, staged } from '../../../support/wide-plans.ts';
import { waitingRun } from '../fixtures.ts';

const waitingFor = (plan: Plan, over: Partial<Run> = {}): Run =>
  waitingRun({ plan, approvalsNeeded: 1, ...over });

const post = (run: Run, key: string): string =>
  JSON.stringify(view(run).find((one) => one.key === key) ?? 'absent');
const keys = (run: Run): readonly string[] => view(run).map(({ key }) => key);

const step = (no: number, state: StepRecord['state'], plan: Plan): StepRecord => ({
  no,
  title: plan.steps[no - 1]?.title ?? words('x', 'x'),
  state,
  begunAt: '2026-11-21T02:12:00.000Z',
  ...(state === 'failed'
    ? {
        says: words('Refused with HTTP 403.', '被拒绝，HTTP 403。'),
        evidence: captured('HTTP 403\nforbidden'),
      }
    : {}),
});

const WIDE: readonly (readonly [string, Plan])[] = [
  ['the same on all, in stages', planOf(staged(200, 30))],
  ['the same on all, one at a time', planOf(staged(200, 1))],
  ['each its own', planOf(eachItsOwn(200))],
  ['in one list', planOf(inOneList(200))],
  [
    'with a long story',
    planOf(eachItsOwn(200), {
      because: words('b '.repeat(1250), '因'.repeat(2500)),
      warning: words('w '.repeat(1250), '警'.repeat(2500)),
    }),
  ],
];

describe('a plan in stages', () => {
  it('shows a text once with its targets, the size of each stage, and what is done at the end', () => {
    const plan = post(waitingFor(planOf(staged(29, 28))), 'plan');
    expect(plan).toContain('*Stage 1 of 2 — rmc-1*');
    expect(plan).toContain('*Stage 2 of 2 — 28 targets, 28 at a time*');
    expect(plan).toContain('on 28 targets: rmc-2, rmc-3, rmc-4 … +25');
    expect(plan.match(/privateapi\/reinit/g)).toHaveLength(2);
    expect(plan).toContain('4, 7 … 85. drain on each target');
    const closed = post(waitingFor(planOf(bracketed())), 'plan');
    const order = ['stopPush', 'restart', 'Whatever happens, at the end', 'openPush', 'Before you confirm'];
    const places = order.map((text) => closed.indexOf(text));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
    expect(post(waitingFor(planOf(bracketed()), { lang: 'zh' }), 'plan')).toContain('无论结果如何，最后执行');
  });

  it('says how it is put back: lane by lane, or that there is nothing', () => {
    expect(post(waitingFor(planOf(staged(29, 28))), 'plan')).toContain(
      'resume on each target — on 29 targets: rmc-1, rmc-2, rmc-3 … +26, only where a step took effect',
    );
    const nothing = planOf(inOneList(2), { nothingToPutBack: words('It only reads again.', '仅重新读取。') });
    expect(post(waitingFor(nothing), 'plan')).toContain('*Nothing to roll back*: It only reads again.');
  });

  it.each(WIDE)(
    'of 200 targets makes at most three messages, with every statement in them: %s',
    (_, plan) => {
      for (const lang of ['en', 'zh'] as const) {
        const run = waitingFor(plan, { lang });
        const all = view(run);
        expect(all.length).toBeLessThanOrEqual(3);
        for (const { blocks } of all) assertBlocks(blocks);
        const whole = JSON.stringify(all);
        expect(new Set(whole.match(/privateapi\/\w+(?:\?host=[\w-]+)?/g)).size).toBe(
          new Set(JSON.stringify(plan.steps).match(/privateapi\/\w+(?:\?host=[\w-]+)?/g)).size,
        );
        expect(isIntact(plan)).toBe(true);
        expect(whole).toContain(`b-confirm.${shownOf({ id: run.id, plan })}`);
        const at = all.findIndex((each) => each.file);
        const file = all[at]?.file;
        const missing = hostsOf('rmc', 200).filter(
          (host) => !new RegExp(`${host}\\b`).test(file?.content ?? ''),
        );
        expect(file ? missing : []).toEqual([]);
        expect(at).toBeLessThan(all.findIndex(({ key }) => key === 'plan'));
        expect(post(run, 'plan')).toContain(file?.name ?? '');
      }
    },
  );

  it('stays one set of messages from its preview to its end', () => {
    for (const [, plan] of WIDE) {
      const run = waitingFor(plan);
      const steps = plan.steps.map((_, at) => step(at + 1, at % 7 === 0 ? 'failed' : 'done', plan));
      const ended = { ...run, state: 'ended', outcome: 'failed', steps, buttons: [] } as const;
      expect(keys(ended)).toEqual(keys(run));
      const fileOf = (of: Run) =>
        view(of)
          .filter(({ file }) => file)
          .map(postHash);
      expect(fileOf(ended)).toEqual(fileOf(run));
    }
  });
});

describe('a change of many targets under way', () => {
  const plan = planOf(staged(200, 30));
  const done = Array.from({ length: 36 }, (_, at) => step(at + 1, 'done', plan));
  const running = waitingFor(plan, {
    state: 'running',
    steps: [...done, step(37, 'failed', plan), step(40, 'begun', plan), step(43, 'unknown', plan)],
    buttons: [],
  });

  it('counts its targets and names those under way or wrong: target, step, state, since when', () => {
    expect(post(running, 'top')).toContain('12 of 200 targets done');
    const shown = post(running, 'plan');
    expect(shown).toContain(
      '*12 of 200 targets done · 1 not known whether it took effect · 1 failed · 1 under way · 185 not begun*',
    );
    expect(shown).toMatch(
      /• rmc-14 · step 1\/3 drain on rmc-14 — \*under way\* since <!date\^\d+\^\{time_secs\}/,
    );
    expect(shown).toMatch(
      /• rmc-13 · step 1\/3 drain on rmc-13 — \*failed\* since .*: Refused with HTTP 403\./,
    );
    expect(shown).toContain('# rmc-13\\nHTTP 403\\nforbidden');
    expect(shown.match(/• rmc-/g)).toHaveLength(3);
    expect(shown.indexOf('rmc-15')).toBeLessThan(shown.indexOf('rmc-13'));
  });

  it('names no more than a dozen, and counts the rest', () => {
    const steps = Array.from({ length: 30 }, (_, at) => step(4 + 3 * at, 'begun', plan));
    const shown = post({ ...running, steps }, 'plan');
    expect(shown.match(/• rmc-/g)).toHaveLength(12);
    expect(shown).toContain('… and 18 more');
    for (const one of view({ ...running, steps, lang: 'zh' })) assertBlocks(one.blocks);
  });

  it('says after the end which targets stopped on the way', () => {
    const steps = [step(1, 'done', plan), step(2, 'failed', plan), step(4, 'done', plan)];
    const ended = { ...running, steps, state: 'ended', outcome: 'failed' } as const;
    expect(post(ended, 'plan')).toContain('1 failed · 1 stopped on the way · 198 not begun');
  });

  it('edits two messages for a step, and posts none', () => {
    const before = new Map(view(running).map((one) => [one.key, postHash(one)]));
    const after = view({ ...running, steps: [...running.steps, step(46, 'done', plan)] });
    expect(after.map(({ key }) => key)).toEqual([...before.keys()]);
    expect(after.filter((one) => before.get(one.key) !== postHash(one)).length).toBeLessThanOrEqual(2);
  });
});

describe('a change that was put down', () => {
  const plan = planOf(bracketed());
  const heldBy = '11111111-2222-4333-8444-555555555555' as Run['id'];
  const since = '2026-11-21T02:12:00.000Z';
  it.each([
    [
      'a person',
      { for: 'person', step: 3, until: '2026-11-21T03:12:00.000Z' },
      /Waits for a person to answer step 3, restart on meta-1 \(late after <!date.*\), since <!date/,
    ],
    ['a time', { for: 'time', until: '2026-11-21T03:12:00.000Z' }, /Waits until <!date.*, since <!date/],
    [
      'another run',
      { for: 'lock', of: 'site:a', heldBy },
      /Waits for run 11111111, which works on the same, to end, since <!date/,
    ],
    [
      'a window',
      { for: 'window', opens: '2026-11-21T22:00:00.000Z' },
      /Waits for its window, which opens at <!date.*, since <!date/,
    ],
  ] as const)('says that it waits for %s, since when and until when', (_, waiting, says) => {
    const run = waitingFor(plan, {
      state: 'suspended',
      waiting: { ...waiting, since },
      steps: [step(1, 'done', plan)],
    });
    for (const key of ['top', 'plan']) expect(post(run, key)).toMatch(says);
    expect(post({ ...run, lang: 'zh' }, 'plan')).toMatch(/等待.*自 <!date/);
    expect(runText(run, 'en')).toContain(`since ${since}`);
  });
});
