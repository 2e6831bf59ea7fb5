import { shownStep, type Step, type Words } from '../kit/index.ts';
import { groupBy } from './group-by.ts';
import { stagesOf } from './layout.ts';
import type { Plan } from './run.ts';

/** A plan as people read it: texts that are the same are there once, with their targets. */
export interface Preview {
  readonly stages: readonly PreviewStage[];
  /** How many stages the plan has; several that are alike are one in the list. */
  readonly stageCount: number;
  /** Performed at the end, whatever happens. */
  readonly closing: readonly PreviewStep[];
  readonly rollback: readonly PreviewStep[];
}

/** One stage, or several that follow each other and do the same on other targets. */
export interface PreviewStage {
  readonly title?: Words;
  /** The first and the last of the stages, from 1. */
  readonly from: number;
  readonly to: number;
  readonly atOnce: number;
  readonly targets: readonly string[];
  /** Lanes that do the same together. */
  readonly lanes: readonly PreviewLanes[];
}

export interface PreviewLanes {
  readonly targets: readonly string[];
  readonly steps: readonly PreviewStep[];
}

export interface PreviewStep {
  /** Says `each target` where the titles differ in the name of their target only. */
  readonly title: Words;
  readonly texts: readonly PreviewText[];
}

/** A text as it is carried out, word for word, and where. */
export interface PreviewText {
  /** That of its step, with the name of the target where it has one. */
  readonly title: Words;
  /** Numbers of the steps, from 1. */
  readonly numbers: readonly number[];
  readonly targets: readonly string[];
  readonly language: 'sql' | 'sh' | 'words';
  readonly note: Words;
  readonly text: Words;
}

/** Remembered as long as its steps are, because a change under way is shown again and again. */
export function previewOf(plan: Plan): Preview {
  const known = previews.get(plan.steps);
  if (known && known.of.every((part, at) => part === depsOf(plan)[at])) return known.preview;
  const preview = draw(plan);
  previews.set(plan.steps, { of: depsOf(plan), preview });
  return preview;
}

const previews = new WeakMap<Plan['steps'], { readonly of: readonly unknown[]; readonly preview: Preview }>();
const depsOf = ({ stages, always, rollback, rollbackOf }: Plan): readonly unknown[] => [
  stages,
  always,
  rollback,
  rollbackOf,
];

function draw(plan: Plan): Preview {
  const stages = stagesOf(plan).map(
    ({ title, atOnce, lanes }, at): DrawnStage => ({
      ...(title ? { title } : {}),
      from: at + 1,
      to: at + 1,
      atOnce,
      lanes: lanes.map(({ target, steps }) => ({
        target,
        rows: inARow(steps.flatMap((no) => itemOf(plan.steps[no - 1], no, target))),
      })),
    }),
  );
  const closing = (plan.always ?? []).flatMap(({ step: no }) => itemOf(plan.steps[no - 1], no, ''));
  const rollback = plan.rollback.flatMap((step, at) => itemOf(step, at + 1, laneTargetOf(plan, at)));
  return {
    stages: folded(stages).map(stageOf),
    stageCount: stages.length,
    closing: inARow(closing).map(stepOf),
    // Between targets there is no order in which things are put back.
    rollback: groupBy(rollback, ({ kind }) => kind).map(stepOf),
  };
}

/** A step, its words once as they are and once without the name of its target. */
interface Item extends PreviewText {
  readonly bareTitle: Words;
  readonly bareNote: Words;
  /** The same for steps that do the same kind of thing. */
  readonly kind: string;
  /** The same for steps whose text is the same. */
  readonly same: string;
}

interface DrawnStage extends Omit<PreviewStage, 'targets' | 'lanes'> {
  readonly lanes: readonly { readonly target: string; readonly rows: readonly (readonly Item[])[] }[];
}

function itemOf(step: Step | undefined, no: number, target: string): readonly Item[] {
  if (!step) return [];
  const { place, language, note, text } = shownStep(step);
  const names = [target, place].filter((name) => name !== '');
  const [bareTitle, bareNote] = [unnamed(step.title, names), unnamed(note, names)];
  const kind = JSON.stringify([bareTitle, language]);
  const same = JSON.stringify([kind, bareNote, text]);
  const targets = [target === '' ? place : target];
  return [
    { title: step.title, bareTitle, note, bareNote, language, text, kind, same, numbers: [no], targets },
  ];
}

/** The lane that a step of the way back belongs to. */
function laneTargetOf({ rollbackOf, stages = [] }: Plan, at: number): string {
  const first = rollbackOf?.[at]?.[0];
  const lanes = stages.flatMap((stage) => stage.lanes);
  return first === undefined ? '' : (lanes.find(({ steps }) => steps.includes(first))?.target ?? '');
}

/** The words with `each target` in place of these names. */
function unnamed({ en, zh }: Words, names: readonly string[]): Words {
  const without = (text: string, instead: string): string =>
    names.reduce((left, name) => replaceName(left, name, instead), text);
  return { en: without(en, 'each target'), zh: without(zh, '每个目标') };
}

const OF_A_NAME = /[\w-]/;

/** Only where the name stands alone: `mq-1` is not a part of `mq-12`. */
function replaceName(text: string, name: string, instead: string): string {
  let out = '';
  let from = 0;
  for (let at = text.indexOf(name); at >= 0; at = text.indexOf(name, from)) {
    const end = at + name.length;
    const isAlone = !OF_A_NAME.test(text.charAt(at - 1)) && !OF_A_NAME.test(text.charAt(end));
    out += text.slice(from, at) + (isAlone ? instead : name);
    from = end;
  }
  return out + text.slice(from);
}

/** Steps that follow each other and are the same but for their target are together. */
function inARow(items: readonly Item[]): readonly (readonly Item[])[] {
  const rows: Item[][] = [];
  for (const item of items) {
    const last = rows.at(-1);
    if (last?.[0]?.same === item.same) last.push(item);
    else rows.push([item]);
  }
  return rows;
}

const kindOf = (rows: readonly (readonly Item[])[]): string =>
  JSON.stringify(rows.map(([item]) => item?.kind));

/** Stages that follow each other and do the same kinds of things, so many at once, become one. */
function folded(stages: readonly DrawnStage[]): readonly DrawnStage[] {
  const alike = ({ title, atOnce, lanes }: DrawnStage): string =>
    JSON.stringify([title ?? null, atOnce, [...new Set(lanes.map(({ rows }) => kindOf(rows)))]]);
  const out: DrawnStage[] = [];
  let before = '';
  for (const stage of stages) {
    const key = alike(stage);
    const last = key === before ? out.pop() : undefined;
    out.push(last ? { ...last, to: stage.to, lanes: [...last.lanes, ...stage.lanes] } : stage);
    before = key;
  }
  return out;
}

function stageOf({ lanes, ...stage }: DrawnStage): PreviewStage {
  const targetsOf = (of: DrawnStage['lanes']): readonly string[] => [
    ...new Set(of.flatMap(({ target }) => (target === '' ? [] : [target]))),
  ];
  return {
    ...stage,
    targets: targetsOf(lanes),
    lanes: groupBy(lanes, ({ rows }) => kindOf(rows)).map((group) => ({
      targets: targetsOf(group),
      steps: (group[0]?.rows ?? []).map((_, at) => stepOf(group.flatMap(({ rows }) => rows[at] ?? []))),
    })),
  };
}

function stepOf(items: readonly Item[]): PreviewStep {
  return {
    title: common(items.map(({ title, bareTitle }) => [title, bareTitle])),
    texts: groupBy(items, ({ same }) => same).flatMap((same): readonly PreviewText[] => {
      const [first] = same;
      if (!first) return [];
      const { language, text } = first;
      return [
        {
          title: common(same.map(({ title, bareTitle }) => [title, bareTitle])),
          numbers: same.flatMap(({ numbers }) => numbers),
          targets: [...new Set(same.flatMap(({ targets }) => targets))],
          language,
          note: common(same.map(({ note, bareNote }) => [note, bareNote])),
          text,
        },
      ];
    }),
  };
}

/** The words where all say the same; otherwise without the names in which they differ. */
function common(all: readonly (readonly [words: Words, bare: Words])[]): Words {
  const [
    first = [
      { en: '', zh: '' },
      { en: '', zh: '' },
    ] as const,
  ] = all;
  const isSame = all.every(([{ en, zh }]) => en === first[0].en && zh === first[0].zh);
  return first[isSame ? 0 : 1];
}
