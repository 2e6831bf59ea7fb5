import { canonicalJson, type Course, type Step } from '../kit/index.ts';
import type { Plan } from './run.ts';
import type { ClosingStep, Stage } from './stage.ts';

export type Laid = Pick<Plan, 'steps' | 'stages' | 'always' | 'rollback' | 'rollbackOf'>;

/** Numbers the steps of a course: stage by stage, lane by lane, closing steps last. */
export function laidOut(course: Course, rollback: readonly Step[] = []): Laid {
  const steps: Step[] = [];
  const number = (step: Step): number => steps.push(step);
  const undo: { readonly step: Step; readonly of: readonly number[] }[] = [];
  const stages = course.stages.map(
    ({ title, atOnce = 1, lanes }): Stage => ({
      ...(title ? { title } : {}),
      atOnce,
      lanes: lanes.map((lane) => {
        const numbers = lane.steps.map(number);
        for (const step of lane.undo ?? []) undo.push({ step, of: numbers });
        return { target: lane.target, steps: numbers };
      }),
    }),
  );
  const always = (course.always ?? []).flatMap(({ closes, steps: closing, when }) => {
    const opened = steps.indexOf(closes) + 1;
    if (opened === 0) throw new Error('a closing step closes a step that is not in the plan');
    return closing.map(
      (step): ClosingStep => ({ step: number(step), closes: opened, ...(when ? { when } : {}) }),
    );
  });
  return {
    steps,
    // A plain list stays one, as the first version wrote it.
    ...(isPlain(stages) && always.length === 0 ? {} : { stages }),
    ...(always.length > 0 ? { always } : {}),
    rollback: [...rollback, ...undo.map(({ step }) => step)],
    ...(undo.length > 0 ? { rollbackOf: [...rollback.map(() => []), ...undo.map(({ of }) => of)] } : {}),
  };
}

const isPlain = ([stage, ...others]: readonly Stage[]): boolean =>
  others.length === 0 && (stage === undefined || (stage.lanes.length <= 1 && stage.title === undefined));

/** The stages of a plan; one lane with all steps where it has none. */
export function stagesOf({ steps, stages }: Pick<Plan, 'steps' | 'stages'>): readonly Stage[] {
  return stages ?? [{ atOnce: 1, lanes: [{ target: '', steps: steps.map((_, at) => at + 1) }] }];
}

/** The step ends what another one has opened. */
export const isClosing = (plan: Pick<Plan, 'always'> | undefined, no: number): boolean =>
  plan?.always?.some(({ step }) => step === no) === true;

/** The step is performed only where the others did not all take effect. */
export const isOnlyIfNotDone = ({ always }: Pick<Plan, 'always'>, no: number): boolean =>
  always?.some(({ step, when }) => step === no && when === 'not-done') === true;

/** The closing steps of each step that opened something, in their order. */
export const closingsOf = ({
  always = [],
}: Pick<Plan, 'always'>): readonly {
  readonly closes: number;
  readonly steps: readonly Pick<NonNullable<Plan['always']>[number], 'step' | 'when'>[];
}[] =>
  [...new Set(always.map(({ closes }) => closes))].map((closes) => ({
    closes,
    steps: always.filter((each) => each.closes === closes),
  }));

/** The steps that put back what took effect: those of a lane only when one of its steps did, and none that the run itself has carried out at its end. */
export function rollbackFor(
  { steps, always = [], rollback, rollbackOf }: Pick<Plan, 'steps' | 'always' | 'rollback' | 'rollbackOf'>,
  tookEffect: ReadonlySet<number>,
): readonly Step[] {
  const closed = new Set(
    always.flatMap(({ step, when }) =>
      when === 'not-done' && tookEffect.has(step) ? [canonicalJson(steps[step - 1])] : [],
    ),
  );
  return rollback.filter((back, at) => {
    const of = rollbackOf?.[at] ?? [];
    const isWanted = of.length === 0 || of.some((no) => tookEffect.has(no));
    return isWanted && !closed.has(canonicalJson(back));
  });
}
