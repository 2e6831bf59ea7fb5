import type { Words } from '../kit/index.ts';
import { captureLine, NOTHING_CAPTURED, sentences, words } from '../kit/index.ts';
import { openStep, whatTookEffect } from '../runs/effects.ts';
import type { Sealed } from '../runs/ports.ts';
import type { Run, RunId } from '../runs/run.ts';
import {
  audit,
  type Changing,
  end,
  finish,
  mustGet,
  notVerified,
  recordStep,
  unknownAt,
} from './changing.ts';
import type { StepAnswer } from '../kit/index.ts';
import { isOutage, keepLease } from './lease.ts';

/** Above every fence of a claim: a worker that lost this run can send nothing more. */
const NEVER_AGAIN = 2_147_483_647;
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
export function openReconciler(parts: Changing): { readonly sweep: () => Promise<void> } {
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
        parts.log.warn({ runId: id, error }, 'a run could not be looked at; it is tried again');
      })
      .finally(() => underWay.delete(id));
    underWay.set(id, working);
  };

  return {
    async sweep() {
      const lapsed = await parts.journal.lapsed();
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
          start(id, () => reconcileRun(id, parts));
        }
      }
      if (underWay.size < AT_ONCE)
        for (const { runId, next } of await parts.unknown.take())
          start(runId, async () => settle(await mustGet(parts.runs, runId), parts, next));
      await within(Promise.all(underWay.values()), PATIENCE_MS);
    },
  };
}

/** Raises the fence, so that the lost worker can do nothing more, then looks. Says `unknown` only when that does not tell. */
async function reconcileRun(id: RunId, parts: Changing): Promise<void> {
  const sealed = await parts.journal.seal(id, parts.owner);
  if (!sealed) return;
  // What is looked at may take its time; meanwhile nobody else takes the run over.
  const lease = keepLease(sealed.claim, parts.journal);
  let late: LateLook | undefined;
  try {
    late = await endSealed(id, sealed, parts);
  } finally {
    lease.end();
  }
  if (late) await settleWith(await mustGet(parts.runs, id), await late.looking, parts);
}

/** A look that goes on when it took too long to be waited for. */
interface LateLook {
  readonly looking: Promise<StepAnswer>;
}

async function endSealed(id: RunId, sealed: Sealed, parts: Changing): Promise<LateLook | undefined> {
  const run = await withResults(await mustGet(parts.runs, id), sealed, parts);
  const begun = sealed.steps.find(({ state }) => state === 'begun');
  const plan = await parts.confirmedPlan(run);
  if (!plan || !begun) {
    await (plan ? endBetween(run, sealed, parts) : leaveUnlooked(run, sealed, begun, parts));
    return undefined;
  }

  const { claim } = sealed;
  const looking = lookAtStep(run, begun.no, parts);
  // It may fail when nobody waits for it any more: then the run is looked at again.
  looking.catch(() => undefined);
  const seen = await within(looking, LOOK_FIRST_MS);
  if (seen && seen.kind !== 'unknown') {
    const result = seen.kind === 'done' ? 'done' : 'failed';
    if (!(await parts.journal.finish(claim, begun.no, result, seen.evidence))) return undefined;
    await recordStep(id, begun.no, begun.what, seen, parts, claim);
    await conclude(await mustGet(parts.runs, id), seen.says, sealed, parts);
    return undefined;
  }
  const answer = seen ?? { kind: 'unknown', says: notHeardOf, evidence: NOTHING_CAPTURED };
  await recordStep(id, begun.no, begun.what, answer, parts, claim);
  const says = unknownAt(
    begun.no,
    run.plan?.steps.length ?? begun.no,
    sentences(notHeardOf, seen?.says ?? STILL_LOOKING),
  );
  await finish(run, claim, parts, 'unknown', says);
  return seen ? undefined : { looking };
}

/** Shows results that the journal has and the lost worker did not come to show. */
async function withResults(run: Run, { steps, claim }: Sealed, parts: Changing): Promise<Run> {
  for (const { no, state, what, evidence } of steps) {
    if (state === 'begun' || run.steps.find((step) => step.no === no)?.state === state) continue;
    const says = words('Recorded before its worker was lost.', '执行进程丢失之前已记录。');
    const kind = state === 'done' ? 'done' : 'without-effect';
    await recordStep(run.id, no, what, { kind, says, evidence }, parts, claim);
  }
  return mustGet(parts.runs, run.id);
}

/** What the row holds was not confirmed, or nothing here can tell: nothing is looked at by its word, and nobody knows how it ended. */
async function leaveUnlooked(
  run: Run,
  { claim, steps }: Sealed,
  begun: Sealed['steps'][number] | undefined,
  parts: Changing,
): Promise<void> {
  const says = sentences(notHeardOf, NOT_LOOKED);
  if (begun)
    await recordStep(
      run.id,
      begun.no,
      begun.what,
      { kind: 'unknown', says, evidence: NOTHING_CAPTURED },
      parts,
      claim,
    );
  await finish(run, claim, parts, begun || steps.length > 0 ? 'unknown' : 'failed', says);
}

/** No step was under way. */
async function endBetween(run: Run, sealed: Sealed, parts: Changing): Promise<void> {
  const last = sealed.steps.at(-1);
  if (last?.state !== 'failed') return conclude(run, notHeardOfAfter(last?.no), sealed, parts);
  const says = run.steps.find(({ no }) => no === last.no)?.says ?? words('', '');
  await finish(run, sealed.claim, parts, 'failed', sentences(says, whatTookEffect(run)));
}

/** Every step that was begun has a result: verified when all took effect, failed when not. */
async function conclude(run: Run, says: Words, { claim }: Sealed, parts: Changing): Promise<void> {
  if (!allDone(run)) return finish(run, claim, parts, 'failed', sentences(says, whatTookEffect(run)));
  const verified = await verifyOnce(run, parts);
  if (verified.ok) return finish(run, claim, parts, 'done', sentences(EVERY_STEP, verified.says));
  await finish(run, claim, parts, 'unknown', sentences(EVERY_STEP, NOT_VERIFIED_YET, verified.says));
}

/** Looks at an `unknown` run again, read-only, and settles it when what is seen decides it. `next` is when that is done again. */
export async function settle(run: Run, parts: Changing, next?: string): Promise<void> {
  const now = await mustGet(parts.runs, run.id);
  if (now.outcome !== 'unknown') return;
  // A row that holds another plan than the confirmed one is reported, and nothing is looked at by its word.
  if (!(await parts.confirmedPlan(now))) return;
  const open = openStep(now);
  await settleWith(now, open && (await lookAtStep(now, open.no, parts)), parts, next);
}

/** `seen` of the open step; without one all steps took effect and the verification is still to hold. */
async function settleWith(
  run: Run,
  seen: StepAnswer | undefined,
  parts: Changing,
  next?: string,
): Promise<void> {
  const open = openStep(run);
  const step = open && run.plan?.steps[open.no - 1];
  if (seen && open && step) {
    if (seen.kind === 'unknown')
      return looked(run, unknownAt(open.no, run.plan?.steps.length ?? open.no, seen.says), parts, next);
    await recordStep(run.id, open.no, step, seen, parts);
  }
  const now = await mustGet(parts.runs, run.id);
  if (now.outcome !== 'unknown') return;
  if (!allDone(now))
    return end(now, parts, 'failed', sentences(seen?.says ?? notHeardOf, whatTookEffect(now)));
  const verified = await verifyOnce(now, parts);
  if (verified.ok) return end(now, parts, 'done', sentences(EVERY_STEP, verified.says));
  if (verified.mayStillHold)
    return looked(now, sentences(EVERY_STEP, NOT_VERIFIED_YET, verified.says), parts, next);
  await end(now, parts, 'failed', sentences(EVERY_STEP, notVerified(verified.says)));
}

async function looked(run: Run, says: Words, parts: Changing, next: string | undefined): Promise<void> {
  await parts.runs.apply(
    run.id,
    { kind: 'looked', says, ...(next === undefined ? {} : { next }) },
    audit('looked', run.id, { says: says.en }),
  );
}

/** Never throws for what it looks at, only for the store. */
async function lookAtStep(run: Run, no: number, parts: Changing): Promise<StepAnswer> {
  const step = run.plan?.steps[no - 1];
  if (!step)
    return {
      kind: 'unknown',
      says: words('The plan has no such step.', '方案中没有该步骤。'),
      evidence: NOTHING_CAPTURED,
    };
  try {
    return await parts.lookAt(run, step, {
      runId: run.id,
      no,
      fence: NEVER_AGAIN,
      since: new Date(run.createdAt),
    });
  } catch (error) {
    if (isOutage(error)) throw error;
    const detail = captureLine(error instanceof Error ? error.message : String(error));
    return {
      kind: 'unknown',
      says: words(`Could not look: ${detail}`, `无法核对：${detail}`),
      evidence: detail,
    };
  }
}

/** Each verification once. It may still hold as long as the longest has time, counted from the end that is not known. */
async function verifyOnce(
  run: Run,
  parts: Changing,
): Promise<{ readonly ok: boolean; readonly mayStillHold: boolean; readonly says: Words }> {
  const verifications = run.plan ? parts.verifications(run, run.plan) : [];
  const seen = await Promise.all(verifications.map((verification) => parts.verify(verification)));
  const bad = seen.find(({ ok }) => !ok);
  if (!bad)
    return { ok: true, mayStillHold: true, says: sentences(VERIFIED, ...seen.map(({ says }) => says)) };
  const seconds = Math.max(...verifications.map(({ withinSeconds }) => withinSeconds));
  const now = await parts.now();
  const since = run.endedAt === undefined ? now : new Date(run.endedAt);
  return {
    ok: false,
    mayStillHold: now.getTime() < since.getTime() + seconds * 1000,
    says: bad.says,
  };
}

const allDone = ({ plan, steps }: Run): boolean =>
  plan !== undefined &&
  plan.steps.length > 0 &&
  plan.steps.every((_, at) => steps.find(({ no }) => no === at + 1)?.state === 'done');

/** What came of it in time; it goes on, and a failure after that is the concern of whoever waits for it. */
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
const STILL_LOOKING = words('A look at it is under way.', '正在核对。');
const VERIFIED = words('Verified.', '已验证。');
const NOT_VERIFIED_YET = words('Not verified yet:', '尚未通过验证：');
const EVERY_STEP = words(
  'The worker was lost on the way. Looked afterwards: every step took effect.',
  '执行进程中途丢失。事后核对：所有步骤均已生效。',
);
