import type { App, Estate, Host, Scope } from '../kit/index.ts';

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
    .map((app) => {
      const hosts = estate.hosts.filter((host) => host.app === app.id);
      const whole = isWhole(scope, app);
      return { app, whole, hosts: whole ? hosts : hosts.filter((host) => isMeant(scope, host)) };
    })
    .filter(({ whole, hosts }) => whole || hosts.length > 0);
  return { apps, hosts: apps.flatMap(({ hosts }) => hosts) };
}

/** The apps that a scope touches, by id. */
export const appsOf = (scope: Scope, estate: Estate): readonly string[] =>
  resolveScope(scope, estate).apps.map(({ app }) => app.id);

/** The systems that a scope touches. */
export const systemsOf = (scope: Scope, estate: Estate): readonly string[] => [
  ...new Set(resolveScope(scope, estate).apps.map(({ app }) => app.system)),
];

function isWhole(scope: Scope, app: App): boolean {
  switch (scope.kind) {
    case 'all':
      return true;
    case 'system':
      return scope.ids.includes(app.system);
    case 'app':
      return scope.ids.includes(app.id);
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
