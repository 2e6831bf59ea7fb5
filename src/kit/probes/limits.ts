import type { CheckContext, Judgement, ResolvedLimit } from '../check.ts';
import { type Words, words } from '../words.ts';

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

/** `above`: more than the limit is a breach; `below`: less than it. */
export type Breach = 'above' | 'below';

/** Holds a value against limits. The strictest one breached decides, and the sentence names its row. */
export function judgeLimits(
  { name, value, unit, part, detail, evidence }: Measured,
  limits: readonly ResolvedLimit[],
  state: 'warning' | 'critical' = 'warning',
  breach: Breach = 'above',
): Judgement {
  const strictest = limits.toSorted((a, b) =>
    breach === 'above' ? a.value - b.value : b.value - a.value,
  )[0];
  const shown = withUnit(value, unit);
  const facts = {
    value: rounded(value),
    ...(unit === '' ? {} : { unit }),
    ...(part === undefined ? {} : { part }),
    ...(evidence === undefined ? {} : { evidence }),
  };
  const seen = words(
    `${name.en} ${shown}${detail ? ` ${detail.en}` : ''}`,
    `${name.zh} ${shown}${detail ? `，${detail.zh}` : ''}`,
  );
  if (!strictest) return { state: 'ok', says: seen, ...facts };
  const limit = withUnit(strictest.value, unit);
  const isBreached = breach === 'above' ? value > strictest.value : value < strictest.value;
  if (!isBreached) {
    return {
      state: 'ok',
      says: words(`${seen.en} (limit ${limit})`, `${seen.zh}（阈值 ${limit}）`),
      ...facts,
    };
  }
  return {
    state,
    says: words(
      `${seen.en}, ${breach} the limit of ${limit} (${strictest.row})`,
      `${seen.zh}，${breach === 'above' ? '高于' : '低于'}阈值 ${limit}（${strictest.row}）`,
    ),
    ...facts,
  };
}

export const limitsOf = ({ limits }: CheckContext): readonly ResolvedLimit[] => Object.values(limits);

export const unknown = (says: Words): readonly Judgement[] => [{ state: 'unknown', says }];

/** The host has none of the programs or files that the question needs. */
export const cannotAsk = (what: string): readonly Judgement[] =>
  unknown(words(`the host has none of ${what}`, `主机上没有可用的 ${what}`));

export const notUnderstood = (): readonly Judgement[] =>
  unknown(words('the answer could not be understood', '无法识别返回内容'));

/** The first three, for a sentence. */
export const firstOf = (items: readonly string[]): string =>
  `${items.slice(0, 3).join(', ')}${items.length > 3 ? ', …' : ''}`;

const rounded = (value: number): number => Math.round(value * 100) / 100;

/** `81.5 %`, `12 lines/min`, `3.2`. */
export const withUnit = (value: number, unit: string): string =>
  `${Math.round(value * 10) / 10 === Math.round(value) ? Math.round(value) : rounded(value)}${unit === '' ? '' : ` ${unit}`}`;
