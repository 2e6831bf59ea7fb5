import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ofRun } from '../../../src/runs/subject.ts';
import type { Desk } from '../../../src/desk/port.ts';
import { words } from '../../../src/kit/index.ts';
import { shownOf } from '../../../src/runs/authority.ts';
import { withHash } from '../../../src/runs/plan.ts';
import { newButtonId, type Plan, type Run, type RunId } from '../../../src/runs/run.ts';
import type { Store } from '../../../src/store/index.ts';
import { type DeskStage, from, openDeskStage } from './stage.ts';

let stage: DeskStage;
let desk: Desk;
let store: Store;
let sent: Run[];

beforeAll(async () => {
  stage = await openDeskStage();
  ({ desk, store, sent } = stage);
});
afterAll(() => stage.close());
beforeEach(() => {
  sent.length = 0;
  stage.queueIsUp = true;
});

async function waiting(minutes = 10): Promise<{
  readonly id: RunId;
  readonly confirm: string;
  readonly cancel: string;
  readonly shown: string;
}> {
  const said = await desk.ask('unstick', 'r1_1', from('U0LIN'));
  if (said.kind !== 'started') throw new Error('not started');
  const id = said.runId;
  const plan: Plan = withHash({
    playbook: 'fix',
    args: { order: 'r1_1' },
    title: words('Fix', '修复'),
    risk: 'dangerous',
    rows: ['DEPS-F05'],
    because: words('p', 'p'),
    warning: words('w', 'w'),
    facts: {},
    steps: [],
    verify: [],
    rollback: [],
    looked: [],
  });
  const notAfter = new Date(Date.now() + minutes * 60_000).toISOString();
  const buttons = (['confirm', 'cancel'] as const).map((action) => ({ id: newButtonId(), action }));
  await store.buttons.create(
    buttons.map((button) => ({ ...button, subject: ofRun(id), once: true, expiresAt: notAfter })),
  );
  await store.runs.apply(id, { kind: 'begun' });
  await store.runs.apply(id, {
    kind: 'planned',
    plan,
    approvalsNeeded: 1,
    notAfter,
    buttons,
    says: words('p', 'p'),
  });
  sent.length = 0;
  return { id, confirm: buttons[0]?.id ?? '', cancel: buttons[1]?.id ?? '', shown: shownOf({ id, plan }) };
}

describe('asking', () => {
  it('records and hands over once, however often the same thing arrives', async () => {
    const answers = await Promise.all(
      [1, 2, 3].map(() => desk.ask('inspect', 'mq', from('U0CHEN', 'same-key'))),
    );
    expect(new Set(answers.map((said) => (said.kind === 'started' ? said.runId : ''))).size).toBe(1);
    expect(sent).toHaveLength(1);
  });

  it('refuses who may not, in words, and writes that down', async () => {
    const before = await stage.rows();
    expect(await desk.ask('unstick', 'r1_1', from('U0CHEN'))).toMatchObject({
      kind: 'says',
      says: { en: expect.stringContaining('No rule lets you change DEPS') },
    });
    expect(await desk.ask('inspect', 'mq', from('U0STRANGER'))).toMatchObject({ kind: 'says' });
    expect((await stage.rows()) - before).toBe(2);
    expect(sent).toEqual([]);
  });

  it('narrows what is wider than the person may see', async () => {
    const said = await desk.ask('inspect', 'all', from('U0CHEN'));
    expect(said.kind).toBe('started');
    expect(sent.map(({ ask }) => ask)).toEqual([{ kind: 'inspect', scope: { kind: 'all' }, only: ['MQ'] }]);
  });

  it('says so when no manual has a check', async () => {
    expect(await desk.ask('inspect', 'appm', from('U0LIN'))).toMatchObject({
      kind: 'says',
      says: { en: expect.stringContaining('no check') as string },
    });
    expect(sent).toEqual([]);
  });

  it('keeps a run when the queue is away, and says that it goes on later', async () => {
    stage.queueIsUp = false;
    const said = await desk.ask('inspect', 'mq', from('U0LIN'));
    if (said.kind !== 'started') throw new Error('not started');
    expect(await store.runs.get(said.runId)).toMatchObject({
      state: 'queued',
      says: { en: expect.stringContaining('goes on by itself') },
    });
  });

  it('takes a mention as a command, and nothing as help', async () => {
    expect(await desk.ask(undefined, 'inspect mq', from('U0LIN'))).toMatchObject({ kind: 'started' });
    expect(await desk.ask(undefined, '  ', from('U0LIN'))).toMatchObject({
      kind: 'help',
      help: { commands: [{ name: 'inspect', examples: ['/inspect x'] }, {}, {}] },
    });
  });

  it('answers an unknown command with the one that is near', async () => {
    expect(await desk.ask(undefined, 'inspekt mq', from('U0LIN'))).toMatchObject({
      kind: 'says',
      says: { en: expect.stringContaining('/inspect, /unstick, /fettle') },
      instead: [{ command: '/inspect mq' }],
    });
  });

  it('passes on what a command says when words are missing', async () => {
    expect(await desk.ask('inspect', '', from('U0LIN'))).toMatchObject({
      kind: 'says',
      says: { en: 'Inspect what?' },
    });
  });
});

describe('pressing', () => {
  it('confirms once, by a person who may', async () => {
    const run = await waiting();
    expect(await desk.press(run.confirm, from('U0ZHAO'), run.shown)).toEqual({ kind: 'accepted' });
    expect(await store.runs.get(run.id)).toMatchObject({
      state: 'approved',
      approvals: [{ by: { id: 'zhao' }, grant: { risk: 'dangerous', policy: 'v1' } }],
    });
    expect(await desk.press(run.confirm, from('U0ZHAO'), run.shown)).toMatchObject({
      kind: 'says',
      says: { en: 'Zhao Min has confirmed this already.' },
    });
    expect(sent).toHaveLength(1);
  });

  it('counts one of many clicks at the same moment', async () => {
    const run = await waiting();
    const pressed = await Promise.all(
      Array.from({ length: 20 }, () => desk.press(run.confirm, from('U0ZHAO'), run.shown)),
    );
    expect(pressed.filter(({ kind }) => kind === 'accepted')).toHaveLength(1);
    expect(sent).toHaveLength(1);
  });

  it.each([
    ['the person who asked', 'U0LIN', 'Only approver may confirm'],
    ['a viewer', 'U0CHEN', 'Only approver may confirm'],
    ['a stranger', 'U0STRANGER', 'You have no rights in Fettle.'],
  ])('does nothing when %s clicks', async (_, who, because) => {
    const run = await waiting();
    expect(await desk.press(run.confirm, from(who), run.shown)).toMatchObject({
      kind: 'says',
      says: { en: expect.stringContaining(because) },
    });
    expect(await store.runs.get(run.id)).toMatchObject({ state: 'waiting', approvals: [] });
  });

  it('does nothing when the click is late', async () => {
    const run = await waiting(-1);
    expect(await desk.press(run.confirm, from('U0ZHAO'), run.shown)).toMatchObject({
      kind: 'says',
      says: { en: expect.stringContaining('The time for Confirm is over') },
    });
    expect(sent).toEqual([]);
  });

  it('lets the person who asked cancel, and nobody confirm afterwards', async () => {
    const run = await waiting();
    expect(await desk.press(run.cancel, from('U0LIN'))).toEqual({ kind: 'accepted' });
    expect(await store.runs.get(run.id)).toMatchObject({ outcome: 'cancelled' });
    expect(await desk.press(run.confirm, from('U0ZHAO'), run.shown)).toMatchObject({
      kind: 'says',
      says: { en: expect.stringContaining('cancelled') },
    });
  });

  it('does not let a viewer cancel for somebody else', async () => {
    const run = await waiting();
    expect(await desk.press(run.cancel, from('U0CHEN'))).toMatchObject({ kind: 'says' });
    expect(await store.runs.get(run.id)).toMatchObject({ state: 'waiting' });
  });

  it('knows no button that it did not make', async () => {
    expect(await desk.press('made-up', from('U0ZHAO'))).toMatchObject({
      kind: 'says',
      says: { en: expect.stringContaining('not known here') },
    });
  });
});
