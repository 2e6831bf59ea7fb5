import { type Lang, type Step, say, shownStep } from '../../kit/index.ts';

/** What a step will do, as text that an operator could paste: the statements with their values, or the request. */
export function statementsOf(step: Step, lang: Lang): string {
  const { language, note, text } = shownStep(step);
  return `${language === 'sql' ? '--' : '#'} ${say(note, lang)}\n${say(text, lang)}`;
}
