import { describe, expect, it } from 'vitest';
import {
  answersTo,
  contactsOf,
  type Hands,
  lookAtStep,
  plannedStep,
  type PersonAnswer,
  performStep,
  resumeStep,
  shownStep,
  Step,
  words,
} from '../../../../src/kit/index.ts';
import type { Delivered, ToldBefore } from '../../../../src/kit/steps/hands.ts';
import { estateOf } from '../../../support/estates.ts';

const step = Step.parse({
  kind: 'escalate',
  title: words('Ask', '请求'),
  contacts: ['ops-admin', 'dba', 'hotline'],
  text: words('The broker is down.', '消息服务不可用。'),
  withinMinutes: 15,
});
const frame = { runId: 'r', no: 3, fence: 1, since: new Date(0) };
const estate = estateOf({
  contacts: {
    'ops-admin': { channel: 'C0OPS0001', group: 'S0OPS0001' },
    dba: { user: 'U0DBA0001' },
    hotline: { phone: '400-995-1887' },
  },
});
const T = Date.parse('2026-11-30T02:00:00Z');

/** A Slack with memory, whose clock somebody sets. */
function slack(refuses: readonly string[] = [], answers: Delivered = 'told') {
  const told: (ToldBefore & { readonly channel?: string | undefined; readonly says: string })[] = [];
  const clock = { ms: T };
  const hands = {
    estate,
    clocks: { database: async () => new Date(clock.ms) },
    tell: {
      async send(_: unknown, { channel, nth = 0, after, says }: Parameters<Hands['tell']['send']>[1]) {
        if (!told.some((each) => each.nth === nth))
          told.push({
            nth,
            at: new Date(clock.ms),
            ...(after === undefined ? {} : { after }),
            channel,
            says: says.en,
          });
        return channel !== undefined && refuses.includes(channel) ? 'refused' : answers;
      },
      told: async () => told,
    },
  } as unknown as Hands;
  return { hands, told, clock, to: () => told.map(({ channel = 'thread' }) => channel) };
}
const answer = (word: PersonAnswer['word'], at = T + 1000): PersonAnswer => ({
  by: { id: 'lin', name: 'Lin Wei' },
  at: new Date(at),
  word,
  saw: 'Chen Jie, by phone',
});
const yes = async (): Promise<boolean> => true;

describe('asking contacts', () => {
  it('tells the first, word for word, and waits for somebody to take it', async () => {
    const { hands, told } = slack();
    const asked = await performStep(step, frame, yes, hands);
    expect(told).toMatchObject([{ channel: 'C0OPS0001', says: 'The broker is down.' }]);
    expect(asked).toMatchObject({
      kind: 'waits',
      waiting: { for: 'person', until: new Date(T + 15 * 60_000) },
      says: { en: expect.stringMatching(/^Asked ops-admin\..*dba is asked\.$/) as string },
    });
    expect([answersTo(step), contactsOf(step)]).toEqual([
      ['taken', 'not-taken'],
      ['ops-admin', 'dba', 'hotline'],
    ]);
  });

  it('tells whom the plan says, whatever has become of the inventory since', async () => {
    const { hands, to } = slack();
    const later = { ...hands, estate: estateOf({ contacts: { 'ops-admin': { channel: 'C0OTHER01' } } }) };
    await performStep(plannedStep(step, estate), frame, yes, later);
    expect(to()).toEqual(['C0OPS0001']);
  });

  it('without permission tells nobody', async () => {
    const { hands, told } = slack();
    expect((await performStep(step, frame, async () => false, hands)).kind).toBe('without-effect');
    expect(told).toEqual([]);
  });

  it('goes on to whom Slack takes a message for; where nobody can be told it has no effect', async () => {
    const some = slack(['C0OPS0001', 'U0DBA0001']);
    const asked = await performStep(step, frame, yes, some.hands);
    expect(some.to()).toEqual(['C0OPS0001', 'U0DBA0001', 'thread']);
    expect(some.told.at(-1)?.says).toContain('Call hotline: 400-995-1887');
    expect(asked.says.en).toContain('ops-admin could not be told');
    const none = Step.parse({ ...step, contacts: ['ops-admin', 'nobody'] });
    expect((await performStep(none, frame, yes, slack(['C0OPS0001']).hands)).kind).toBe('without-effect');
  });

  it('that Slack has not taken yet waits all the same', async () => {
    const asked = await performStep(step, frame, yes, slack([], 'not-yet').hands);
    expect(asked).toMatchObject({ kind: 'waits', waiting: { for: 'person' } });
    expect(asked.says.en).toContain('ops-admin is asked as soon as Slack takes the message.');
  });

  it('is done when it is taken, by whomever that was said', async () => {
    const { hands, to } = slack();
    await performStep(step, frame, yes, hands);
    expect(await resumeStep(step, frame, answer('taken'), hands)).toMatchObject({
      kind: 'done',
      says: { en: 'Taken. Lin Wei: Chen Jie, by phone' },
    });
    expect(to()).toEqual(['C0OPS0001']);
  });

  it('asks one after another as their time is over, nobody twice, and then waits without end', async () => {
    const { hands, clock, to } = slack();
    await performStep(step, frame, yes, hands);
    await resumeStep(step, frame, undefined, hands);
    expect(to()).toEqual(['C0OPS0001']);
    for (const minutes of [15, 30]) {
      clock.ms = T + minutes * 60_000;
      await resumeStep(step, frame, undefined, hands);
      await resumeStep(step, frame, undefined, hands);
    }
    expect(to()).toEqual(['C0OPS0001', 'U0DBA0001', 'thread']);
    clock.ms = T + 45 * 60_000;
    const left = await resumeStep(step, frame, undefined, hands);
    expect(left).toMatchObject({ kind: 'waits', waiting: { for: 'person' } });
    expect(left).not.toHaveProperty('waiting.until');
    expect(left.says.en).toContain('Nobody is left to be asked.');
  });

  it('by one answer that it is not taken asks one more, however often it is gone on by', async () => {
    const { hands, to } = slack();
    await performStep(step, frame, yes, hands);
    await resumeStep(step, frame, answer('not-taken'), hands);
    await resumeStep(step, frame, answer('not-taken'), hands);
    expect(to()).toEqual(['C0OPS0001', 'U0DBA0001']);
    await resumeStep(step, frame, answer('not-taken', T + 2000), hands);
    expect(to()).toEqual(['C0OPS0001', 'U0DBA0001', 'thread']);
  });

  it('after its worker was lost goes on by itself, whether the first was told or not', async () => {
    const before = slack();
    expect(await lookAtStep(step, frame, before.hands)).toMatchObject({
      kind: 'waits',
      waiting: { for: 'time' },
    });
    await resumeStep(step, frame, undefined, before.hands);
    await resumeStep(step, frame, undefined, before.hands);
    expect(before.to()).toEqual(['C0OPS0001']);
  });

  it('is shown with whom it asks, where, for how long, and the very words', () => {
    expect(shownStep(plannedStep(step, estate))).toMatchObject({
      place: 'ops-admin',
      language: 'words',
      note: {
        en: 'asks ops-admin in channel C0OPS0001, group S0OPS0001 by name, then dba by direct message, then hotline by phone, 400-995-1887, which a person calls; each once, until somebody takes it, 15 min for each',
      },
      text: { en: 'The broker is down.' },
    });
  });
});
