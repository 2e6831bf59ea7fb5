import {
  type App,
  type Check,
  type Estate,
  type Host,
  hostsOf,
  type Inspection,
  type Scope,
} from '../kit/index.ts';

/** An app with the hosts that are meant; all hosts of the app when `whole`, whose pages and databases are then looked at too. */
export interface AppInScope {
  readonly app: App;
  readonly hosts: readonly Host[];
  readonly whole: boolean;
}

/** What a scope means in an estate. */
export interface ResolvedScope {
  readonly apps: readonly AppInScope[];
  readonly hosts: readonly Host[];
}

/** Names that the estate no longer has are passed over. Order is the estate's. */
export function resolveScope(scope: Scope, estate: Estate): ResolvedScope {
  const apps = estate.apps
    .map((app) => inScope(app, scope, isWhole(scope, app), estate))
    .filter(({ whole, hosts }) => whole || hosts.length > 0);
  return { apps, hosts: unique(apps.flatMap(({ hosts }) => hosts)) };
}

/** The apps that a scope touches, by id. */
export const appsOf = (scope: Scope, estate: Estate): readonly string[] =>
  resolveScope(scope, estate).apps.map(({ app }) => app.id);

/** A check on an app, as far as the scope reaches. `system` is the one whose manual has the check. */
export interface Look extends AppInScope {
  readonly system: string;
  readonly check: Check;
}

/**
 * Every check that a scope asks for, on every app that it is about. A system means what its own manual says, on whichever apps;
 * a system whose manual has no check of its own means what the others say of its apps. `only`: systems that may be looked at.
 * A check over the hosts of several apps together is asked when the scope holds all of these: half of them agree on nothing.
 */
export function looksOf(
  scope: Scope,
  estate: Estate,
  inspections: readonly Inspection[],
  only?: readonly string[],
): readonly Look[] {
  const allowed = inspections.filter(({ system }) => !only || only.includes(system.id));
  const mute = inspections.filter(({ checks }) => checks.length === 0).map(({ system }) => system.id);
  const looks = estate.apps.flatMap((app) =>
    allowed.flatMap(({ system: { id: system }, checks }) => {
      const whole =
        scope.kind === 'system'
          ? scope.ids.includes(system) || (scope.ids.includes(app.system) && mute.includes(app.system))
          : isWhole(scope, app);
      const reached = inScope(app, scope, whole, estate);
      if (!whole && reached.hosts.length === 0) return [];
      return checks
        .filter(({ apps }) => apps.includes(app.kind))
        .map((check): Look => ({ ...reached, system, check }));
    }),
  );
  return looks.filter(({ check }) => check.on !== 'cluster' || holdsAll(check, looks, estate));
}

/** Whether every app of the check that the estate has is looked at as a whole. */
function holdsAll(check: Check, looks: readonly Look[], { apps }: Estate): boolean {
  const meant = looks.filter((look) => look.check === check && look.whole).map(({ app }) => app.id);
  return apps.every(({ id, kind }) => !check.apps.includes(kind) || meant.includes(id));
}

/** The systems whose manuals a scope asks for; those of its apps when no manual has a check there. */
export function systemsOf(
  scope: Scope,
  estate: Estate,
  inspections: readonly Inspection[],
): readonly string[] {
  const systems = looksOf(scope, estate, inspections).map(({ system }) => system);
  return unique(systems.length > 0 ? systems : resolveScope(scope, estate).apps.map(({ app }) => app.system));
}

function inScope(app: App, scope: Scope, whole: boolean, estate: Estate): AppInScope {
  const hosts = hostsOf(estate, app);
  return { app, whole, hosts: whole ? hosts : hosts.filter((host) => isMeant(scope, host)) };
}

function isWhole(scope: Scope, app: App): boolean {
  switch (scope.kind) {
    case 'all':
      return true;
    case 'system':
      return scope.ids.includes(app.system);
    case 'app':
      return scope.ids.includes(app.id) || scope.ids.includes(app.kind);
    case 'host':
    case 'site':
      return false;
    default:
      return scope satisfies never;
  }
}

const isMeant = (scope: Scope, host: Host): boolean =>
  (scope.kind === 'host' && scope.ids.includes(host.name)) ||
  (scope.kind === 'site' && scope.ids.includes(host.site));

const unique = <Item>(items: readonly Item[]): readonly Item[] => [...new Set(items)];
