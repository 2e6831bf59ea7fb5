import { describe, expect, it } from 'vitest';
import { words } from '../../../../src/kit/index.ts';
import type { Fate, Finding, Report } from '../../../../src/runs/report.ts';
import type { Run } from '../../../../src/runs/run.ts';
import { view } from '../../../../src/slack/view/view.ts';
import { assertBlocks } from '../../../support/block-limits.ts';
import { aFinding, aReport, reported, wideReport, wideRun, zhao } from '../fixtures.ts';

const nameOf = (id: string) =>
  /^S\d+$/.test(id) ? words(`System ${id.slice(1)}`, `系统 ${id.slice(1)}`) : undefined;
const shown = (run: Run) => view(run, { nameOf });
const post = (run: Run, key: string): string =>
  JSON.stringify(shown(run).find((one) => one.key === key) ?? 'absent');
const keys = (run: Run): readonly string[] => shown(run).map(({ key }) => key);

/** Sections and small print of the top message, apart. */
function topOf(run: Run): { readonly large: string; readonly small: string } {
  const blocks = shown(run)[0]?.blocks ?? [];
  const textOf = (type: string): string =>
    blocks.flatMap((block) => (block.type === type ? [JSON.stringify(block)] : [])).join('\n');
  return { large: textOf('section'), small: textOf('context') };
}

describe('a report of a whole estate', () => {
  it('has a line for each system that is not in order, the worst first, and one for all the rest', () => {
    const { large } = topOf(wideRun(wideReport(7, 0)));
    expect(large).toContain('● *Inspection of everything* — 160 problems');
    const lines = large.split('\\n').filter((line) => line.includes('• *S'));
    expect(lines).toEqual([
      '• *S02* System 02: 24 critical, 24 warning, 24 unknown, 408 ok',
      '• *S01* System 01: 16 critical, 24 warning, 24 unknown, 416 ok',
      '• *S03* System 03: 8 critical, 8 warning, 8 unknown, 456 ok',
    ]);
    expect(large).toContain('In order: S04, S05, S06, S07,');
    expect(large).toContain('S19, S20');
    expect(large).not.toContain('app-');
  });

  it('is one line when everything is in order', () => {
    const { large } = topOf(wideRun(wideReport(0, 0)));
    expect(large).toContain('nothing to report');
    expect(large.match(/• /g)).toBeNull();
    expect(large).toContain('In order: S01, S02');
  });

  it('says in small print what is not in it, and what is left to be looked at', () => {
    const { large, small } = topOf(wideRun(wideReport(1)));
    for (const line of [
      'Nothing that Fettle can look at by itself: APPM, GEN',
      'Not in the inventory: opsware, dtap',
      'Hidden: you have no permission: IAM',
      '0 of 80 answered',
    ]) {
      expect(small).toContain(line);
      expect(large).not.toContain(line);
    }
  });

  it('has one reply for each app that is not in order, and one for all the rest by system', () => {
    const run = wideRun(wideReport(7, 0));
    expect(
      keys(run)
        .filter((key) => key.startsWith('app:'))
        .sort(),
    ).toEqual([1, 2, 3, 4, 5, 6, 7].map((n) => `app:app-${n}`));
    const fine = post(run, 'fine');
    expect(fine).toContain('*Apps in order* — 53');
    expect(fine).toContain('*S04* app-10, app-11, app-12 — 480 checks ok on 12 hosts [');
    expect(fine).toContain('*S03* app-8, app-9 — ');
  });

  it('has the evidence of every app on demand: by a button where it is not in order, in a menu where it is', () => {
    const run = wideRun(wideReport(7, 0));
    const buttonOf = (app: string): string => run.buttons.find(({ arg }) => arg === app)?.id ?? '';
    expect(post(run, 'app:app-3')).toContain(`"value":"${buttonOf('app-3')}"`);
    const fine = post(run, 'fine');
    expect(fine).toContain('"type":"static_select"');
    for (const n of [8, 30, 60]) expect(fine).toContain(`"value":"${buttonOf(`app-${n}`)}"`);
    expect(fine).not.toContain(`"value":"${buttonOf('app-3')}"`);
  });

  it.each([0, 7, 60])('fits, with %i of 60 apps not in order, into messages that Slack takes', (bad) => {
    for (const lang of ['en', 'zh'] as const) {
      const posts = shown(wideRun(wideReport(bad), { lang }));
      expect(posts.length).toBeLessThanOrEqual(bad + 11);
      for (const { blocks, text } of posts) {
        assertBlocks(blocks);
        expect(JSON.stringify(blocks).length).toBeLessThanOrEqual(11_000);
        expect(text.length).toBeLessThanOrEqual(4000);
      }
    }
  });

  it('keeps each app to one message, however much is wrong with it, and says how much is left out', () => {
    const findings = Array.from({ length: 160 }, (_, n) =>
      aFinding({
        host: `mq-${n}`,
        check: `check-${n}`,
        state: 'warning',
        says: words(`${'long '.repeat(30)}${n}`, 'x'),
      }),
    );
    const run = reported(aReport(findings));
    expect(keys(run)).toEqual(['top', 'app:msgbroker']);
    const more = Number(/… and (\d+) more/.exec(post(run, 'app:msgbroker'))?.[1]);
    const lines = post(run, 'app:msgbroker').match(/\*warning\*/g)?.length ?? 0;
    expect(lines + more).toBe(160);
    expect(lines).toBeGreaterThan(15);
  });

  it('shows every button once', () => {
    for (const bad of [0, 7, 60]) {
      const run = wideRun(wideReport(bad));
      // Of a page that nobody has begun both are there: each question’s own two, and the one for all.
      const values = [...JSON.stringify(shown(run)).matchAll(/"value":"(button-\d+)"/g)].map(([, id]) => id);
      expect(values).toHaveLength(run.buttons.length);
      expect(new Set(values)).toEqual(new Set(run.buttons.map(({ id }) => id)));
    }
  });
});

describe('a host that did not answer', () => {
  it('stands once, whatever was to be asked there', () => {
    const run = wideRun(wideReport(0, 3));
    const { large } = topOf(run);
    expect(large).toContain('◌ *unknown* · 3 hosts did not answer: shared-1, shared-2, shared-3');
    expect(large).toContain('3 unknown, 9600 ok');
    expect(large).toContain('In order as far as hosts answered: S19, S20');
    expect(large).not.toMatch(/In order: [^\\]*S20/);
    const replies = shown(run).filter(({ key }) => key !== 'top');
    const naming = replies.filter(({ blocks }) => JSON.stringify(blocks).includes('shared-1'));
    expect(naming.map(({ key }) => key)).toEqual(['hosts']);
    expect(post(run, 'hosts')).toContain(
      'shared-1, shared-2, shared-3 · Host answers — the host did not answer within 12 s',
    );
    expect(post(run, 'hosts')).toContain('Evidence');
  });

  it('of a system that nothing else is known of is not forgotten', () => {
    const silent: Finding = aFinding({
      host: 'reg-1',
      check: 'host',
      state: 'critical',
      says: words('another host key', '密钥变化'),
      standsFor: [{ system: 'REG', app: 'session' }],
    });
    const { large } = topOf(reported(aReport([aFinding(), silent])));
    expect(large).toContain('● *critical* · 1 host did not answer: reg-1');
    expect(large).toContain('In order as far as hosts answered: REG');
  });

  it('stands with its app when only that app was asked for', () => {
    const silent = aFinding({
      host: 'msgbroker-2',
      check: 'host',
      state: 'unknown',
      says: words('no route', '不可达'),
      standsFor: [{ system: 'MQ', app: 'msgbroker' }],
    });
    const run = reported(aReport([aFinding(), silent]));
    expect(keys(run)).toEqual(['top', 'app:msgbroker']);
    expect(post(run, 'app:msgbroker')).toContain('◌ *unknown* · msgbroker-2');
  });
});

describe('a report of one system', () => {
  it('goes by app', () => {
    const findings = [
      aFinding({ state: 'warning' }),
      aFinding({ app: 'msgconsole', host: 'msgconsole-1' }),
      aFinding({ app: 'msgagent', host: 'msgagent-1', state: 'critical' }),
    ];
    const { large } = topOf(reported(aReport(findings)));
    expect(large).toMatch(/• msgagent: 1 critical\\n• msgbroker: 1 warning\\nIn order: msgconsole/);
  });
});

describe('a cancelled inspection', () => {
  const fates: readonly Fate[] = ['answered', 'answered', 'ended', 'closed', 'not-asked', 'silent'];
  const cut = (host: string): Finding =>
    aFinding({
      host,
      check: 'host',
      state: 'unknown',
      says: words('cancelled', '已取消'),
      standsFor: [
        { system: 'MQ', app: 'msgbroker' },
        { system: 'MQ', app: 'msgconsole' },
      ],
    });
  const report = (over: Partial<Report> = {}): Report =>
    aReport(
      [
        aFinding({ host: 'mq-1', state: 'critical' }),
        aFinding({ host: 'mq-2', app: 'msgconsole' }),
        ...['mq-3', 'mq-4', 'mq-5'].map(cut),
        { ...cut('mq-6'), says: words('the host cannot be reached', '主机不可达') },
      ],
      { stopped: { hosts: fates.map((fate, n) => ({ name: `mq-${n + 1}`, fate })) }, ...over },
    );
  const run = (over: Partial<Run> = {}): Run =>
    reported(report(), {
      outcome: 'cancelled',
      cancelled: { by: zhao, at: '2026-11-21T02:00:02.000Z' },
      ...over,
    });

  it('says by whom, and what became of the hosts', () => {
    const { large } = topOf(run());
    expect(large).toContain('● *MQ inspection* — cancelled by Zhao Min');
    expect(large).toContain(
      '2 answered · 1 ended on the host · 1 connection closed · 1 not asked · 1 did not answer',
    );
    const hosts = post(run(), 'hosts');
    expect(hosts).toContain('*Answered* — 2: mq-1, mq-2');
    expect(hosts).toContain('*Ended on the host* — 1: mq-3');
    expect(hosts).toContain('*Connection closed* (where it still runs, it ends at its own limit) — 1: mq-4');
    expect(hosts).toContain('*Not asked* — 1: mq-5');
    expect(hosts).toContain('*Did not answer* — 1: mq-6');
    const zh = run({ lang: 'zh' });
    expect(topOf(zh).large).toContain('已由 Zhao Min 取消');
    expect(topOf(zh).large).toContain('已返回 2 · 已在主机上终止 1 · 连接已断开 1 · 未访问 1 · 未返回结果 1');
  });

  it('keeps what was found, and counts nothing that was only cut off', () => {
    const { large } = topOf(run());
    expect(large).toContain('1 critical, 1 unknown, 1 ok');
    expect(large).toContain('1 host did not answer: mq-6');
    expect(large).toContain('In order as far as it was asked: msgconsole');
    expect(post(run(), 'app:msgbroker')).toContain('● *critical* · mq-1');
  });

  it('is not marked as something to look at because of what was not asked', () => {
    const findings = [aFinding({ host: 'mq-1' }), ...['mq-3', 'mq-5'].map(cut)];
    const hosts = [
      { name: 'mq-1', fate: 'answered' as const },
      { name: 'mq-3', fate: 'ended' as const },
      { name: 'mq-5', fate: 'not-asked' as const },
    ];
    expect(topOf(run({ report: aReport(findings, { stopped: { hosts } }) })).large).toContain(
      '○ *MQ inspection*',
    );
  });

  it('does not say that nothing has changed, but what is new', () => {
    expect(topOf(run()).large).not.toMatch(/No change|First inspection/);
    const entries = [
      { kind: 'new' as const, finding: aFinding({ host: 'mq-1', state: 'critical' }), was: 'ok' as const },
    ];
    const changed = run({ report: report({ changes: { since: '2026-11-20T02:00:00.000Z', entries } }) });
    expect(topOf(changed).large).toContain('new: mq-1');
  });

  it('before its end says that it is being stopped, and has no button any more', () => {
    const stopping = run({
      state: 'preparing',
      buttons: [],
      progress: { done: 2, total: 6, waitingFor: [{ name: 'mq-3', seconds: 10 }] },
    });
    const { report: _, outcome: __, ...going } = stopping;
    const { large } = topOf(going);
    expect(large).toContain('◐ *MQ inspection* — being stopped');
    expect(large).toContain('Cancelled by Zhao Min. What still runs on the hosts is being ended.');
    expect(large).toContain('Waiting for: mq-3 (10 s)');
    expect(post(going, 'top')).not.toContain('"button"');
  });

  it('before its beginning is one sentence', () => {
    const says = words('Cancelled by Zhao Min before it began. No host was asked.', '已取消。');
    const { report: _, ...never } = run({ says, buttons: [] });
    expect(keys(never)).toEqual(['top']);
    expect(topOf(never).large).toContain('before it began');
  });

  it('that was whole all the same says so in small print', () => {
    const late = run({ outcome: 'done', report: aReport([aFinding()]) });
    expect(topOf(late).large).toContain('nothing to report');
    expect(topOf(late).small).toContain('Cancel came when everything had answered.');
  });
});

describe('an inspection under way', () => {
  it('has a Cancel button, queued or running', () => {
    const buttons = [{ id: 'b-cancel', action: 'cancel' as const }];
    for (const state of ['queued', 'preparing'] as const) {
      const { report: _, outcome: __, ...going } = run0({ state, buttons });
      expect(post(going, 'top')).toContain('"value":"b-cancel"');
    }
  });
});

const run0 = (over: Partial<Run>): Run => reported(aReport([]), over);
