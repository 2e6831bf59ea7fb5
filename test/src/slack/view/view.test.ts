import { shownOf } from '../../../../src/runs/authority.ts';
import { withHash } from '../../../../src/runs/plan.ts';
import { describe, expect, it } from 'vitest';
import { words } from '../../../../src/kit/index.ts';
import type { Run } from '../../../../src/runs/run.ts';
import { postHash } from '../../../../src/slack/view/post.ts';
import { view } from '../../../../src/slack/view/view.ts';
import { assertBlocks } from '../../../support/block-limits.ts';
import {
  aFinding,
  aPlan,
  aQuestion,
  aReport,
  aRun,
  doneRun,
  healthyFindings,
  reported,
  troubledRun,
  waitingRun,
} from '../fixtures.ts';
import { captured } from '../../../support/captured.ts';

const shown = (run: Run): string => JSON.stringify(view(run));
const post = (run: Run, key: string): string =>
  JSON.stringify(view(run).find((one) => one.key === key) ?? 'absent');
const keys = (run: Run): string[] => view(run).map(({ key }) => key);
const values = (run: Run): string[] =>
  [...shown(run).matchAll(/"value":"([^"]+)"/g)].map(([, id]) => id ?? '');

describe('an inspection', () => {
  it('says that there is nothing to report, with the checks counted and every row named', () => {
    const run = reported(aReport(healthyFindings()));
    expect(keys(run)).toEqual(['top', 'app:msgbroker', 'app:msgconsole']);
    expect(post(run, 'top')).toContain('○ *MQ inspection* — nothing to report');
    expect(post(run, 'top')).toContain('22 ok · 6 hosts · 3.4 s');
    expect(post(run, 'app:msgbroker')).toContain('20 checks ok on 4 hosts');
    expect(post(run, 'app:msgbroker')).toContain('§4.6.2 · MQ-C07, C08, C16, C18, C19]');
  });

  it('names every problem with host, words and clause, worst app first, and what changed', () => {
    const run = troubledRun();
    expect(post(run, 'top')).toContain('● *MQ inspection* — 3 problems');
    expect(post(run, 'top')).toMatch(/new: msgbroker-2 · Port 9529: ok → critical \[002 §4.2.2.1 · MQ-C07\]/);
    expect(post(run, 'app:msgbroker')).toContain(
      '● *critical* · msgbroker-2 · Port 9529 — nothing listens on 9529; it must be in LISTEN [002 §4.2.2.1 · MQ-C07]',
    );
    expect(post(run, 'app:msgconsole')).toContain('◌ *unknown* · msgconsole-2');
    expect(post(run, 'questions')).toContain('Yunyou &gt; msgbroker &gt; containers');
  });

  it('says the hosts that are waited for by name while it goes on', () => {
    const top = post(
      aRun({
        state: 'preparing',
        progress: {
          done: 12,
          total: 14,
          waitingFor: [
            { name: 'mq-1', seconds: 15 },
            { name: 'mq-2', seconds: 0 },
          ],
        },
      }),
      'top',
    );
    expect(top).toContain('12 of 14 hosts answered');
    expect(top).toContain('Waiting for: mq-1 (15 s), mq-2');
  });

  it('makes one line of the same finding on many hosts, and one of a host where nothing answers', () => {
    const says = words('no answer', '无响应');
    const silent = ['a', 'b', 'c', 'd'].map((check) =>
      aFinding({ host: 'mq-9', check, title: words(check, check), state: 'unknown', says }),
    );
    const full = Array.from({ length: 9 }, (_, n) =>
      aFinding({ host: `mq-${n}`, check: 'disk', state: 'warning', says: words('91 %', '91 %') }),
    );
    const text = post(reported(aReport([...silent, ...full])), 'app:msgbroker');
    expect(text.match(/\*unknown\*/g)).toHaveLength(1);
    expect(text).toContain('mq-9 · 4 checks — no answer');
    expect(text.match(/\*warning\*/g)).toHaveLength(1);
    expect(text).toContain('mq-0, mq-1, mq-2, mq-3, mq-4, mq-5 and 3 more');
  });

  it('lets healthy apps of a wide inspection share one reply', () => {
    const findings = Array.from({ length: 12 }, (_, n) =>
      aFinding({ app: `app-${n}`, state: n === 3 ? 'critical' : 'ok' }),
    );
    expect(keys(reported(aReport(findings)))).toEqual(['top', 'app:app-3', 'fine']);
  });

  it('says when a limit is the inventory’s and not the manual’s', () => {
    const run = reported(aReport([aFinding({ state: 'warning', overridden: ['MQ-C07'] })]));
    expect(post(run, 'app:msgbroker')).toContain('limit set by the inventory');
  });

  it('shows at most eight changes and how many more there are', () => {
    const entries = Array.from({ length: 11 }, (_, n) => ({
      kind: 'new' as const,
      finding: aFinding({ host: `h${n}` }),
    }));
    const top = post(
      reported(aReport(healthyFindings(), { changes: { since: '2026-11-20T02:00:00.000Z', entries } })),
      'top',
    );
    expect(top.match(/• new/g)).toHaveLength(8);
    expect(top).toContain('… and 3 more');
  });

  it('says of what is gone whether it is ok again or no longer there', () => {
    const entries = (['ok', 'critical'] as const).map((state, n) => ({
      kind: 'gone' as const,
      was: 'critical' as const,
      finding: aFinding({ host: `h${n}`, state }),
    }));
    const changes = { since: '2026-11-20T02:00:00.000Z', entries };
    const top = post(reported(aReport(healthyFindings(), { changes })), 'top');
    expect(top).toContain('• ok again: h0 · Port 9529: critical → ok [');
    expect(top).toContain('• gone: h1 · Port 9529: critical → gone [');
  });

  it('says that a person has to look when nothing can be measured, and counts and compares nothing', () => {
    const top = post(reported(aReport([], { questions: [aQuestion] })), 'top');
    expect(top).toContain('nothing to measure: to look at in the console');
    expect(top).not.toContain('First inspection');
    expect(top).not.toContain('hosts');
    expect(post(reported(aReport([])), 'top')).toContain('no check is defined');
  });

  it('asks what only a person can see, with buttons only where the run has them', () => {
    const report = aReport(healthyFindings(), { questions: [aQuestion] });
    expect(post(reported(report), 'questions')).not.toContain('"actions"');
    const buttons = [
      { id: 'q1', action: 'record' as const, arg: 'MQ|container-state|ok' },
      { id: 'q2', action: 'record' as const, arg: 'MQ|container-state|problem' },
    ];
    const asked = post(reported(report, { buttons }), 'questions');
    expect(asked).toContain('"In order"');
    expect(asked).toContain('"Not in order…"');
  });
});

describe('a change', () => {
  it('shows what was found, exactly what will run, the way back, and who must confirm, before Confirm', () => {
    const plan = post(waitingRun(), 'plan');
    expect(plan).toContain('holds 1 control lock');
    expect(plan).toContain("DELETE FROM control_lock WHERE id = '8841';");
    expect(plan).toContain('curl -X POST');
    expect(plan).toContain('*Verified afterwards*: The deleted lock is gone [DEPS-F05]');
    expect(plan).toContain('*Rollback*: Put 1 control lock back');
    expect(plan).toContain('2 different people must confirm; 0 so far');
    const order = ['holds 1 control lock', 'DELETE FROM', 'Rollback', 'Before you confirm', '"Confirm"'];
    const places = order.map((words) => plan.indexOf(words));
    expect(places).toEqual([...places].sort((a, b) => a - b));
    expect(places).not.toContain(-1);
    expect(post(waitingRun(), 'top')).not.toContain('"actions"');
  });

  it('shows what it was decided by, and exactly what putting back would run, in a reply of its own', () => {
    expect(keys(waitingRun())).toEqual(['top', 'plan', 'looked']);
    const looked = post(waitingRun(), 'looked');
    expect(looked).toContain('*How this was found*');
    expect(looked).toContain('Active tasks of the flow [DEPS-C21]');
    expect(looked).toContain("VALUES ('8841', 'zone-a/msgbroker'");
    expect(looked).not.toContain('"actions"');
    expect(post(waitingRun({ plan: withHash({ ...aPlan, looked: [], rollback: [] }) }), 'looked')).toBe(
      '"absent"',
    );
  });

  it('shows a look-up that was repeated with the same answer once, and another answer beside it', () => {
    const [first] = aPlan.looked;
    if (!first) throw new Error('the plan has a look-up');
    const other = { ...first, rows: [{ node_id: '1' }] };
    const looked = post(waitingRun({ plan: { ...aPlan, looked: [first, first, other, first] } }), 'looked');
    expect(looked.match(/The node of the order/g)).toHaveLength(3);
    expect(looked.match(/looked at twice, the same rows/g)).toHaveLength(1);
    const thrice = waitingRun({ lang: 'zh', plan: { ...aPlan, looked: [first, first, first] } });
    expect(post(thrice, 'looked')).toContain('— 3 次查询结果相同');
  });

  it('says a sentence noted while the queue is away, and no longer once it is taken on', () => {
    const noted = words('Recorded. The queue cannot be reached now.', '已记录。');
    expect(post(aRun({ state: 'queued', says: noted }), 'top')).toContain(noted.en);
    expect(post(aRun({ state: 'preparing', says: noted }), 'top')).not.toContain(noted.en);
    const approved = waitingRun({ state: 'approved', says: noted, buttons: [] });
    for (const key of ['top', 'plan']) expect(post(approved, key)).toContain(noted.en);
    const running = waitingRun({ state: 'running', says: noted, buttons: [] });
    expect(shown(running)).not.toContain(noted.en);
  });

  it('says that none of the plan ran once it is cancelled', () => {
    const run = waitingRun({
      state: 'ended',
      outcome: 'cancelled',
      says: words('Cancelled by Lin Wei. Nothing was changed.', '已由 Lin Wei 取消。'),
      buttons: [],
    });
    expect(post(run, 'plan')).toContain('○ *Cancelled by Lin Wei. Nothing was changed.*');
    expect(post(run, 'plan')).toContain('What was planned; none of it ran');
    expect(post(run, 'top').match(/Nothing was changed/gi)).toHaveLength(1);
  });

  it('names the effect in the dialog of a dangerous Confirm', () => {
    const plan = post(waitingRun(), 'plan');
    expect(plan).toMatch(
      /"text":"Delete the control locks of a dead release order: Delete 1 control lock, Signal the flow engine"/,
    );
    expect(plan).toContain('"style":"danger"');
    expect(post(waitingRun({ plan: withHash({ ...aPlan, risk: 'low' }) }), 'plan')).not.toContain(
      '"style":"danger"',
    );
  });

  it('drops Confirm and offers Roll back once it is done, with approvals, steps and outcome', () => {
    const plan = post(doneRun(), 'plan');
    expect(plan).not.toContain('"Confirm"');
    expect(plan).toContain('Roll back');
    expect(plan).toContain('Confirmed by Zhao Min');
    expect(plan).toContain('1. Delete 1 control lock — *done*: 1 row deleted');
    expect(plan).toContain('Verified: none of the deleted locks is in the table.');
    expect(plan).not.toContain('Before you confirm');
    const outcome = 'Verified: none of the deleted locks is in the table.';
    expect(plan.split(outcome)).toHaveLength(2);
    expect(plan.indexOf(outcome)).toBeLessThan(plan.indexOf('Confirmed by'));
    expect(plan.indexOf('Confirmed by')).toBeLessThan(plan.indexOf('What ran'));
  });

  it('says plainly that the outcome is not known, and what to do', () => {
    const run = doneRun({ outcome: 'unknown', buttons: [{ id: 'l', action: 'look-again' }] });
    expect(post(run, 'top')).toContain('● ');
    expect(post(run, 'top')).toContain('outcome not known, a person must look');
    expect(post(run, 'plan')).toContain('Re-check');
  });

  it('offers the commands to type instead when there is nothing to do', () => {
    const { plan, ...rest } = waitingRun({
      state: 'ended',
      outcome: 'refused',
      says: words('There is no release order r1_1.', '没有发布单 r1_1。'),
      instead: [{ title: words('This one', '这一个'), command: '/unstick r1_201905060583197' }],
      buttons: [],
    });
    expect(plan).toBeDefined();
    expect(post(rest, 'top')).toContain('This one: `/unstick r1_201905060583197`');
    expect(keys(rest)).toEqual(['top']);
  });

  it('shows the reader what would be invisible in a value', () => {
    const row = { id: '88\u200b41\u202e', name: null };
    const plan = post(
      waitingRun({
        plan: withHash({
          ...aPlan,
          steps: [
            {
              kind: 'delete-rows',
              title: words('x', 'x'),
              database: 'd',
              table: 't',
              key: ['id'],
              rows: [row],
            },
          ],
        }),
      }),
      'plan',
    );
    expect(plan).toContain('88\\\\\\\\u{200b}41\\\\\\\\u{202e}');
  });

  it('never cuts a statement that will run, however long', () => {
    const rows = Array.from({ length: 400 }, (_, n) => ({ id: `id-${n}-${'x'.repeat(200)}` }));
    const plan = withHash({
      ...aPlan,
      steps: [{ kind: 'delete-rows', title: words('x', 'x'), database: 'd', table: 't', key: ['id'], rows }],
    });
    const all = shown(waitingRun({ plan }));
    for (const { id } of rows) expect(all).toContain(`WHERE id = '${id}';`);
  });
});

describe('a plan that was altered in the store', () => {
  it.each([
    ['its steps', { steps: aPlan.steps.slice(1) }],
    ['its title', { title: words('Harmless', '无害') }],
    ['its risk', { risk: 'low' as const }],
    ['how it is verified', { verify: [] }],
    ['how it is put back', { rollback: [] }],
    ['its warning', { warning: words('Fine.', '可以。') }],
    ['its hash', { hash: 'f'.repeat(64) }],
  ])('shows neither the plan nor Confirm: %s', (_, over) => {
    for (const run of [waitingRun(), doneRun()]) {
      const altered = { ...run, plan: { ...aPlan, ...over } };
      expect(post(altered, 'plan')).toContain('altered in the store');
      expect(shown(altered)).not.toMatch(/fettle:confirm|fettle:put-back|control_lock|Harmless|Fine\./);
    }
    expect(values({ ...waitingRun(), plan: { ...aPlan, ...over } })).toEqual(['b-cancel']);
  });

  it('stands alone while it waits: the row says nothing of it beside what was hashed', () => {
    const told = words('It only reads; confirm at once.', '只读操作，请立即确认。');
    const step = { no: 1, title: told, state: 'done' as const, says: told, evidence: captured(told.en) };
    const forged = waitingRun({ says: told, steps: [step], instead: [{ title: told, command: told.en }] });
    const { report } = troubledRun();
    for (const run of [forged, { ...forged, ...(report ? { report } : {}) }])
      expect(shown(run)).toBe(shown(waitingRun({ id: run.id })));
  });
});

describe('every view', () => {
  const long = '<&>"*_`@channel '.repeat(400);
  const endless = words(long, long);
  const huge = (): Run => {
    const findings = Array.from({ length: 900 }, (_, n) =>
      aFinding({
        app: `app-${n % 9}-${long.slice(0, 200)}`,
        host: `${n}${long}`,
        check: `${n}`,
        part: long,
        title: endless,
        state: (['ok', 'warning', 'critical', 'unknown'] as const)[n % 4] ?? 'ok',
        says: words(`${n}${long}`, long),
        overridden: ['MQ-C07'],
      }),
    );
    const questions = Array.from({ length: 90 }, (_, n) => ({
      ...aQuestion,
      check: `check-${n}`,
      title: endless,
      page: endless,
      expect: endless,
    }));
    return reported(aReport(findings, { questions }), {
      typed: long,
      requestedBy: { id: 'U', name: long },
      buttons: Array.from({ length: 60 }, (_, n) => ({ id: `b${n}`, action: 'again', arg: long })),
    });
  };
  const hugePlan = (): Run =>
    waitingRun({
      typed: long,
      says: endless,
      plan: withHash({
        ...aPlan,
        title: endless,
        because: endless,
        warning: endless,
        looked: Array.from({ length: 30 }, () => ({
          title: endless,
          row: 'DEPS-C18' as const,
          database: long,
          statement: captured(long),
          rows: Array.from({ length: 60 }, () => ({ [long]: long, b: null })),
        })),
        steps: Array.from({ length: 60 }, () => ({
          kind: 'request' as const,
          method: 'POST' as const,
          title: endless,
          from: { host: long },
          url: long,
          body: { type: 'json' as const, text: long },
        })),
        verify: Array.from({ length: 60 }, () => ({ title: endless, row: 'DEPS-F05' as const })),
      }),
      steps: Array.from({ length: 60 }, (_, n) => ({
        no: n + 1,
        title: endless,
        state: 'done' as const,
        says: endless,
        evidence: captured(long),
      })),
    });

  it.each([
    ['healthy', reported(aReport(healthyFindings()))],
    ['troubled', troubledRun()],
    ['waiting', waitingRun()],
    ['done', doneRun()],
    ['empty', reported(aReport([]))],
    ['at its largest', huge()],
    ['of the largest plan', hugePlan()],
    [
      'of the largest refusal',
      aRun({
        state: 'ended',
        outcome: 'refused',
        says: endless,
        instead: Array.from({ length: 50 }, () => ({ title: endless, command: long })),
      }),
    ],
  ])('stays within the limits of Slack in both languages: %s', (_, run) => {
    for (const lang of ['en', 'zh'] as const) {
      for (const one of view({ ...run, lang })) {
        assertBlocks(one.blocks);
        expect(one.text.length).toBeLessThanOrEqual(4000);
        expect(one.text).not.toBe('');
      }
    }
  });

  it('gives every message its own key', () => {
    for (const run of [huge(), hugePlan()]) expect(new Set(keys(run)).size).toBe(keys(run).length);
  });

  it('looks the same for the same run and different after a change', () => {
    const run = troubledRun();
    expect(view(run).map(postHash)).toEqual(view({ ...run, revision: 9 }).map(postHash));
    expect(view(run).map(postHash)).not.toEqual(view({ ...run, buttons: [] }).map(postHash));
  });

  it('shows every button of the run once, with its opaque id; Confirm, and it alone, with the plan it stands under', () => {
    for (const run of [troubledRun(), waitingRun(), doneRun()])
      expect(values(run).sort()).toEqual(
        run.buttons
          .map(({ id, action }) =>
            action === 'confirm' && run.plan ? `${id}.${shownOf({ id: run.id, plan: run.plan })}` : id,
          )
          .sort(),
      );
  });
});
