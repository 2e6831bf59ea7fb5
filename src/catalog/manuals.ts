import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Document, isNode, LineCounter, parseDocument } from 'yaml';
import { z } from 'zod';
import type { RowId } from '../kit/index.ts';

/** The kinds of rows, with the letters of their ids. */
const KINDS = [
  ['checks', 'C'],
  ['metrics', 'M'],
  ['logs', 'L'],
  ['alerts', 'A'],
  ['faults', 'F'],
  ['plans', 'P'],
  ['procedures', 'PR'],
  ['facts', 'K'],
] as const;

const text = z.string({ error: 'write a text' }).min(1, 'write a text');
const id = z.templateLiteral([z.string(), '-', z.enum(KINDS.map(([, letter]) => letter)), z.number()], {
  error: 'write a row id like MQ-C04',
});
const clause = z.templateLiteral([z.enum(['001', '002', '003', '004']), ' §', z.string().min(1)], {
  error: 'write the document and the section, like 002 §4.5.2',
});
const origin = z
  .enum(['derived', 'documented, command added'], {
    error: 'write derived or "documented, command added", or leave it out',
  })
  .optional();

const Row = z.strictObject({
  id,
  apps: z.array(text).readonly().default([]),
  title: text,
  clauses: z
    .array(clause, { error: 'list at least one section' })
    .min(1, 'list at least one section')
    .readonly(),
});

const CheckRow = Row.extend({
  runsOn: z.enum(['host-shell', 'http', 'sql', 'metrics', 'log', 'manual-page'], {
    error: 'write host-shell, http, sql, metrics, log or manual-page',
  }),
  where: text.optional(),
  /** The command, page, statement or file, as the manual prints it. */
  look: text.optional(),
  pass: text,
  /** The check itself makes or changes something. */
  changes: z.literal(true, { error: 'write true, or leave it out' }).optional(),
  origin,
});

const Comparison = z.strictObject({ op: text, value: z.number(), unit: text.optional() });
const Named = Comparison.extend({ metric: text });
const MetricRow = Row.extend({
  /** A text where the manual gives no number. */
  threshold: z.union(
    [
      text,
      Comparison,
      z.strictObject({ op: z.literal('unreachable'), ports: z.array(z.number()).min(1).readonly() }),
      z.strictObject({ allOf: z.array(Named).min(2).readonly() }),
      z.strictObject({ anyOf: z.array(Named).min(2).readonly() }),
    ],
    { error: 'write a text, {op, value, unit}, {op: unreachable, ports}, {allOf: […]} or {anyOf: […]}' },
  ),
  window: text.optional(),
  level: text.optional(),
  origin,
});

const LogRow = Row.extend({
  path: text,
  /** The path as the manual spells it, when that cannot be right. */
  printed: text.optional(),
  where: text.optional(),
  format: text.optional(),
  sample: text.optional(),
});

/** What the manual says to do; its id is that of the row with its number behind a dot: `STAR-PR02.1`. */
const ManualStep = z.strictObject({
  kind: z.enum(['check', 'manual', 'container-op', 'shell', 'http', 'notify', 'sql', 'escalate'], {
    error: 'write check, manual, container-op, shell, http, notify, sql or escalate',
  }),
  text,
  risk: z
    .enum(['low', 'risky', 'dangerous'], { error: 'write low, risky or dangerous, or leave it out' })
    .optional(),
  /** As the manual prints it, or as it is meant where that cannot be right. */
  command: text.optional(),
  template: text.optional(),
  where: text.optional(),
  expect: text.optional(),
  /** Rows and policies that it speaks of. */
  ref: z.array(text).min(1, 'list at least one row').readonly().default([]),
});
const steps = z.array(ManualStep).min(1, 'list at least one step').readonly().default([]);

const ManualSystem = z.strictObject({
  system: z
    .string({ error: 'write the id of the system' })
    .regex(/^[A-Z]+$/, 'write capital letters, like MQ'),
  name: z.strictObject({ en: text, zh: text }),
  apps: z.array(text).readonly(),
  checks: z.array(CheckRow).readonly().default([]),
  metrics: z.array(MetricRow).readonly().default([]),
  logs: z.array(LogRow).readonly().default([]),
  alerts: z
    .array(Row.extend({ meaning: text, metrics: z.array(id).readonly(), level: text.optional(), steps }))
    .readonly()
    .default([]),
  faults: z
    .array(Row.extend({ symptom: text, cause: text, steps }))
    .readonly()
    .default([]),
  plans: z
    .array(Row.extend({ problem: text, steps }))
    .readonly()
    .default([]),
  procedures: z
    .array(Row.extend({ kind: text, risk: text, steps }))
    .readonly()
    .default([]),
  facts: z
    .array(Row.extend({ kind: text }))
    .readonly()
    .default([]),
});
/** What the manuals say about one system. */
export type ManualSystem = Readonly<z.infer<typeof ManualSystem>>;

/** The ids of all rows of a system, of every kind. */
export const rowIdsOf = (manual: ManualSystem): readonly RowId[] =>
  KINDS.flatMap(([kind]) => manual[kind].map((row) => row.id));

/** The ids of all steps of a system. */
export const stepIdsOf = (manual: ManualSystem): readonly string[] =>
  REMEDIAL_KINDS.flatMap((kind) =>
    manual[kind].flatMap((row) => row.steps.map((_, at) => `${row.id}.${at + 1}`)),
  );

/** Kinds of rows that say what to do. */
const REMEDIAL_KINDS = ['alerts', 'faults', 'plans', 'procedures'] as const;

/** The kinds of rows that are counted: what is looked at, and what says what to do. */
export const COUNTED_KINDS = ['checks', 'metrics', 'logs', ...REMEDIAL_KINDS] as const;

const NoAction = z.record(id, text);

export interface Manuals {
  /** In the order of their ids. */
  readonly systems: readonly ManualSystem[];
  /** Rows that need no action of Fettle, with the reason. */
  readonly noAction: ReadonlyMap<RowId, string>;
}

const NO_ACTION = 'no-action.yaml';

/** Reads the folder manuals/ whole, or says, a sentence each with file and line, everything that is wrong with it. */
export async function loadManuals(
  root: string,
): Promise<
  | { readonly ok: true; readonly manuals: Manuals }
  | { readonly ok: false; readonly problems: readonly string[] }
> {
  const folder = path.join(root, 'manuals');
  const files = (await readdir(folder).catch(() => [])).filter((file) => file.endsWith('.yaml')).sort();
  const problems: string[] = [];
  const systems: ManualSystem[] = [];
  for (const file of files.filter((each) => each !== NO_ACTION)) {
    const read = await readRows(folder, file, ManualSystem);
    if (!read.ok) problems.push(...read.problems);
    else {
      systems.push(read.data);
      problems.push(...systemProblems(file, read.data));
    }
  }
  if (systems.length === 0 && problems.length === 0) problems.push('manuals/ has no file of a system');

  const listed = await readRows(folder, NO_ACTION, NoAction);
  if (!listed.ok) return { ok: false, problems: [...problems, ...listed.problems] };
  const noAction = new Map(Object.entries(listed.data).map(([row, because]) => [id.parse(row), because]));
  // A row of a file that could not be read is not known to be missing.
  if (problems.length === 0)
    problems.push(...noActionProblems(noAction, systems), ...referenceProblems(systems));
  return problems.length > 0 ? { ok: false, problems } : { ok: true, manuals: { systems, noAction } };
}

async function readRows<Data extends z.ZodType>(
  folder: string,
  file: string,
  schema: Data,
): Promise<
  | { readonly ok: true; readonly data: z.output<Data> }
  | { readonly ok: false; readonly problems: readonly string[] }
> {
  const place = `manuals/${file}`;
  const written = await readFile(path.join(folder, file), 'utf8').catch(() => undefined);
  if (written === undefined) return { ok: false, problems: [`${place} cannot be read`] };
  const lines = new LineCounter();
  const document = parseDocument(written, { lineCounter: lines, prettyErrors: false });
  if (document.errors.length > 0) {
    const problems = document.errors.map(
      ({ message, pos }) => `${place}:${lines.linePos(pos[0]).line}: ${message}`,
    );
    return { ok: false, problems };
  }
  const read = schema.safeParse(document.toJS() ?? {});
  if (read.success) return { ok: true, data: read.data };
  const problems = read.error.issues.map((issue) => {
    const key = issue.path.filter((part) => typeof part === 'string').at(-1);
    return `${place}:${lineOf(issue.path, document, lines)}: ${key === undefined ? '' : `${key}: `}${issue.message}`;
  });
  return { ok: false, problems };
}

/** The line of what a path leads to, or of the nearest thing around it that is there. */
function lineOf(parts: readonly PropertyKey[], document: Document, lines: LineCounter): number {
  for (let depth = parts.length; depth > 0; depth -= 1) {
    const node = document.getIn(parts.slice(0, depth), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

function systemProblems(file: string, data: ManualSystem): readonly string[] {
  const { system } = data;
  const place = `manuals/${file}`;
  const problems: string[] = [];
  if (file !== `${system.toLowerCase()}.yaml`)
    problems.push(`${place} holds ${system}; it must be called ${system.toLowerCase()}.yaml`);
  const seen = new Set<RowId>();
  for (const [kind, letter] of KINDS) {
    for (const row of data[kind]) {
      if (!new RegExp(`^${system}-${letter}\\d+$`).test(row.id))
        problems.push(
          `${place}: ${row.id} stands among the ${kind} of ${system}, whose ids are ${system}-${letter} and a number`,
        );
      if (seen.has(row.id)) problems.push(`${place}: there are two rows ${row.id}`);
      seen.add(row.id);
    }
  }
  return problems;
}

function noActionProblems(
  noAction: ReadonlyMap<RowId, string>,
  systems: readonly ManualSystem[],
): readonly string[] {
  const known = new Set(
    systems.flatMap((manual) => COUNTED_KINDS.flatMap((kind) => manual[kind].map((row) => row.id))),
  );
  return [...noAction.keys()]
    .filter((row) => !known.has(row))
    .map((row) => `manuals/${NO_ACTION}: ${row} is no row of the manuals that asks for anything`);
}

/** Steps may speak of rows, of policies (POL-…) and of errata (ERR-…). */
function referenceProblems(systems: readonly ManualSystem[]): readonly string[] {
  const known = new Set<string>(systems.flatMap(rowIdsOf));
  return systems.flatMap((manual) =>
    REMEDIAL_KINDS.flatMap((kind) =>
      manual[kind].flatMap((row) =>
        row.steps.flatMap(({ ref }, at) =>
          ref
            .filter((each) => !known.has(each) && !/^(POL|ERR)-[A-Z]+-\d+$/.test(each))
            .map(
              (each) =>
                `manuals/${manual.system.toLowerCase()}.yaml: step ${row.id}.${at + 1} speaks of ${each}, which no manual has`,
            ),
        ),
      ),
    ),
  );
}
