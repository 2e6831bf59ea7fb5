import { z } from 'zod';
import type { Estate } from '../estate.ts';
import type { FormProblem } from '../form.ts';
import { words } from '../words.ts';
import { text } from './texts.ts';
import { optional, type Word } from './word.ts';

/** The arguments of a playbook by id, in the order in which they are typed. */
export interface Arguments<T = unknown> {
  readonly words: Readonly<Record<string, Word>>;
  /** Of what is stored. */
  readonly schema: z.ZodType<T>;
}

type Meant<W> = W extends Word<infer T> ? T : never;

/** `args({ host: arg.host({ app: 'staragent' }), minutes: arg.number({ … }) })`. */
export function args<W extends Readonly<Record<string, Word>>>(
  given: W,
): Arguments<{ readonly [K in keyof W]: Meant<W[K]> }> {
  const schemas = Object.entries(given).map(([id, { schema, otherwise }]) => [
    id,
    otherwise === undefined ? schema : schema.default(otherwise),
  ]);
  const schema: z.ZodType<unknown> = z.strictObject(Object.fromEntries(schemas));
  // The shape is made from the words, one key for each: the only place where both are known.
  return { words: given, schema: schema as z.ZodType<{ readonly [K in keyof W]: Meant<W[K]> }> };
}

/** As an author wrote them: arguments of the kit, or a plain zod object, whose members are typed as texts. */
export function argumentsOf<T>(written: Arguments<T> | z.ZodType<T>): Arguments<T> {
  if ('words' in written) return written;
  const shape = written instanceof z.ZodObject ? Object.entries<z.ZodType>(written.shape) : [];
  const plain = shape.map(([id, schema]) => {
    const word = text({ title: words(id, id) });
    const single = { ...word, takes: 'one' as const };
    return [id, schema.safeParse(undefined).success ? optional(single) : single] as const;
  });
  return { words: Object.fromEntries(plain), schema: written };
}

/** Arguments that were read, or what is wrong with which; `args` is what is stored. */
export type ReadArguments<T = Readonly<Record<string, unknown>>> =
  | { readonly ok: true; readonly args: T }
  | { readonly ok: false; readonly problems: readonly [FormProblem, ...FormProblem[]] };

/** Stored arguments, once more: of the right shape, and still meaning something in this estate. */
export function checkArguments<T>(
  { words: all, schema }: Arguments<T>,
  stored: unknown,
  estate: Estate,
): ReadArguments<T> {
  const parsed = schema.safeParse(stored);
  if (!parsed.success) {
    const [first, ...rest] = parsed.error.issues.map(({ path, message }) => unreadable(all, path, message));
    return { ok: false, problems: [first ?? unreadable(all, [], parsed.error.message), ...rest] };
  }
  const before = z.record(z.string(), z.unknown()).catch({}).parse(stored);
  const [first, ...rest] = Object.entries(all).flatMap(([field, word]) => {
    const says = before[field] === undefined ? undefined : word.refuses(before[field], { estate, before });
    return says ? [{ field, says }] : [];
  });
  return first ? { ok: false, problems: [first, ...rest] } : { ok: true, args: parsed.data };
}

/** Zod speaks English; only the name of the argument is the same in both languages. */
function unreadable(all: Arguments['words'], path: readonly PropertyKey[], message: string): FormProblem {
  const field = String(path[0] ?? '');
  const title = all[field]?.title ?? words(field, field);
  return {
    field,
    says: words(
      `${title.en === '' ? 'The arguments' : title.en}: ${message}`,
      `${title.zh === '' ? '参数' : title.zh}的内容无法使用，请重新输入。`,
    ),
  };
}
