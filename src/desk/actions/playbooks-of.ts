import type { Run } from '../../runs/run.ts';
import type { DeskDeps } from '../deps.ts';

/** By name: the one of the plan, those that may apply while there is none, or the one that is put back. */
export async function playbooksOf(
  deps: Pick<DeskDeps, 'runs'>,
  { ask, plan }: Run,
): Promise<readonly string[]> {
  if (plan) return [plan.playbook];
  switch (ask.kind) {
    case 'inspect':
      return [];
    case 'change':
      return ask.playbooks;
    case 'rollback':
      return [(await deps.runs.get(ask.of))?.plan?.playbook ?? ''];
    default:
      return ask satisfies never;
  }
}
