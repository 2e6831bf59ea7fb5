import { type Lang, say } from '../kit/index.ts';
import { type Preview, previewOf, type PreviewStep, type PreviewText } from './preview.ts';
import { CLOSING, numbersText, ONLY_WHAT_TOOK_EFFECT, onTargets, stageHeading } from './preview-words.ts';
import type { Plan } from './run.ts';

/** Everything that a plan carries out, word for word and with every target, as plain text: for a terminal and for a file. */
export function stepsText(plan: Plan, lang: Lang): string[] {
  const { stages, stageCount, closing }: Preview = previewOf(plan);
  const lines: string[] = [];
  for (const stage of stages) {
    const isStaged = stage.targets.length > 0;
    if (isStaged) lines.push(say(stageHeading(stage, stageCount), lang));
    for (const { steps } of stage.lanes)
      lines.push(...steps.flatMap((step) => stepText(step, lang)).map((line) => indented(line, isStaged)));
  }
  for (const { when, steps } of closing)
    lines.push(
      say(CLOSING[when], lang),
      ...steps.flatMap((step) => stepText(step, lang)).map((line) => indented(line, true)),
    );
  return lines;
}

/** What putting back carries out, word for word. */
export function wayBackText(plan: Plan, lang: Lang): string[] {
  const only = plan.rollbackOf === undefined ? '' : ` (${say(ONLY_WHAT_TOOK_EFFECT, lang)})`;
  return previewOf(plan).rollback.flatMap((step) =>
    step.texts.flatMap((text) => [`${headOf(text, lang)}${only}`, ...textLines(text, lang)]),
  );
}

const indented = (line: string, deep: boolean): string => (deep ? `  ${line}` : line);

const stepText = ({ texts }: PreviewStep, lang: Lang): string[] =>
  texts.flatMap((text) => [`${numbersText(text)} ${headOf(text, lang)}`, ...textLines(text, lang)]);

function headOf({ title, targets, note }: PreviewText, lang: Lang): string {
  const [only] = targets;
  const place = targets.length === 1 && only !== undefined ? only : say(onTargets(targets, true), lang);
  return lang === 'zh' ? `${title.zh}（${place}）：${note.zh}` : `${title.en} (${place}): ${note.en}`;
}

const textLines = ({ text }: PreviewText, lang: Lang): string[] =>
  say(text, lang)
    .split('\n')
    .map((line) => `  ${line}`);
