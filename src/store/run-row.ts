import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { isOfFirstVersion, parseJson, type Scope } from '../kit/index.ts';
import { Unreadable } from '../runs/faults.ts';
import { capturedRun } from '../runs/captured-run.ts';
import { groundsOf, type Plan, RunId, type Run, type StepRecord, type Suspension } from '../runs/run.ts';
import { ScheduleId } from '../runs/schedule.ts';
import { MOST_BYTES, PACKED_FROM } from './packed.ts';
import { parsePlan, planOf, PlanShape, writtenPlan } from './plan-row.ts';
import type { Values } from './pool.ts';
import type { StoredRecord } from './step-records.ts';
import { SqlNumber, toSqlTime } from './values.ts';

/** The newest format that this version reads. */
export const FORMAT = 2;

/** A run is written by the oldest format that holds it, so that a version before reads as much as it can. */
function formatOf(run: Omit<Run, 'revision'>): 1 | 2 {
  const { ask, approvals, plan, state, waiting, halted, replies } = run;
  // A version before would take an approval under a rule for a forged one, and would not know tickets and emergencies.
  if (approvals.some(({ grant }) => grant?.rule !== undefined)) return 2;
  if (ask.kind !== 'inspect' && Object.keys(groundsOf(ask)).length > 0) return 2;
  if (state === 'suspended' || waiting || halted || replies) return 2;
  if (!plan) return 1;
  const isOfFirst =
    !plan.stages &&
    plan.steps.length <= MOST_STEPS &&
    [...plan.steps, ...plan.rollback].every(isOfFirstVersion) &&
    plan.looked.every((look) => 'rows' in look);
  return isOfFirst ? 1 : 2;
}

/** A plan of more steps is not written again with every event. */
const MOST_STEPS = 20;

/** Whether plan and steps stand beside the row of a run, and not in it. */
export const isApart = (run: Omit<Run, 'revision'>): boolean => formatOf(run) !== 1;

/** The columns every read of a run needs. A body that is too large is not fetched. */
export const runColumns = `id, kind, state, revision, format, if(octet_length(body) <= ${MOST_BYTES}, body, null) as body,
  (select plan.body from plan where plan.run_id = run.id) as plan`;

const Text = z.object({ en: z.string(), zh: z.string() });
const Person = z.object({ id: z.string(), name: z.string() });
const Signature = z.object({ key: z.string(), value: z.string() });
const grounds = {
  ticket: z.string().exactOptional(),
  reason: z.string().exactOptional(),
  emergency: z.string().exactOptional(),
};
const Names = z.tuple([z.string()], z.string());
const ScopeShape = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('all') }),
  z.object({ kind: z.enum(['system', 'app', 'host', 'site']), ids: Names }),
]);
const Finding = z.looseObject({ state: z.enum(['ok', 'warning', 'critical', 'unknown']), says: Text });

/** Where a run's result goes. */
const OriginShape = z.discriminatedUnion('surface', [
  z.object({
    surface: z.literal('slack'),
    team: z.string(),
    channel: z.string(),
    threadTs: z.string().exactOptional(),
  }),
  z.object({ surface: z.literal('cli') }),
]);

/** The part that is read of a run that cannot be read as a whole. */
export const Shown = z.object({ origin: OriginShape, lang: z.enum(['en', 'zh']) });

const StepShape = z.looseObject({
  no: z.number().int(),
  state: z.enum(['begun', 'done', 'failed', 'not-started', 'unknown']),
  partly: z.literal(true).exactOptional(),
});

/** As deep as a wrong row could make a wrong decision: every tag, every id, what is approved and what is done. */
const RunShape = z.looseObject({
  id: RunId,
  ask: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('inspect'), scope: ScopeShape, only: z.array(z.string()).optional() }),
    z.object({
      kind: z.literal('change'),
      playbooks: z.array(z.string()),
      args: z.record(z.string(), z.unknown()),
      ...grounds,
    }),
    z.object({ kind: z.literal('rollback'), of: RunId, ...grounds }),
  ]),
  state: z.enum(['queued', 'preparing', 'waiting', 'approved', 'running', 'suspended', 'ended']),
  outcome: z.enum(['done', 'refused', 'failed', 'cancelled', 'expired', 'unknown']).optional(),
  lang: z.enum(['en', 'zh']),
  requestedBy: Person,
  request: Signature.extend({ at: z.string() }).optional(),
  origin: OriginShape,
  createdAt: z.iso.datetime(),
  endedAt: z.iso.datetime().optional(),
  notAfter: z.iso.datetime().optional(),
  typed: z.string(),
  schedule: z
    .looseObject({ id: ScheduleId, name: z.string(), owner: Person, slot: z.iso.datetime() })
    .optional(),
  plan: PlanShape.optional(),
  approvalsNeeded: z.number().int().optional(),
  approvals: z.array(
    z.object({
      by: Person,
      at: z.string(),
      hash: z.string(),
      grant: Signature.extend({
        risk: z.enum(['read-only', 'low', 'risky', 'dangerous']),
        policy: z.string(),
        notAfter: z.iso.datetime(),
        rule: z.string().optional(),
        word: z.string().optional(),
      }).optional(),
    }),
  ),
  steps: z.array(StepShape),
  waiting: z
    .discriminatedUnion('for', [
      z.object({ for: z.literal('person'), step: z.number().int(), until: z.iso.datetime().optional() }),
      z.object({ for: z.literal('time'), until: z.iso.datetime() }),
      z.object({ for: z.literal('lock'), of: z.string(), heldBy: RunId }),
      z.object({ for: z.literal('window'), opens: z.iso.datetime() }),
    ])
    .and(z.object({ since: z.iso.datetime() }))
    .optional(),
  halted: z.looseObject({ outcome: z.literal('failed'), says: Text }).optional(),
  replies: z
    .array(
      z.object({
        step: z.number().int(),
        by: Person,
        at: z.string(),
        word: z.enum(['done', 'not-done', 'could-not']),
        saw: z.string(),
        signature: Signature,
      }),
    )
    .optional(),
  report: z.looseObject({ scope: ScopeShape, startedAt: z.string(), findings: z.array(Finding) }).optional(),
  begun: z.number().int().optional(),
  looked: z.looseObject({ at: z.string(), times: z.number().int(), next: z.string().optional() }).optional(),
  decided: z
    .looseObject({ by: Person, at: z.string(), tookEffect: z.boolean(), reason: z.string() })
    .optional(),
  rejected: z.looseObject({ by: Person, at: z.string(), reason: z.string() }).optional(),
  buttons: z.array(z.looseObject({ id: z.string(), action: z.string() })),
  says: Text.optional(),
});

const RunRow = z.object({
  id: z.string(),
  state: z.string(),
  revision: SqlNumber,
  format: SqlNumber,
  body: z.string().nullable(),
  plan: z.string().nullish(),
  /** Where they were read as well; see `withSteps`. */
  steps: z.array(z.custom<StoredRecord>()).default([]),
});

/** The run of a row. Throws Unreadable when a newer version wrote it, and when it is not a row of this program. */
export function parseRun(row: unknown): Run {
  const { id, state, revision, format, body, plan: planText = null, steps: records } = RunRow.parse(row);
  if (format > FORMAT)
    throw new Unreadable('run', id, { isNewer: true, because: `its format is ${format}, not ${FORMAT}` });
  const damaged = (because: string): Unreadable => new Unreadable('run', id, { isNewer: false, because });
  if (body === null) throw damaged(`it has more than ${MOST_BYTES} bytes`);
  const json = parsedBody(body, damaged);
  const shape = RunShape.safeParse(json);
  if (!shape.success) throw damaged(z.prettifyError(shape.error));
  if (shape.data.id !== id || shape.data.state !== state)
    throw damaged('it contradicts itself: its columns and its body were not written together');
  const run = json as Run;
  const { plan: within, ...rest } = run;
  const plan = format > 1 ? planApart(planText, damaged) : within && planOf(within);
  const steps = format > 1 ? stepsApart(records, damaged) : withEvidence(run.steps, records);
  return { ...rest, ...(plan ? { plan } : {}), steps, revision };
}

function planApart(text: string | null, damaged: (because: string) => Unreadable): Plan | undefined {
  try {
    return text === null ? undefined : parsePlan(text);
  } catch (error) {
    throw damaged(`its plan cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
}

function stepsApart(
  records: readonly StoredRecord[],
  damaged: (because: string) => Unreadable,
): readonly StepRecord[] {
  return records.map(({ body, evidence }) => {
    const step = StepShape.safeParse(parseJson(body));
    if (!step.success) throw damaged(`one of its steps cannot be read: ${z.prettifyError(step.error)}`);
    return recordOf(step.data, evidence);
  });
}

/** The row says how they went; their evidence stands beside it, unless a version before wrote it there. */
function withEvidence(steps: readonly StepRecord[], records: readonly StoredRecord[]): readonly StepRecord[] {
  const beside = new Map(records.map(({ no, evidence }) => [no, evidence]));
  return steps.map((step) =>
    step.evidence === undefined ? recordOf(step, beside.get(step.no) ?? null) : step,
  );
}

/** Evidence was captured before it was written. */
const recordOf = (step: object, evidence: string | null): StepRecord =>
  ({ ...step, ...(evidence ? { evidence } : {}) }) as StepRecord;

function parsedBody(body: string, damaged: (because: string) => Unreadable): unknown {
  try {
    return unpacked(JSON.parse(body));
  } catch (error) {
    const isTooLarge = error instanceof Error && Reflect.get(error, 'code') === 'ERR_BUFFER_TOO_LARGE';
    throw damaged(isTooLarge ? 'its report unpacks to too much' : 'its body is not JSON');
  }
}

function withoutEvidence(step: StepRecord): Omit<StepRecord, 'evidence'> {
  const { evidence: _, ...rest } = step;
  return rest;
}

/** The part of a run that its row holds, captured: the rest is captured where it is written. */
function inRow(run: Omit<Run, 'revision'>): Omit<Run, 'revision'> {
  if (!isApart(run)) return capturedRun(run);
  const { plan: _, ...rest } = run;
  return capturedRun({ ...rest, steps: [] });
}

function bodyOf(run: Omit<Run, 'revision'>): string {
  const { report, plan, steps, ...others } = inRow(run);
  const rest = {
    ...others,
    steps: steps.map(withoutEvidence),
    ...(plan ? { plan: writtenPlan(plan) } : {}),
  };
  if (report === undefined) return JSON.stringify(rest);
  const text = JSON.stringify(report);
  if (text.length > MOST_BYTES || Buffer.byteLength(text) > MOST_BYTES)
    throw new RangeError(`the report of run ${rest.id} has more than ${MOST_BYTES} bytes`);
  return JSON.stringify(
    text.length < PACKED_FROM
      ? { ...rest, report }
      : { ...rest, packedReport: gzipSync(text, { level: 1 }).toString('base64') },
  );
}

const Packed = z.looseObject({ packedReport: z.string() });

function unpacked(body: unknown): unknown {
  const packed = Packed.safeParse(body);
  if (!packed.success) return body;
  const { packedReport, ...rest } = packed.data;
  const report = gunzipSync(Buffer.from(packedReport, 'base64'), { maxOutputLength: MOST_BYTES });
  return { ...rest, report: JSON.parse(report.toString('utf8')) };
}

/** The columns that follow the run through its life, as `name = ?` pairs for an update. */
export function runChanges(run: Omit<Run, 'revision'>): readonly (readonly [string, string | null])[] {
  return [
    ['state', run.state],
    ['format', String(formatOf(run))],
    ['outcome', run.outcome ?? null],
    ['ended_at', run.endedAt === undefined ? null : toSqlTime(run.endedAt)],
    ['not_after', run.notAfter === undefined ? null : toSqlTime(run.notAfter)],
    ...dueColumns(run),
    ['body', bodyOf(withoutRevision(run))],
  ];
}

/** When a suspended run is due by itself, and the run that it is behind. */
function dueColumns({
  state,
  waiting,
}: Omit<Run, 'revision'>): readonly (readonly [string, string | null])[] {
  const [until, behind] = state === 'suspended' && waiting ? dueOf(waiting) : [];
  return [
    ['wake_at', until === undefined ? null : toSqlTime(until)],
    ['behind', behind ?? null],
  ];
}

function dueOf(waiting: Suspension): readonly [until: string | undefined, behind?: RunId] {
  switch (waiting.for) {
    case 'person':
      return [undefined];
    case 'time':
      return [waiting.until];
    case 'lock':
      return [undefined, waiting.heldBy];
    case 'window':
      return [waiting.opens];
    default:
      return waiting satisfies never;
  }
}

/** The columns of a new run at `now` (ISO 8601), with its values. */
export function newRunColumns(
  run: Omit<Run, 'revision'>,
  idempotencyKey: string,
): { readonly names: readonly string[]; readonly values: Values } {
  const now = toSqlTime(run.createdAt);
  const columns: readonly (readonly [string, string | null])[] = [
    ['id', run.id],
    ['kind', run.ask.kind],
    ['scope_key', run.ask.kind === 'inspect' ? scopeKey(run.ask) : null],
    ['requested_by', run.requestedBy.id],
    ['on_slack', run.origin.surface === 'slack' ? '1' : '0'],
    ['created_at', now],
    ['changed_at', now],
    ['state_at', now],
    ['revision', '1'],
    ['idempotency_key', keyHash(idempotencyKey)],
    ...runChanges(run),
  ];
  return { names: columns.map(([name]) => name), values: columns.map(([, value]) => value) };
}

/** Keys come from outside and may be of any length. */
export const keyHash = (idempotencyKey: string): string => sha256(idempotencyKey);

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** The same scope as seen by people who may see the same, however its ids were ordered or repeated. */
export function scopeKey({
  scope,
  only,
}: {
  readonly scope: Scope;
  readonly only?: readonly string[];
}): string {
  const ids = scope.kind === 'all' ? [] : sorted(scope.ids);
  const seen = only ? ['only', ...sorted(only)] : [];
  if (scope.kind === 'all' && seen.length === 0) return 'all';
  const key = JSON.stringify([scope.kind, ...ids, ...seen]);
  return key.length <= 190 ? key : `${scope.kind}#${sha256(key)}`;
}

const sorted = (ids: readonly string[]): readonly string[] => [...new Set(ids)].sort();

function withoutRevision(run: Omit<Run, 'revision'> & { readonly revision?: number }): Omit<Run, 'revision'> {
  const { revision: _, ...rest } = run;
  return rest;
}
