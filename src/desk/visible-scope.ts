import { findScope, type Scope, type Words, words } from '../kit/index.ts';
import type { Decision } from '../policy/question.ts';
import type { Ask, Person } from '../runs/run.ts';
import { may, seenBy } from './may.ts';
import type { DeskDeps } from './deps.ts';

/**
 * What somebody who asks for a scope gets to see. Who names a system must be allowed to look at it; anything wider is narrowed to
 * what the person may see, and is refused when nothing is left.
 */
export function visibleScope(
  deps: Pick<DeskDeps, 'policy' | 'systemsOf'>,
  person: Person,
  scope: Scope,
): { readonly ask: Extract<Ask, { kind: 'inspect' }>; readonly decision: Decision } {
  const systems = deps.systemsOf(scope);
  const visible = seenBy(deps, person, systems);
  const isNarrowed = scope.kind !== 'system' && visible.length > 0 && visible.length < systems.length;
  return {
    ask: { kind: 'inspect', scope, ...(isNarrowed ? { only: visible } : {}) },
    decision: may(deps, person, 'look', isNarrowed ? visible : systems),
  };
}

export const NO_CHECK = words(
  'The manuals document no check for this. /fettle help lists what can be inspected.',
  '手册中没有针对该对象的检查项。可输入 /fettle help 查看可巡检的范围。',
);

export type VisibleScope =
  | {
      readonly ok: true;
      readonly ask: ReturnType<typeof visibleScope>['ask'];
      /** Those that the person gets to see. */
      readonly systems: readonly string[];
    }
  /** `isMayNot`: the person may not look; otherwise the words mean nothing here. */
  | { readonly ok: false; readonly isMayNot: boolean; readonly says: Words };

/** What the words of a scope mean now, and what of it a person gets to see. */
export function visibleScopeTyped(
  deps: Pick<DeskDeps, 'policy' | 'systemsOf' | 'estate'>,
  person: Person,
  scope: string,
): VisibleScope {
  const found = findScope(scope, deps.estate);
  if (!found.ok) return { ok: false, isMayNot: false, says: found.says };
  const systems = deps.systemsOf(found.scope);
  if (systems.length === 0) return { ok: false, isMayNot: false, says: NO_CHECK };
  const { ask, decision } = visibleScope(deps, person, found.scope);
  return decision.verdict === 'no'
    ? { ok: false, isMayNot: true, says: decision.because }
    : { ok: true, ask, systems: ask.only ?? systems };
}
