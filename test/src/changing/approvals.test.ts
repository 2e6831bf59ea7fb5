import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FormValues } from '../../../src/kit/index.ts';
import type { ChangeRule } from '../../../src/policy/change-rules.ts';
import type { Policy } from '../../../src/policy/policy.ts';
import type { Run } from '../../../src/runs/run.ts';
import {
  at,
  type Body,
  type ForgeryStage,
  ONE_APPROVAL,
  openForgeryStage,
  ORDER,
  TWO_APPROVALS,
} from '../../support/forgery-stage.ts';

let stage: ForgeryStage;

beforeAll(async () => {
  stage = await openForgeryStage();
});
afterAll(() => stage.close());
beforeEach(() => {
  stage.policy = ONE_APPROVAL;
});
afterEach(() => stage.attacker.forget());

const button = (run: Run, action: string): string => {
  const found = run.buttons.find((each) => each.action === action);
  if (!found) throw new Error(`no button ${action}`);
  return found.id;
};
const press = (run: Run, action: string, who: string) => stage.press(run, action, who);
/** Presses a button that is not drawn as things stand, as an old message still shows it. */
const pressOld = (run: Run, action: string, who: string) => stage.desk.press(button(run, action), at(who));
const storyOf = async (): Promise<readonly string[]> =>
  (await stage.store.audit.verifyStory()).map(({ because }) => because);
/** Presses, and sends the form that comes. */
async function fill(run: Run, action: string, who: string, values: FormValues) {
  const pressed = await press(run, action, who);
  if (pressed.kind !== 'form') throw new Error(JSON.stringify(pressed));
  return stage.desk.fill(pressed.form.of, values, at(who));
}
const closed: ChangeRule = {
  kind: 'refuse',
  name: 'closed',
  risks: ['low', 'risky', 'dangerous'],
  because: { en: 'Closed today.', zh: '今日不可变更。' },
};
const having = (policy: Policy, ...rules: readonly ChangeRule[]): Policy => ({
  ...policy,
  version: `${policy.version}-with-${rules.map(({ name }) => name).join('-')}`,
  rules,
  timeZone: 'Asia/Shanghai',
});

describe('a plan that is rejected', () => {
  it('ends as refused, with who and why, and is never carried out', async () => {
    const run = await stage.planned();
    expect(await fill(run, 'reject', 'U0ZHAO', { reason: ['Not in the release week'] })).toEqual({
      kind: 'accepted',
    });
    const after = await stage.get(run.id);
    expect(after).toMatchObject({
      state: 'ended',
      outcome: 'refused',
      rejected: { by: { id: 'zhao' }, reason: 'Not in the release week' },
    });
    expect(after.says?.en).toBe(
      'Rejected by Zhao Min. Nothing was changed. Reason: Not in the release week.',
    );
    expect(await pressOld(run, 'confirm', 'U0QIAN')).toMatchObject({ kind: 'says' });
    await stage.drive(run.id);
    expect(await stage.effects()).toEqual([]);
    expect(await storyOf()).toEqual([]);
  });

  it('needs a reason, and somebody who could confirm it; also after it was confirmed', async () => {
    const run = await stage.planned();
    expect(await fill(run, 'reject', 'U0ZHAO', { reason: ['  '] })).toMatchObject({ kind: 'mistakes' });
    for (const who of ['U0GUO', 'U0LIN', 'U0WHO'])
      expect(await press(run, 'reject', who)).toMatchObject({ kind: 'says' });
    await press(run, 'confirm', 'U0ZHAO');
    expect((await stage.get(run.id)).state).toBe('approved');
    expect(await fill(await stage.get(run.id), 'reject', 'U0QIAN', { reason: ['No'] })).toEqual({
      kind: 'accepted',
    });
    await stage.drive(run.id);
    expect(await stage.get(run.id)).toMatchObject({ state: 'ended', outcome: 'refused' });
    expect(await stage.effects()).toEqual([]);
    expect(await storyOf()).toEqual([]);
  });
});

describe('an approval that is taken back', () => {
  it('makes the plan wait again, and the others’ stay', async () => {
    stage.policy = TWO_APPROVALS;
    const run = await stage.planned();
    await press(run, 'confirm', 'U0ZHAO');
    await press(run, 'confirm', 'U0QIAN');
    const approved = await stage.get(run.id);
    expect(approved.state).toBe('approved');
    expect(await press(approved, 'take-back', 'U0ZHAO')).toEqual({ kind: 'accepted' });
    const waiting = await stage.get(run.id);
    expect(waiting).toMatchObject({ state: 'waiting', approvals: [{ by: { id: 'qian' } }] });
    await stage.drive(run.id);
    expect(await stage.effects()).toEqual([]);
    expect(await press(waiting, 'confirm', 'U0ZHAO')).toEqual({ kind: 'accepted' });
    expect((await stage.get(run.id)).state).toBe('approved');
    expect(await storyOf()).toEqual([]);
  });

  it('is the approver’s own: nobody else takes it back', async () => {
    const run = await stage.confirmed();
    for (const who of ['U0QIAN', 'U0LIN', 'U0GUO'])
      expect(await press(run, 'take-back', who)).toMatchObject({ kind: 'says' });
    expect((await stage.get(run.id)).state).toBe('approved');
  });

  it('never counts again, whatever is written into the store', async () => {
    const run = await stage.confirmed();
    const given = structuredClone(run.approvals) as unknown as Body['approvals'];
    await press(run, 'take-back', 'U0ZHAO');
    await stage.attacker.edit(run.id, (body) => {
      body['state'] = 'approved';
      body.approvals = given;
    });
    expect((await storyOf()).join()).toContain('stored as confirmed by zhao, who took that back');
    await stage.drive(run.id);
    expect(await stage.effects()).toEqual([]);
    expect(await stage.get(run.id)).toMatchObject({ state: 'ended', outcome: 'refused' });
  });
});

describe('a dangerous plan whose name must be typed', () => {
  const typed: Policy = {
    ...ONE_APPROVAL,
    version: 'typed',
    confirm: {
      ...ONE_APPROVAL.confirm,
      risky: { ...ONE_APPROVAL.confirm.risky, typed: true },
      dangerous: { ...ONE_APPROVAL.confirm.dangerous, typed: true },
    },
  };

  it('is confirmed by nothing but that name, which is signed with the approval', async () => {
    stage.policy = typed;
    const run = await stage.planned();
    expect(await press(run, 'confirm', 'U0ZHAO')).toMatchObject({
      kind: 'form',
      form: { form: { says: { en: expect.stringContaining(`type ${ORDER} to confirm`) as string } } },
    });
    expect(await fill(run, 'confirm', 'U0ZHAO', { word: ['yes'] })).toMatchObject({ kind: 'mistakes' });
    expect((await stage.get(run.id)).state).toBe('waiting');
    expect(await fill(run, 'confirm', 'U0ZHAO', { word: [` ${ORDER} `] })).toEqual({ kind: 'accepted' });
    const [approval] = (await stage.get(run.id)).approvals;
    expect(approval?.grant).toMatchObject({ policy: 'typed', word: ORDER });
    expect(approval?.grant?.rule).toMatch(/^confirm\./);
    expect(await storyOf()).toEqual([]);
  });

  it('is not carried out by an approval without it, given before the policy wanted it', async () => {
    const run = await stage.confirmed();
    stage.policy = typed;
    await stage.drive(run.id);
    expect(await stage.get(run.id)).toMatchObject({ state: 'ended', outcome: 'refused' });
    expect(await stage.effects()).toEqual([]);
  });

  it('is taken for forged when the word was written into the store', async () => {
    const run = await stage.confirmed();
    stage.policy = typed;
    await stage.attacker.edit(run.id, (body) => {
      for (const approval of body.approvals) Object.assign(approval['grant'] as object, { word: ORDER });
    });
    await stage.drive(run.id);
    expect(await stage.effects()).toEqual([]);
    expect(stage.errors.map(({ message }) => message).join()).toContain('forged');
    stage.errors.length = 0;
  });
});

describe('a change that is closed', () => {
  it('after it was confirmed is refused at the worker, in words', async () => {
    const run = await stage.confirmed();
    stage.policy = having(ONE_APPROVAL, closed);
    await stage.drive(run.id);
    expect(await stage.get(run.id)).toMatchObject({
      state: 'ended',
      outcome: 'refused',
      says: { en: 'Not run: Closed today. Nothing was changed.' },
    });
    expect(await stage.effects()).toEqual([]);
    expect(await storyOf()).toEqual([]);
  });

  it('is neither planned nor confirmed, and the record names the rule', async () => {
    const run = await stage.planned();
    stage.policy = having(ONE_APPROVAL, closed);
    expect(await press(run, 'confirm', 'U0ZHAO')).toEqual({
      kind: 'says',
      says: { en: 'Closed today.', zh: '今日不可变更。' },
    });
    const lines = await stage.store.audit.ofRun(run.id);
    expect(lines.at(-1)).toMatchObject({ action: 'confirm', decision: 'no', facts: { rule: 'closed' } });
    expect(await stage.desk.ask('unstick', ORDER, at('U0LIN'))).toEqual({
      kind: 'says',
      says: { en: 'Closed today.', zh: '今日不可变更。' },
    });
  });

  it('on a site that only its plan tells is refused with the plan', async () => {
    stage.policy = having(ONE_APPROVAL, { ...closed, sites: ['elsewhere'] });
    const said = await stage.desk.ask('unstick', ORDER, at('U0LIN'));
    if (said.kind !== 'started') throw new Error(JSON.stringify(said));
    await stage.runner.read(said.runId, new AbortController().signal);
    // Of a database it is not known on which site it is.
    expect(await stage.get(said.runId)).toMatchObject({
      state: 'ended',
      outcome: 'refused',
      says: { en: 'Closed today. Nothing was changed.' },
    });
  });
});

describe('the grounds of a change', () => {
  const ticket: ChangeRule = {
    kind: 'ticket',
    name: 'ticket',
    risks: ['low', 'risky', 'dangerous'],
    pattern: 'CHG-##',
  };
  const emergency: ChangeRule = {
    kind: 'emergency',
    name: 'incident',
    risks: ['low', 'risky', 'dangerous'],
    lifts: ['ticket'],
    approvals: 1,
  };

  it('are typed with the command, signed with the request and kept in the record', async () => {
    stage.policy = having(ONE_APPROVAL, ticket);
    expect(await stage.desk.ask('unstick', ORDER, at('U0LIN'))).toMatchObject({ kind: 'says' });
    const run = await stage.planned(`${ORDER} ticket=CHG-12 reason="locks of yesterday"`);
    expect(run.ask).toMatchObject({ ticket: 'CHG-12', reason: 'locks of yesterday' });
    const [asked] = await stage.store.audit.ofRun(run.id);
    expect(asked?.facts).toMatchObject({ ticket: 'CHG-12', reason: 'locks of yesterday' });
    await press(run, 'confirm', 'U0ZHAO');
    await stage.attacker.edit(run.id, (body) => {
      Object.assign(body['ask'] as object, { ticket: 'CHG-99' });
    });
    await stage.drive(run.id);
    expect(await stage.effects()).toEqual([]);
    expect(stage.errors.length).toBeGreaterThan(0);
    stage.errors.length = 0;
  });

  it('of an emergency need one approval more, and note that the ticket has to follow', async () => {
    stage.policy = having(ONE_APPROVAL, ticket, emergency);
    const run = await stage.planned(`${ORDER} 紧急=INC-1 原因="IAM down"`);
    expect(run.approvalsNeeded).toBe(2);
    const [asked] = await stage.store.audit.ofRun(run.id);
    expect(asked?.facts).toMatchObject({ emergency: 'INC-1', reason: 'IAM down', followUp: 'ticket' });
    await press(run, 'confirm', 'U0ZHAO');
    expect((await stage.get(run.id)).state).toBe('waiting');
    await press(run, 'confirm', 'U0QIAN');
    expect((await stage.get(run.id)).state).toBe('approved');
  });
});
