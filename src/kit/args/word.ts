import type { z } from 'zod';
import type { Estate } from '../estate.ts';
import type { Field } from '../form.ts';
import type { Words } from '../words.ts';

/** One argument of a playbook: how it is typed, asked for in a form, found in an alert's labels, stored and explained. */
export interface Word<T = unknown> {
  readonly title: Words;
  readonly hint?: Words;
  /** Further names for `name=value`, in both languages; its id and its titles are names already. */
  readonly names: readonly string[];
  /** By its place among the words, or only as `name=value`. */
  readonly typed: 'by-place' | 'by-name';
  /** It takes one word at its place, as many as are left for it, or all the rest as one text. */
  readonly takes: 'one' | 'several' | 'rest';
  readonly isOptional: boolean;
  /** Used when nothing was given. */
  readonly otherwise?: T;
  /** Stands for it in the usage line. */
  readonly shown: Words;
  /** The shape in which it is stored. */
  readonly schema: z.ZodType<T>;
  /** Labels of alerts that carry it, the best first. */
  readonly labels: readonly string[];
  /** The label's value as one would type it. */
  readonly fromLabel: (value: string) => string;
  /** Reads words that were typed or chosen, at least one. Touches nothing. */
  readonly read: (given: readonly string[], around: Around) => ReadWord<T>;
  /** A stored value as one types it, a word an entry; its form takes the same. */
  readonly write: (value: unknown) => readonly string[];
  /** Why a stored value means nothing in this estate; undefined when it holds. */
  readonly refuses: (value: unknown, around: Around) => Words | undefined;
  /** Said when it is missing. */
  readonly asks: Words;
  readonly fields: (id: string) => readonly [Field, ...Field[]];
  /** The beginnings of its fields for words that were typed; without it, its first field begins with them. */
  readonly begins?: (given: readonly string[], id: string) => Readonly<Record<string, readonly string[]>>;
  /** The values of its fields as one would type them. */
  readonly filled: (values: Readonly<Record<string, readonly string[]>>, id: string) => readonly string[];
}

/** Where an argument is read: the estate, and the arguments that were read before it. */
export interface Around {
  readonly estate: Estate;
  readonly before: Readonly<Record<string, unknown>>;
}

export type ReadWord<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly says: Words };

/** Facts that an author may set on any argument. */
export interface WordOptions {
  readonly title?: Words;
  readonly hint?: Words;
  readonly names?: readonly string[];
  /** Only as `name=value`. */
  readonly byName?: true;
  readonly labels?: readonly string[];
}

/** The facts that every maker fills in alike. */
export const factsOf = (
  { title, hint, names = [], byName, labels }: WordOptions,
  usual: { readonly title: Words; readonly names: readonly string[]; readonly labels: readonly string[] },
): Pick<Word, 'title' | 'names' | 'typed' | 'labels'> & { readonly hint?: Words } => ({
  title: title ?? usual.title,
  ...(hint ? { hint } : {}),
  names: [...names, ...usual.names],
  typed: byName ? 'by-name' : 'by-place',
  labels: labels ?? usual.labels,
});

/** The same argument, which may be left out. */
export const optional = <T>(word: Word<T>): Word<T | undefined> => ({
  ...word,
  isOptional: true,
  schema: word.schema.optional(),
});

/** Names are compared without regard to case, width and blanks. */
export const foldedName = (name: string): string => name.normalize('NFKC').toLowerCase().replace(/\s+/gu, '');

/** As much of somebody's words as a sentence has room for. */
export const brief = (text: string): string => {
  const characters = Array.from(text.replace(/\s+/gu, ' ').trim());
  return characters.length > 60 ? `${characters.slice(0, 60).join('')}…` : characters.join('');
};
