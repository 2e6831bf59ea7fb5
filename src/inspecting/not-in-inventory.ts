import { type Estate, type Inspection, NOTHING_CAPTURED, type Scope, words } from '../kit/index.ts';
import type { Finding } from '../runs/report.ts';
import type { Look } from './scope.ts';

/**
 * What was asked for and is not in the inventory: an app by name, or the hosts of an app that has documented checks on them.
 * Each is an unknown, so that nothing passes for healthy because nobody wrote it down.
 */
export function missingFindings(
  scope: Scope,
  looks: readonly Look[],
  estate: Estate,
  inspections: readonly Inspection[],
): readonly Finding[] {
  const named =
    scope.kind === 'app' ? scope.ids.filter((id) => !estate.apps.some((app) => app.id === id)) : [];
  const empty = looks.filter(({ check, hosts }) => asksHosts(check) && hosts.length === 0);
  return [
    ...named.flatMap((id) => {
      const checks = inspections.flatMap(({ system, checks: all }) =>
        all.filter(({ apps }) => apps.includes(id)).map((check) => ({ system: system.id, check })),
      );
      return inventoryFinding(id, checks, false);
    }),
    ...[...new Set(empty.map(({ app }) => app.id))].flatMap((id) =>
      inventoryFinding(
        id,
        empty.filter(({ app }) => app.id === id),
        true,
      ),
    ),
  ];
}

/** Apps of the manuals that the scope's checks name and that the inventory does not have: allowed, and said. */
export function absentApps(
  scope: Scope,
  estate: Estate,
  inspections: readonly Inspection[],
  only?: readonly string[],
): readonly string[] {
  const kinds = new Set(estate.apps.map(({ kind }) => kind));
  const named = meantOf(scope, inspections, only).flatMap(({ checks }) => checks.flatMap(({ apps }) => apps));
  return [...new Set(named)].filter((app) => !kinds.has(app));
}

/** Systems among others of the scope that have no check but a person's, or none at all: said, so that nobody looks for them in vain. */
export function unaskedSystems(
  scope: Scope,
  inspections: readonly Inspection[],
  only?: readonly string[],
): readonly string[] {
  const meant = meantOf(scope, inspections, only);
  const unasked = meant.filter(({ checks }) => checks.every(({ on }) => on === 'person'));
  return unasked.length < meant.length ? unasked.map(({ system }) => system.id) : [];
}

/** The inspections that a scope of whole systems means. */
const meantOf = (
  scope: Scope,
  inspections: readonly Inspection[],
  only: readonly string[] = inspections.map(({ system }) => system.id),
): readonly Inspection[] =>
  inspections.filter(
    ({ system: { id } }) =>
      (scope.kind === 'all' || (scope.kind === 'system' && scope.ids.includes(id))) && only.includes(id),
  );

const asksHosts = ({ on }: Look['check']): boolean => on === 'host' || on === 'cluster';

function inventoryFinding(
  id: string,
  checks: readonly Pick<Look, 'system' | 'check'>[],
  onlyHosts: boolean,
): readonly Finding[] {
  const [first] = checks;
  if (!first) return [];
  return [
    {
      system: first.system,
      app: id,
      check: 'inventory',
      title: words('In the inventory', '资产清单'),
      state: 'unknown',
      says: words(
        `inventory.yaml names no ${onlyHosts ? 'host of' : 'app'} ${id}`,
        `inventory.yaml 中没有${onlyHosts ? ` ${id} 的主机` : `应用 ${id}`}`,
      ),
      rows: [...new Set(checks.flatMap(({ check }) => check.rows))],
      clause: first.check.clause,
      evidence: NOTHING_CAPTURED,
      overridden: [],
    },
  ];
}
