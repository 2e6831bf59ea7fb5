import { isOneEdit } from '../kit/index.ts';
import type { Known } from './known.ts';
import type { InventoryNames } from './inventory-loose.ts';
import { near } from './near.ts';
import type { Mistake } from './policy-names.ts';

/** Names that mean nothing or two things: each would silently leave something out of inspections, or leave a threshold at the manual's. */
export function inventoryMistakes(data: InventoryNames, known: Known): readonly Mistake[] {
  const apps = data.apps ?? {};
  const areAppsClear = data.apps !== undefined && !Object.values(apps).some(({ isUnclear }) => isUnclear);
  const systems = known.map(({ system }) => system.id);
  const checks = known.flatMap((each) => each.checks ?? []);
  const rows = [
    ...new Set(
      checks.flatMap((check) => [...check.rows, ...Object.values(check.limits ?? {}).map(({ row }) => row)]),
    ),
  ];
  const consoles = [
    ...new Set([
      ...systems,
      ...checks.flatMap((check) =>
        check.on === 'page' && check.console !== undefined ? [check.console] : [],
      ),
    ]),
  ];
  // An installation may have systems of its own, with pages of their own: only what looks like a slip is one.
  const own = [...Object.keys(apps), ...Object.values(apps).flatMap(({ system }) => system ?? [])];
  return [
    ...Object.entries(apps).flatMap(([app, { system }]) => slip(`apps.${app}.system`, system, systems)),
    ...Object.keys(areAppsClear ? data.consoles : {})
      .filter((name) => !own.includes(name))
      .flatMap((name) => slip(`consoles.${name}`, name, consoles)),
    ...unknown('options', Object.keys(data.options), systems, 'system'),
    ...(rows.length > 0 ? unknown('limits', Object.keys(data.limits), rows, 'row that a check answers') : []),
    ...twice(
      (data.sites ?? []).map(({ name }, index) => ({ path: `sites.${index}.name`, name })),
      'site',
    ),
    ...twice(
      Object.keys(apps).map((name) => ({ path: `apps.${name}`, name })),
      'app',
      'other letters',
    ),
    ...twice(
      Object.entries(apps).flatMap(([app, { hosts }]) =>
        hosts.map(({ name }, index) => ({ path: `apps.${app}.hosts.${index}.name`, name })),
      ),
      'host',
      'other letters',
    ),
    ...Object.entries(apps).flatMap(([app, { hosts }]) =>
      twice(
        hosts.map(({ address, port = data.ssh.port }, index) => ({
          path: `apps.${app}.hosts.${index}.address`,
          name: address === undefined || port === null ? undefined : `${address}:${port}`,
        })),
        `host of ${app}`,
      ),
    ),
  ];
}

/** Names that are used again. `other letters`: only those that differ in upper and lower case, which nobody can tell apart when typing. */
function twice(
  given: readonly { readonly path: string; readonly name: string | undefined }[],
  what: string,
  only?: 'other letters',
): readonly Mistake[] {
  const named = given.flatMap(({ path, name }) => (name === undefined ? [] : [{ path, name }]));
  return named.flatMap(({ path, name }, index) => {
    const before = named.slice(0, index).find((other) => other.name.toLowerCase() === name.toLowerCase());
    if (!before || (only && before.name === name)) return [];
    return [{ path, says: `${name} is a ${what} already (${before.path}); each is named once` }];
  });
}

/** A name that is almost one that is known. */
function slip(path: string, name: string | undefined, there: readonly string[]): readonly Mistake[] {
  if (name === undefined || there.includes(name)) return [];
  const meant = there.find((each) => isSlipOf(name, each));
  return meant === undefined ? [] : [{ path, says: `"${name}" is not known; write ${meant}` }];
}

/** Other letters, one letter too many or too few, or in a longer name another letter. */
const isSlipOf = (name: string, known: string): boolean =>
  name.toLowerCase() === known.toLowerCase() ||
  (isOneEdit(name.toLowerCase(), known.toLowerCase()) && (name.length !== known.length || name.length > 3));

const unknown = (
  path: string,
  names: readonly string[],
  there: readonly string[],
  what: string,
): readonly Mistake[] =>
  names
    .filter((name) => !there.includes(name))
    .map((name) => ({
      path: `${path}.${name}`,
      says: `is no ${what}${near(name, there, 2)}; correct the name`,
    }));
