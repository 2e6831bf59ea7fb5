import type { Button, KnownBlock, SectionBlock } from '@slack/types';
import { type Lang, say, type Words, words } from '../../kit/index.ts';
import type { PlaybookCard, PlaybookList, ShownForm } from '../../desk/port.ts';
import type { Answer } from './answer.ts';
import { actions, LIMITS, paragraphs, section } from './blocks.ts';
import { opensAction } from './form.ts';
import { code, escaped, plain } from './text.ts';
import { colon, RISK } from './words.ts';

/** More than this many have no room for a button each. */
const MOST_WITH_BUTTON = 20;
/** Slack's limit for the value of a button. */
const MOST_CHARACTERS = 2000;

/** Playbooks, each with the button that opens its form; one alone is explained. */
export function playbooksAnswer({ cards }: PlaybookList, lang: Lang): Answer {
  const [only, ...others] = cards;
  if (!only) return { text: say(NONE, lang), blocks: paragraphs([say(NONE, lang)]) };
  const title = others.length === 0 ? only.title : PLAYBOOKS;
  const blocks =
    others.length === 0
      ? explained(only, lang)
      : [section(`*${say(PLAYBOOKS, lang)}*`), ...listed(cards, lang)];
  return { text: escaped(say(title, lang), 1000), blocks: blocks.slice(0, LIMITS.blocks) };
}

/** The answer with a button that opens the form, with everything that was typed in it. */
export function withOpener(answer: Answer, form: ShownForm | undefined, lang: Lang): Answer {
  const { of, typed } = form ?? {};
  if (of?.kind !== 'command' || typed === undefined) return answer;
  const [about = ''] = typed.split(' ');
  const value = typed.length <= MOST_CHARACTERS ? typed : `${about} ?`;
  return { ...answer, blocks: [...answer.blocks, ...actions([opener(of.name, value, FILL_IN, lang)])] };
}

function explained(card: PlaybookCard, lang: Lang): KnownBlock[] {
  const { name, title, risk, system, clause, irreversible, usage, examples, args, opens } = card;
  const lines = [
    `*${escaped(say(title, lang), 300)}* · ${code(name, 60)}`,
    `${say(RISK[risk], lang)} · ${escaped(say(system.title, lang), 80)} [${escaped(clause, 200)}]`,
    ...(irreversible ? [escaped(say(irreversible, lang), 600)] : []),
    code(say(usage, lang), 600),
    ...args.map((each) => argumentLine(each, lang)),
    ...examples.slice(0, 5).map((example) => `• ${code(example, 300)}`),
  ];
  return [...paragraphs(lines), ...actions(opens ? [opener(opens.command, opens.typed, RUN, lang)] : [])];
}

function argumentLine({ id, title, isOptional, hint }: PlaybookCard['args'][number], lang: Lang): string {
  const note = [isOptional ? say(OPTIONAL, lang) : '', hint ? say(hint, lang) : ''].filter(
    (each) => each !== '',
  );
  return `• ${code(id, 40)} ${escaped(say(title, lang), 100)}${note.length > 0 ? `${colon(lang)}${escaped(note.join(' · '), 300)}` : ''}`;
}

const listed = (cards: readonly PlaybookCard[], lang: Lang): KnownBlock[] =>
  cards.length <= MOST_WITH_BUTTON
    ? cards.map((card) => withButton(section(cardLine(card, lang)), card, lang))
    : [
        ...paragraphs(cards.map((card) => `• ${cardLine(card, lang)}`)).slice(0, 20),
        section(escaped(say(ONE_OF_THEM, lang), 300)),
      ];

const cardLine = ({ name, title, risk, system }: PlaybookCard, lang: Lang): string =>
  `${code(name, 60)} ${escaped(say(title, lang), 200)} · ${say(RISK[risk], lang)} · ${escaped(say(system.title, lang), 60)}`;

const withButton = (block: SectionBlock, { opens }: PlaybookCard, lang: Lang): SectionBlock =>
  opens ? { ...block, accessory: opener(opens.command, opens.typed, RUN, lang) } : block;

const opener = (command: string, value: string, title: Words, lang: Lang): Button => ({
  type: 'button',
  action_id: opensAction(command),
  value,
  text: { type: 'plain_text', text: plain(say(title, lang), LIMITS.buttonText), emoji: false },
});

const PLAYBOOKS = words('Playbooks', '预案');
const RUN = words('Run…', '执行…');
const FILL_IN = words('Fill in…', '填写…');
const OPTIONAL = words('may be left out', '可不填');
const NONE = words('There is no playbook here that you may run.', '没有您可以执行的预案。');
const ONE_OF_THEM = words(
  'To have one explained, with a button that runs it: /playbook and its name.',
  '输入 /playbook 加预案名称，可查看说明并执行。',
);
