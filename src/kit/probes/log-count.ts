import type { Breach, Judgement, ResolvedLimit } from '../check.ts';
import { type Words, words } from '../words.ts';
import { beyondLimit, decide, firstOf, heldAgainst } from './limits.ts';
import { type LogWindow, windowText } from './log-words.ts';

export interface Counted {
  /** How many, or how much. */
  readonly value: number;
  readonly what: Things;
  readonly window: LogWindow;
  readonly limits: readonly ResolvedLimit[];
  /** What a breach means; a warning unless set. */
  readonly state?: 'warning' | 'critical';
  readonly breach?: Breach;
  /** Put behind a breach: which topics, which participants. */
  readonly names?: Words;
}

/** What is counted, `errors`, `条错误`; English has another form of it for one. */
export interface Things extends Words {
  readonly one: string;
}

export const things = (one: string, many: string, zh: string): Things => ({ one, en: many, zh });

/** `1 error`, `3 errors`. */
export const countOf = (value: number, what: Things): string =>
  `${value} ${value === 1 ? what.one : what.en}`;

/** `3 errors in 5 minutes`: so many, with the stretch of the log that they were counted in. */
export function countInWindow(value: number, what: Things, window: LogWindow): Words {
  const inWindow = windowText(window);
  return words(`${countOf(value, what)} ${inWindow.en}`, `${inWindow.zh} ${value} ${what.zh}`);
}

/** A count from a log, held against its limits. What could not be read in whole is not known to be in order. */
export function judgeCount({
  value,
  what,
  window,
  limits,
  state = 'warning',
  breach = 'above',
  names = words('', ''),
}: Counted): Judgement {
  const { decisive, breached } = decide(value, limits, state, breach);
  const seen = countInWindow(value, what, window);
  const facts = {
    value,
    evidence: window.last.join('\n'),
    ...(decisive ? { limit: heldAgainst(decisive, breach) } : {}),
  };
  if (decisive && breached) {
    const named = names.en === '' ? names : words(`: ${names.en}`, `：${names.zh}`);
    const limit = String(decisive.value);
    const beyond = beyondLimit(decisive, words(limit, limit), breach);
    const said = words(`${seen.en}, ${beyond.en}${named.en}`, `${seen.zh}，${beyond.zh}${named.zh}`);
    return { ...facts, state: decisive.state ?? state, says: said };
  }
  if (!window.whole) {
    const said = words(
      `${seen.en} at least; the log is too large to be read as a whole`,
      `${seen.zh}；日志过大，未能完整读取`,
    );
    return { ...facts, state: 'unknown', says: said };
  }
  return { ...facts, state: 'ok', says: seen };
}

/** The log has lines, and none is as the manual shows them. */
export const undocumented = (window: LogWindow): Judgement => ({
  state: 'unknown',
  says: words('the lines are not of the documented format', '日志行不符合手册中的格式'),
  evidence: window.last.join('\n'),
});

/** What the counting of lines puts everything under but the most frequent kinds. */
export const REST = '(other)';

export const sumOf = (tally: readonly (readonly [string, number])[]): number =>
  tally.reduce((sum, [, times]) => sum + times, 0);

/** The most frequent three with how often. */
export const namesOf = (tally: readonly (readonly [string, number])[]): Words =>
  firstOf(tally.map(([key, times]) => `${key} ×${times}`));
