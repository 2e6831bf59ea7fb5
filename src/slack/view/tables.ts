import {
  aligned,
  type Lang,
  maskRow,
  PANEL_COLUMNS,
  type Row,
  say,
  visible,
  widthOf,
} from '../../kit/index.ts';
import { more, W } from './words.ts';

const ROWS = 12;
/** Characters of one value: in a column, and on a line of its own. */
const CELL = 40;
const VALUE = 200;

/** Rows as aligned columns; as `column  value` lines when the panel is too narrow for that. Long lists are cut with a note. */
export function tableOf(rows: readonly Row[], lang: Lang): string {
  const columns = Object.keys(rows[0] ?? {});
  if (rows.length === 0 || columns.length === 0) return say(W.noRows, lang);
  const shown = rows.slice(0, ROWS).map(maskRow);
  const left = rows.length > ROWS ? [say(more(rows.length - ROWS), lang)] : [];
  const cells = [columns, ...shown.map((row) => columns.map((column) => cell(row[column] ?? null, CELL)))];
  const lines = aligned(cells);
  const fits = lines.every((line) => widthOf(line) <= PANEL_COLUMNS);
  return [...(fits ? lines : shown.flatMap((row, at) => asLines(row, at, shown.length))), ...left].join('\n');
}

/** One row, one column a line; rows are numbered when there are several. */
function asLines(row: Row, at: number, of: number): string[] {
  const number = of > 1 ? `${at + 1}. ` : '';
  const lines = aligned(
    Object.entries(row).map(([column, value]) => [`${cell(column, CELL)}:`, cell(value, VALUE)]),
  );
  return lines.map((line, index) => (index === 0 ? number : ' '.repeat(number.length)) + line);
}

function cell(value: string | null, max: number): string {
  if (value === null) return 'NULL';
  const characters = Array.from(visible(value).replace(/\s+/g, ' '));
  return characters.length <= max ? characters.join('') : `${characters.slice(0, max - 1).join('')}…`;
}
