import type { Catalog } from '../catalog/catalog.ts';
import {
  type Citation,
  type Citing,
  countRows,
  type Coverage,
  coverageOf,
  type RowCoverage,
  type RowStatus,
  type SystemCoverage,
} from '../catalog/coverage.ts';
import { COUNTED_KINDS, type Manuals } from '../catalog/manuals.ts';
import { nearest } from '../kit/index.ts';

/** What `fettle coverage` prints, and how it ends: 0 when nothing is missing and nothing cited is unknown, else 1. */
export interface CoverageSaid {
  readonly text: string;
  readonly code: 0 | 1;
}

/** Coverage of all systems, or of the one that a word names. */
export function sayCoverage(
  catalog: Pick<Catalog, 'inspections' | 'playbooks'>,
  manuals: Manuals,
  { system, json }: { readonly system?: string | undefined; readonly json: boolean },
): CoverageSaid {
  const whole = coverageOf(catalog, manuals);
  const names = namesOf(catalog, whole);
  const id = names.get(system?.toLowerCase() ?? '');
  if (system !== undefined && id === undefined) return { text: noSystem(system, names), code: 1 };
  const coverage = id === undefined ? whole : coverageIn(id, whole);
  const { missing } = countRows(coverage.systems.flatMap(({ rows }) => rows));
  const text = json ? asJson(coverage) : id === undefined ? overview(coverage) : everyRow(coverage);
  return { text, code: missing + coverage.unknown.length === 0 ? 0 : 1 };
}

/** One system: its own rows, and what its definitions cite. */
const coverageIn = (id: string, { systems, unknown }: Coverage): Coverage => ({
  systems: systems.filter((each) => each.id === id),
  unknown: unknown.filter(({ by }) => by.system === id),
});

/** Every name of a system in small letters, from the manuals and from its inspection, with the id it stands for. */
const namesOf = (
  { inspections }: Pick<Catalog, 'inspections'>,
  { systems }: Coverage,
): ReadonlyMap<string, string> =>
  new Map(
    systems.flatMap(({ id, name }) =>
      [id, name.en, name.zh, ...(inspections.get(id)?.system.names ?? [])].map(
        (each) => [each.toLowerCase(), id] as const,
      ),
    ),
  );

function noSystem(word: string, names: ReadonlyMap<string, string>): string {
  const near = [...new Set(nearest(word, [...names.keys()]).map((name) => names.get(name)))];
  const ids = [...new Set(names.values())];
  return `The manuals have no system "${word}". ${near.length > 0 ? `Did you mean ${near.join(', ')}?` : `There is ${ids.join(', ')}.`}`;
}

function overview({ systems, unknown }: Coverage): string {
  const missing = systems.flatMap(({ rows }) => rows).filter(({ status }) => status.kind === 'missing');
  const lines = missing.map(({ id, title }) => [id, title]);
  return [
    ...table(systems),
    '',
    stepsLine(systems),
    ...(lines.length > 0 ? ['', 'Missing:', ...columns(lines)] : []),
    ...unknownLines(unknown),
  ].join('\n');
}

function stepsLine(systems: readonly SystemCoverage[]): string {
  const rows = systems.flatMap((each) => each.rows);
  const count = (of: readonly RowCoverage[]): number => of.reduce((sum, { steps }) => sum + steps, 0);
  const covered = count(rows.filter(({ status }) => status.kind === 'covered'));
  return `Steps that the manuals list: ${count(rows)}; ${covered} of them in rows that a playbook carries out.`;
}

function everyRow({ systems, unknown }: Coverage): string {
  const lines = systems.flatMap(({ id: system, rows }) =>
    rows.map(({ id, title, status }) => [id, STATUS[status.kind], `${title}${answer(status, system)}`]),
  );
  const named = lines.length > 0 ? [...table(systems), '', ...columns(lines)] : [NO_ROWS];
  return [...named, ...unknownLines(unknown)].join('\n');
}

const NO_ROWS = 'The manuals name no row of this system.';

const STATUS = {
  covered: 'covered',
  manual: 'manual',
  'no-action': 'no action',
  missing: 'missing',
  'no-playbook': 'no playbook',
} as const satisfies Record<RowStatus['kind'], string>;

/** By whom a row is answered, or why it need not be. */
function answer(status: RowStatus, system: string): string {
  switch (status.kind) {
    case 'covered':
    case 'manual':
      return `  [${status.by.map((by) => nameOf(by, system)).join(', ')}]`;
    case 'no-action':
      return `  (${status.because})`;
    case 'missing':
    case 'no-playbook':
      return '';
    default:
      return status satisfies never;
  }
}

/** A check of the system itself goes by its id alone. */
function nameOf(by: Citing, system?: string): string {
  if (by.kind === 'playbook') return `playbook ${by.id}`;
  return by.system === system ? by.id : `${by.system} ${by.id}`;
}

function unknownLines(unknown: readonly Citation[]): readonly string[] {
  if (unknown.length === 0) return [];
  const lines = unknown.map(({ row, by }) => [row, `cited by ${nameOf(by)}`]);
  return ['', 'In no manual:', ...columns(lines)];
}

/** Numbers by system and kind, with a sum when there are several systems. */
function table(systems: readonly SystemCoverage[]): readonly string[] {
  const statuses = ['covered', 'manual', 'no-action', 'missing', 'no-playbook'] as const;
  const line = (system: string, kind: string, rows: readonly RowCoverage[]): readonly string[] => {
    const counts = countRows(rows);
    return [system, kind, ...statuses.map((status) => String(counts[status]))];
  };
  const lines = systems.flatMap(({ id, rows }) =>
    COUNTED_KINDS.map((kind) => ({ kind, rows: rows.filter((row) => row.kind === kind) }))
      .filter((each) => each.rows.length > 0)
      .map((each) => line(id, each.kind, each.rows)),
  );
  const all = systems.flatMap(({ rows }) => rows);
  const sum = systems.length > 1 ? [line('all', '', all)] : [];
  return columns([['', '', ...statuses.map((status) => STATUS[status])], ...lines, ...sum]);
}

/** Cells under each other, two blanks apart; numbers stand at the right. */
function columns(lines: readonly (readonly string[])[]): readonly string[] {
  const widths: number[] = [];
  for (const line of lines)
    for (const [at, cell] of line.entries()) widths[at] = Math.max(widths[at] ?? 0, cell.length);
  return lines.map((line) =>
    line
      .map((cell, at) => (/^\d+$/.test(cell) ? cell.padStart(widths[at] ?? 0) : cell.padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd(),
  );
}

function asJson({ systems, unknown }: Coverage): string {
  const counted = systems.map(({ id, name, rows }) => ({ id, name, counts: countRows(rows), rows }));
  return JSON.stringify({ systems: counted, unknown }, null, 2);
}
