import { describe, expect, it } from 'vitest';
import {
  type CheckStep,
  type Condition,
  effectsOf,
  type Hands,
  type Held,
  lookAtStep,
  type ManualStep,
  performStep,
  resumeStep,
  shownStep,
  type StepFrame,
  touches,
  type WaitStep,
  words,
} from '../../../../src/kit/index.ts';
import { estateOf } from '../../../support/estates.ts';
import { noContainers } from '../../../support/no-containers.ts';

const page: Condition = { kind: 'page', host: 'h-1', url: 'http://127.0.0.1/ok', has: 'up' };
const held: Held = { holds: true, says: words('The page says up.', '页面显示 up。'), evidence: 'up' };
const not: Held = { holds: false, says: words('The page says down.', '页面显示 down。'), evidence: 'down' };
const frame: StepFrame = { runId: 'r', no: 1, fence: 1, since: new Date(0) };
const always = async (): Promise<boolean> => true;

/** Looks that come to this, one after the other; the last again and again. */
function hands(...looks: readonly Held[]): Hands & { readonly asked: () => number } {
  let asked = 0;
  const nothing = (): never => {
    throw new Error('nothing else is used');
  };
  return {
    estate: estateOf(),
    rows: { deleteRows: nothing, insertRows: nothing, lookAtRows: nothing },
    once: { run: nothing, look: nothing, cancel: nothing },
    requests: { send: nothing },
    containers: noContainers,
    tell: { send: nothing, seen: nothing, told: nothing },
    clocks: { here: () => new Date(), database: async () => new Date() },
    async holds() {
      asked += 1;
      return looks[Math.min(asked, looks.length) - 1] ?? not;
    },
    asked: () => asked,
  };
}

describe('a gate', () => {
  const step: CheckStep = { kind: 'check', title: words('Gate', '检查'), conditions: [page] };

  it('is passed when everything holds, and changes nothing', async () => {
    expect(await performStep(step, frame, always, hands(held))).toMatchObject({ kind: 'done' });
    expect(effectsOf(step)).toEqual([]);
    expect(touches(step, estateOf())).toEqual([]);
  });

  it('that does not hold has certainly had no effect, and says what was seen', async () => {
    expect(await performStep(step, frame, always, hands(not))).toMatchObject({
      kind: 'without-effect',
      says: { en: 'Does not hold: The page says down.' },
    });
  });

  it('says every condition that does not hold', async () => {
    const two: CheckStep = { ...step, conditions: [page, { ...page, url: 'http://127.0.0.1/2' }] };
    const other = { ...not, says: words('The other is down.', '另一个 down。') };
    const answer = await performStep(two, frame, always, hands(not, other));
    expect(answer.says.en).toContain('The page says down.');
    expect(answer.says.en).toContain('The other is down.');
  });

  it('whose worker was lost is looked at again by the next one', async () => {
    expect(await lookAtStep(step, frame, hands(not))).toMatchObject({
      kind: 'waits',
      waiting: { for: 'time' },
    });
    expect(await resumeStep(step, frame, undefined, hands(held))).toMatchObject({ kind: 'done' });
  });
});

describe('a wait', () => {
  const step: WaitStep = {
    kind: 'wait',
    title: words('Wait', '等待'),
    conditions: [page],
    withinSeconds: 1,
    everySeconds: 0.05,
  };

  it('is over as soon as everything holds', async () => {
    const eyes = hands(not, not, held);
    expect(await performStep(step, frame, always, eyes)).toMatchObject({ kind: 'done' });
    expect(eyes.asked()).toBe(3);
  });

  it('whose time is over has had no effect, and says what was seen last', async () => {
    const began = performance.now();
    expect(await performStep(step, frame, always, hands(not))).toMatchObject({
      kind: 'without-effect',
      says: { en: 'Not within 1 seconds: The page says down.' },
    });
    expect(performance.now() - began).toBeGreaterThanOrEqual(990);
  });

  it('looks a last time when its time is over', async () => {
    const late = { ...step, everySeconds: 600 };
    expect(await performStep(late, frame, always, hands(not, held))).toMatchObject({ kind: 'done' });
  });

  it('is put down at once when its worker stops', async () => {
    const stopping = new AbortController();
    const long = { ...step, withinSeconds: 600, everySeconds: 600 };
    const waiting = performStep(long, { ...frame, stopping: stopping.signal }, always, hands(not));
    setTimeout(() => stopping.abort(), 50);
    expect(await waiting).toMatchObject({ kind: 'waits', waiting: { for: 'time' } });
  });

  it('keeps its deadline, whoever goes on with it', async () => {
    const begunAt = new Date(Date.now() - 5000);
    const began = performance.now();
    expect(await resumeStep(step, { ...frame, begunAt }, undefined, hands(not))).toMatchObject({
      kind: 'without-effect',
    });
    expect(performance.now() - began).toBeLessThan(900);
  });

  it('shows what must hold, within which time', () => {
    expect(shownStep(step)).toMatchObject({
      note: { en: 'must hold within 1 s, looked at every 0.05 s; changes nothing' },
      text: { en: '- http://127.0.0.1/ok from h-1 has “up”' },
    });
  });
});

describe('a step that a person does', () => {
  const step: ManualStep = {
    kind: 'manual',
    title: words('Enable it', '启用'),
    page: words('Console > Channels', '控制台 > 通道'),
    do: words('Set it to enabled', '设为启用'),
    expect: words('It is enabled', '状态为启用'),
    changes: true,
  };
  const by = { id: 'lin', name: 'Lin Wei' };
  const said = (word: 'done' | 'not-done' | 'could-not') => ({ by, at: new Date(0), word, saw: 'it is on' });

  it('waits for one, and says where, what and what to see', async () => {
    const answer = await performStep(step, frame, always, hands());
    expect(answer).toMatchObject({ kind: 'waits', waiting: { for: 'person' } });
    for (const part of ['Console > Channels', 'Set it to enabled', 'It is enabled'])
      expect(answer.says.en).toContain(part);
  });

  it('is not asked of anybody by a worker that has lost the run', async () => {
    expect(await performStep(step, frame, async () => false, hands())).toMatchObject({
      kind: 'without-effect',
    });
  });

  it.each([
    ['done', true, 'done'],
    ['not-done', true, 'without-effect'],
    ['could-not', true, 'failed'],
    ['could-not', false, 'without-effect'],
  ] as const)(
    'answered %s (changes: %s) is %s, with who said it and what they saw',
    async (word, changes, kind) => {
      const answer = await resumeStep({ ...step, changes }, frame, said(word), hands());
      expect(answer.kind).toBe(kind);
      expect(answer.says.en).toContain('Lin Wei: it is on');
      expect(answer.evidence).toContain('Lin Wei (lin)');
    },
  );

  it('without an answer keeps waiting', async () => {
    expect(await resumeStep(step, frame, undefined, hands())).toMatchObject({
      kind: 'waits',
      waiting: { for: 'person' },
    });
  });

  it('is believed to be done when it shows', async () => {
    const answer = await resumeStep({ ...step, holds: [page] }, frame, said('done'), hands(held));
    expect(answer).toMatchObject({ kind: 'done', says: { en: 'Lin Wei: it is on. The page says up.' } });
  });

  it('whose worker was lost is asked again, unless it shows that it was done', async () => {
    expect(await lookAtStep(step, frame, hands(held))).toMatchObject({ kind: 'waits' });
    expect(await lookAtStep({ ...step, holds: [page] }, frame, hands(not))).toMatchObject({ kind: 'waits' });
    expect(await lookAtStep({ ...step, holds: [page] }, frame, hands(held))).toMatchObject({ kind: 'done' });
  });

  it('that only looks has no effect that another run could repeat', () => {
    expect(effectsOf({ ...step, changes: false })).toEqual([]);
    expect(effectsOf(step)).toHaveLength(1);
  });
});
