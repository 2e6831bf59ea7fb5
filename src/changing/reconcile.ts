import type { StepAnswer, StepFrame, Words } from '../kit/index.ts';
import { NOTHING_CAPTURED, PARTLY, sentences, words } from '../kit/index.ts';
import { isWhole, stepsNobodyKnows, whatTookEffect } from '../runs/effects.ts';
import type { Sealed } from '../runs/ports.ts';
import type { Run, RunId } from '../runs/run.ts';
import {
  audit,
  type Changing,
  end,
  finish,
  lookFailed,
  mustGet,
  notVerified,
  putDown,
  recordStep,
  resultOf,
  unknownAt,
} from './changing.ts';
import { Halt } from './halt.ts';
import { isOutage, keepLease } from './lease.ts';

/** Above every fence of a claim: a worker that lost this run can send nothing more. */
const NEVER_AGAIN = 2_147_483_647;

/** A look at a step of a run that nobody claims. */
export const frameOfLook = ({ id, createdAt }: Pick<Run, 'id' | 'createdAt'>, no: number): StepFrame => ({
  runId: id,
  no,
  fence: NEVER_AGAIN,
  since: new Date(createdAt),
});

/** How often a process that performs changes sweeps. */
export const SWEEP_MS = 1000;
/** For the look before it is said that nobody knows; a look that takes longer goes on and settles it then. */
const LOOK_FIRST_MS = 4000;
/** How long a sweep waits for what it began; the rest goes on beside the next ones. */
const PATIENCE_MS = 3000;
/** After such a silence of the store the workers that are alive get one sweep to hold what is theirs. */
const SILENCE_MS = 6000;
const AT_ONCE = 8;

/**
 * Finds what became of runs whose worker is gone, several at a time, and looks again at those of which nobody knows. Executes
 * nothing. One that fails or hangs holds up no other.
 */
export function openReconciler(deps: Changing): { readonly sweep: () => Promise<void> } {
  const underWay = new Map<RunId, Promise<void>>();
  /** The sweep in which a lapsed run was last begun with: those that fail each time stand behind the others. */
  const begunIn = new Map<RunId, number>();
  let sweeps = 0;
  let heardAt = performance.now();

  /** What was last said to be wrong with a lapsed run: the same is said once, though it is tried again every time. */
  const said = new Map<RunId, string>();

  const start = (id: RunId, work: () => Promise<void>): void => {
    if (underWay.has(id)) return;
    const working = work()
      .catch((error: unknown) => {
        const wrong = String(error);
        if (said.get(id) === wrong) return;
        if (begunIn.has(id)) said.set(id, wrong);
        deps.log.warn({ runId: id, error }, 'a run could not be looked at; it is tried again');
      })
      .finally(() => underWay.delete(id));
    underWay.set(id, working);
  };

  return {
    async sweep() {
      const lapsed = await deps.journal.lapsed();
      const silent = performance.now() - heardAt > SILENCE_MS;
      heardAt = performance.now();
      if (!silent) {
        sweeps += 1;
        const isLapsed = new Set(lapsed);
        for (const id of begunIn.keys())
          if (!isLapsed.has(id)) {
            begunIn.delete(id);
            said.delete(id);
          }
        const waiting = lapsed
          .filter((id) => !underWay.has(id))
          .sort((a, b) => (begunIn.get(a) ?? 0) - (begunIn.get(b) ?? 0));
        for (const id of waiting.slice(0, Math.max(0, AT_ONCE - underWay.size))) {
          begunIn.set(id, sweeps);
          start(id, () => reconcileRun(id, deps));
        }
      }
      if (underWay.size < AT_ONCE)
        for (const { runId, next } of await deps.unknown.take())
          start(runId, () => settle({ id: runId }, deps, next));
      await within(Promise.all(underWay.values()), PATIENCE_MS);
    },
  };
}

/** Raises the fence, so that the lost worker can do nothing more, then looks. Says `unknown` only when that does not tell. */
async function reconcileRun(id: RunId, deps: Changing): Promise<void> {
  const sealed = await deps.journal.seal(id, deps.owner);
  if (!sealed) return;
  // A look may take its time; meanwhile nobody else takes the run over.
  const lease = keepLease(sealed.claim, deps.journal);
  let late: readonly LookedFirst[] = [];
  try {
    late = await endSealed(id, sealed, deps);
  } finally {
    lease.end();
  }
  for (const { no, later } of late)
    if (later) await settleWith(await mustGet(deps.runs, id), new Map([[no, await later]]), deps);
}

/** Answers the looks that took too long to be waited for, where the run ended without them. */
async function endSealed(id: RunId, sealed: Sealed, deps: Changing): Promise<readonly LookedFirst[]> {
  const run = await withResults(await mustGet(deps.runs, id), sealed, deps);
  const begun = sealed.steps.filter(({ state }) => state === 'begun');
  const plan = await deps.confirmedPlan(run);
  if (!plan || begun.length === 0) {
    await (plan ? endBetween(run, sealed, deps) : leaveUnlooked(run, sealed, begun, deps));
    return [];
  }

  const { claim } = sealed;
  const looked = await Promise.all(begun.map((step) => lookFirst(run, step, deps)));
  for (const { no, what, seen } of looked) {
    if (seen.kind !== 'unknown' && seen.kind !== 'waits') {
      if (!(await deps.journal.finish(claim, no, resultOf(seen), seen.evidence))) return [];
    }
    await recordStep(id, no, what, seen, deps, claim);
  }
  const unknown = looked.filter(({ seen }) => seen.kind === 'unknown');
  if (unknown.length === 0) {
    await goesOn(await mustGet(deps.runs, id), looked, sealed, deps);
    return [];
  }
  const total = plan.steps.length;
  const says = unknown.map(({ no, seen }) => unknownAt(no, total, seen.says));
  await finish(run, claim, deps, 'unknown', sentences(notHeardOf, ...says));
  return looked.filter(({ later }) => later !== undefined);
}

type Begun = Sealed['steps'][number];

interface LookedFirst extends Begun {
  readonly seen: StepAnswer;
  /** The look that took too long goes on. */
  readonly later?: Promise<StepAnswer>;
}

async function lookFirst(run: Run, step: Begun, deps: Changing): Promise<LookedFirst> {
  const looking = lookAtStep(run, step.no, deps);
  // It may fail when nobody waits for it any more: then the run is looked at again.
  looking.catch(() => undefined);
  const seen = await within(looking, LOOK_FIRST_MS);
  return seen
    ? { ...step, seen }
    : {
        ...step,
        seen: { kind: 'unknown', says: STILL_LOOKING, evidence: NOTHING_CAPTURED },
        later: looking,
      };
}

/** Every begun step has a result, or goes on by itself or by a person: then a worker takes it up again. */
async function goesOn(
  run: Run,
  looked: readonly LookedFirst[],
  sealed: Sealed,
  deps: Changing,
): Promise<void> {
  const halt = new Halt();
  for (const { no, seen } of looked) if (seen.kind === 'waits') halt.wait(no, seen.waiting, seen.says);
  const waits = halt.waitsFor();
  if (waits) return putDown(run, sealed.claim, deps, waits);
  const [last] = looked.slice(-1);
  await conclude(run, last?.seen.says ?? notHeardOf, sealed, deps);
}

/** Shows results that the journal has and the lost worker did not come to show. */
async function withResults(run: Run, { steps, claim }: Sealed, deps: Changing): Promise<Run> {
  for (const { no, state, what, evidence } of steps) {
    if (state === 'begun' || run.steps.find((step) => step.no === no)?.state === state) continue;
    const recorded = words('Recorded before its worker was lost.', '执行进程丢失之前已记录。');
    // The journal does not tell a step that changed nothing from one that did not succeed.
    const kind = state === 'done' ? 'done' : 'failed';
    const says = kind === 'done' ? recorded : sentences(recorded, PARTLY);
    await recordStep(run.id, no, what, { kind, says, evidence }, deps, claim);
  }
  return mustGet(deps.runs, run.id);
}

/** The row holds something that was not confirmed, or nothing here can tell: nothing is looked at by its word, and nobody knows how it ended. */
async function leaveUnlooked(
  run: Run,
  { claim, steps }: Sealed,
  begun: readonly Begun[],
  deps: Changing,
): Promise<void> {
  const says = sentences(notHeardOf, NOT_LOOKED);
  for (const { no, what } of begun)
    await recordStep(run.id, no, what, { kind: 'unknown', says, evidence: NOTHING_CAPTURED }, deps, claim);
  await finish(run, claim, deps, steps.length > 0 ? 'unknown' : 'failed', says);
}

/** No step was under way. */
async function endBetween(run: Run, sealed: Sealed, deps: Changing): Promise<void> {
  const failed = sealed.steps.find(({ state }) => state === 'failed');
  if (!failed) return conclude(run, notHeardOfAfter(sealed.steps.at(-1)?.no), sealed, deps);
  const says = run.steps.find(({ no }) => no === failed.no)?.says ?? words('', '');
  await stopShort(run, says, sealed, deps);
}

/** Not every step took effect, and no other is begun: what was opened is closed first, by a worker that takes the run up again. */
async function stopShort(run: Run, says: Words, { claim }: Sealed, deps: Changing): Promise<void> {
  if (!isLeftOpen(run)) return finish(run, claim, deps, 'failed', sentences(says, whatTookEffect(run)));
  const waiting = { for: 'time', until: (await deps.now()).toISOString() } as const;
  const halted = { outcome: 'failed', says } as const;
  await putDown(run, claim, deps, { waiting, says: sentences(says, CLOSING), halted });
}

/** A step that opened something was begun, and one that closes it was not. */
function isLeftOpen({ plan, steps }: Run): boolean {
  const begun = new Set(steps.map(({ no }) => no));
  return (plan?.always ?? []).some(({ step, closes }) => begun.has(closes) && !begun.has(step));
}

/** Every step that was begun has a result: verified when all took effect, failed when not. */
async function conclude(run: Run, says: Words, sealed: Sealed, deps: Changing): Promise<void> {
  if (!isWhole(run)) return stopShort(run, says, sealed, deps);
  const { claim } = sealed;
  const verified = await verifyOnce(run, deps);
  if (verified.ok) return finish(run, claim, deps, 'done', sentences(EVERY_STEP, verified.says));
  await finish(run, claim, deps, 'unknown', sentences(EVERY_STEP, NOT_VERIFIED_YET, verified.says));
}

/** Looks at an `unknown` run again, read-only, and settles it when what is seen decides it. `next` is when that is done again. */
export async function settle({ id }: Pick<Run, 'id'>, deps: Changing, next?: string): Promise<void> {
  const now = await mustGet(deps.runs, id);
  if (now.outcome !== 'unknown') return;
  // A row that holds another plan than the confirmed one is reported, and nothing is looked at by its word.
  if (!(await deps.confirmedPlan(now))) return;
  const open = stepsNobodyKnows(now);
  const looked = await Promise.all(
    open.map(async ({ no }) => [no, await lookAtStep(now, no, deps)] as const),
  );
  await settleWith(now, new Map(looked), deps, next);
}

/** `seen` of the open steps; without any all steps took effect and the verification is still to hold. */
async function settleWith(
  run: Run,
  seen: ReadonlyMap<number, StepAnswer>,
  deps: Changing,
  next?: string,
): Promise<void> {
  const said: Words[] = [];
  for (const [no, answer] of seen) {
    const step = run.plan?.steps[no - 1];
    if (!step) continue;
    said.push(answer.says);
    if (answer.kind !== 'unknown' && answer.kind !== 'waits')
      await recordStep(run.id, no, step, answer, deps);
  }
  const now = await mustGet(deps.runs, run.id);
  if (now.outcome !== 'unknown') return;
  const open = stepsNobodyKnows(now);
  if (open.length > 0) {
    const total = now.plan?.steps.length ?? open.length;
    const says = open.map(({ no, says: before }) =>
      unknownAt(no, total, seen.get(no)?.says ?? before ?? NOT_LOOKED),
    );
    return looked(now, sentences(...says), deps, next);
  }
  if (!isWhole(now))
    return end(
      now,
      deps,
      'failed',
      sentences(...(said.length > 0 ? said : [notHeardOf]), whatTookEffect(now)),
    );
  const verified = await verifyOnce(now, deps);
  if (verified.ok) return end(now, deps, 'done', sentences(EVERY_STEP, verified.says));
  if (verified.mayStillHold)
    return looked(now, sentences(EVERY_STEP, NOT_VERIFIED_YET, verified.says), deps, next);
  await end(now, deps, 'failed', sentences(EVERY_STEP, notVerified(verified.says)));
}

async function looked(run: Run, says: Words, deps: Changing, next: string | undefined): Promise<void> {
  await deps.runs.apply(
    run.id,
    { kind: 'looked', says, ...(next === undefined ? {} : { next }) },
    audit('looked', run.id, { says: says.en }),
  );
}

/** Never throws for what it looks at, only for the store. */
async function lookAtStep(run: Run, no: number, deps: Changing): Promise<StepAnswer> {
  const step = run.plan?.steps[no - 1];
  if (!step)
    return {
      kind: 'unknown',
      says: words('The plan has no such step.', '方案中没有该步骤。'),
      evidence: NOTHING_CAPTURED,
    };
  try {
    return await deps.lookAt(run, step, frameOfLook(run, no));
  } catch (error) {
    if (isOutage(error)) throw error;
    const { says, detail } = lookFailed(error);
    return { kind: 'unknown', says, evidence: detail };
  }
}

/** Each verification once. It may still hold as long as the longest has time, counted from the end that is not known. */
async function verifyOnce(
  run: Run,
  deps: Changing,
): Promise<{ readonly ok: boolean; readonly mayStillHold: boolean; readonly says: Words }> {
  const verifications = run.plan ? deps.verifications(run, run.plan) : [];
  const seen = await Promise.all(verifications.map((verification) => deps.verify(verification)));
  const bad = seen.find(({ ok }) => !ok);
  if (!bad)
    return { ok: true, mayStillHold: true, says: sentences(VERIFIED, ...seen.map(({ says }) => says)) };
  const seconds = Math.max(...verifications.map(({ withinSeconds }) => withinSeconds));
  const now = await deps.now();
  const since = run.endedAt === undefined ? now : new Date(run.endedAt);
  return {
    ok: false,
    mayStillHold: now.getTime() < since.getTime() + seconds * 1000,
    says: bad.says,
  };
}

/** The result of the work, where it comes in time. The work goes on, and whoever waits for it hears of a later failure. */
async function within<T>(work: Promise<T>, ms: number): Promise<T | undefined> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), ms);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}

const notHeardOf = words('Its worker was not heard of any more.', '执行进程已失联。');
const notHeardOfAfter = (no: number | undefined): Words =>
  no === undefined
    ? words('Its worker was not heard of before the first step.', '执行进程在第一步之前失联。')
    : words(`Its worker was not heard of after step ${no}.`, `执行进程在第 ${no} 步之后失联。`);
const NOT_LOOKED = words(
  'It was not looked at: this worker cannot tell that what is stored is what was confirmed. The log says why.',
  '未进行核对：该执行进程无法确认存储内容与确认的方案一致，原因见日志。',
);
const CLOSING = words('What it opened is closed next.', '接下来将恢复其打开的状态。');
const STILL_LOOKING = words('A look at it is under way.', '正在核对。');
const VERIFIED = words('Verified.', '已验证。');
const NOT_VERIFIED_YET = words('Not verified yet:', '尚未通过验证：');
const EVERY_STEP = words(
  'The worker was lost on the way. Looked afterwards: every step took effect.',
  '执行进程中途丢失。事后核对：所有步骤均已生效。',
);
