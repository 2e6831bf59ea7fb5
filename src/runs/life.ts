import type { Words } from '../kit/index.ts';
import { sentences, words } from '../kit/index.ts';
import { openStep, whatTookEffect } from './effects.ts';
import { type Change, type Finding, findingKey, type Report, summaryOf } from './report.ts';
import type {
  Approval,
  Outcome,
  Person,
  Plan,
  Progress,
  Run,
  RunButton,
  StepRecord,
  RunCall,
  RunTold,
} from './run.ts';

/** Everything that can happen to a run. */
export type RunEvent =
  | { readonly kind: 'begun' }
  | { readonly kind: 'progressed'; readonly progress: Progress }
  | {
      readonly kind: 'reported';
      readonly report: Report;
      readonly buttons: readonly RunButton[];
      readonly says: Words;
    }
  | {
      readonly kind: 'planned';
      readonly plan: Plan;
      readonly approvalsNeeded: number;
      readonly notAfter: string;
      readonly buttons: readonly RunButton[];
      readonly says: Words;
    }
  | { readonly kind: 'approved'; readonly approval: Approval }
  | { readonly kind: 'claimed' }
  /** The worker that claimed it stops, and has begun no step: another may claim it. */
  | { readonly kind: 'handed-back' }
  /** Somebody does not want it any more. An inspection under way ends when what it asked is over; everything else ends at once. */
  | { readonly kind: 'cancelled'; readonly by: Person }
  /** People said what they saw; `change` against the report before, if there is one. */
  | { readonly kind: 'answered'; readonly answers: readonly Answered[] }
  | { readonly kind: 'stepped'; readonly step: StepRecord }
  /** Something to know while it waits for a worker. */
  | { readonly kind: 'noted'; readonly says: Words; readonly buttons?: readonly RunButton[] }
  /** Somebody looked what became of an `unknown` run, and it is still not known; `next` (ISO 8601) is when it is looked at again. */
  | { readonly kind: 'looked'; readonly says: Words; readonly next?: string }
  /** It could not be got ready: ends what has neither a plan nor a report yet, and nothing else. */
  | { readonly kind: 'given-up'; readonly says: Words }
  /** A person says what became of an `unknown` run. */
  | {
      readonly kind: 'decided';
      readonly by: Person;
      readonly tookEffect: boolean;
      readonly reason: string;
      readonly buttons: readonly RunButton[];
    }
  /** People are called because of what it left open; the button closes it. */
  | { readonly kind: 'called'; readonly call: RunCall; readonly button: RunButton }
  /** A step tells people something. */
  | { readonly kind: 'told'; readonly told: RunTold }
  | {
      readonly kind: 'ended';
      readonly outcome: Outcome;
      readonly says: Words;
      readonly buttons?: readonly RunButton[];
      readonly instead?: Run['instead'];
    };

export interface Answered {
  readonly finding: Finding;
  readonly change?: Change;
}

export type Next =
  | { readonly ok: true; readonly run: Omit<Run, 'revision'> }
  | { readonly ok: false; readonly because: Words };

/** The life of a run: the run after an event, or why the event cannot happen to it. Pure; the clock is an argument (ISO 8601). */
export function next(run: Omit<Run, 'revision'>, event: RunEvent, now: string): Next {
  switch (event.kind) {
    case 'begun':
      return run.state === 'queued' || run.state === 'preparing'
        ? ok({ ...run, state: 'preparing', begun: (run.begun ?? 0) + 1 })
        : not(run);
    case 'progressed':
      return run.state === 'preparing' ? ok({ ...run, progress: event.progress }) : not(run);
    case 'reported':
      return run.state === 'preparing' && run.ask.kind === 'inspect'
        ? ok({
            ...run,
            state: 'ended',
            outcome: event.report.stopped ? 'cancelled' : 'done',
            endedAt: now,
            report: event.report,
            buttons: event.buttons,
            says: event.says,
          })
        : not(run);
    case 'planned':
      return run.state === 'preparing' && run.ask.kind !== 'inspect'
        ? ok({
            ...run,
            state: 'waiting',
            plan: event.plan,
            approvalsNeeded: event.approvalsNeeded,
            notAfter: event.notAfter,
            buttons: event.buttons,
            says: event.says,
          })
        : not(run);
    case 'approved':
      return approve(run, event.approval, now);
    case 'claimed':
      return run.state === 'approved' ? ok({ ...run, state: 'running', buttons: [] }) : not(run);
    case 'handed-back':
      return run.state === 'running' && run.steps.length === 0 ? ok({ ...run, state: 'approved' }) : not(run);
    case 'cancelled':
      return cancel(run, event.by, now);
    case 'answered':
      return answer(run, event.answers);
    case 'stepped':
      return maySet(run, event.step)
        ? ok({ ...run, steps: withStep(run.steps, begunAt(run, event.step, now)) })
        : not(run);
    case 'noted':
      return run.state === 'queued' || run.state === 'preparing' || run.state === 'approved'
        ? ok({ ...run, says: event.says, ...(event.buttons ? { buttons: event.buttons } : {}) })
        : not(run);
    case 'looked':
      return run.outcome === 'unknown'
        ? ok({ ...run, says: event.says, looked: lookedAt(run, event, now) })
        : not(run);
    case 'given-up':
      return run.state === 'queued' || run.state === 'preparing'
        ? end(run, { kind: 'ended', outcome: 'failed', says: event.says }, now)
        : not(run);
    case 'decided':
      return decide(run, event, now);
    case 'called':
      return isBegun(run)
        ? ok({
            ...run,
            calls: [...(run.calls ?? []).filter(({ no }) => no !== event.call.no), event.call].slice(
              -CALLS_KEPT,
            ),
            buttons: [...run.buttons.filter(({ id }) => id !== event.button.id), event.button],
          })
        : not(run);
    case 'told':
      return isBegun(run) && run.state !== 'ended'
        ? ok({ ...run, told: [...(run.told ?? []).filter(({ no }) => no !== event.told.no), event.told] })
        : not(run);
    case 'ended':
      return end(run, event, now);
    default:
      return event satisfies never;
  }
}

/** Older calls have been heard, or never will be. */
const CALLS_KEPT = 3;

/** It was carried out, as far as it came. */
const isBegun = ({ state, steps }: Omit<Run, 'revision'>): boolean => state === 'running' || steps.length > 0;

function approve(run: Omit<Run, 'revision'>, approval: Approval, now: string): Next {
  if (run.state !== 'waiting') return not(run);
  if (run.notAfter !== undefined && now > run.notAfter)
    return {
      ok: false,
      because: words(
        'The time for Confirm is over. Ask again to get a fresh plan.',
        '确认时间已过。请重新发起，以获得新的方案。',
      ),
    };
  if (approval.hash !== run.plan?.hash)
    return {
      ok: false,
      because: words('This approval belongs to another plan.', '此确认对应的是另一份方案。'),
    };
  if (run.approvals.some((given) => given.by.id === approval.by.id))
    return {
      ok: false,
      because: words(
        'You have already agreed; another person must confirm too.',
        '您已确认过，还需要另一位同事确认。',
      ),
    };
  const approvals = [...run.approvals, approval];
  if (approvals.length < (run.approvalsNeeded ?? 1)) return ok({ ...run, approvals });
  // Until a worker claims it, it can still be cancelled.
  const buttons = run.buttons.filter(({ action }) => action !== 'confirm');
  return ok({ ...run, approvals, state: 'approved', buttons });
}

/** Hosts must not go on with what nobody waits for, so an inspection is ended by its worker; nothing else has begun to act before it runs. */
function cancel(run: Omit<Run, 'revision'>, by: Person, now: string): Next {
  if (run.cancelled && run.state !== 'ended')
    return { ok: false, because: alreadyCancelled(run.cancelled.by) };
  if (run.state === 'running' || run.state === 'ended') return not(run);
  const cancelled = { by, at: now };
  if (run.state === 'preparing' && run.ask.kind === 'inspect')
    return ok({ ...run, cancelled, buttons: run.buttons.filter(({ action }) => action !== 'cancel') });
  const says =
    run.ask.kind === 'inspect'
      ? words(
          `Cancelled by ${by.name} before it began. No host was asked.`,
          `已由 ${by.name} 在开始之前取消，未访问任何主机。`,
        )
      : words(`Cancelled by ${by.name}. Nothing was changed.`, `已由 ${by.name} 取消。未做任何变更。`);
  return ok({ ...run, cancelled, state: 'ended', outcome: 'cancelled', endedAt: now, says, buttons: [] });
}

/** What whoever presses Cancel second is told while it is being stopped. */
export const alreadyCancelled = ({ name }: Person): Words =>
  words(`${name} has cancelled this already; it is being stopped.`, `${name} 已取消，正在停止。`);

/** The newest answer to a question is the one that counts. */
function answer(run: Omit<Run, 'revision'>, answers: readonly Answered[]): Next {
  const { report } = run;
  if (run.state !== 'ended' || !report) return not(run);
  const keys = new Set(answers.map(({ finding }) => findingKey(finding)));
  const others = report.findings.filter((finding) => !keys.has(findingKey(finding)));
  const findings = [...others, ...answers.map(({ finding }) => finding)];
  const changes = report.changes && {
    ...report.changes,
    entries: [
      ...answers.flatMap(({ change }) => change ?? []),
      ...report.changes.entries.filter(({ finding }) => !keys.has(findingKey(finding))),
    ],
  };
  const answered: Report = { ...report, findings, ...(changes ? { changes } : {}) };
  return ok({ ...run, report: answered, says: summaryOf(answered) });
}

/** An ended run stays ended, with one exception: `unknown` may be settled once somebody has looked. Only what ran can be done, or unknown. */
function end(run: Omit<Run, 'revision'>, event: Extract<RunEvent, { kind: 'ended' }>, now: string): Next {
  if (!ENDS[run.state === 'ended' ? (run.outcome ?? 'ended') : run.state].includes(event.outcome))
    return not(run);
  return ok({
    ...run,
    state: 'ended',
    outcome: event.outcome,
    endedAt: now,
    says: event.says,
    buttons: event.buttons ?? [],
    ...(event.instead ? { instead: event.instead } : {}),
  });
}

const NOT_RUN = ['refused', 'failed', 'cancelled', 'expired'] as const;
const RAN = ['done', 'refused', 'failed', 'unknown'] as const;
/** The ends that a run can come to, by its state; of one that has ended, by its outcome. */
const ENDS: Readonly<Record<Run['state'] | Outcome, readonly Outcome[]>> = {
  queued: NOT_RUN,
  preparing: NOT_RUN,
  waiting: NOT_RUN,
  approved: NOT_RUN,
  running: RAN,
  unknown: ['done', 'failed'],
  ended: [],
  done: [],
  refused: [],
  failed: [],
  cancelled: [],
  expired: [],
};

/** A step's result stays; what was begun, or nobody knew, gets one. */
function maySet(run: Omit<Run, 'revision'>, step: StepRecord): boolean {
  const before = run.steps.find(({ no }) => no === step.no)?.state;
  if (before === 'done' || before === 'failed') return run.state === 'running' && before === step.state;
  return (
    run.state === 'running' || (run.outcome === 'unknown' && before !== undefined && step.state !== 'begun')
  );
}

/** A step keeps the time at which it was begun. */
function begunAt({ steps }: Pick<Run, 'steps'>, step: StepRecord, now: string): StepRecord {
  const before = steps.find(({ no }) => no === step.no);
  return { ...step, begunAt: before?.begunAt ?? step.begunAt ?? now };
}

const lookedAt = (
  { looked }: Omit<Run, 'revision'>,
  { next: again }: Extract<RunEvent, { kind: 'looked' }>,
  now: string,
): NonNullable<Run['looked']> => {
  const planned = again ?? (looked?.next !== undefined && looked.next > now ? looked.next : undefined);
  return { at: now, times: (looked?.times ?? 0) + 1, ...(planned === undefined ? {} : { next: planned }) };
};

/** The person's word takes the place of a look. Done only when that was the last step: the others have not run. */
function decide(
  run: Omit<Run, 'revision'>,
  { by, tookEffect, reason, buttons }: Extract<RunEvent, { kind: 'decided' }>,
  now: string,
): Next {
  if (run.outcome !== 'unknown') return not(run);
  const open = openStep(run);
  // A look has shown the result of the step, and the run is about to end by it.
  if (tookEffect && run.steps.some(({ state }) => state === 'failed'))
    return { ok: false, because: shownMeanwhile };
  const state = tookEffect ? ('done' as const) : ('failed' as const);
  const steps = open
    ? withStep(run.steps, { ...open, state, says: tookEffect ? saidItTook(by) : saidItDidNot(by) })
    : run.steps;
  const isDone = tookEffect && (open === undefined || open.no === run.plan?.steps.length);
  return ok({
    ...run,
    steps,
    outcome: isDone ? 'done' : 'failed',
    decided: { by, at: now, tookEffect, reason },
    says: sentences(
      tookEffect ? saidItTook(by) : saidItDidNot(by),
      words(`Reason: ${reason}`, `理由：${reason}`),
      open ? whatTookEffect({ ...run, steps }) : words('', ''),
    ),
    buttons,
  });
}

const shownMeanwhile = words(
  'A look has just shown that it did not take effect; see the steps in the thread.',
  '刚刚的核对显示该操作未生效，请查看消息列中的步骤。',
);
const saidItTook = ({ name }: Person): Words =>
  words(`${name} says that it took effect.`, `${name} 确认已生效。`);
const saidItDidNot = ({ name }: Person): Words =>
  words(`${name} says that it did not take effect.`, `${name} 确认未生效。`);

const withStep = (steps: readonly StepRecord[], step: StepRecord): readonly StepRecord[] =>
  [...steps.filter(({ no }) => no !== step.no), step].sort((a, b) => a.no - b.no);

const ok = (run: Omit<Run, 'revision'>): Next => ({ ok: true, run });

function not(run: Omit<Run, 'revision'>): Next {
  const state: Record<Run['state'], Words> = {
    queued: words('is still in the queue', '仍在排队'),
    preparing: words('is still being prepared', '仍在准备'),
    waiting: words('waits for Confirm', '正在等待确认'),
    approved: words('is already confirmed', '已经确认'),
    running: words('is already running', '正在执行'),
    ended: words('has already ended', '已经结束'),
  };
  const is = state[run.state];
  return { ok: false, because: words(`This run ${is.en}.`, `该任务${is.zh}。`) };
}
