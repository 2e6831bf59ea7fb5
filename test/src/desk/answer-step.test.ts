import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ofRun } from '../../../src/runs/subject.ts';
import { type ManualStep, words } from '../../../src/kit/index.ts';
import { isReplySigned } from '../../../src/runs/authority.ts';
import { withHash } from '../../../src/runs/plan.ts';
import { newButtonId, newRunId, type Plan, type Run, type RunId } from '../../../src/runs/run.ts';
import { claimedRun } from './claimed-run.ts';
import { type DeskStage, from, openDeskStage } from './stage.ts';

let stage: DeskStage;
beforeAll(async () => {
  stage = await openDeskStage();
});
afterAll(() => stage.close());
beforeEach(() => {
  stage.sent.length = 0;
});

const says = words('waits', '等待');
const step: ManualStep = {
  kind: 'manual',
  title: words('Enable it', '启用'),
  page: words('Console', '控制台'),
  do: words('Enable the channel', '启用通道'),
  expect: words('It is enabled', '已启用'),
  changes: true,
};
const plan: Plan = withHash({
  playbook: 'fix',
  args: {},
  title: words('Fix', '修复'),
  risk: 'dangerous',
  rows: ['DEPS-F05'],
  because: says,
  warning: says,
  facts: {},
  steps: [step],
  verify: [],
  rollback: [],
  looked: [],
});

const ALL_ANSWERS = ['step-done', 'step-not-done', 'step-could-not', 'step-taken', 'step-not-taken'] as const;
/** The same with a step that asks a contact. */
const asks: Plan = withHash({
  ...plan,
  steps: [
    {
      kind: 'escalate',
      title: words('Ask the DBA', '请求 DBA'),
      contacts: ['dba'],
      text: words('The database is down.', '数据库不可用。'),
      withinMinutes: 15,
    },
  ],
});

/** A change of Lin Wei's whose only step waits for a person. */
async function waitingRun(isBegun = true, its = plan): Promise<Run> {
  const { runs, buttons: stored } = stage.store;
  const id = await claimedRun(stage, its);
  if (isBegun) await runs.apply(id, { kind: 'stepped', step: { no: 1, title: step.title, state: 'begun' } });
  const answers = ALL_ANSWERS.map((action) => ({
    id: newButtonId(),
    action,
    arg: '1',
  }));
  const buttons = [...answers, { id: newButtonId(), action: 'cancel' as const }];
  await stored.create(buttons.map((button) => ({ ...button, subject: ofRun(id), once: false })));
  const waiting = { for: 'person', step: 1 } as const;
  const down = await runs.apply(id, { kind: 'suspended', waiting, says, buttons });
  if (!down.ok) throw new Error(down.because.en);
  return down.run;
}

const runOf = async (id: RunId): Promise<Run> => {
  const run = await stage.store.runs.get(id);
  if (!run) throw new Error('no run');
  return run;
};
const buttonOf = (run: Run, action: string): string => {
  const found = run.buttons.find((button) => button.action === action);
  if (!found) throw new Error(`no ${action}`);
  return found.id;
};

async function answered(run: Run, action: string, saw: string, who = 'U0ZHAO') {
  const pressed = await stage.desk.press(buttonOf(run, action), from(who));
  if (pressed.kind !== 'form') return pressed;
  return stage.desk.fill(pressed.form.of, { saw: [saw] }, from(who));
}

describe('a person who answers a step that waits', () => {
  it.each([
    ['step-done', 'done'],
    ['step-not-done', 'not-done'],
    ['step-could-not', 'could-not'],
  ])('%s: it is signed, recorded and handed over', async (action, word) => {
    const run = await waitingRun();
    expect(await answered(run, action, 'the channel shows enabled')).toEqual({ kind: 'accepted' });
    const after = await runOf(run.id);
    const [reply] = after.replies ?? [];
    expect(reply).toMatchObject({
      step: 1,
      word,
      saw: 'the channel shows enabled',
      by: { id: 'zhao', name: 'Zhao Min' },
    });
    const keys = await stage.authority.keys();
    if (!reply) throw new Error('no reply');
    expect(isReplySigned({ ...after, plan }, reply, keys)).toBe(true);
    for (const forged of [
      { ...reply, word: 'done' as const, saw: 'other' },
      { ...reply, step: 2 },
      { ...reply, by: { id: 'lin', name: 'Lin Wei' } },
    ])
      expect(isReplySigned({ ...after, plan }, forged, keys)).toBe(false);
    expect(isReplySigned({ ...after, id: newRunId(), plan }, reply, keys)).toBe(false);
    expect(after).toMatchObject({ state: 'suspended', waiting: { for: 'time' } });
    expect(stage.sent.map(({ id }) => id)).toEqual([run.id]);
    const lines = await stage.store.audit.ofRun(run.id);
    expect(lines.at(-1)).toMatchObject({
      action: 'step replied',
      actorId: 'zhao',
      decision: 'run',
      reason: 'the channel shows enabled',
      facts: { step: 1, word, hash: plan.hash },
    });
  });

  it.each(['', '   ', 'ok', ' yes '])('must say what they saw: "%s" is not enough', async (saw) => {
    const run = await waitingRun();
    expect(await answered(run, 'step-done', saw)).toMatchObject({
      kind: 'mistakes',
      mistakes: [{ field: 'saw' }],
    });
    expect((await runOf(run.id)).replies).toBeUndefined();
  });

  it('must be allowed to change the system, and a refusal is recorded', async () => {
    const run = await waitingRun();
    expect(await answered(run, 'step-done', 'the channel shows enabled', 'U0CHEN')).toMatchObject({
      kind: 'says',
    });
    expect((await runOf(run.id)).replies).toBeUndefined();
    expect((await stage.store.audit.ofRun(run.id)).at(-1)).toMatchObject({
      action: 'step replied',
      actorId: 'chen',
      decision: 'no',
    });
  });

  it.each([
    ['step-taken', 'taken'],
    ['step-not-taken', 'not-taken'],
  ])('says whether a contact takes it, and who said so: %s', async (action, word) => {
    const run = await waitingRun(true, asks);
    const pressed = await stage.desk.press(buttonOf(run, action), from('U0ZHAO'));
    if (pressed.kind !== 'form') throw new Error(JSON.stringify(pressed));
    expect(pressed.form.form.fields[0]).toMatchObject({ label: { en: 'Who said what' } });
    expect(await stage.desk.fill(pressed.form.of, { saw: ['no'] }, from('U0ZHAO'))).toMatchObject({
      kind: 'mistakes',
    });
    expect(await answered(run, action, 'Chen Jie, by phone')).toEqual({ kind: 'accepted' });
    const [reply] = (await runOf(run.id)).replies ?? [];
    expect(reply).toMatchObject({ word, saw: 'Chen Jie, by phone', by: { id: 'zhao' } });
    if (!reply) throw new Error('no reply');
    expect(isReplySigned({ ...run, plan: asks }, reply, await stage.authority.keys())).toBe(true);
  });

  it.each([
    ['step-done', asks],
    ['step-taken', plan],
  ])('takes no answer that the step does not ask for: %s', async (action, its) => {
    const run = await waitingRun(true, its);
    expect(await answered(run, action, 'seen on the page')).toMatchObject({ kind: 'says' });
    expect((await runOf(run.id)).replies).toBeUndefined();
  });

  it('is told that another was faster', async () => {
    const run = await waitingRun();
    const late = await stage.desk.press(buttonOf(run, 'step-not-done'), from('U0LIN'));
    if (late.kind !== 'form') throw new Error('no form');
    await answered(run, 'step-done', 'the channel shows enabled');
    expect(await stage.desk.fill(late.form.of, { saw: ['nothing of it'] }, from('U0LIN'))).toMatchObject({
      kind: 'says',
    });
    expect((await runOf(run.id)).replies).toMatchObject([{ word: 'done' }]);
  });
});

describe('Cancel of a run that waits', () => {
  it('before its first step ends it at once; nothing was changed', async () => {
    const run = await waitingRun(false);
    expect(await stage.desk.press(buttonOf(run, 'cancel'), from('U0LIN'))).toEqual({ kind: 'accepted' });
    expect(await runOf(run.id)).toMatchObject({
      outcome: 'cancelled',
      says: { en: 'Cancelled by Lin Wei. Nothing was changed.' },
    });
  });

  it('after it has a worker stop it, and does not say that nothing was changed', async () => {
    const run = await waitingRun();
    expect(await stage.desk.press(buttonOf(run, 'cancel'), from('U0LIN'))).toEqual({ kind: 'accepted' });
    const after = await runOf(run.id);
    expect(after).toMatchObject({ state: 'suspended', cancelled: { by: { id: 'lin' } }, buttons: [] });
    expect(after.says?.en).not.toContain('Nothing was changed');
    expect(stage.sent.map(({ id }) => id)).toEqual([run.id]);
    expect((await stage.store.audit.ofRun(run.id)).at(-1)).toMatchObject({ action: 'stop', decision: 'run' });
  });
});
