import type { KnownBlock } from '@slack/types';
import { type Lang, say } from '../../kit/index.ts';
import {
  type Preview,
  previewOf,
  type PreviewLanes,
  type PreviewStep,
  type PreviewText,
} from '../../runs/preview.ts';
import { CLOSING, numbersText, onTargets, stageHeading } from '../../runs/preview-words.ts';
import type { Plan, Run, StepRecord } from '../../runs/run.ts';
import { monospace, section, sizeOf } from './blocks.ts';
import { statementBlocks } from './frames.ts';
import { statementsText } from './statements.ts';
import { escaped, trimmed } from './text.ts';
import { colon, moreTexts, STEP, W } from './words.ts';

/** Of what a step printed; the rest is in its evidence. */
const SEEN = 1200;

/** Every step of a plan, word for word; the same text once, with its targets. With how each went, unless many are shown as one. */
export function stepsBlocks(plan: Plan, run: Run, how: { readonly withRecords: boolean }): KnownBlock[] {
  const { lang } = run;
  const { stages, stageCount, closing }: Preview = previewOf(plan);
  const recordOf = (text: PreviewText): StepRecord | undefined =>
    how.withRecords && text.numbers.length === 1
      ? run.steps.find(({ no }) => no === text.numbers[0])
      : undefined;
  const blocksOf = (step: PreviewStep, named: readonly string[]): KnownBlock[] =>
    step.texts.flatMap((text) => textBlocks(step, text, named, recordOf(text), lang));
  return [
    ...stages.flatMap((stage) => [
      ...(stage.targets.length > 0 ? [section(heading(say(stageHeading(stage, stageCount), lang)))] : []),
      ...stage.lanes.flatMap(({ targets, steps }) => [
        ...lanesLine(targets, lang),
        ...steps.flatMap((step) => blocksOf(step, targets)),
      ]),
    ]),
    ...closing.flatMap(({ when, steps }) => [
      section(heading(say(CLOSING[when], lang))),
      ...steps.flatMap((step) => blocksOf(step, [])),
    ]),
  ];
}

/** As much of it as fits so many characters, one text of each step. All of it is in a file. */
export function stepsInShort(plan: Plan, lang: Lang, room: number): KnownBlock[] {
  const { stages, stageCount, closing } = previewOf(plan);
  const parts: KnownBlock[][] = stages.flatMap((stage) => [
    ...(stage.targets.length > 0 ? [[section(heading(say(stageHeading(stage, stageCount), lang)))]] : []),
    ...stage.lanes.flatMap((lanes) => laneParts(lanes, lang)),
  ]);
  const end = closing.flatMap(({ when, steps }) => [
    section(heading(say(CLOSING[when], lang))),
    ...steps.flatMap((step) => shortBlocks(step, [], lang)),
  ]);
  const blocks: KnownBlock[] = [];
  let size = sizeOf(end);
  for (const part of parts) {
    size += sizeOf(part);
    if (size > room || blocks.length + part.length > MOST_BLOCKS) {
      blocks.push(section(say(W.restInFile, lang)));
      break;
    }
    blocks.push(...part);
  }
  return sizeOf(end) > room
    ? [...blocks, ...closing.map(({ when }) => section(heading(say(CLOSING[when], lang))))]
    : [...blocks, ...end];
}

/** Some text of the plan is there once for several steps. */
export function hasFolded(plan: Plan): boolean {
  const { stages } = previewOf(plan);
  const texts = stages.flatMap(({ lanes }) =>
    lanes.flatMap(({ steps }) => steps.flatMap((step) => step.texts)),
  );
  return texts.some(({ numbers }) => numbers.length > 1);
}

const MOST_BLOCKS = 28;

const heading = (text: string): string => `*${escaped(text, 400)}*`;

function laneParts({ targets, steps }: PreviewLanes, lang: Lang): KnownBlock[][] {
  return [lanesLine(targets, lang), ...steps.map((step) => shortBlocks(step, targets, lang))];
}

/** The targets of lanes that do the same; one alone stands in the heading of its stage. */
const lanesLine = (targets: readonly string[], lang: Lang): KnownBlock[] =>
  targets.length > 1 ? [section(escaped(say(onTargets(targets), lang), 2000))] : [];

function shortBlocks(step: PreviewStep, named: readonly string[], lang: Lang): KnownBlock[] {
  const [first, ...others] = step.texts;
  if (!first) return [];
  const more = others.length > 0 ? ` — ${say(moreTexts(others.length), lang)}` : '';
  const [frame, ...rest] = statementBlocks(statementsText(first, lang));
  return [
    section(`${headLine(step, first, named, lang)}${more}`),
    ...(frame && rest.length === 0 ? [frame] : []),
  ];
}

function textBlocks(
  step: PreviewStep,
  text: PreviewText,
  named: readonly string[],
  record: StepRecord | undefined,
  lang: Lang,
): KnownBlock[] {
  const seen = trimmed(record?.evidence ?? '').slice(0, SEEN);
  return [
    section(`${headLine(step, text, named, lang)}${record ? ` — ${went(record, lang)}` : ''}`),
    ...statementBlocks(statementsText(text, lang)),
    ...(seen ? [monospace(seen)] : []),
  ];
}

/** `1, 4 … 82. Restart the agent on each target`, with its targets where they are not those of its lanes. */
function headLine({ texts }: PreviewStep, text: PreviewText, named: readonly string[], lang: Lang): string {
  const line = `${numbersText(text)} ${escaped(say(text.title, lang), 500)}`;
  const isClear =
    text.targets.length === named.length ||
    (text.targets.length === 1 && (texts.length === 1 || named.length > 0));
  return isClear ? line : `${line} — ${escaped(say(onTargets(text.targets), lang), 800)}`;
}

/** How a step went. */
export const went = ({ state, says }: StepRecord, lang: Lang): string =>
  `*${say(STEP[state], lang)}*${says ? `${colon(lang)}${escaped(say(says, lang), 800)}` : ''}`;
