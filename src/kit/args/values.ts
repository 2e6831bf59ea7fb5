import { z } from 'zod';
import type { FieldOption } from '../form.ts';
import { type Words, words } from '../words.ts';
import { unknownName } from './answers.ts';
import { brief, factsOf, foldedName, type Word, type WordOptions } from './word.ts';

export interface NumberOptions extends WordOptions {
  readonly title: Words;
  readonly min: number;
  readonly max: number;
  readonly default?: number;
  /** Written after it, e.g. `minutes`; may be typed, too. */
  readonly unit?: Words;
}

/** A whole number between two others. */
export function number(options: NumberOptions): Word<number> {
  const { title, min, max, default: otherwise, unit } = options;
  const range = words(`${min} to ${max}`, `${min} 到 ${max}`);
  const units = new Set(
    ['', ...(unit ? [unit.en, unit.zh, unit.en.replace(/s$/u, ''), unit.en.charAt(0)] : [])].map(foldedName),
  );
  return {
    ...factsOf(options, { title, names: [], labels: [] }),
    takes: 'one',
    isOptional: otherwise !== undefined,
    ...(otherwise === undefined ? {} : { otherwise }),
    shown: words(`<${title.en.toLowerCase()}>`, `<${title.zh}>`),
    schema: z.number().int().min(min).max(max),
    fromLabel: (value) => value,
    asks: words(
      `Give ${title.en.toLowerCase()}: a whole number from ${range.en}.`,
      `请填写${title.zh}：${range.zh}之间的整数。`,
    ),
    read(given) {
      const typed = given.join(' ');
      const [, digits, after = ''] = /^([+-]?\d{1,9})(\D*)$/u.exec(foldedName(typed)) ?? [];
      const value = Number(digits);
      return digits !== undefined && units.has(after) && value >= min && value <= max
        ? { ok: true, value }
        : {
            ok: false,
            says: words(
              `${title.en} must be a whole number from ${range.en}; "${brief(typed)}" is not.`,
              `${title.zh}须为${range.zh}之间的整数，“${brief(typed)}”不符合。`,
            ),
          };
    },
    write: (value) => (typeof value === 'number' ? [String(value)] : []),
    refuses: () => undefined,
    fields: (id) => [
      {
        kind: 'text',
        id,
        label: title,
        hint:
          options.hint ??
          words(`${range.en}${unit ? ` ${unit.en}` : ''}`, `${range.zh}${unit ? ` ${unit.zh}` : ''}`),
        lines: 'one',
        mostCharacters: 20,
        ...(otherwise === undefined ? {} : { begins: String(otherwise) }),
      },
    ],
    filled: (values, id) => values[id] ?? [],
  };
}

/** One of a few: as it is stored, as it is shown, and what else it is called. */
export interface Choice<V extends string> {
  readonly value: V;
  readonly title: Words;
  readonly names?: readonly string[];
}

/** One of at most ten. */
export function choice<const V extends string>(
  choices: readonly [Choice<V>, ...Choice<V>[]],
  options: WordOptions & { readonly title: Words; readonly default?: NoInfer<V> },
): Word<V> {
  const { title, default: otherwise, hint } = options;
  const values = choices.map(({ value }) => value);
  const [first, ...rest] = choices;
  const optionOf = ({ value, title: called }: Choice<V>): FieldOption => ({ value, title: called });
  return {
    ...factsOf(options, { title, names: [], labels: [] }),
    takes: 'one',
    isOptional: otherwise !== undefined,
    ...(otherwise === undefined ? {} : { otherwise }),
    shown: words(values.join(' | '), choices.map((each) => each.title.zh).join(' | ')),
    schema: z.enum(values),
    fromLabel: (value) => value,
    asks: words(
      `Give ${title.en.toLowerCase()}: ${values.join(', ')}.`,
      `请选择${title.zh}：${choices.map((each) => each.title.zh).join('、')}。`,
    ),
    read(given) {
      const typed = given.join(' ');
      const wanted = foldedName(typed);
      const found = choices.find((each) => namesOf(each).some((name) => foldedName(name) === wanted));
      return found
        ? { ok: true, value: found.value }
        : {
            ok: false,
            says: unknownName(
              words(title.en.toLowerCase(), title.zh),
              typed,
              choices.flatMap((each) => namesOf(each).toReversed()),
            ),
          };
    },
    write: (value) => (typeof value === 'string' ? [value] : []),
    refuses: () => undefined,
    fields: (id) => [
      {
        kind: 'choice',
        id,
        label: title,
        ...(hint ? { hint } : {}),
        options: [optionOf(first), ...rest.map(optionOf)],
        ...(otherwise === undefined ? {} : { begins: otherwise }),
      },
    ],
    filled: (values_, id) => values_[id] ?? [],
  };
}

const namesOf = ({ value, title, names = [] }: Choice<string>): readonly string[] => [
  value,
  title.en,
  title.zh,
  ...names,
];
