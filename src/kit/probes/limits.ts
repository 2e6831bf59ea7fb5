import type { Breach, CheckContext, HeldAgainst, Judgement, ResolvedLimit } from '../check.ts';
import { type Lang, type Words, words } from '../words.ts';

/** A measured value with its name and unit, to be held against the limits of its check. */
export interface Measured {
  readonly name: Words;
  readonly value: number;
  /** `%`, `lines/min`, … or empty. */
  readonly unit: string;
  readonly part?: string;
  /** Put behind the value, e.g. `of 100 GB`. */
  readonly detail?: Words;
  readonly evidence?: string;
}

/** Holds a value against limits. The gravest one breached decides, of these the strictest; the sentence names its row. */
export function judgeLimits(
  { name, value, unit, part, detail, evidence }: Measured,
  limits: readonly ResolvedLimit[],
  state: 'warning' | 'critical' = 'warning',
  breach: Breach = 'above',
): Judgement {
  const { decisive, breached } = decide(value, limits, state, breach);
  const shown = inUnit(value, unit);
  const facts = {
    value: rounded(value),
    ...(unit === '' ? {} : { unit }),
    ...(part === undefined ? {} : { part }),
    ...(evidence === undefined ? {} : { evidence }),
    ...(decisive ? { limit: heldAgainst(decisive, breach) } : {}),
  };
  const seen = words(
    `${name.en} ${shown.en}${detail ? ` ${detail.en}` : ''}`,
    `${name.zh} ${shown.zh}${detail ? `，${detail.zh}` : ''}`,
  );
  if (!decisive) return { state: 'ok', says: seen, ...facts };
  const limit = inUnit(decisive.value, unit);
  if (!breached) {
    return {
      state: 'ok',
      says: words(`${seen.en} (limit ${limit.en})`, `${seen.zh}（阈值 ${limit.zh}）`),
      ...facts,
    };
  }
  const beyond = beyondLimit(decisive, limit, breach);
  return {
    state: decisive.state ?? state,
    says: words(`${seen.en}, ${beyond.en}`, `${seen.zh}，${beyond.zh}`),
    ...facts,
  };
}

/** The limit that counts for a value: the gravest breached one, else the strictest. */
export function decide(
  value: number,
  limits: readonly ResolvedLimit[],
  state: 'warning' | 'critical',
  breach: Breach,
): { readonly decisive: ResolvedLimit | undefined; readonly breached: boolean } {
  const strictest = limits.toSorted((a, b) => (breach === 'above' ? a.value - b.value : b.value - a.value));
  const broken = strictest.filter((limit) =>
    breach === 'above' ? value > limit.value : value < limit.value,
  );
  const gravest = broken.find((limit) => (limit.state ?? state) === 'critical') ?? broken[0];
  return { decisive: gravest ?? strictest[0], breached: gravest !== undefined };
}

export const heldAgainst = ({ row, value, lastsSeconds }: ResolvedLimit, breach: Breach): HeldAgainst => ({
  row,
  value,
  breach,
  ...(lastsSeconds === undefined ? {} : { lastsSeconds }),
});

/** `above the limit of 80 % (MQ-M01)`; `limit` is the value as it is shown. */
export const beyondLimit = ({ row }: ResolvedLimit, limit: Words, breach: Breach): Words =>
  words(
    `${breach} the limit of ${limit.en} (${row})`,
    `${breach === 'above' ? '高于' : '低于'}阈值 ${limit.zh}（${row}）`,
  );

export const limitsOf = ({ limits }: CheckContext): readonly ResolvedLimit[] => Object.values(limits);

/** A limit of the check by its name. Throws when the check has none of it. */
export function limitOf({ limits }: CheckContext, name: string): ResolvedLimit {
  const limit = limits[name];
  if (!limit) throw new Error(`the check has no limit "${name}"`);
  return limit;
}

export const unknown = (says: Words): readonly Judgement[] => [{ state: 'unknown', says }];

/** The host has none of the programs or files that the question needs. */
export function cannotAsk(programs: readonly string[]): readonly Judgement[] {
  const { en, zh } = firstOf(programs);
  return unknown(words(`the host has none of ${en}`, `主机上没有可用的 ${zh}`));
}

export const notUnderstood = (): readonly Judgement[] =>
  unknown(words('the answer could not be understood', '无法识别返回内容'));

/** The first ones, three unless said, for a sentence. */
export function firstOf(items: readonly string[], most = 3): Words {
  const shown = [...items.slice(0, most), ...(items.length > most ? ['…'] : [])];
  return words(shown.join(', '), shown.join('、'));
}

/** `not known of h-1, h-2`, to stand alone or behind what is known. */
export function notKnownOf(names: readonly string[]): Words {
  const { en, zh } = firstOf(names);
  return words(`not known of ${en}`, `${zh} 未知`);
}

const MOST_PARTS = 8;

/** Parts that are not well, to be put behind a sentence: `: db, rpc`, or nothing without any. */
export function namedParts(parts: readonly string[]): Words {
  if (parts.length === 0) return words('', '');
  const { en, zh } = firstOf(parts, MOST_PARTS);
  return words(`: ${en}`, `：${zh}`);
}

const rounded = (value: number): number => Math.round(value * 100) / 100;

/** A value with its unit, for a sentence: `81.5 %`, `5200/min`, `3.2`. */
export const inUnit = (value: number, unit: string): Words =>
  words(withUnit(value, unit), withUnit(value, unit, 'zh'));

/** The same in one language. */
export function withUnit(value: number, unit: string, lang: Lang = 'en'): string {
  const number = Math.round(value * 10) / 10 === Math.round(value) ? Math.round(value) : rounded(value);
  const shown = lang === 'zh' ? unit.replace(/\bmin\b/, '分钟').replace(/^s$/, '秒') : unit;
  return `${number}${unit === '' || unit.startsWith('/') ? '' : ' '}${shown}`;
}
