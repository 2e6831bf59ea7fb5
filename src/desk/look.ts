import type { Scope } from '../kit/index.ts';
import { decideInspect, type Decision, visibleSystems } from '../policy/policy.ts';
import type { Ask, Person } from '../runs/run.ts';
import type { DeskParts } from './parts.ts';

/**
 * What somebody who asks for a scope gets to see. Who names a system must be allowed to look at it; anything wider is narrowed to
 * what the person may see, and is refused when nothing is left.
 */
export function lookFor(
  parts: Pick<DeskParts, 'policy' | 'systemsOf'>,
  person: Person,
  scope: Scope,
): { readonly ask: Extract<Ask, { kind: 'inspect' }>; readonly decision: Decision } {
  const systems = parts.systemsOf(scope);
  const visible = visibleSystems(parts.policy(), person, systems);
  const isNarrowed = scope.kind !== 'system' && visible.length > 0 && visible.length < systems.length;
  return {
    ask: { kind: 'inspect', scope, ...(isNarrowed ? { only: visible } : {}) },
    decision: decideInspect(parts.policy(), person, isNarrowed ? visible : systems),
  };
}
