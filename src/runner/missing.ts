import { type Estate, type Inspection, type Scope, words } from '../kit/index.ts';
import type { Finding } from '../runs/report.ts';
import { resolveScope } from './scope.ts';

/**
 * What was asked for and is not in the inventory: an app by name, or the hosts of an app that has documented checks on them.
 * Each is an unknown, so that nothing passes for healthy because nobody wrote it down.
 */
export function missingFindings(
  scope: Scope,
  estate: Estate,
  inspections: readonly Inspection[],
): readonly Finding[] {
  const named =
    scope.kind === 'app' ? scope.ids.filter((id) => !estate.apps.some((app) => app.id === id)) : [];
  const empty = resolveScope(scope, estate).apps.filter(({ hosts }) => hosts.length === 0);
  return [
    ...named.map((id) => ({ id, onlyHosts: false })),
    ...empty.map(({ app }) => ({ id: app.id, onlyHosts: true })),
  ].flatMap(({ id, onlyHosts }) => {
    const checks = inspections.flatMap((inspection) =>
      inspection.checks
        .filter((check) => check.apps.includes(id) && (!onlyHosts || check.on === 'host'))
        .map((check) => ({ system: inspection.system.id, check })),
    );
    const [first] = checks;
    if (!first) return [];
    return [
      {
        system: estate.apps.find((app) => app.id === id)?.system ?? first.system,
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
        evidence: '',
        overridden: [],
      } satisfies Finding,
    ];
  });
}
