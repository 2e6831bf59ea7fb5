import { describe, expect, it } from 'vitest';
import {
  bracket,
  type Course,
  inOrder,
  onEach,
  oneByOne,
  type Step,
  inTurn,
  words,
} from '../../../src/kit/index.ts';
import { isWhole } from '../../../src/runs/effects.ts';
import { isOnlyIfNotDone, laidOut, rollbackFor, stagesOf } from '../../../src/runs/layout.ts';
import { planOf } from '../../support/wide-plans.ts';

const step = (host: string, url: string): Step => ({
  kind: 'request',
  title: words(`${url} on ${host}`, `${host} ${url}`),
  from: { host },
  method: 'PUT',
  url,
});
const hosts = (count: number): readonly string[] => Array.from({ length: count }, (_, n) => `h-${n + 1}`);
const lane = (host: string) => ({ steps: [step(host, '/a'), step(host, '/b')] });
const sizes = (stages: readonly { readonly lanes: readonly unknown[] }[]): readonly number[] =>
  stages.map(({ lanes }) => lanes.length);

describe('a course', () => {
  it.each([
    [7, { batch: '30%' }, [1, 2, 2, 2]],
    [200, { batch: '30%' }, [1, 60, 60, 60, 19]],
    [3, { batch: '30%' }, [1, 1, 1]],
    [5, { canary: 2, batch: 10 }, [1, 1, 3]],
    [1, { batch: 4 }, [1]],
    [0, { batch: 4 }, []],
  ] as const)(
    'over %i targets in %j begins with its canaries and never exceeds a batch',
    (count, how, is) => {
      const course = onEach(hosts(count), how, lane);
      expect(sizes(course.stages)).toEqual(is);
      expect(course.stages.flatMap(({ lanes }) => lanes.map(({ target }) => target))).toEqual(hosts(count));
      for (const { lanes, atOnce = 1 } of course.stages) expect(atOnce).toBeGreaterThanOrEqual(lanes.length);
    },
  );

  it('refuses a batch of nothing', () => {
    for (const batch of [0, -1, 1.5, Number.NaN])
      expect(() => onEach(hosts(2), { batch }, lane)).toThrow('not a size');
  });

  it('one by one never has two lanes in a stage', () => {
    expect(sizes(oneByOne(hosts(4), lane).stages)).toEqual([1, 1, 1, 1]);
  });
});

describe('a plan laid out', () => {
  it('numbers every step once, in the order in which they may be performed', () => {
    const laid = laidOut(onEach(hosts(4), { batch: 2 }, lane));
    const numbers = stagesOf(laid).flatMap((stage) => stage.lanes.flatMap(({ steps }) => steps));
    expect(numbers).toEqual(laid.steps.map((_, at) => at + 1));
    expect(
      laid.steps.map((each) => each.kind === 'request' && each.from !== 'worker' && each.from.host),
    ).toEqual(hosts(4).flatMap((host) => [host, host]));
  });

  it('of a plain list has no stages, as it always was written', () => {
    const steps = [step('h', '/a'), step('h', '/b')];
    expect(laidOut(inOrder('h', steps), [step('h', '/c')])).toEqual({ steps, rollback: [step('h', '/c')] });
    expect(stagesOf({ steps })).toEqual([{ atOnce: 1, lanes: [{ target: '', steps: [1, 2] }] }]);
  });

  it('closes inner brackets before outer ones, each by the step that opened it', () => {
    const inner = bracket('site', {
      open: step('m', '/inner-open'),
      around: oneByOne(['h-1'], lane),
      close: [step('m', '/inner-close')],
    });
    const laid = laidOut(
      bracket('site', { open: step('m', '/open'), around: inner, close: [step('m', '/close')] }),
    );
    const url = (no: number): string | undefined => {
      const found = laid.steps[no - 1];
      return found?.kind === 'request' ? found.url : undefined;
    };
    expect(laid.always?.map(({ step: no, closes }) => [url(no), url(closes)])).toEqual([
      ['/inner-close', '/inner-open'],
      ['/close', '/open'],
    ]);
    const staged = stagesOf(laid).flatMap(({ lanes }) => lanes.flatMap(({ steps }) => steps));
    for (const { step: no } of laid.always ?? []) expect(staged).not.toContain(no);
  });

  it('refuses a closing step for something that is not in it', () => {
    const course = oneByOne(['h'], lane);
    expect(() =>
      laidOut(inTurn(course, { stages: [], always: [{ closes: step('x', '/'), steps: [] }] })),
    ).toThrow('closes a step that is not in the plan');
  });

  it('puts back of a lane only when something of it took effect', () => {
    const laid = laidOut(
      oneByOne(hosts(2), (host) => ({ ...lane(host), undo: [step(host, '/undo')] })),
      [step('x', '/for-all')],
    );
    const backs = (...took: readonly number[]): readonly string[] =>
      rollbackFor(laid, new Set(took)).map((each) => each.title.en);
    expect(backs(1)).toEqual(['/for-all on x', '/undo on h-1']);
    expect(backs(4)).toEqual(['/for-all on x', '/undo on h-2']);
    expect(backs(2, 3)).toEqual(['/for-all on x', '/undo on h-1', '/undo on h-2']);
  });

  describe('with steps that are meant only where not all take effect', () => {
    const opens = [step('h-1', '/open'), step('h-2', '/open')] as const;
    const closing = (host: string) => step(host, '/undo');
    const course: Course = {
      stages: [
        {
          lanes: opens.map((open, at) => ({
            target: `h-${at + 1}`,
            steps: [open],
            undo: [closing(`h-${at + 1}`)],
          })),
        },
      ],
      always: opens.map((closes, at) => ({ closes, steps: [closing(`h-${at + 1}`)], when: 'not-done' })),
    };
    const laid = laidOut(course);
    const isWholeAfter = (...done: readonly number[]): boolean =>
      isWhole({
        plan: planOf(course),
        steps: done.map((no) => ({ no, title: words('s', 's'), state: 'done' })),
      });

    it('is whole without them, and not once one of them was begun', () => {
      expect([1, 2, 3, 4].map((no) => isOnlyIfNotDone(laid, no))).toEqual([false, false, true, true]);
      expect(isWholeAfter(1, 2)).toBe(true);
      expect(isWholeAfter(1)).toBe(false);
      expect(isWholeAfter(1, 2, 3)).toBe(false);
    });

    it('does not put back what they have closed', () => {
      const backs = (...took: readonly number[]): readonly string[] =>
        rollbackFor(laid, new Set(took)).map((each) => each.title.en);
      expect(backs(1, 2)).toEqual(['/undo on h-1', '/undo on h-2']);
      expect(backs(1, 2, 3)).toEqual(['/undo on h-2']);
      expect(backs(1, 3)).toEqual([]);
    });
  });
});
