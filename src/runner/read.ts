import { sentences, type Words, words } from '../kit/index.ts';
import { isReadOnly, type ReadOnly } from '../runs/read-only.ts';
import { withMissed, withoutMissed } from '../runs/missed.ts';
import type { Decision, No } from '../policy/question.ts';
import type { PublicKeys } from '../runs/keys.ts';
import { stepsDone } from '../runs/effects.ts';
import { rollbackFor } from '../runs/layout.ts';
import { withHash } from '../runs/plan.ts';
import type { AuditEntry, RecordedLine, RunStore } from '../runs/ports.ts';
import { recordButtons, withLast } from '../runs/questions.ts';
import {
  type Changes,
  countByState,
  evidenceArgs,
  type Report,
  SILENT_HOSTS,
  summaryOf,
} from '../runs/report.ts';
import { plannedFacts, RECORD } from '../runs/story.ts';
import type { ButtonAction } from '../runs/actions.ts';
import type { Ask, Person, Plan, Run, RunButton, RunId } from '../runs/run.ts';
import type { Told } from '../inspecting/ask-all.ts';
import type { Following } from '../inspecting/progress.ts';
import { audit } from '../changing/changing.ts';
import type { PreparedRun } from '../changing/prepare.ts';
import { unreliable } from '../changing/warrant.ts';

export type InspectAsk = Extract<Ask, { kind: 'inspect' }>;

type Wanted = readonly { readonly action: ButtonAction; readonly arg?: string }[];

export interface Reading {
  readonly runs: RunStore;
  readonly inspect: (run: Run, ask: InspectAsk, onProgress: Told, signal: AbortSignal) => Promise<Report>;
  /** Shows how far an inspection is, and hears when somebody cancels it. */
  readonly follow: (id: RunId) => Following;
  readonly compare: (before: Report, now: Report) => Changes;
  /** Adds hosts unlike their peers, and values that grow towards a threshold. */
  readonly withForecasts: (report: Report) => Promise<Report>;
  readonly prepare: (run: Run) => Promise<PreparedRun>;
  /** Whether this plan may be carried out now that it is known where, and by whose word. */
  readonly decide: (run: Run, plan: Plan) => Promise<Decision>;
  readonly confirmMinutes: () => number;
  /** The kill switch, where it is on. */
  readonly readOnly: () => Promise<ReadOnly | undefined>;
  /** Makes buttons that exist in the store; `until` (ISO 8601) is when they stop counting. */
  readonly makeButtons: (run: Run, wanted: Wanted, until?: string) => Promise<readonly RunButton[]>;
  readonly settle: (run: Run) => Promise<void>;
  /** Of the estate, for times in sentences. */
  readonly timeZone: string;
  readonly now: () => Promise<Date>;
}

/** What a worker does with a run of the read queue: inspects, prepares a plan, or looks again at an unknown one. May be repeated; changes nothing. */
export async function performRead(id: RunId, deps: Reading, signal: AbortSignal): Promise<void> {
  const run = await deps.runs.get(id);
  if (!run) return;
  if (run.outcome === 'unknown') return deps.settle(run);
  const begun = await deps.runs.apply(id, { kind: 'begun' });
  if (!begun.ok) return;
  if ((begun.run.begun ?? 0) > MOST_BEGUN) return giveUp(id, deps, lostEachTime);
  switch (run.ask.kind) {
    case 'inspect':
      if (begun.run.cancelled) return endLost(run.id, deps, begun.run.cancelled.by);
      return report(run, run.ask, deps, signal);
    case 'change':
    case 'rollback':
      return plan(run, deps);
    default:
      return run.ask satisfies never;
  }
}

/** A run that ends every worker that takes it must not do so for ever. */
const MOST_BEGUN = 8;

const lostEachTime = words(
  `Taken up ${MOST_BEGUN} times, and each time its worker was lost. Nothing was changed. Tell your Fettle administrator; ask again when the cause is known.`,
  `已尝试 ${MOST_BEGUN} 次，每次执行进程均丢失。未做任何变更。请联系 Fettle 维护人，查明原因后再重新发起。`,
);

/** A run that could not be got ready, ended with a sentence. One that is further, or has ended, stays as it is. */
export async function giveUp(id: RunId, deps: Pick<Reading, 'runs'>, says: Words): Promise<void> {
  await deps.runs.apply(id, { kind: 'given-up', says }, audit('ended failed', id, { says: says.en }));
}

async function report(run: Run, ask: InspectAsk, deps: Reading, signal: AbortSignal): Promise<void> {
  const found = await inspectWatched(run, ask, deps, signal);
  if (signal.aborted) throw new Error('the worker was stopped; the inspection is taken over by another');
  const before = await deps.runs.reportBefore(run);
  const ahead = await deps.withForecasts(found);
  const compared: Report = before
    ? {
        ...ahead,
        changes: deps.compare(withoutMissed(before), ahead),
        questions: withLast(ahead.questions, before),
      }
    : ahead;
  const whole = withMissed(compared, run.schedule, deps.timeZone);
  const buttons = await deps.makeButtons(run, [
    ...evidenceOf(run, whole),
    ...recordButtons(whole.questions),
    { action: 'again' },
  ]);
  await deps.runs.apply(
    run.id,
    { kind: 'reported', report: whole, buttons, says: summaryOf(whole) },
    audit('inspected', run.id, facts(whole)),
  );
}

/** The evidence of each app and of silent hosts; of a schedule only where something is not in order, and all of it together. */
function evidenceOf(run: Run, report: Report): Wanted {
  const bad = report.findings.filter(({ state }) => state !== 'ok');
  const args = evidenceArgs(report).filter(
    (arg) => !run.schedule || arg === SILENT_HOSTS || bad.some(({ app }) => app === arg),
  );
  return [
    ...args.map((arg) => ({ action: 'evidence' as const, arg })),
    ...(run.schedule ? [{ action: 'evidence' as const }] : []),
  ];
}

async function inspectWatched(
  run: Run,
  ask: InspectAsk,
  { inspect, follow }: Pick<Reading, 'follow' | 'inspect'>,
  signal: AbortSignal,
): Promise<Report> {
  const { tell, cancelled, end } = follow(run.id);
  try {
    return await inspect(run, ask, tell, AbortSignal.any([signal, cancelled]));
  } finally {
    await end();
  }
}

/** It was cancelled, and the worker that was to stop it is gone with what it had. */
async function endLost(id: RunId, deps: Reading, { name }: Person): Promise<void> {
  const says = words(
    `Cancelled by ${name}. The worker that ran it was lost, and what it had found with it.`,
    `已由 ${name} 取消。执行该任务的进程已丢失，已取得的结果未能保留。`,
  );
  await deps.runs.apply(id, { kind: 'ended', outcome: 'cancelled', says }, audit('ended cancelled', id));
}

async function plan(run: Run, deps: Reading): Promise<void> {
  const prepared = await deps.prepare(run);
  if (!prepared.ok) {
    const { says, instead, lookAt } = prepared;
    const buttons = lookAt ? await deps.makeButtons(run, [{ action: 'look-again', arg: lookAt }]) : [];
    await deps.runs.apply(
      run.id,
      { kind: 'ended', outcome: 'refused', says, instead, buttons },
      audit('ended refused', run.id, { says: prepared.says.en }),
    );
    return;
  }
  const decision = await deps.decide(run, prepared.plan);
  if (decision.verdict === 'no') return refuse(run, decision, deps);
  const notAfter = new Date((await deps.now()).getTime() + deps.confirmMinutes() * 60_000).toISOString();
  const approvalsNeeded = decision.approvals ?? 1;
  const buttons = await deps.makeButtons(run, BUTTONS, notAfter);
  await deps.runs.apply(
    run.id,
    {
      kind: 'planned',
      plan: prepared.plan,
      approvalsNeeded,
      notAfter,
      buttons,
      says: await withReadOnly(prepared.plan.because, deps),
    },
    audit(RECORD.planned, run.id, plannedFacts(prepared.plan, approvalsNeeded, notAfter)),
  );
}

/** Under a plan; what stands under it when somebody has agreed is drawn by the view. */
const BUTTONS: Wanted = [
  { action: 'confirm' },
  { action: 'reject' },
  { action: 'take-back' },
  { action: 'cancel' },
];

/** Only the plan says where it takes effect, and policy closes that place now. */
async function refuse(run: Run, { because, rule }: No, deps: Reading): Promise<void> {
  const says = words(`${because.en} Nothing was changed.`, `${because.zh}未做任何变更。`);
  await deps.runs.apply(
    run.id,
    { kind: 'ended', outcome: 'refused', says },
    audit('ended refused', run.id, { says: says.en, rule }),
  );
}

/** A plan that would wait says so. */
async function withReadOnly(because: Words, { readOnly }: Pick<Reading, 'readOnly'>): Promise<Words> {
  const on = await readOnly();
  return on
    ? sentences(
        because,
        isReadOnly(on),
        words('Confirmed, this waits until it is off.', '确认后将等待其关闭再执行。'),
      )
    : because;
}

/** The plan that puts back what an earlier run removed: its steps, to the letter, as they were confirmed with it. */
export function planRollback(
  of: Run,
  lines: readonly RecordedLine[],
  keys: PublicKeys,
): PreparedRun & { readonly forged?: string } {
  const { plan: earlier } = of;
  const back = earlier ? rollbackFor(earlier, stepsDone(of)) : [];
  if (!earlier || back.length === 0) {
    return {
      ok: false,
      says: NOTHING_TO_PUT_BACK,
      instead: [],
    };
  }
  const reason = unreliable(of, lines, keys);
  if (reason !== undefined) {
    // A key that was taken out of use is no forgery: nothing can be told without it.
    const forged = isEveryKeyKnown(of, keys) ? { forged: reason } : {};
    return { ok: false, says: NOT_AS_CONFIRMED, instead: [], ...forged };
  }
  const facts = { of: of.id };
  if (!lines.some(({ action }) => action === 'step done' || action === RECORD.tookEffect))
    return { ok: false, says: NOTHING_TO_PUT_BACK, instead: [] };
  const plan = withHash({
    playbook: earlier.playbook,
    args: facts,
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
    steps: back,
    verify: [{ title: words('The rows are back', '数据行已恢复'), row: earlier.rows[0] }],
    rollback: [],
    looked: [],
  });
  return { ok: true, plan };
}

const NOTHING_TO_PUT_BACK = words('That run has nothing to roll back.', '该任务没有可回滚的内容。');

const isEveryKeyKnown = ({ request, approvals }: Run, keys: PublicKeys): boolean =>
  keys.size > 0 &&
  [request, ...approvals.map(({ grant }) => grant)].every((signed) => !signed || keys.has(signed.key));

const NOT_AS_CONFIRMED = words(
  'Not planned: what is stored of that run is not what was confirmed and carried out, or the key that signed it is no longer known. Nothing was changed. Tell the owner of Fettle.',
  '未生成方案：该任务的存储内容与确认和执行时不一致，或其签名密钥已不可识别。未做任何变更。请告知 Fettle 的维护人。',
);

/** `ok` counts and the rest, for the audit line; of one that was cancelled, what became of its hosts. */
function facts({ findings, hosts, stopped }: Report): NonNullable<AuditEntry['facts']> {
  const fates: Record<string, number> = {};
  for (const { fate } of stopped?.hosts ?? []) fates[fate] = (fates[fate] ?? 0) + 1;
  return { hosts, ...countByState(findings), ...(stopped ? { cancelled: fates } : {}) };
}
