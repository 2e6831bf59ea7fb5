import { ALL_RIGHTS, reaches, readGrant } from '../kit/grant.ts';

/** What an account may do on a table of a schema, or on all of them: `*`. */
export interface TableRights {
  readonly table: string;
  /** Upper-case names of privileges; `ALL PRIVILEGES` for all. */
  readonly rights: ReadonlySet<string>;
}

/** The rights in one schema by the lines of SHOW GRANTS; undefined when some come through a role, which the lines do not spell out. */
export function rightsIn(schema: string, lines: readonly string[]): readonly TableRights[] | undefined {
  const found = new Map<string, Set<string>>();
  for (const line of lines) {
    const grant = readGrant(line);
    if (!grant) {
      if (/^grant\s/i.test(line)) return undefined;
      continue;
    }
    if (!reaches(grant, schema)) continue;
    const rights = found.get(grant.table) ?? new Set();
    for (const { right } of grant.rights) rights.add(right);
    found.set(grant.table, rights);
  }
  return Array.from(found, ([table, rights]) => ({ table, rights }));
}

/** Whether an account may do this on a table. */
export const mayOn = (rights: readonly TableRights[], table: string, right: string): boolean =>
  rights.some(
    (each) =>
      (each.table === '*' || each.table === table) && (each.rights.has(right) || each.rights.has(ALL_RIGHTS)),
  );
