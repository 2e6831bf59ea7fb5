import { quote, type Row, type Step } from '../../kit/index.ts';
import type { Looked } from '../../runs/run.ts';
import { clean, visible } from './text.ts';

const CELL = 40;
const ROWS = 12;

/** What a step will do, as text that an operator could type: the statements with their values, or the request. */
export function statementsOf(step: Step): string {
  switch (step.kind) {
    case 'delete-rows':
      return [
        `-- ${step.database}, one transaction, only while each row is still as shown`,
        ...step.rows.map((row) => `DELETE FROM ${step.table} WHERE ${whereKey(step.key, row)};`),
      ].join('\n');
    case 'insert-rows':
      return [
        `-- ${step.database}, one transaction, only while none of the keys exists`,
        ...step.rows.map(
          (row) =>
            `INSERT INTO ${step.table} (${Object.keys(row).join(', ')}) VALUES (${Object.values(row).map(literal).join(', ')});`,
        ),
      ].join('\n');
    case 'post':
      return [
        `# on ${step.host}, once`,
        `curl -X POST -H 'Content-Type: application/json' -d ${quote(visible(step.body))} ${quote(visible(step.url))}`,
      ].join('\n');
    default:
      return step satisfies never;
  }
}

const whereKey = (key: readonly string[], row: Row): string =>
  key.map((column) => `${column} = ${literal(row[column] ?? null)}`).join(' AND ');

/** A value as SQL shows it; for reading only. */
const literal = (value: string | null): string =>
  value === null ? 'NULL' : `'${visible(value).replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;

/** Rows as aligned columns, long values and long lists cut with a note. */
export function tableOf(rows: readonly Row[], none: string, moreRows: (n: number) => string): string {
  const columns = Object.keys(rows[0] ?? {});
  if (rows.length === 0 || columns.length === 0) return none;
  const shown = rows.slice(0, ROWS);
  const cells = [columns, ...shown.map((row) => columns.map((column) => cell(row[column] ?? null)))];
  const widths = columns.map((_, at) => Math.max(...cells.map((line) => widthOf(line[at] ?? ''))));
  const lines = cells.map((line) =>
    line
      .map((text, at) => text + ' '.repeat((widths[at] ?? 0) - widthOf(text)))
      .join('  ')
      .trimEnd(),
  );
  return [...lines, ...(rows.length > ROWS ? [moreRows(rows.length - ROWS)] : [])].join('\n');
}

function cell(value: string | null): string {
  if (value === null) return 'NULL';
  const text = visible(value).replace(/\s+/g, ' ');
  return text.length <= CELL
    ? text
    : `${Array.from(text)
        .slice(0, CELL - 1)
        .join('')}…`;
}

/** Columns on screen: Han and full-width characters take two. */
const widthOf = (text: string): number =>
  Array.from(text).reduce(
    (sum, character) => sum + (/[\p{Script=Han}\u3000-\u303f\uff01-\uff60]/u.test(character) ? 2 : 1),
    0,
  );

export const lookedText = ({ database, statement }: Looked): string => `-- ${database}\n${clean(statement)}`;
