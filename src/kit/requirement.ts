import { type App, type Estate, hostsOf } from './estate.ts';
import type { CheckRef } from './steps/condition.ts';

/** Checks that must be well before anything is planned. Unknown never is. */
export interface Requirement {
  readonly checks: readonly CheckRef[];
  /** The worst that is let pass; only ok unless set. */
  readonly atWorst?: 'warning';
}

/** Checks of the inspection of a system, each on each of these hosts. */
export const onHosts = (
  system: string,
  checks: readonly string[],
  hosts: readonly string[],
): readonly CheckRef[] =>
  hosts.flatMap((host) => checks.map((check): CheckRef => ({ system, check, on: { host } })));

/** Checks of the inspection of a system, each on all hosts of each of these apps. */
export const onApps = (
  system: string,
  checks: readonly string[],
  apps: readonly string[],
): readonly CheckRef[] =>
  apps.flatMap((app) => checks.map((check): CheckRef => ({ system, check, on: { app } })));

/** The other hosts of an app, in the site of one of them unless all are meant, by name. Throws when that is none of its hosts: its peers cannot be told then. */
export function peersOf(
  estate: Pick<Estate, 'apps' | 'hosts'>,
  {
    app,
    target,
    within = 'site',
  }: { readonly app: string; readonly target: string; readonly within?: 'app' | 'site' },
): readonly string[] {
  const hosts = hostsOf(estate, appNamed(estate, app));
  const own = hosts.find(({ name }) => name === target);
  if (!own) throw new RangeError(`${target} is no host of ${app}`);
  return hosts
    .filter((host) => host !== own && (within === 'app' || host.site === own.site))
    .map(({ name }) => name);
}

/** Throws when the inventory has no such app. */
export function appNamed({ apps }: Pick<Estate, 'apps'>, id: string): App {
  const app = apps.find((each) => each.id === id);
  if (!app) throw new RangeError(`the inventory has no app ${id}`);
  return app;
}
