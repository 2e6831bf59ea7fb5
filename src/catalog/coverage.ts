import type { Check, Inspection, Playbook, RowId, Words } from '../kit/index.ts';
import type { Catalog } from './catalog.ts';
import { COUNTED_KINDS, type Manuals, rowIdsOf } from './manuals.ts';

/** A definition that cites a row. */
export type Citing =
  | { readonly kind: 'check'; readonly system: string; readonly id: string; readonly person: boolean }
  | { readonly kind: 'playbook'; readonly system: string; readonly id: string };

/** How a row is answered. `manual`: only by what a person is asked to look at. */
export type RowStatus =
  | { readonly kind: 'covered' | 'manual'; readonly by: readonly Citing[] }
  | { readonly kind: 'no-action'; readonly because: string }
  | { readonly kind: 'missing' }
  /** It says what to do, and no playbook does it. */
  | { readonly kind: 'no-playbook' };

export interface RowCoverage {
  readonly id: RowId;
  readonly kind: (typeof COUNTED_KINDS)[number];
  readonly title: string;
  /** How many steps the manual lists. */
  readonly steps: number;
  readonly status: RowStatus;
}

export interface SystemCoverage {
  readonly id: string;
  readonly name: Words;
  readonly rows: readonly RowCoverage[];
}

export interface Citation {
  readonly row: RowId;
  readonly by: Citing;
}

export interface Coverage {
  readonly systems: readonly SystemCoverage[];
  /** Rows of any kind that a definition cites and no manual has. */
  readonly unknown: readonly Citation[];
}

/** Holds the definitions against the manuals. */
export function coverageOf(
  { inspections, playbooks }: Pick<Catalog, 'inspections' | 'playbooks'>,
  { systems, noAction }: Manuals,
): Coverage {
  const citations = [
    ...[...inspections.values()].flatMap(citationsOfInspection),
    ...[...playbooks.values()].flatMap(citationsOfPlaybook),
  ];
  const citing = new Map<RowId, Citing[]>();
  for (const { row, by } of citations) citing.set(row, [...(citing.get(row) ?? []), by]);
  const known = new Set(systems.flatMap(rowIdsOf));
  return {
    systems: systems.map((manual) => ({
      id: manual.system,
      name: manual.name,
      rows: COUNTED_KINDS.flatMap((kind) =>
        manual[kind].map((row) => ({
          id: row.id,
          kind,
          title: row.title,
          steps: 'steps' in row ? row.steps.length : 0,
          status:
            'steps' in row
              ? remedyOf(row.id, playbooks, noAction.get(row.id))
              : statusOf(citing.get(row.id) ?? [], noAction.get(row.id)),
        })),
      ),
    })),
    unknown: citations.filter(({ row }) => !known.has(row)),
  };
}

export type Counts = Readonly<Record<RowStatus['kind'], number>>;

export function countRows(rows: readonly RowCoverage[]): Counts {
  const counts = { covered: 0, manual: 0, 'no-action': 0, missing: 0, 'no-playbook': 0 };
  for (const { status } of rows) counts[status.kind] += 1;
  return counts;
}

function statusOf(by: readonly Citing[], because: string | undefined): RowStatus {
  if (by.some((each) => each.kind === 'playbook' || !each.person)) return { kind: 'covered', by };
  if (by.length > 0) return { kind: 'manual', by };
  return because === undefined ? { kind: 'missing' } : { kind: 'no-action', because };
}

/** Only a playbook that is made for the row answers it; one that looks at it on its way does not. */
function remedyOf(row: RowId, playbooks: Catalog['playbooks'], because: string | undefined): RowStatus {
  const by = [...playbooks.values()]
    .filter(({ rows }) => rows.includes(row))
    .map(({ name, system }) => ({ kind: 'playbook', system, id: name }) as const);
  if (by.length > 0) return { kind: 'covered', by };
  return because === undefined ? { kind: 'no-playbook' } : { kind: 'no-action', because };
}

const citationsOfInspection = ({ system, checks }: Inspection): readonly Citation[] =>
  checks.flatMap((check) =>
    rowsOfCheck(check).map((row) => ({
      row,
      by: { kind: 'check', system: system.id, id: check.id, person: check.on === 'person' } as const,
    })),
  );

const rowsOfCheck = ({ rows, limits }: Check): readonly RowId[] => [
  ...new Set([...rows, ...Object.values(limits ?? {}).map(({ row }) => row)]),
];

const citationsOfPlaybook = ({ name, system, rows, looksAt }: Playbook): readonly Citation[] =>
  [...new Set([...rows, ...looksAt])].map((row) => ({ row, by: { kind: 'playbook', system, id: name } }));
