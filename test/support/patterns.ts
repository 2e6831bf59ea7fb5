import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { parseAst } from 'vitest/node';

/** A regular expression as it stands in the source. */
export interface Pattern {
  /** `src/kit/mask.ts:50` */
  readonly at: string;
  readonly source: string;
  readonly flags: string;
}

/** Every regular expression that is written as a literal in these folders. */
export const patternsIn = (folders: readonly string[]): readonly Pattern[] =>
  folders.flatMap(filesIn).flatMap((file) => {
    const text = readFileSync(file, 'utf8');
    const found: Pattern[] = [];
    walk(parseAst(text, { lang: 'ts' }), (node) => {
      const { regex, start } = node;
      if (!isRecord(regex) || typeof start !== 'number') return;
      const line = text.slice(0, start).split('\n').length;
      found.push({ at: `${file}:${line}`, source: String(regex['pattern']), flags: String(regex['flags']) });
    });
    return found;
  });

const filesIn = (folder: string): readonly string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.ts'))
    .map((name) => path.join(folder, name));

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;

function walk(node: unknown, told: (node: Record<string, unknown>) => void): void {
  if (Array.isArray(node)) for (const each of node) walk(each, told);
  else if (isRecord(node)) {
    told(node);
    for (const value of Object.values(node)) walk(value, told);
  }
}

/** Some text that the pattern is meant for: its first alternatives, each part once. Undefined where that does not match after all. */
export function sampleOf({ source, flags }: Pick<Pattern, 'source' | 'flags'>): string | undefined {
  const pieces = source.matchAll(
    /\\[pP]\{[^}]*\}|\\u\{?[0-9a-fA-F]+\}?|\\k<\w+>|\\.|\[(?:\\.|[^\]\\])*\]|\(\?<?[=!]|\(\?<\w+>|\(\?:|\{\d+(?:,\d*)?\}\??|[*+?]\??|[^]/g,
  );
  const tokens = Array.from(pieces, ([piece]) => piece);
  const { text } = alternatives(tokens, 0);
  return new RegExp(source, flags.replace(/[gy]/g, '')).test(text) && text !== '' ? text : undefined;
}

interface Read {
  readonly text: string;
  /** Of the token behind it. */
  readonly next: number;
}

/** Up to the closing bracket; of several alternatives the first. */
function alternatives(tokens: readonly string[], from: number): Read {
  let text = '';
  let isFirst = true;
  let at = from;
  while (at < tokens.length && tokens[at] !== ')') {
    if (tokens[at] === '|') {
      isFirst = false;
      at += 1;
      continue;
    }
    const atom = readAtom(tokens, at);
    const [, times = '1'] = /^\{(\d+)/.exec(tokens[atom.next] ?? '') ?? [];
    const isCounted = /^[{*+?]/.test(tokens[atom.next] ?? '');
    if (isFirst) text += atom.text.repeat(Math.max(1, Number(times)));
    at = atom.next + (isCounted ? 1 : 0);
  }
  return { text, next: at + 1 };
}

function readAtom(tokens: readonly string[], at: number): Read {
  const token = tokens[at] ?? '';
  if (/^\(\?<?[=!]/.test(token)) return { text: '', next: alternatives(tokens, at + 1).next };
  if (token.startsWith('(')) return alternatives(tokens, at + 1);
  return { text: characterOf(token), next: at + 1 };
}

const EXAMPLES = ['a', '1', ' ', '中', '-', '.', '/', 'A', '_', ':', '"', '\n', '\u0001', '\ud800'];

function characterOf(token: string): string {
  if (/^(?:\^|\$|\\b|\\B)$/.test(token)) return '';
  if (token === '.') return 'a';
  const single = /^(?:\\[^]|\[[^]*\]|[^])/.test(token) ? token.replace(/^[.()]$/, '\\$&') : 'a';
  const pattern = new RegExp(`^${single}$`, /\\[pPu]\{/.test(token) ? 'u' : '');
  const literal = token.length === 1 ? token : token.slice(1);
  const all = [literal, ...Array.from({ length: 96 }, (_, n) => String.fromCharCode(32 + n))];
  return [...EXAMPLES, ...all].find((character) => pattern.test(character)) ?? '';
}
