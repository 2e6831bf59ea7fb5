import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { ofRun } from '../../../src/runs/subject.ts';
import { words } from '../../../src/kit/index.ts';
import { drawnAs } from '../../../src/runs/authority.ts';
import { withHash } from '../../../src/runs/plan.ts';
import type { Plan, Run, RunId } from '../../../src/runs/run.ts';
import { newButtonId } from '../../../src/runs/run.ts';
import { claimedRun } from './claimed-run.ts';
import { type DeskStage, from, openDeskStage } from './stage.ts';

let stage: DeskStage;
beforeAll(async () => {
  stage = await openDeskStage();
});
afterAll(() => stage.close());
beforeEach(() => {
  stage.sent.length = 0;
  stage.queueIsUp = true;
});

const says = words('who knows', '未知');
const plan = (rollback: Plan['rollback'] = [], risk: Plan['risk'] = 'dangerous'): Plan =>
  withHash({
    playbook: 'fix',
    args: {},
    title: words('Fix', '修复'),
    risk,
    rows: ['DEPS-F05'],
    because: says,
    warning: says,
    facts: {},
    steps: [
      {
        kind: 'request',
        method: 'POST',
        title: words('Signal', '信号'),
        from: { host: 'h' },
        url: 'http://127.0.0.1:1/',
        body: { type: 'json', text: '{}' },
      },
    ],
    verify: [],
    rollback,
    looked: [],
  });

/** A change of Lin Wei's whose only step nobody knows the end of. */
async function unknownRun(approvalsNeeded = 1, given = plan(), isSigned = false): Promise<Run> {
  const { runs, buttons: stored } = stage.store;
  const id = await claimedRun(stage, given, { approvalsNeeded, isSigned });
  await runs.apply(id, {
    kind: 'stepped',
    step: { no: 1, title: words('Signal', '信号'), state: 'unknown', says },
  });
  const buttons = (['look-again', 'took-effect', 'no-effect'] as const).map((action) => ({
    id: newButtonId(),
    action,
  }));
  await stored.create(buttons.map((button) => ({ ...button, subject: ofRun(id), once: false })));
  await runs.apply(id, { kind: 'ended', outcome: 'unknown', says, buttons });
  return runOf(id);
}
async function runOf(id: RunId): Promise<Run> {
  const run = await stage.store.runs.get(id);
  if (!run) throw new Error('no run');
  return run;
}
const buttonOf = (run: Run, action: string): string =>
  run.buttons.find((button) => button.action === action)?.id ?? '';
const fill = (run: Run, action: string, reason: string, who: string) =>
  stage.desk.fill({ kind: 'button', id: buttonOf(run, action) }, { reason: [reason] }, from(who));
const told = (en: string) => ({ kind: 'says', says: { en: expect.stringContaining(en) as string } });

describe('Re-check under a run that nobody knows the end of', () => {
  it('hands it to a worker and says so', async () => {
    const run = await unknownRun();
    stage.sent.length = 0;
    expect(await stage.desk.press(buttonOf(run, 'look-again'), from('U0ZHAO'))).toMatchObject(
      told('A worker looks at run'),
    );
    expect(stage.sent.map(({ id, outcome }) => [id, outcome])).toEqual([[run.id, 'unknown']]);
  });

  it('says that the queue is away, and leaves what was said of the run', async () => {
    const run = await unknownRun();
    stage.queueIsUp = false;
    expect(await stage.desk.press(buttonOf(run, 'look-again'), from('U0ZHAO'))).toMatchObject(
      told('The queue cannot be reached now'),
    );
    expect(await runOf(run.id)).toEqual(run);
  });
});

describe('a person who says what became of it', () => {
  it('is asked how they know, and the run has ended as they say', async () => {
    const run = await unknownRun();
    expect(await stage.desk.press(buttonOf(run, 'took-effect'), from('U0ZHAO'))).toMatchObject({
      kind: 'form',
      form: { form: { title: { en: 'It took effect' }, fields: [{ id: 'reason' }] } },
    });
    expect(await fill(run, 'took-effect', '  ', 'U0ZHAO')).toMatchObject({ kind: 'mistakes' });
    const before = await stage.rows();
    expect(await fill(run, 'took-effect', 'the console shows it', 'U0ZHAO')).toEqual({ kind: 'accepted' });
    expect((await stage.rows()) - before).toBe(1);
    expect(await runOf(run.id)).toMatchObject({
      outcome: 'done',
      decided: { by: { id: 'zhao' }, tookEffect: true, reason: 'the console shows it' },
      steps: [{ no: 1, state: 'done' }],
      says: {
        en: expect.stringContaining('Zhao Min says that it took effect. Reason: the console shows it.'),
      },
      buttons: [],
    });
    expect(await fill(run, 'no-effect', 'second thoughts', 'U0ZHAO')).toMatchObject(
      told('is known meanwhile'),
    );
  });

  it('may say that nothing happened, and what took effect can be put back', async () => {
    const back = plan(plan().steps);
    const no = await unknownRun(1, back);
    await fill(no, 'no-effect', 'the log has no such line', 'U0ZHAO');
    expect(await runOf(no.id)).toMatchObject({
      outcome: 'failed',
      steps: [{ state: 'failed' }],
      says: { en: expect.stringContaining('Nothing was changed.') },
      buttons: [],
    });
    const yes = await unknownRun(1, back);
    await fill(yes, 'took-effect', 'seen', 'U0ZHAO');
    expect(await runOf(yes.id)).toMatchObject({ outcome: 'done', buttons: [{ action: 'put-back' }] });
  });

  it('must be one who may confirm such a plan', async () => {
    const run = await unknownRun();
    for (const who of ['U0CHEN', 'U0GUO', 'U0LIN']) {
      const before = await stage.rows();
      expect(await stage.desk.press(buttonOf(run, 'took-effect'), from(who))).toMatchObject({ kind: 'says' });
      expect(await fill(run, 'took-effect', 'because', who)).toMatchObject({ kind: 'says' });
      expect((await stage.rows()) - before).toBe(2);
    }
    expect(await runOf(run.id)).toEqual(run);
  });

  it('is another than the one who asked, where it took more than one approval', async () => {
    const run = await unknownRun(2);
    expect(await fill(run, 'took-effect', 'because', 'U0LIN')).toMatchObject(told('another person'));
    expect(await runOf(run.id)).toMatchObject({ outcome: 'unknown' });
    expect(await fill(run, 'took-effect', 'because', 'U0ZHAO')).toEqual({ kind: 'accepted' });
  });

  it('is one of two who send their forms together', async () => {
    const run = await unknownRun();
    const filled = await Promise.all(
      ['took-effect', 'no-effect', 'took-effect'].map((action) => fill(run, action, 'because', 'U0ZHAO')),
    );
    expect(filled.filter(({ kind }) => kind === 'accepted')).toHaveLength(1);
  });
});

describe('what the store says of a run is no reason for who may decide it', () => {
  const edit = async (run: Run, sql: string): Promise<void> =>
    stage.root.execute(`update run set body = ${sql} where id = ?`, [run.id]).then(() => undefined);
  const refused = told('altered in the store');

  it.each([
    ['another risk', `json_set(body, '$.plan.risk', 'low')`],
    ['other steps', `json_set(body, '$.plan.steps[0].host', 'other')`],
  ])('not with %s in its plan', async (_, sql) => {
    const run = await unknownRun();
    await edit(run, sql);
    for (const action of ['took-effect', 'no-effect']) {
      expect(await stage.desk.press(buttonOf(run, action), from('U0ZHAO'))).toMatchObject(refused);
      expect(await fill(run, action, 'because', 'U0ZHAO')).toMatchObject(refused);
    }
    expect(await runOf(run.id)).toMatchObject({ outcome: 'unknown' });
  });

  it('not with another person who asked, of a request that is in the record', async () => {
    const run = await unknownRun(1, plan(), true);
    await edit(run, `json_set(body, '$.requestedBy.id', 'chen')`);
    expect(await fill(run, 'no-effect', 'because', 'U0ZHAO')).toMatchObject(refused);
    expect(await runOf(run.id)).toMatchObject({ outcome: 'unknown' });
  });

  it('not with a request whose signature is gone', async () => {
    const run = await unknownRun(1, plan(), true);
    await edit(run, `json_remove(body, '$.request')`);
    expect(await fill(run, 'no-effect', 'because', 'U0ZHAO')).toMatchObject(refused);
  });

  it('as it was recorded it is decided', async () => {
    const run = await unknownRun(1, plan(), true);
    expect(await fill(run, 'no-effect', 'because', 'U0ZHAO')).toEqual({ kind: 'accepted' });
  });

  it('a form that says one thing never records the other', async () => {
    const run = await unknownRun();
    const id = buttonOf(run, 'took-effect');
    const opened = await stage.desk.press(id, from('U0ZHAO'));
    if (opened.kind !== 'form') throw new Error('no form');
    await stage.root.execute(`update button set action = 'no-effect' where id = ?`, [id]);
    expect(await stage.desk.fill(opened.form.of, { reason: ['seen'] }, from('U0ZHAO'))).toMatchObject(
      refused,
    );
    expect(await runOf(run.id)).toMatchObject({ outcome: 'unknown' });
  });

  it.each([
    ['took-effect', 'no-effect'],
    ['look-again', 'took-effect'],
  ])(
    'a button that was drawn as %s is never %s, also where the stored run says the same',
    async (was, is) => {
      const run = await unknownRun();
      const button = run.buttons.find(({ action }) => action === was);
      if (!button) throw new Error('no button');
      const at = run.buttons.indexOf(button);
      await stage.root.execute('update button set action = ? where id = ?', [is, button.id]);
      await edit(run, `json_set(body, '$.buttons[${at}].action', '${is}')`);
      for (const drawn of [{ action: was }, { action: is, meaning: drawnAs(run.id, button) }])
        expect(await stage.desk.press(button.id, from('U0ZHAO'), undefined, drawn)).toMatchObject(refused);
      expect((await stage.store.audit.verifyStory()).map(({ because }) => because)).toContainEqual(
        expect.stringContaining('a forgery was refused'),
      );
    },
  );

  it('a button that was drawn under one run never serves another', async () => {
    const [run, other] = [await unknownRun(), await unknownRun()];
    const button = run.buttons.find(({ action }) => action === 'no-effect');
    const [theirs] = other.buttons;
    if (!button || !theirs) throw new Error('no button');
    await stage.root.execute('update button set run_id = ?, subject_id = ? where id = ?', [
      other.id,
      other.id,
      button.id,
    ]);
    await edit(
      other,
      `json_set(body, '$.buttons[0]', json_object('id', '${button.id}', 'action', 'no-effect'))`,
    );
    const drawn = { action: 'no-effect', meaning: drawnAs(run.id, button) };
    expect(await stage.desk.press(button.id, from('U0ZHAO'), undefined, drawn)).toMatchObject(refused);
  });
});

describe('a run of which nobody knows how two of its steps ended', () => {
  /** Lanes ran beside each other, and their worker was lost. */
  async function twoUnknown(): Promise<Run> {
    const two = plan();
    const run = await unknownRun(1, withHash({ ...two, steps: [...two.steps, ...two.steps] }));
    const steps = [1, 2].map((no) => ({ no, title: words(`S${no}`, `S${no}`), state: 'unknown', says }));
    const buttons = [1, 2].flatMap((no) =>
      (['took-effect', 'no-effect'] as const).map((action) => ({
        id: newButtonId(),
        action,
        arg: String(no),
      })),
    );
    await stage.store.buttons.create(
      buttons.map((button) => ({ ...button, subject: ofRun(run.id), once: false as const })),
    );
    await stage.root.execute(
      `update run set body = json_set(body, '$.steps', json_extract(?, '$'), '$.buttons', json_extract(?, '$')) where id = ?`,
      [JSON.stringify(steps), JSON.stringify(buttons), run.id],
    );
    return runOf(run.id);
  }
  const say = (run: Run, action: string, step: number) => {
    const button = run.buttons.find((each) => each.action === action && each.arg === String(step));
    return stage.desk.fill(
      { kind: 'button', id: button?.id ?? '' },
      { reason: ['seen on the host'] },
      from('U0ZHAO'),
    );
  };

  it('is told of each step, and stays unknown until the last is said', async () => {
    const run = await twoUnknown();
    expect(await say(run, 'took-effect', 2)).toEqual({ kind: 'accepted' });
    const between = await runOf(run.id);
    expect(between).toMatchObject({
      outcome: 'unknown',
      steps: [{ state: 'unknown' }, { state: 'done' }],
      says: { en: expect.stringContaining('Of step 1 nobody knows yet.') },
    });
    expect(between.buttons.map(({ action }) => action)).toEqual(['look-again', 'took-effect', 'no-effect']);
    const last = between.buttons.find(({ action }) => action === 'took-effect');
    expect(
      await stage.desk.fill(
        { kind: 'button', id: last?.id ?? '' },
        { reason: ['seen on the host'] },
        from('U0ZHAO'),
      ),
    ).toEqual({ kind: 'accepted' });
    expect(await runOf(run.id)).toMatchObject({
      outcome: 'done',
      steps: [{ state: 'done' }, { state: 'done' }],
    });
  });

  it('has failed when one of them did not take effect, whatever the other did', async () => {
    const run = await twoUnknown();
    await say(run, 'no-effect', 1);
    const between = await runOf(run.id);
    const last = between.buttons.find(({ action }) => action === 'took-effect');
    await stage.desk.fill(
      { kind: 'button', id: last?.id ?? '' },
      { reason: ['seen on the host'] },
      from('U0ZHAO'),
    );
    expect(await runOf(run.id)).toMatchObject({
      outcome: 'failed',
      steps: [{ state: 'failed' }, { state: 'done' }],
      says: { en: expect.stringContaining('1 of 2 steps took effect') },
    });
  });
});
