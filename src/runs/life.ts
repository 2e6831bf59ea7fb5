import type { Words } from '../kit/index.ts';
import { sentences, words } from '../kit/index.ts';
import { isWhole, stepsNobodyKnows, whatTookEffect } from './effects.ts';
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
  StepReply,
  Suspension,
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
  /** Somebody takes their approval back before a worker has claimed the run. */
  | { readonly kind: 'taken-back'; readonly by: Person; readonly buttons: readonly RunButton[] }
  /** Somebody who could confirm it does not want it carried out. */
  | { readonly kind: 'rejected'; readonly by: Person; readonly reason: string }
  | { readonly kind: 'claimed' }
  /** Put down until what it waits for has come; the claim ends with it. `halted`: then only what was opened is closed. */
  | {
      readonly kind: 'suspended';
      readonly waiting: Suspension;
      readonly says: Words;
      readonly buttons: readonly RunButton[];
      readonly halted?: NonNullable<Run['halted']>;
    }
  /** It was to go on, and another run has what it needs before its first step, or everything is stopped. */
  | {
      readonly kind: 'blocked';
      readonly waiting: Extract<Suspension, { for: 'lock' | 'readonly' }>;
      readonly says: Words;
    }
  /** Confirmed, and its window is closed: it is tried again when that opens. */
  | { readonly kind: 'deferred'; readonly opens: string; readonly says: Words }
  /** A person says how a step went that waits for one. */
  | { readonly kind: 'replied'; readonly reply: StepReply }
  /** Somebody wants a change to stop that was begun: it is taken up once more to close what it opened. */
  | { readonly kind: 'stopping'; readonly by: Person }
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
      /** Of several steps that nobody knows: which one. */
      readonly step?: number;
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
    case 'taken-back':
      return takeBack(run, event);
    case 'rejected':
      return reject(run, event, now);
    case 'claimed':
      return run.state === 'approved' || run.state === 'suspended'
        ? ok({ ...without(run, 'waiting'), state: 'running', buttons: onlyCancel(run) })
        : not(run);
    case 'suspended':
      return suspend(run, event, now);
    case 'blocked':
      return run.state === 'suspended' && (run.steps.length === 0 || event.waiting.for === 'readonly')
        ? block(run, event, now)
        : not(run);
    case 'deferred':
      return defer(run, event, now);
    case 'replied':
      return reply(run, event.reply, now);
    case 'stopping':
      return stop(run, event.by, now);
    case 'cancelled':
      return cancel(run, event.by, now);
    case 'answered':
      return answer(run, event.answers);
    case 'stepped':
      return maySet(run, event.step)
        ? ok({ ...run, steps: withStep(run.steps, begunAt(run, event.step, now)) })
        : not(run);
    case 'noted':
      return run.state === 'queued' ||
        run.state === 'preparing' ||
        run.state === 'approved' ||
        run.state === 'suspended'
        ? ok({
            ...noMoreDeferred(run),
            says: event.says,
            ...(event.buttons ? { buttons: event.buttons } : {}),
          })
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
        ? ok({ ...run, told: withTold(run.told, event.told, now) })
        : not(run);
    case 'ended':
      return end(run, event, now);
    default:
      return event satisfies never;
  }
}

/** Older calls have been heard, or never will be. */
const CALLS_KEPT = 3;

/** Told again it is the same message, from when it was first told. */
function withTold(before: readonly RunTold[] = [], told: RunTold, now: string): readonly RunTold[] {
  const isSame = ({ no, nth = 0 }: RunTold): boolean => no === told.no && nth === (told.nth ?? 0);
  const at = before.find(isSame)?.at ?? now;
  return [...before.filter((each) => !isSame(each)), { ...told, at }];
}

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

/** The others' approvals stay; it waits for the one that is missing again. */
function takeBack(
  run: Omit<Run, 'revision'>,
  { by, buttons }: Extract<RunEvent, { kind: 'taken-back' }>,
): Next {
  if (run.state !== 'waiting' && run.state !== 'approved') return not(run);
  const approvals = run.approvals.filter((given) => given.by.id !== by.id);
  if (approvals.length === run.approvals.length)
    return {
      ok: false,
      because: words(
        'You have not confirmed this; there is nothing to take back.',
        '您未确认过此操作，无可撤回。',
      ),
    };
  const says = words(
    `${by.name} took the approval back. Nothing was changed; it waits for Confirm again.`,
    `${by.name} 已撤回确认。未做任何变更，重新等待确认。`,
  );
  return ok({ ...without(run, 'waiting'), approvals, state: 'waiting', buttons, says });
}

function reject(
  run: Omit<Run, 'revision'>,
  { by, reason }: Extract<RunEvent, { kind: 'rejected' }>,
  now: string,
): Next {
  if (run.state !== 'waiting' && run.state !== 'approved') return not(run);
  const says = sentences(
    words(`Rejected by ${by.name}. Nothing was changed.`, `已被 ${by.name} 驳回，未做任何变更。`),
    words(`Reason: ${reason}`, `理由：${reason}`),
  );
  return ok({
    ...without(run, 'waiting'),
    rejected: { by, at: now, reason },
    state: 'ended',
    outcome: 'refused',
    endedAt: now,
    says,
    buttons: [],
  });
}

const onlyCancel = ({ buttons }: Omit<Run, 'revision'>): readonly RunButton[] =>
  buttons.filter(({ action }) => action === 'cancel');

/** An answer to a step counts until somebody is asked again. */
function suspend(
  run: Omit<Run, 'revision'>,
  { waiting, says, buttons, halted }: Extract<RunEvent, { kind: 'suspended' }>,
  now: string,
): Next {
  if (run.state !== 'running') return not(run);
  const put = {
    ...(waiting.for === 'person' ? without(run, 'replies') : run),
    state: 'suspended' as const,
    says,
    buttons,
    ...(halted ? { halted } : {}),
  };
  const suspended = { ...put, waiting: { ...waiting, since: now } };
  // Cancelled meanwhile: nothing is waited for any more but the end of what goes on by itself, or may not go on at all.
  const isWaitedFor = waiting.for === 'time' || waiting.for === 'readonly';
  return ok(run.cancelled && !isWaitedFor ? due(suspended, now) : suspended);
}

/** A cancelled run is tried again instead of waiting for what another run has. */
function block(
  run: Omit<Run, 'revision'>,
  { waiting, says }: Extract<RunEvent, { kind: 'blocked' }>,
  now: string,
): Next {
  const blocked = { ...run, waiting: { ...waiting, since: now }, says };
  return ok(run.cancelled && waiting.for === 'lock' ? due(blocked, now) : blocked);
}

/** Nothing of it has begun. */
function defer(
  run: Omit<Run, 'revision'>,
  { opens, says }: Extract<RunEvent, { kind: 'deferred' }>,
  now: string,
): Next {
  const mayWait = run.state === 'approved' || (run.state === 'suspended' && run.steps.length === 0);
  return mayWait && !run.cancelled
    ? ok({ ...run, waiting: { for: 'window', opens, since: now }, says })
    : not(run);
}

/** An approved run that something else is in the way of does not wait for its window any more. */
const noMoreDeferred = (run: Omit<Run, 'revision'>): Omit<Run, 'revision'> =>
  run.state === 'approved' ? without(run, 'waiting') : run;

/** Waits for nothing any more but a worker. */
const due = (run: Omit<Run, 'revision'>, now: string): Omit<Run, 'revision'> => ({
  ...run,
  waiting: { for: 'time', until: now, since: run.waiting?.since ?? now },
});

function reply(run: Omit<Run, 'revision'>, said: StepReply, now: string): Next {
  const { waiting } = run;
  if (run.state !== 'suspended' || waiting?.for !== 'person' || waiting.step !== said.step)
    return run.state === 'suspended' ? { ok: false, because: NOT_ASKED } : not(run);
  return ok(due({ ...run, replies: [said], buttons: onlyCancel(run), says: saidOf(said) }, now));
}

const NOT_ASKED = words('This step waits for nobody any more.', '该步骤已不再等待答复。');

const saidOf = ({ by: { name }, step }: StepReply): Words =>
  words(`${name} has answered step ${step}; it goes on.`, `${name} 已答复第 ${step} 步，任务继续执行。`);

/** Of a change that was begun. The step it is in comes to its end. */
function stop(run: Omit<Run, 'revision'>, by: Person, now: string): Next {
  if (run.cancelled && run.state !== 'ended')
    return { ok: false, because: alreadyCancelled(run.cancelled.by) };
  if (run.state !== 'suspended' && run.state !== 'running') return not(run);
  const says = words(
    `Cancelled by ${by.name}. No further step is begun; what was opened is closed.`,
    `已由 ${by.name} 取消。不再开始后续步骤，已打开的状态将恢复。`,
  );
  const stopped = { ...run, cancelled: { by, at: now }, says, buttons: [] };
  return ok(run.state === 'suspended' ? due(stopped, now) : stopped);
}

function without(run: Omit<Run, 'revision'>, key: 'waiting' | 'replies'): Omit<Run, 'revision'> {
  const { waiting, replies, ...rest } = run;
  if (key === 'waiting') return replies ? { ...rest, replies } : rest;
  return waiting ? { ...rest, waiting } : rest;
}

/** Hosts must not go on with what nobody waits for, so an inspection is ended by its worker; nothing else has begun to act before it runs. */
function cancel(run: Omit<Run, 'revision'>, by: Person, now: string): Next {
  if (run.cancelled && run.state !== 'ended')
    return { ok: false, because: alreadyCancelled(run.cancelled.by) };
  if (run.state === 'running' || run.state === 'ended' || (run.state === 'suspended' && run.steps.length > 0))
    return not(run);
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
  return ok({
    ...without(run, 'waiting'),
    cancelled,
    state: 'ended',
    outcome: 'cancelled',
    endedAt: now,
    says,
    buttons: [],
  });
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
  const ends = ENDS[run.state === 'ended' ? (run.outcome ?? 'ended') : run.state];
  const isCancelled = event.outcome === 'cancelled' && run.state === 'running' && run.cancelled !== undefined;
  if (!ends.includes(event.outcome) && !isCancelled) return not(run);
  return ok({
    ...without(run, 'waiting'),
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
  // Only by what is found out before it is claimed again: that its row is not what was recorded, or that nobody knows how one before it ended.
  suspended: ['refused', 'failed'],
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
  // Only what was begun can be taken back.
  if (step.state === 'not-started') return run.state === 'running' && before === 'begun';
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

/** The person's word takes the place of a look. The run is known once every step is, and done when all of the plan took effect. */
function decide(
  run: Omit<Run, 'revision'>,
  { by, tookEffect, reason, step, buttons }: Extract<RunEvent, { kind: 'decided' }>,
  now: string,
): Next {
  if (run.outcome !== 'unknown') return not(run);
  const openSteps = stepsNobodyKnows(run);
  const open = step === undefined ? openSteps[0] : openSteps.find(({ no }) => no === step);
  if (openSteps.length > 1 && step === undefined) return { ok: false, because: SAY_WHICH };
  if (step !== undefined && !open) return { ok: false, because: KNOWN_MEANWHILE };
  // A look has shown the result of the step, and the run is about to end by it.
  if (tookEffect && openSteps.length === 0 && run.steps.some(({ state }) => state === 'failed'))
    return { ok: false, because: shownMeanwhile };
  const state = tookEffect ? ('done' as const) : ('failed' as const);
  const said = tookEffect ? saidItTook(by) : saidItDidNot(by);
  const steps = open ? withStep(run.steps, { ...open, state, says: said }) : run.steps;
  const after = { ...run, steps };
  const decided = { by, at: now, tookEffect, reason };
  const left = stepsNobodyKnows(after);
  if (left.length > 0) return ok({ ...after, decided, says: sentences(said, stillUnknown(left)), buttons });
  const isDone = tookEffect && (open === undefined || isWhole(after));
  return ok({
    ...after,
    outcome: isDone ? 'done' : 'failed',
    decided,
    says: sentences(
      said,
      words(`Reason: ${reason}`, `理由：${reason}`),
      open ? whatTookEffect(after) : words('', ''),
    ),
    buttons,
  });
}

const SAY_WHICH = words(
  'Nobody knows of several steps whether they took effect. Say it of one of them.',
  '有多个步骤的结果尚未确定，请针对其中一个步骤说明。',
);
const KNOWN_MEANWHILE = words('The outcome of this step is known meanwhile.', '该步骤的结果已经确定。');
const stillUnknown = (left: readonly StepRecord[]): Words =>
  words(
    `Of step ${left.map(({ no }) => no).join(', ')} nobody knows yet.`,
    `第 ${left.map(({ no }) => no).join('、')} 步的结果仍未确定。`,
  );

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
    suspended: words('is under way and waits', '正在执行，处于等待状态'),
    ended: words('has already ended', '已经结束'),
  };
  const is = state[run.state];
  return { ok: false, because: words(`This run ${is.en}.`, `该任务${is.zh}。`) };
}
