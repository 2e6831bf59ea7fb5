/** Columns of monospace text that the thread panel shows without wrapping. */
export const PANEL_COLUMNS = 44;

const CLAUSE =
  /^(?:from|where|and|or|values|limit|union|having|(?:(?:inner|cross|(?:left|right)(?: outer)?) )?join|(?:order|group) by)$/i;
/** Strings and quoted names whole, to the end of the text where they have none; words, and everything else character by character. */
const TOKEN =
  /'(?:[^'\\]|\\[\s\S]?|'')*(?:'|$)|"(?:[^"\\]|\\[\s\S]?|"")*(?:"|$)|`[^`]*(?:`|$)|\s+|[\w.$@]+|[\s\S]/g;
const JOINED = /^(?:inner|cross|left|right|left outer|right outer|order|group)$/i;

/** A long statement with each clause on a line of its own. Only white space outside of quotes differs; what has comments stays as it is. */
export function sqlLines(statement: string): string {
  const tokens = statement.trim().match(TOKEN) ?? [];
  if (hasComment(tokens)) return statement.trim();
  const words = tokens.map((token) => (/^\s+$/.test(token) ? ' ' : token));
  const line = words.join('');
  if (columns(line) <= PANEL_COLUMNS) return line;

  let out = '';
  let between = false;
  for (let at = 0; at < words.length; at += 1) {
    const [keyword, length] = keywordAt(words, at);
    if (/^between$/i.test(keyword)) between = true;
    const breaks = CLAUSE.test(keyword) && !(between && /^and$/i.test(keyword));
    if (/^and$/i.test(keyword)) between = false;
    if (breaks && out !== '') out = `${out.trimEnd()}\n  `;
    out += words.slice(at, at + length).join('');
    at += length - 1;
  }
  return out;
}

/** `inner join` and `order by` are one keyword; its text and how many tokens it takes. */
function keywordAt(words: readonly string[], at: number): readonly [string, number] {
  for (const length of [5, 3]) {
    const text = words.slice(at, at + length).join('');
    if (JOINED.test(words[at] ?? '') && CLAUSE.test(text)) return [text, length];
  }
  return [words[at] ?? '', 1];
}

const hasComment = (tokens: readonly string[]): boolean =>
  tokens.some(
    (token, at) =>
      token === '#' || (token === '-' && tokens[at + 1] === '-') || (token === '/' && tokens[at + 1] === '*'),
  );

const columns = (text: string): number => Array.from(text).length;
