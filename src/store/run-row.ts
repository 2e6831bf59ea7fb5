import { createHash } from 'node:crypto';
import { gunzipSync, gzipSync } from 'node:zlib';
import { z } from 'zod';
import { isOfFirstVersion, type Scope, StoredStep, writtenStep } from '../kit/index.ts';
import { Unreadable } from '../runs/faults.ts';
import { capturedRun } from '../runs/captured-run.ts';
import { type Plan, RunId, type Run, type Suspension } from '../runs/run.ts';
import { ScheduleId } from '../runs/schedule.ts';
import type { Values } from './pool.ts';
import { SqlNumber, toSqlTime } from './values.ts';

/** The newest format that this version reads. */
export const FORMAT = 2;

/** A run is written by the oldest format that holds it, so that a version before reads as much as it can. */
function formatOf({ plan, state, waiting, halted, replies }: Omit<Run, 'revision'>): 1 | 2 {
  if (state === 'suspended' || waiting || halted || replies) return 2;
  if (!plan) return 1;
  const isOfFirst =
    !plan.stages &&
    [...plan.steps, ...plan.rollback].every(isOfFirstVersion) &&
    plan.looked.every((look) => 'rows' in look);
  return isOfFirst ? 1 : 2;
}

/** Bytes that are read of one run, and that its report may have when it is unpacked. */
const MOST_BYTES = 64 * 1024 * 1024;

/** The columns every read of a run needs. A body that is too large is not fetched. */
export const runColumns = `id, state, revision, format, if(octet_length(body) <= ${MOST_BYTES}, body, null) as body`;

const Text = z.object({ en: z.string(), zh: z.string() });
const Person = z.object({ id: z.string(), name: z.string() });
const Signature = z.object({ key: z.string(), value: z.string() });
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

/** As deep as a wrong row could make a wrong decision: every tag, every id, what is approved and what is done. */
const RunShape = z.looseObject({
  id: RunId,
  ask: z.discriminatedUnion('kind', [
    z.object({ kind: z.literal('inspect'), scope: ScopeShape, only: z.array(z.string()).optional() }),
    z.object({
      kind: z.literal('change'),
      playbooks: z.array(z.string()),
      args: z.record(z.string(), z.unknown()),
    }),
    z.object({ kind: z.literal('rollback'), of: RunId }),
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
  plan: z
    .looseObject({ hash: z.string(), steps: z.array(StoredStep), rollback: z.array(StoredStep) })
    .optional(),
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
      }).optional(),
    }),
  ),
  steps: z.array(
    z.looseObject({
      no: z.number().int(),
      state: z.enum(['begun', 'done', 'failed', 'not-started', 'unknown']),
    }),
  ),
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
  buttons: z.array(z.looseObject({ id: z.string(), action: z.string() })),
  says: Text.optional(),
});

const RunRow = z.object({
  id: z.string(),
  state: z.string(),
  revision: SqlNumber,
  format: SqlNumber,
  body: z.string().nullable(),
});

/** The run of a row. Throws Unreadable when a newer version wrote it, and when it is not a row of this program. */
export function parseRun(row: unknown): Run {
  const { id, state, revision, format, body } = RunRow.parse(row);
  if (format > FORMAT)
    throw new Unreadable('run', id, { isNewer: true, because: `its format is ${format}, not ${FORMAT}` });
  const damaged = (because: string): Unreadable => new Unreadable('run', id, { isNewer: false, because });
  if (body === null) throw damaged(`it has more than ${MOST_BYTES} bytes`);
  const json = parseJson(body, damaged);
  const shape = RunShape.safeParse(json);
  if (!shape.success) throw damaged(z.prettifyError(shape.error));
  if (shape.data.id !== id || shape.data.state !== state)
    throw damaged('it contradicts itself: its columns and its body were not written together');
  const run = json as Run;
  const { plan } = shape.data;
  return { ...run, ...(run.plan && plan ? { plan: { ...run.plan, ...stepsOf(plan) } } : {}), revision };
}

const stepsOf = ({
  steps,
  rollback,
}: Pick<Plan, 'steps' | 'rollback'>): Pick<Plan, 'steps' | 'rollback'> => ({
  steps,
  rollback,
});

function parseJson(body: string, damaged: (because: string) => Unreadable): unknown {
  try {
    return unpacked(JSON.parse(body));
  } catch (error) {
    const isTooLarge = error instanceof Error && Reflect.get(error, 'code') === 'ERR_BUFFER_TOO_LARGE';
    throw damaged(isTooLarge ? 'its report unpacks to too much' : 'its body is not JSON');
  }
}

/** Characters of a report from which on it is packed: MariaDB takes 16 MB in one statement unless it is told otherwise. */
const PACKED_FROM = 1_000_000;

function bodyOf(run: Omit<Run, 'revision'>): string {
  const { report, plan, ...others } = capturedRun(run);
  const rest = { ...others, ...(plan ? { plan: written(plan) } : {}) };
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

const written = (plan: Plan): unknown => ({
  ...plan,
  steps: plan.steps.map(writtenStep),
  rollback: plan.rollback.map(writtenStep),
});

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
    ['due_at', until === undefined ? null : toSqlTime(until)],
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
