import type { Estate } from '../estate.ts';
import type { FormProblem, FormValues } from '../form.ts';
import { nearest } from '../typed/near.ts';
import { quoted, type Token, tokensOf } from '../typed/tokens.ts';
import { type Words, words } from '../words.ts';
import type { Arguments, ReadArguments } from './args.ts';
import { brief, foldedName, type Word } from './word.ts';

/** Typed words, read; a form begins with `given`, so that nothing that was typed is lost. */
export type ReadTyped = ReadArguments & { readonly given: FormValues };

interface Reading {
  readonly values: Record<string, unknown>;
  readonly given: Record<string, readonly string[]>;
  readonly problems: FormProblem[];
}

/** Reads the words after a playbook's name. Those with a name go to their argument, the others by place. */
export function readTyped(
  { words: all }: Pick<Arguments, 'words'>,
  typed: string,
  estate: Estate,
): ReadTyped {
  const names = namesOf(all);
  const reading: Reading = { values: {}, given: {}, problems: [] };
  const takesTexts = Object.values(all).some((word) => word.takes === 'rest' && word.typed === 'by-place');
  const { named, placed } = sorted(tokensOf(typed), names, takesTexts, reading.problems);
  const byPlace = Object.keys(all).filter((id) => all[id]?.typed === 'by-place' && !named.has(id));
  let left: readonly Token[] = placed;
  for (const [id, word] of Object.entries(all)) {
    const given = named.get(id);
    if (given) take(reading, id, word, given, estate);
    else if (word.typed === 'by-place') left = takeFrom(reading, id, word, left, byPlace, all, estate);
    else take(reading, id, word, [], estate);
  }
  const [extra] = left;
  if (extra) reading.problems.push({ field: Object.keys(all)[0] ?? '', says: tooMany(left) });
  return finished(reading);
}

/** Reads what the fields of a form were given: the same as having typed it. */
export function readFilled(
  { words: all }: Pick<Arguments, 'words'>,
  values: FormValues,
  estate: Estate,
): ReadTyped {
  const reading: Reading = { values: {}, given: {}, problems: [] };
  for (const [id, word] of Object.entries(all)) take(reading, id, word, word.filled(values, id), estate);
  return finished(reading);
}

/** These arguments as one types them; those that are meant anyway are left out. */
export function typedOf(
  { words: all }: Pick<Arguments, 'words'>,
  stored: Readonly<Record<string, unknown>>,
): string {
  let isByPlace = true;
  return Object.entries(all)
    .flatMap(([id, word]) => {
      const value = stored[id];
      const written = value === undefined ? [] : word.write(value);
      // One that is left out at its place moves all that follow: they need their names.
      if (written.length === 0 || (word.isOptional && isSame(value, word.otherwise))) {
        isByPlace &&= word.typed === 'by-name';
        return [];
      }
      const isPlaced = isByPlace && word.typed === 'by-place';
      if (isPlaced && word.takes === 'one' && !word.isOptional) return [quoted(written.join(' '))];
      isByPlace &&= word.typed === 'by-name';
      return [`${id}=${quoted(written.join(word.takes === 'several' ? ',' : ' '))}`];
    })
    .join(' ');
}

/** `<app> [<host> … | all] [minutes=<minutes>]` */
export const usageOf = ({ words: all }: Pick<Arguments, 'words'>): Words => {
  const parts = Object.entries(all).map(([id, word]) => {
    const isNamed = word.typed === 'by-name' && !word.shown.en.includes('=');
    const en = isNamed ? `${id}=${word.shown.en}` : word.shown.en;
    const zh = isNamed ? `${id}=${word.shown.zh}` : word.shown.zh;
    return word.isOptional ? words(`[${en}]`, `[${zh}]`) : words(en, zh);
  });
  return words(parts.map(({ en }) => en).join(' '), parts.map(({ zh }) => zh).join(' '));
};

/** Every name of every argument, folded. A name that several have belongs to the first; an id always to its own. */
export function namesOf(all: Arguments['words']): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const id of Object.keys(all)) names.set(foldedName(id), id);
  for (const [id, { title, names: others }] of Object.entries(all))
    for (const name of [title.en, title.zh, ...others])
      if (!names.has(foldedName(name))) names.set(foldedName(name), id);
  return names;
}

function sorted(
  tokens: readonly Token[],
  names: ReadonlyMap<string, string>,
  takesTexts: boolean,
  problems: FormProblem[],
): { readonly named: ReadonlyMap<string, readonly string[]>; readonly placed: readonly Token[] } {
  const named = new Map<string, readonly string[]>();
  const placed: Token[] = [];
  for (let at = 0; at < tokens.length; at += 1) {
    const token = tokens[at];
    if (!token) continue;
    const known = names.get(foldedName(token.name ?? ''));
    const id = known ?? '';
    if (token.unended) problems.push({ field: id, says: unended(token) });
    // `minutes= 30`: the value stands after the blank.
    const next = tokens[at + 1];
    const isApart = known !== undefined && token.text === '' && !token.quoted && next?.name === undefined;
    const value = isApart ? next : token;
    if (isApart && next) at += 1;
    if (known === undefined) {
      const says = token.name === undefined ? undefined : unknownArgument(token.name, names, takesTexts);
      if (says) problems.push(says);
      else placed.push(token);
    } else if (named.has(known)) {
      problems.push({ field: known, says: twice(known) });
    } else named.set(known, value ? [value.text] : []);
  }
  return { named, placed };
}

/** One that may be left out is passed over when the word is not for it but for one that follows. */
function takeFrom(
  reading: Reading,
  id: string,
  word: Word,
  left: readonly Token[],
  byPlace: readonly string[],
  all: Arguments['words'],
  estate: Estate,
): readonly Token[] {
  const later = byPlace.slice(byPlace.indexOf(id) + 1);
  const kept = later.filter((other) => all[other]?.isOptional === false).length;
  const most = word.takes === 'one' ? 1 : Math.max(left.length - kept, word.isOptional ? 0 : 1);
  const taken = left.slice(0, most);
  const texts = taken.map(({ text, raw, name }) => (name === undefined ? text : raw));
  const isForAnother =
    word.isOptional &&
    taken.length > 0 &&
    later.length > 0 &&
    !word.read(texts, { estate, before: reading.values }).ok;
  take(reading, id, word, isForAnother ? [] : texts, estate);
  return isForAnother ? left : left.slice(taken.length);
}

function take(reading: Reading, id: string, word: Word, given: readonly string[], estate: Estate): void {
  const isGiven = given.some(isSomething);
  if (!isGiven) {
    if (word.otherwise !== undefined) reading.values[id] = word.otherwise;
    else if (!word.isOptional) reading.problems.push({ field: id, says: word.asks });
    return;
  }
  const read = word.read(given, { estate, before: reading.values });
  if (!read.ok) reading.problems.push({ field: id, says: read.says });
  else if (read.value !== undefined) reading.values[id] = read.value;
  const kept = read.ok ? word.write(read.value) : word.takes === 'rest' ? [given.join(' ')] : given;
  Object.assign(reading.given, word.begins ? word.begins(kept, id) : { [id]: kept });
}

function finished({ values, given, problems }: Reading): ReadTyped {
  const [first, ...rest] = problems;
  return first ? { ok: false, problems: [first, ...rest], given } : { ok: true, args: values, given };
}

const isSomething = (text: string): boolean => text.trim() !== '';

const isSame = (one: unknown, other: unknown): boolean =>
  other !== undefined && JSON.stringify(one) === JSON.stringify(other);

const unended = ({ raw }: Token): Words =>
  words(
    `The quotation mark of ${brief(raw)} has no end. Close it with ".`,
    `${brief(raw)} 的引号没有结束，请用 " 结束。`,
  );

/** A name that no argument has. Where texts are taken, only one that is near a name is a mistake. */
function unknownArgument(
  typed: string,
  names: ReadonlyMap<string, string>,
  takesTexts: boolean,
): FormProblem | undefined {
  const near = nearest(foldedName(typed), [...names.keys()], 2);
  const meant = [...new Set(near.map((name) => names.get(name) ?? name))];
  const [field = ''] = meant;
  if (meant.length > 0)
    return {
      field,
      says: words(
        `Unknown argument "${brief(typed)}". Did you mean ${meant.join(' or ')}?`,
        `没有参数“${brief(typed)}”。您是否要输入 ${meant.join(' 或 ')}？`,
      ),
    };
  if (takesTexts) return undefined;
  const ids = [...new Set(names.values())];
  return {
    field,
    says:
      ids.length === 0
        ? words(`"${brief(typed)}": this takes no arguments.`, `“${brief(typed)}”：此处不需要参数。`)
        : words(
            `Unknown argument "${brief(typed)}". There is ${ids.join(', ')}.`,
            `没有参数“${brief(typed)}”。可用参数：${ids.join('、')}。`,
          ),
  };
}

const twice = (id: string): Words =>
  words(`${id} is given twice. Give it once.`, `${id} 出现了两次，请只保留一次。`);

const tooMany = (left: readonly Token[]): Words => {
  const shown = brief(left.map(({ raw }) => raw).join(' '));
  return words(
    `"${shown}" is more than this playbook takes. Leave it out, or put a text with blanks in "…".`,
    `“${shown}”超出了该预案的参数。请删去，或用 "…" 括起带空格的文字。`,
  );
};
