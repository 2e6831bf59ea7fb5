import { captureWhole, type Words, words } from '../kit/index.ts';
import type { Grounds } from '../runs/run.ts';

/** `name=value` wherever it stands in a command; a value of several words is in quotes. */
const pattern = (names: string): RegExp =>
  new RegExp(
    `(^|\\s)(?:${names})\\s?[=＝]\\s?("[^"]{0,500}"|“[^”]{0,500}”|'[^']{0,500}'|[^\\s"“']{1,200})(?=\\s|$)`,
    'iu',
  );
const NAMED = {
  ticket: pattern('ticket|工单|变更单'),
  reason: pattern('reason|原因|理由'),
  emergency: pattern('emergency|紧急'),
} satisfies Readonly<Record<Exclude<keyof Grounds, 'when'>, RegExp>>;
/** Never within the words of a reason. */
const WHEN = /(^|\s)(?:when|何时)\s?[=\uff1d]\s?([^\s"\u201c']{1,200})(?=\s|$)/iu;

/** The grounds that a command names, whether or not it knows the words. Nothing that is blank. */
export function namedGrounds(text: string): Grounds {
  const found: { -readonly [Name in keyof Grounds]: Grounds[Name] } = {};
  for (const name of ['ticket', 'reason', 'emergency'] as const) {
    const said = valueOf(NAMED[name], text);
    if (said !== '') found[name] = said;
  }
  if (isWindow(valueOf(WHEN, withoutQuotes(text)))) found.when = 'window';
  return found;
}

function valueOf(named: RegExp, text: string): string {
  const value = named.exec(text)?.[2];
  return value === undefined ? '' : captureWhole(value.replace(/^["\u201c']|["\u201d']$/gu, '')).trim();
}

const isWindow = (value: string): boolean => /^(?:window|窗口)$/iu.test(value);

/** Why a change is not begun that says when, in words that mean nothing: it would run now. undefined: it says nothing of it, or the window. */
export function notATime(text: string): Words | undefined {
  const named = valueOf(WHEN, withoutQuotes(text));
  if (named === '' || isWindow(named)) return undefined;
  return words(
    'when= knows only "window": planned now, and run when the change window opens. Nothing was done.',
    'when= 仅支持“window”：现在生成方案，变更窗口开放时执行。未做任何操作。',
  );
}

/** A command without the emergency and the time that it names: no command knows those words. */
export const withoutTerms = (text: string): string =>
  text
    .replace(NAMED.emergency, '$1')
    .split(QUOTED)
    .map((part) => (part.startsWith('"') || part.startsWith('“') ? part : part.replace(WHEN, '$1')))
    .join('')
    .trim();

const QUOTED = /("[^"]{0,500}"|\u201c[^\u201d]{0,500}\u201d)/u;

const withoutQuotes = (text: string): string =>
  text
    .split(QUOTED)
    .filter((part) => !part.startsWith('"') && !part.startsWith('“'))
    .join('""');
