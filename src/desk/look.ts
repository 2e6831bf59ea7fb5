import { findScope, type Scope, type Words, words } from '../kit/index.ts';
import type { Decision } from '../policy/question.ts';
import type { Ask, Person } from '../runs/run.ts';
import { may, seenBy } from './may.ts';
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
  const visible = seenBy(parts, person, systems);
  const isNarrowed = scope.kind !== 'system' && visible.length > 0 && visible.length < systems.length;
  return {
    ask: { kind: 'inspect', scope, ...(isNarrowed ? { only: visible } : {}) },
    decision: may(parts, person, 'look', isNarrowed ? visible : systems),
  };
}

export const NO_CHECK = words(
  'The manuals document no check for this. /fettle help lists what can be inspected.',
  '手册中没有针对该对象的检查项。可输入 /fettle help 查看可巡检的范围。',
);

export type LookAs =
  | {
      readonly ok: true;
      readonly ask: ReturnType<typeof lookFor>['ask'];
      /** Those that the person gets to see. */
      readonly systems: readonly string[];
    }
  /** `isMayNot`: the person may not look; otherwise the words mean nothing here. */
  | { readonly ok: false; readonly isMayNot: boolean; readonly says: Words };

/** What the words of a scope mean now, and what of it a person gets to see. */
export function lookAs(
  parts: Pick<DeskParts, 'policy' | 'systemsOf' | 'estate'>,
  person: Person,
  scope: string,
): LookAs {
  const found = findScope(scope, parts.estate);
  if (!found.ok) return { ok: false, isMayNot: false, says: found.says };
  const systems = parts.systemsOf(found.scope);
  if (systems.length === 0) return { ok: false, isMayNot: false, says: NO_CHECK };
  const { ask, decision } = lookFor(parts, person, found.scope);
  return decision.verdict === 'no'
    ? { ok: false, isMayNot: true, says: decision.because }
    : { ok: true, ask, systems: ask.only ?? systems };
}
