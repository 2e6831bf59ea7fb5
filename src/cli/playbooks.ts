import { aligned, type Lang, say, words } from '../kit/index.ts';
import type { Help, PlaybookCard, PlaybookList } from '../desk/port.ts';

/** Playbooks for a terminal: a line each, or one explained. */
export function playbooksText({ cards }: PlaybookList, lang: Lang): string {
  const [only, ...others] = cards;
  if (!only) return say(NONE, lang);
  if (others.length > 0)
    return aligned(
      cards.map(({ name, title, risk, system }) => [name, risk, system.id, say(title, lang)]),
    ).join('\n');
  return explained(only, lang).join('\n');
}

function explained(card: PlaybookCard, lang: Lang): readonly string[] {
  const { name, title, risk, clause, irreversible, usage, examples, args } = card;
  return [
    `${name}  ${say(title, lang)}  [${risk} · ${clause}]`,
    ...(irreversible ? [say(irreversible, lang)] : []),
    '',
    `  ${say(usage, lang)}`,
    ...aligned(
      args.map(({ id, title: called, isOptional, hint }) => [
        `    ${id}`,
        [
          say(called, lang),
          ...(isOptional ? [say(OPTIONAL, lang)] : []),
          ...(hint ? [say(hint, lang)] : []),
        ].join(' · '),
      ]),
    ),
    '',
    ...examples.map((example) => `  ${example}`),
  ];
}

/** What can be typed after a slash, here without it. */
export const helpText = ({ commands }: Help, lang: Lang): string =>
  commands
    .flatMap(({ name, usage, title, uses = [] }) =>
      [{ usage, title }, ...uses].map(
        (use) => `fettle ${name} ${say(use.usage, lang)}\n    ${say(use.title, lang)}`,
      ),
    )
    .join('\n');

const NONE = words('There is no playbook here that you may run.', '没有您可以执行的预案。');
const OPTIONAL = words('may be left out', '可不填');
