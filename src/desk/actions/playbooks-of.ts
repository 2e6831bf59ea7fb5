import type { Run } from '../../runs/run.ts';
import type { DeskParts } from '../parts.ts';

/** By name: the one of the plan, those that may apply while there is none, or the one that is put back. */
export async function playbooksOf(
  parts: Pick<DeskParts, 'runs'>,
  { ask, plan }: Run,
): Promise<readonly string[]> {
  if (plan) return [plan.playbook];
  switch (ask.kind) {
    case 'inspect':
      return [];
    case 'change':
      return ask.playbooks;
    case 'rollback':
      return [(await parts.runs.get(ask.of))?.plan?.playbook ?? ''];
    default:
      return ask satisfies never;
  }
}
