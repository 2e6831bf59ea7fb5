import { words } from '../kit/index.ts';
import { isIntact } from './authority.ts';
import type { Run } from './run.ts';

export const ALTERED = words(
  'This plan was altered in the store, or is of an earlier version of Fettle. It is not shown and cannot be confirmed. If nobody upgraded Fettle meanwhile, tell its owner.',
  '该方案的存储内容已被改动，或由 Fettle 的旧版本生成，因此不予展示，也不能确认。如期间没有升级 Fettle，请告知其维护人。',
);

/** The stored plan is not the one that was hashed. */
export const isAltered = ({ plan }: Pick<Run, 'plan'>): boolean => plan !== undefined && !isIntact(plan);

/**
 * The run as it may be shown: with a plan that was altered, nothing of that plan, and nothing that confirms it or puts it back.
 * While a plan waits to be confirmed, nothing is shown beside it that the row could say of it: no other reason, no results.
 */
export function presentable(run: Run): Run {
  if (!isAltered(run)) return waitsAlone(run);
  const { plan: _, ...rest } = run;
  return {
    ...rest,
    steps: [],
    says: ALTERED,
    buttons: run.buttons.filter(({ action }) => action === 'cancel'),
  };
}

function waitsAlone(run: Run): Run {
  if (run.state !== 'waiting' || !run.plan) return run;
  const { report: _, instead: __, progress: ___, ...rest } = run;
  return { ...rest, steps: [], says: run.plan.because };
}
