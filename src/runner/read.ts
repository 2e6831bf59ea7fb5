import { type Words, words } from '../kit/index.ts';
import { hashPlan } from '../runs/plan.ts';
import type { AuditEntry, RunStore } from '../runs/ports.ts';
import type { Changes, Report } from '../runs/report.ts';
import type { Ask, ButtonAction, Plan, Progress, Run, RunButton, RunId } from '../runs/run.ts';
import type { PreparedRun } from './prepare.ts';

export type InspectAsk = Extract<Ask, { kind: 'inspect' }>;

export interface Reading {
  readonly runs: RunStore;
  readonly inspect: (
    run: Run,
    ask: InspectAsk,
    onProgress: (progress: Progress) => void,
    signal: AbortSignal,
  ) => Promise<Report>;
  readonly compare: (before: Report, now: Report) => Changes;
  readonly prepare: (run: Run) => Promise<PreparedRun>;
  /** Confirmations that this plan needs. */
  readonly approvalsFor: (plan: Plan) => number;
  readonly confirmMinutes: () => number;
  /** Makes buttons that exist in the store; `until` (ISO 8601) is when they stop counting. */
  readonly makeButtons: (
    run: Run,
    wanted: readonly { readonly action: ButtonAction; readonly arg?: string }[],
    until?: string,
  ) => Promise<readonly RunButton[]>;
  readonly settle: (run: Run) => Promise<void>;
  readonly now: () => Promise<Date>;
}

const audit = (action: string, runId: RunId, facts?: AuditEntry['facts']): AuditEntry => ({
  actor: { id: 'fettle', name: 'Fettle' },
  action,
  runId,
  ...(facts ? { facts } : {}),
});

/** What a worker does with a run of the read queue: inspects, prepares a plan, or looks again at an unknown one. May be repeated; changes nothing. */
export async function performRead(id: RunId, parts: Reading, signal: AbortSignal): Promise<void> {
  const run = await parts.runs.get(id);
  if (!run) return;
  if (run.outcome === 'unknown') return parts.settle(run);
  const begun = await parts.runs.apply(id, { kind: 'begun' });
  if (!begun.ok) return;
  switch (run.ask.kind) {
    case 'inspect':
      return report(run, run.ask, parts, signal);
    case 'change':
    case 'rollback':
      return plan(run, parts);
    default:
      return run.ask satisfies never;
  }
}

/** A run that could not be carried out, ended with a sentence. */
export async function giveUp(id: RunId, parts: Pick<Reading, 'runs'>, says: Words): Promise<void> {
  await parts.runs.apply(
    id,
    { kind: 'ended', outcome: 'failed', says },
    audit('ended failed', id, { says: says.en }),
  );
}

async function report(run: Run, ask: InspectAsk, parts: Reading, signal: AbortSignal): Promise<void> {
  const shown = latestOnly((progress: Progress) =>
    parts.runs.apply(run.id, { kind: 'progressed', progress }),
  );
  const found = await parts.inspect(run, ask, shown.offer, signal);
  await shown.settled();
  if (signal.aborted) throw new Error('the worker was stopped; the inspection is taken over by another');
  const before = await parts.runs.reportBefore(run);
  const whole: Report = before ? { ...found, changes: parts.compare(before, found) } : found;
  const apps = [...new Set(whole.findings.map(({ app }) => app))];
  const buttons = await parts.makeButtons(run, [
    ...apps.map((arg) => ({ action: 'evidence' as const, arg })),
    { action: 'again' },
  ]);
  await parts.runs.apply(
    run.id,
    { kind: 'reported', report: whole, buttons, says: summary(whole) },
    audit('inspected', run.id, counts(whole)),
  );
}

async function plan(run: Run, parts: Reading): Promise<void> {
  const prepared = await parts.prepare(run);
  if (!prepared.ok) {
    await parts.runs.apply(
      run.id,
      { kind: 'ended', outcome: 'refused', says: prepared.says, instead: prepared.instead },
      audit('ended refused', run.id, { says: prepared.says.en }),
    );
    return;
  }
  const notAfter = new Date((await parts.now()).getTime() + parts.confirmMinutes() * 60_000).toISOString();
  const buttons = await parts.makeButtons(run, [{ action: 'confirm' }, { action: 'cancel' }], notAfter);
  await parts.runs.apply(
    run.id,
    {
      kind: 'planned',
      plan: prepared.plan,
      approvalsNeeded: parts.approvalsFor(prepared.plan),
      notAfter,
      buttons,
      says: prepared.plan.because,
    },
    audit('planned', run.id, {
      hash: prepared.plan.hash,
      playbook: prepared.plan.playbook,
      steps: prepared.plan.steps.length,
    }),
  );
}

/** The plan that puts back what an earlier run removed: its recorded steps, to the letter. */
export function planRollback(of: Run): PreparedRun {
  const { plan: earlier } = of;
  if (!earlier || earlier.rollback.length === 0) {
    return {
      ok: false,
      says: words('That run has nothing that could be put back.', '该任务没有可恢复的内容。'),
      instead: [],
    };
  }
  const facts = { of: of.id };
  const plan: Plan = {
    playbook: earlier.playbook,
    title: words(`Put back: ${earlier.title.en}`, `恢复：${earlier.title.zh}`),
    risk: earlier.risk,
    rows: earlier.rows,
    because: words(
      `Puts back exactly what run ${of.id.slice(0, 8)} removed.`,
      `恢复任务 ${of.id.slice(0, 8)} 所删除的内容。`,
    ),
    warning: words(
      'Confirm only if the fix did not help. A row that exists again meanwhile stops it.',
      '仅当修复无效时才可确认。若相应数据行已重新出现，则不会执行。',
    ),
    facts,
    steps: earlier.rollback,
    verify: [{ title: words('The rows are back', '数据行已恢复'), row: earlier.rows[0] ?? 'DEPS-F05' }],
    rollback: [],
    looked: [],
    hash: hashPlan({ playbook: earlier.playbook, args: { of: of.id }, facts, steps: earlier.rollback }),
  };
  return { ok: true, plan };
}

/** `ok` counts and the rest, for the audit line. */
function counts({ findings, hosts }: Report): Readonly<Record<string, number>> {
  const of = (state: string): number => findings.filter((finding) => finding.state === state).length;
  return { hosts, ok: of('ok'), warning: of('warning'), critical: of('critical'), unknown: of('unknown') };
}

function summary(whole: Report): Words {
  const { ok = 0, warning = 0, critical = 0, unknown = 0 } = counts(whole);
  const bad = warning + critical + unknown;
  return bad === 0
    ? words(`All ${ok} checks passed.`, `${ok} 项检查全部通过。`)
    : words(
        `${bad} of ${ok + bad} checks ${bad === 1 ? 'needs' : 'need'} attention.`,
        `${ok + bad} 项检查中有 ${bad} 项需要关注。`,
      );
}

/** Writes progress as fast as the store takes it, always the latest, never two at a time. */
function latestOnly<T>(write: (value: T) => Promise<unknown>): {
  readonly offer: (value: T) => void;
  readonly settled: () => Promise<void>;
} {
  let waiting: T | undefined;
  let writing: Promise<void> | undefined;
  const drain = async (): Promise<void> => {
    while (waiting !== undefined) {
      const value = waiting;
      waiting = undefined;
      // Progress is a courtesy: an inspection does not fail because one line of it could not be written.
      await write(value).catch(() => undefined);
    }
    writing = undefined;
  };
  return {
    offer: (value) => {
      waiting = value;
      writing ??= drain();
    },
    settled: async () => {
      await writing;
    },
  };
}
