import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { FormValues } from '../../../src/kit/index.ts';
import { wallText } from '../../../src/policy/calendar.ts';
import type { ChangeRule } from '../../../src/policy/change-rules.ts';
import type { Policy } from '../../../src/policy/policy.ts';
import type { Run, RunId } from '../../../src/runs/run.ts';
import { view } from '../../../src/slack/view/view.ts';
import {
  at,
  type ForgeryStage,
  ONE_APPROVAL,
  openForgeryStage,
  ORDER,
  OTHER_ORDER,
} from '../../support/forgery-stage.ts';

const ZONE = 'Asia/Shanghai';
const HOURS = 3_600_000;
let stage: ForgeryStage;
/** To the minute, as the clocks of the estate show it. */
let opens: Date;

beforeAll(async () => {
  stage = await openForgeryStage();
});
afterAll(() => stage.close());
beforeEach(async () => {
  opens = new Date(Math.ceil(((await stage.store.now()).getTime() + 2 * HOURS) / 60_000) * 60_000);
  stage.policy = closedUntil(opens);
});
afterEach(() => stage.attacker.forget());

const closedUntil = (until: Date, over: Partial<Policy> = {}): Policy => {
  const rule: ChangeRule = {
    kind: 'freeze',
    name: 'day-shift',
    risks: ['low', 'risky', 'dangerous'],
    from: '2020-01-01',
    to: wallText(until, ZONE),
  };
  return { ...ONE_APPROVAL, version: `until-${until.getTime()}`, rules: [rule], timeZone: ZONE, ...over };
};
const text = (): string => `${wallText(opens, ZONE)} (${ZONE})`;
const ask = (words: string) => stage.desk.ask('unstick', words, at('U0LIN'));
const storyOf = async (): Promise<readonly string[]> =>
  (await stage.store.audit.verifyStory()).map(({ because }) => because);
const isDue = async (id: RunId): Promise<boolean> =>
  (await stage.store.runs.undelivered(0)).some((due) => due.id === id);

/** Confirmed outside its window, and tried by a worker. */
async function waiting(order = ORDER): Promise<Run> {
  const run = await stage.planned(`${order} when=window`);
  expect(await stage.press(run, 'confirm', 'U0ZHAO')).toEqual({ kind: 'accepted' });
  await stage.drive(run.id);
  return stage.get(run.id);
}

/** The opening has come, by the database's clock. */
async function opening(id: RunId, policy: Policy = ONE_APPROVAL): Promise<Run> {
  stage.policy = policy;
  await stage.attacker.query(
    'update run set wake_at = now(3), state_at = now(3) - interval 1 minute where id = ?',
    [id],
  );
  expect(await isDue(id)).toBe(true);
  await stage.drive(id);
  return stage.get(id);
}

async function fill(run: Run, action: string, who: string, values: FormValues) {
  const pressed = await stage.press(run, action, who);
  if (pressed.kind !== 'form') throw new Error(JSON.stringify(pressed));
  return stage.desk.fill(pressed.form.of, values, at(who));
}

describe('a change that is asked for outside its window', () => {
  it('is refused, and offered to be planned now and run at the opening', async () => {
    const offer = {
      title: { en: `Plan now, run at ${text()}`, zh: `现在生成方案，${text()} 执行` },
      command: `/unstick ${ORDER} when=window`,
    };
    expect(await ask(ORDER)).toMatchObject({ kind: 'says', instead: [offer] });

    // Where only the plan says that it is closed.
    const [rule] = stage.policy.rules ?? [];
    if (!rule) throw new Error('no rule');
    stage.policy = { ...stage.policy, rules: [{ ...rule, sites: ['a'] }] };
    const said = await ask(ORDER);
    if (said.kind !== 'started') throw new Error(JSON.stringify(said));
    await stage.runner.read(said.runId, new AbortController().signal);
    expect(await stage.get(said.runId)).toMatchObject({ outcome: 'refused', instead: [offer] });
  });

  it('takes no other words for the window, and none of the reason', async () => {
    expect(await ask(`${ORDER} when=tomorrow`)).toMatchObject({
      kind: 'says',
      says: { en: expect.stringContaining('when= knows only "window"') as string },
    });
    // Nobody asked to wait: it is closed.
    expect(await ask(`${ORDER} reason="wait when=window is open"`)).toMatchObject({ instead: [{}] });
    const { ask: wanted } = await stage.planned(`${ORDER} reason="when=tomorrow comes" 何时=窗口`);
    expect(wanted).toMatchObject({ when: 'window', reason: 'when=tomorrow comes' });
  });

  it('is planned and confirmed, and waits without a claim until the database says that it is open', async () => {
    const planned = await stage.planned(`${ORDER} when=window`);
    expect(planned.ask).toMatchObject({ when: 'window' });
    expect(planned.notAfter).toBe(new Date(opens.getTime() + 600_000).toISOString());
    expect(planned.says?.en).toContain(`it waits for its window and begins at ${text()}`);
    const { id } = planned;
    await stage.press(planned, 'confirm', 'U0ZHAO');
    await stage.drive(id);

    const waits = await stage.get(id);
    expect(waits).toMatchObject({
      state: 'approved',
      waiting: { for: 'window', opens: opens.toISOString() },
    });
    expect(waits.approvals[0]?.grant?.notAfter).toBe(planned.notAfter);
    expect(JSON.stringify(view(waits))).toContain(`begins by itself at ${text()}`);
    expect(await stage.store.locks.all()).toEqual([]);
    await stage.attacker.query('update run set state_at = now(3) - interval 1 hour where id = ?', [id]);
    expect(await isDue(id)).toBe(false);
    const lines = await stage.store.audit.ofRun(id);
    expect(lines.at(-1)).toMatchObject({
      action: 'run waits for its window',
      facts: { opens: opens.toISOString() },
    });

    // Whoever brings it before the time changes nothing.
    await stage.drive(id);
    expect(await stage.effects()).toEqual([]);
    const status = await stage.desk.ask('fettle', 'status', at('U0ZHAO'));
    if (status.kind !== 'says') throw new Error(status.kind);
    expect(status.says.en).toContain(`Waiting (1):\n• run ${id.slice(0, 8)} of Lin Wei, `);
    expect(status.says.en).toContain('Waits for its window');
    expect(await storyOf()).toEqual([]);
  });

  it('can be cancelled, rejected and taken back while it waits', async () => {
    const first = await waiting();
    expect(await stage.press(first, 'cancel', 'U0LIN')).toEqual({ kind: 'accepted' });
    expect(await stage.get(first.id)).toMatchObject({ state: 'ended', outcome: 'cancelled' });
    const second = await waiting();
    expect(await stage.press(second, 'take-back', 'U0ZHAO')).toEqual({ kind: 'accepted' });
    const back = await stage.get(second.id);
    expect([back.state, back.waiting]).toEqual(['waiting', undefined]);
    expect(await stage.press(back, 'confirm', 'U0QIAN')).toEqual({ kind: 'accepted' });
    await stage.drive(back.id);
    const again = await stage.get(back.id);
    expect(again).toMatchObject({ state: 'approved', waiting: { for: 'window' } });
    expect(await fill(again, 'reject', 'U0QIAN', { reason: ['Not tonight'] })).toEqual({ kind: 'accepted' });
    expect(await stage.get(again.id)).toMatchObject({ state: 'ended', outcome: 'refused' });
    expect(await stage.effects()).toEqual([]);
    expect(await storyOf()).toEqual([]);
  });
});

describe('when the window opens', () => {
  it('a plan that would be another one is not run', async () => {
    const { id } = await waiting(OTHER_ORDER);
    await stage.edit(`insert into control_lock values (77, 'group:1', '${OTHER_ORDER}', 't')`);
    await stage.settle();
    expect(await opening(id)).toMatchObject({
      outcome: 'refused',
      says: { en: expect.stringContaining('The state changed since the preview') as string },
    });
    expect(await stage.effects()).toEqual([]);
  });

  it.each<[string, (later: Policy) => Policy, string]>([
    [
      'whoever asked may not any more',
      () => ({ ...ONE_APPROVAL, roles: { ...ONE_APPROVAL.roles, operator: [] } }),
      'may not ask for this any more',
    ],
    ['a freeze has come that ends after the approvals', (later) => later, 'counts until'],
    [
      'the approver is none any more',
      () => ({ ...ONE_APPROVAL, roles: { ...ONE_APPROVAL.roles, approver: ['qian'] } }),
      'no longer counts',
    ],
  ])('%s: it is refused, and says why', async (_, policy, says) => {
    const { id } = await waiting();
    const ended = await opening(id, policy(closedUntil(new Date(opens.getTime() + 5 * HOURS))));
    expect(ended).toMatchObject({ outcome: 'refused' });
    expect(ended.says?.en).toContain(says);
    expect(await stage.effects()).toEqual([]);
    expect(await storyOf()).toEqual([]);
  });

  it('a little later than it was: it waits on, as long as the approvals count', async () => {
    const { id } = await waiting();
    const later = new Date(opens.getTime() + 5 * 60_000);
    expect(await opening(id, closedUntil(later))).toMatchObject({
      state: 'approved',
      waiting: { for: 'window', opens: later.toISOString() },
    });
  });

  it('read-only holds it back, and it begins by itself afterwards', async () => {
    const { id } = await waiting();
    await stage.store.readOnly.turn(true, { id: 'zhao', name: 'Zhao Min' }, 'stop');
    const held = await opening(id);
    expect([held.state, held.waiting]).toEqual(['approved', undefined]);
    await stage.store.readOnly.turn(false, { id: 'zhao', name: 'Zhao Min' }, 'over');
    await stage.drive(id);
    expect(await stage.get(id)).toMatchObject({ state: 'ended', outcome: 'done' });
    const rows = (await stage.effects()).map((row) => row.slice(0, 4));
    expect(rows.every((row) => row === 'gone')).toBe(true);
    expect(rows.length).toBeGreaterThan(0);
    expect(await storyOf()).toEqual([]);
  });
});
