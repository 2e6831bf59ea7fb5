import { describe, expect, it } from 'vitest';
import { say, shownStep } from '../../../src/kit/index.ts';
import { previewOf, type PreviewStep } from '../../../src/runs/preview.ts';
import { stepsText, wayBackText } from '../../../src/runs/preview-text.ts';
import {
  bracketed,
  eachItsOwn,
  hostsOf,
  inOneList,
  planOf,
  requestOn,
  staged,
} from '../../support/wide-plans.ts';

const textsOf = (steps: readonly PreviewStep[]) => steps.flatMap(({ texts }) => texts);
const allTexts = (plan: ReturnType<typeof planOf>) => {
  const { stages, closing } = previewOf(plan);
  return [
    ...stages.flatMap(({ lanes }) => lanes.flatMap(({ steps }) => textsOf(steps))),
    ...closing.flatMap(({ steps }) => textsOf(steps)),
  ];
};

describe('the preview of a plan', () => {
  it('shows the same text of a stage once, with its targets', () => {
    const { stages, stageCount } = previewOf(planOf(staged(29, 28)));
    expect(stageCount).toBe(2);
    expect(stages.map(({ from, targets, atOnce }) => [from, targets.length, atOnce])).toEqual([
      [1, 1, 1],
      [2, 28, 28],
    ]);
    const [lanes, ...others] = stages[1]?.lanes ?? [];
    expect(others).toEqual([]);
    expect(
      lanes?.steps.map(({ title, texts }) => [title.en, texts.length, texts[0]?.targets.length]),
    ).toEqual([
      ['drain on each target', 1, 28],
      ['reinit on each target', 1, 28],
      ['resume on each target', 1, 28],
    ]);
    expect(lanes?.steps[0]?.texts[0]?.note.en).toBe('on each target, once');
  });

  it('shows stages that do the same as one, and says which they are', () => {
    const { stages } = previewOf(planOf(staged(200, 30)));
    expect(stages.map(({ from, to, targets }) => [from, to, targets.length])).toEqual([
      [1, 1, 1],
      [2, 8, 199],
    ]);
  });

  it('keeps texts apart that differ in more than where they run', () => {
    const { stages } = previewOf(planOf(eachItsOwn(5)));
    expect(stages).toHaveLength(1);
    expect(stages[0]?.lanes[0]?.steps.map(({ texts }) => texts.length)).toEqual([5, 5]);
  });

  it('takes a name for a target only where it stands alone', () => {
    const hosts = ['mq-1', 'mq-12'];
    const steps = hosts.map((host) => ({
      ...requestOn(host, 'x'),
      title: { en: 'after mq-12', zh: 'mq-12' },
    }));
    const plan = planOf({
      stages: [
        { lanes: hosts.map((target, at) => ({ target, steps: [steps[at] ?? requestOn(target, 'x')] })) },
      ],
    });
    expect(previewOf(plan).stages[0]?.lanes.map(({ steps: [step] }) => step?.title.en)).toEqual([
      'after mq-12',
      'after mq-12',
    ]);
  });

  it.each([
    ['staged', staged(40, 7)],
    ['each its own', eachItsOwn(12)],
    ['a bracket', bracketed()],
    ['a list', inOneList(30)],
  ])('has every step once, under its number, with its exact text: %s', (_, course) => {
    const plan = planOf(course);
    const texts = allTexts(plan);
    expect(texts.flatMap(({ numbers }) => numbers).sort((a, b) => a - b)).toEqual(
      plan.steps.map((__, at) => at + 1),
    );
    for (const { numbers, text } of texts)
      for (const no of numbers) {
        const step = plan.steps[no - 1];
        expect(step && shownStep(step).text).toEqual(text);
      }
  });
});

describe('a plan as plain text', () => {
  it('names every stage, its size, every target, and what is done at the end whatever happens', () => {
    const text = stepsText(planOf(staged(200, 30)), 'en').join('\n');
    expect(text).toContain('Stage 1 of 8 — rmc-1\n');
    expect(text).toContain(
      'Stages 2–8 of 8 — 199 targets, 30 at a time; a stage begins when the one before is through',
    );
    for (const host of hostsOf('rmc', 200)) expect(text).toMatch(new RegExp(`${host}\\b`));
    expect(text.match(/curl -X PUT/g)).toHaveLength(6);

    const closed = stepsText(planOf(bracketed()), 'en');
    expect(closed.slice(closed.indexOf('Whatever happens, at the end'))).toEqual([
      'Whatever happens, at the end',
      '  5. openPush on session-1 (session-1): on session-1, once',
      '    curl -X PUT \\',
      '    http://127.0.0.1:8341/privateapi/openPush',
    ]);
    expect(stepsText(planOf(bracketed()), 'zh')).toContain('无论结果如何，最后执行');

    const course = bracketed();
    const [closing] = course.always ?? [];
    if (!closing) throw new Error('nothing is closed');
    const both = { ...course, always: [{ ...closing, when: 'not-done' as const }, closing] };
    expect(
      stepsText(planOf(both), 'en')
        .filter((line) => !line.startsWith(' ') || /openPush on/.test(line))
        .slice(-4),
    ).toEqual([
      'Whatever happens, at the end',
      '  6. openPush on session-1 (session-1): on session-1, once',
      'Only if not every step takes effect, or it is cancelled, at the end, where it was begun',
      '  5. openPush on session-1 (session-1): on session-1, once',
    ]);
  });

  it('says of the way back which lanes it belongs to', () => {
    const back = wayBackText(planOf(staged(3, 2)), 'en');
    expect(back[0]).toBe(
      'resume on each target (on 3 targets: rmc-1, rmc-2, rmc-3): on each target, once (only where a step took effect)',
    );
    expect(back).toHaveLength(3);
  });

  it('leaves no secret readable', () => {
    const step = { ...requestOn('h-1', 'x'), url: 'http://127.0.0.1/x?password=Hunter2Secret' } as ReturnType<
      typeof requestOn
    >;
    const plan = planOf({ stages: [{ lanes: [{ target: 'h-1', steps: [step] }] }] });
    expect(JSON.stringify(previewOf(plan))).not.toContain('Hunter2Secret');
    expect(say({ en: stepsText(plan, 'en').join('\n'), zh: '' }, 'en')).not.toContain('Hunter2Secret');
  });
});
