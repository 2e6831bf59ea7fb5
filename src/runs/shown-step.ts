import { type Captured, captureWhole, MASK, maskRow, type Step, words } from '../kit/index.ts';

/** A step for people to read: secrets in its rows, its address and its body are left out. What is performed is the step itself. */
export function shownStep(step: Step): Step {
  switch (step.kind) {
    case 'delete-rows':
    case 'insert-rows':
      return { ...step, rows: step.rows.map(maskRow) };
    case 'post':
      return { ...step, url: captureWhole(step.url), body: captureWhole(step.body) satisfies Captured };
    default:
      return step satisfies never;
  }
}

/** Said once under statements that show `MASK` where the exact value will be used. */
export const EXACT_VALUE = words(
  `${MASK} stands for a secret. It is not shown, and it is used exactly as it is.`,
  `${MASK} 代表敏感信息，不予显示，执行时按原值使用。`,
);
export const hasMask = (text: string): boolean => text.includes(MASK);
