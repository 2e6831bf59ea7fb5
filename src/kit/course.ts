import type { Step } from './steps/step.ts';
import type { Words } from './words.ts';

/** How the steps of a fix are carried out: stage after stage, the lanes of a stage beside each other, the steps of a lane one by one. */
export interface Course {
  readonly stages: readonly CourseStage[];
  /** Performed at the end, once the step that they close was begun. */
  readonly always?: readonly Closing[];
}

export interface CourseStage {
  readonly title?: Words;
  /** Lanes under way at the same time; one unless set. */
  readonly atOnce?: number;
  readonly lanes: readonly CourseLane[];
}

export interface CourseLane {
  /** The host, app or site by name, as people know it. */
  readonly target: string;
  readonly steps: readonly Step[];
  /** Puts back what the steps of this lane did. */
  readonly undo?: readonly Step[];
}

export interface Closing {
  /** The very step of a stage that opened something. */
  readonly closes: Step;
  readonly steps: readonly Step[];
  /** Whatever happened unless set. `not-done`: only where the steps did not all take effect; otherwise it stays open, and another run closes it. */
  readonly when?: 'not-done';
}

/** All steps one after another. */
export const inOrder = (target: string, steps: readonly Step[]): Course => ({
  stages: [{ lanes: [{ target, steps }] }],
});

/** One target after another; the next begins when the one before is through. */
export const oneByOne = (
  targets: readonly string[],
  lane: (target: string) => Omit<CourseLane, 'target'>,
): Course => onEach(targets, { canary: 0, batch: 1 }, lane);

/**
 * The canaries one by one, then the others in batches: of so many, or of at most that share of all targets, and at least one. The lanes
 * of a batch go on beside each other; the first unexpected result stops everything that has not begun.
 */
export function onEach(
  targets: readonly string[],
  how: { readonly canary?: number; readonly batch: number | `${number}%` },
  lane: (target: string) => Omit<CourseLane, 'target'>,
): Course {
  const { canary = 1, batch } = how;
  const size =
    typeof batch === 'number'
      ? batch
      : Math.max(1, Math.floor((targets.length * Number(batch.slice(0, -1))) / 100));
  if (!Number.isInteger(size) || size < 1) throw new RangeError(`not a size of a batch: ${batch}`);
  const stages: CourseStage[] = [];
  for (let at = 0; at < targets.length; ) {
    const take = at < canary ? 1 : size;
    const lanes = targets.slice(at, at + take).map((target) => ({ ...lane(target), target }));
    stages.push({ atOnce: take, lanes });
    at += take;
  }
  return { stages };
}

/** One course after another. */
export const inTurn = (...courses: readonly Course[]): Course => {
  const always = courses.flatMap((course) => course.always ?? []);
  return {
    stages: courses.flatMap(({ stages }) => stages),
    ...(always.length > 0 ? { always } : {}),
  };
};

/** `close` ends whatever `open` has begun, whatever happens between. `opened` makes sure that `open` took effect. */
export function bracket(
  target: string,
  parts: {
    readonly open: Step;
    readonly opened?: readonly Step[];
    readonly around: Course;
    readonly close: readonly Step[];
  },
): Course {
  const { open, opened = [], around, close } = parts;
  const whole = inTurn(inOrder(target, [open, ...opened]), around);
  // The inner bracket is closed before the outer one.
  return { ...whole, always: [...(whole.always ?? []), { closes: open, steps: close }] };
}
