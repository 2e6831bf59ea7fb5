import { type Lang, say, type Shown } from '../../kit/index.ts';

/** What a step will do, as text that an operator could paste: the statements with their values, or the request. */
export const statementsText = (
  { language, note, text }: Pick<Shown, 'language' | 'note' | 'text'>,
  lang: Lang,
): string => `${language === 'sql' ? '--' : '#'} ${say(note, lang)}\n${say(text, lang)}`;
