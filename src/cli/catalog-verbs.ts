import type { Catalog } from '../catalog/catalog.ts';
import { type Command, quoted } from '../kit/index.ts';
import { ask } from './ask.ts';
import { withInside, withSettings } from './inside.ts';
import { PROGRAM, type Verb } from './verb.ts';

/** Every command of the catalog, and what it does under a verb of its own, without Slack. */
export const verbsOf = ({ commands }: Pick<Catalog, 'commands'>): readonly Verb[] =>
  [...commands.values()].flatMap((command) => [
    // Its own name says what the program says itself.
    ...(command.name === PROGRAM ? [] : [verbOf(command, command, '')]),
    ...(command.uses ?? []).flatMap((use) =>
      use.verb === undefined ? [] : [verbOf(command, { ...use, verb: use.verb }, `${use.verb} `)],
    ),
  ]);

/** `before` stands between the command and what was typed. */
function verbOf(
  { name, makes }: Command,
  use: Pick<Command, 'usage' | 'title' | 'examples'> & { readonly verb?: string },
  before: string,
): Verb {
  const verb = use.verb ?? name;
  const options = [
    'json',
    ...(makes === 'plan' ? ['dryRun' as const] : makes === 'picture' ? ['png' as const] : []),
  ] as const;
  return {
    name: verb,
    usage: before === '' ? use.usage.en : use.usage.en.slice(before.length),
    title: use.title.en,
    words: 'any',
    options,
    quietOptions: (['dryRun', 'png'] as const).filter((option) => !options.some((shown) => shown === option)),
    examples: use.examples.map((example) => `${PROGRAM} ${before === '' ? `${verb} ` : ''}${example}`),
    run: (typed, given) =>
      withSettings(given.in, (settings) =>
        withInside(settings, (inside) => ask(inside, settings, name, `${before}${asTyped(typed)}`, given)),
      ),
  };
}

/** The shell took the quotation marks away: a word with blanks among others is one word again. */
export function asTyped(typed: readonly string[]): string {
  const [only, ...others] = typed;
  if (only !== undefined && others.length === 0 && !/^[^\s=]+=/u.test(only)) return only;
  return typed.map((word) => (/\s/u.test(word) ? marked(word) : word)).join(' ');
}

function marked(word: string): string {
  const [, name, value] = /^([^\s=]+=)(.*)$/su.exec(word) ?? [];
  return name === undefined ? quoted(word) : `${name}${quoted(value ?? '')}`;
}
