import { describe, expect, it } from 'vitest';
import { type Hands, performStep, lookAtStep, shownStep, Step, words } from '../../../../src/kit/index.ts';
import type { Delivered } from '../../../../src/kit/steps/hands.ts';
import { estateOf } from '../../../support/estates.ts';

const step = (to: unknown): Step =>
  Step.parse({
    kind: 'notify',
    title: words('Tell', '通知'),
    to,
    text: words('Push is stopped.', '推送已关闭。'),
  });
const frame = { runId: 'r', no: 3, fence: 1, since: new Date(0) };
const estate = estateOf({
  contacts: {
    security: { channel: 'C0SECURE1', group: 'S0SECURE1' },
    dba: { user: 'U0DBA0001' },
    hotline: { phone: '400-995-1887' },
  },
});

/** Hands that remember what was told, and answer this. */
function handsThat(delivered: Delivered) {
  const told: unknown[] = [];
  const unused = () => {
    throw new Error('this step reaches nothing else');
  };
  const hands = {
    estate,
    tell: {
      send: async (_: unknown, what: unknown) => {
        told.push(what);
        return delivered;
      },
      seen: async () => delivered,
    },
    holds: unused,
    rows: unused,
    once: unused,
    clocks: unused,
  } as unknown as Hands;
  return { hands, told };
}
const perform = async (to: unknown, delivered: Delivered = 'told', permit = async () => true) => {
  const { hands, told } = handsThat(delivered);
  return { answer: await performStep(step(to), frame, permit, hands), told };
};

describe('telling people', () => {
  it('goes to the thread, to the channel of a contact with its group called by name, or to a person', async () => {
    const says = words('Push is stopped.', '推送已关闭。');
    expect((await perform('thread')).told).toEqual([{ says }]);
    expect((await perform({ contact: 'security' })).told).toEqual([
      { channel: 'C0SECURE1', group: 'S0SECURE1', says },
    ]);
    expect((await perform({ contact: 'dba' })).told).toEqual([{ channel: 'U0DBA0001', says }]);
  });

  it.each<[Delivered, string]>([
    ['told', 'done'],
    ['refused', 'without-effect'],
    ['never-sent', 'without-effect'],
    ['not-yet', 'unknown'],
  ])('is done only when Slack has it: %s is %s', async (delivered, kind) => {
    expect((await perform('thread', delivered)).answer.kind).toBe(kind);
    expect((await lookAtStep(step('thread'), frame, handsThat(delivered).hands)).kind).toBe(kind);
  });

  it('tells nobody without permission, whom the inventory does not name, or who has only a phone, and says which', async () => {
    const denied = await perform('thread', 'told', async () => false);
    expect([denied.answer.kind, denied.told]).toEqual(['without-effect', []]);
    const absent = await perform({ contact: 'nobody' });
    expect(absent.answer).toMatchObject({
      kind: 'without-effect',
      says: { en: expect.stringContaining('"contacts"') as string },
    });
    const phone = await perform({ contact: 'hotline' });
    expect(phone.answer.says.en).toContain('Call: 400-995-1887.');
    expect([absent.told, phone.told]).toEqual([[], []]);
  });

  it('is shown with whom it tells and the very words', () => {
    expect(shownStep(step({ contact: 'security' }))).toMatchObject({
      place: 'security',
      note: { en: 'a message to security, once' },
      text: { en: 'Push is stopped.', zh: '推送已关闭。' },
    });
  });
});
