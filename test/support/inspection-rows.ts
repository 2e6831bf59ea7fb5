import type { Inspection, RowId } from '../../src/kit/index.ts';

/** `MQ-C01` … `MQ-C22`. */
export const rowsUpTo = (system: string, kind: 'C' | 'M' | 'L', last: number): readonly RowId[] =>
  Array.from({ length: last }, (_, k): RowId => {
    const no = String(k + 1).padStart(2, '0');
    // A leading zero is part of the row's name, which the type of a number does not show.
    return `${system}-${kind}${no}` as RowId;
  });

/** Every row that some check answers, in order. */
export const citedRows = ({ checks }: Inspection): readonly RowId[] =>
  [...new Set(checks.flatMap(({ rows }) => rows))].sort();

/** Every documented limit by its row. */
export const limitsByRow = ({ checks }: Inspection): Readonly<Record<string, number>> =>
  Object.fromEntries(
    checks.flatMap(({ limits = {} }) => Object.values(limits).map(({ row, value }) => [row, value])),
  );

/** What is wrong with how the checks are written down; empty when nothing is. `others`: apps of other systems that they look at. */
export function flawsOf({ apps, checks }: Inspection, others: readonly string[] = []): readonly string[] {
  const flaws: string[] = [];
  const known = new Set([...apps.map(({ id }) => id), ...others]);
  const ids = new Set<string>();
  for (const { id, title, apps: own, rows, clause, limits = {} } of checks) {
    if (ids.has(id)) flaws.push(`${id} is there twice`);
    ids.add(id);
    if (!/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(id)) flaws.push(`${id} is not in kebab-case`);
    if (title.en.trim() === '' || title.zh.trim() === '') flaws.push(`${id} lacks a title`);
    if (own.length === 0 || own.some((app) => !known.has(app)))
      flaws.push(`${id} is of no app of the system`);
    if (!/^\d+(\.\d+)*$/.test(clause.section)) flaws.push(`${id} names no section`);
    if (new Set(rows).size !== rows.length) flaws.push(`${id} cites a row twice`);
    for (const { row } of Object.values(limits)) {
      if (!rows.includes(row)) flaws.push(`${id} has the limit of ${row} and does not cite it`);
    }
  }
  return flaws;
}
