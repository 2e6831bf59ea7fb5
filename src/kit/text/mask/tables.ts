import { isTellingName, looksDrawn, NO_SECRET } from './names.ts';
import type { Range, Rule } from './rule.ts';

interface Line {
  readonly from: number;
  readonly text: string;
}

interface Cell {
  readonly from: number;
  readonly text: string;
}

/** How tools print columns: between bars, by tabs, by commas, or apart by two spaces and more. */
type Split = (line: Line) => readonly Cell[];

/** Columns that a heading calls by a telling name: of `mysql`, `psql`, `column -t`, `kubectl` and of comma-separated files. */
export const tables: Rule = {
  name: 'tables',
  about: /\n/,
  *find(text) {
    const lines = linesOf(text);
    yield* columnsAlone(lines);
    for (let at = 0; at < lines.length; at += 1) {
      const line = lines[at];
      if (!line || line.text.length > LONGEST_HEADING || !COLUMNS.test(line.text)) continue;
      const split = splitOf(line.text);
      const heading = split(line);
      const telling = heading.map(({ text: name }) => isTellingName(name.replace(/["'\x60]/g, '')));
      if (
        heading.length < 2 ||
        !telling.includes(true) ||
        !heading.every(({ text: name }) => (/[|\t]/.test(line.text) ? ANY_CELL : NAME_CELL).test(name))
      )
        continue;
      for (at += 1; at < lines.length; at += 1) {
        const row = lines[at];
        if (!row) break;
        if (RULE_LINE.test(row.text)) continue;
        const cells = split(row);
        if (cells.length !== heading.length) {
          at -= 1;
          break;
        }
        for (const [column, { from, text: value }] of cells.entries())
          if (telling[column] && value !== '' && !NO_SECRET.test(value)) yield [from, from + value.length];
      }
    }
  },
};

/** A heading that tells and has nothing behind it: every value under a rule, what looks drawn by lot without one. */
function* columnsAlone(lines: readonly Line[]): Generator<Range> {
  for (let at = 0; at < lines.length; at += 1) {
    const line = lines[at]?.text ?? '';
    if (line.length < 3 || line.length > LONGEST_LINE || !MAY_TELL.test(line)) continue;
    const [heading = ''] = /\S{1,64}$/.exec(line.trimEnd()) ?? [];
    if (!isTellingName(heading)) continue;
    const isRuled = /^[ \t]*[-=]{3,}[ \t]*$/.test(lines[at + 1]?.text ?? '');
    for (let row = at + (isRuled ? 2 : 1); row < lines.length; row += 1) {
      const { from, text } = lines[row] ?? { from: 0, text: '' };
      const [, value = '', more = ''] = /^[ \t]*(\S{3,400}?)[.,:;]?(?:[ \t](.*))?$/.exec(text) ?? [];
      const isAlone = isRuled && more.trim() === '';
      if (value === '' || NO_SECRET.test(value) || (!isAlone && !looksDrawn(value))) break;
      const start = from + text.indexOf(value);
      yield [start, start + value.length];
      at = row;
      if (more !== '') break;
    }
  }
}

const LONGEST_LINE = 400;
/** A piece of every name that tells; most lines have none. */
const MAY_TELL = /p[aw]|secret|token|cred|key|otp|code|captcha|auth|[\u4e00-\u9fff]/i;

const LONGEST_HEADING = 2000;
const COLUMNS = /[|\t,]| {2}/;
const NAME_CELL = /^[\w .$()?=&#"'\x60{:/\u4e00-\u9fff-]{0,64}$/;
/** Between bars and tabs a heading may stand behind anything: a prompt, the beginning of a JSON text. */
const ANY_CELL = /^.{0,200}$/;
const RULE_LINE = /^[-+| =]{3,}$/;

function linesOf(text: string): Line[] {
  const lines: Line[] = [];
  let from = 0;
  for (const line of text.split('\n')) {
    lines.push({ from, text: line });
    from += line.length + 1;
  }
  return lines;
}

function splitOf(heading: string): Split {
  if (heading.includes('|')) return by('|');
  if (heading.includes('\t')) return by('\t');
  return / {2}/.test(heading.trim()) ? apart : by(',');
}

const by =
  (separator: string): Split =>
  ({ from, text }) => {
    const cells: Cell[] = [];
    let at = from;
    for (const piece of text.split(separator)) {
      const value = piece.trim();
      cells.push({ from: at + piece.indexOf(value), text: value });
      at += piece.length + 1;
    }
    return cells;
  };

const apart: Split = ({ from, text }) =>
  [...text.matchAll(/\S+(?: \S+)*/g)].map((found) => ({ from: from + found.index, text: found[0] }));
