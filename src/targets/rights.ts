import { isLike } from '../kit/index.ts';

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
    const [, privileges, on, table] = GRANT.exec(line) ?? [];
    if (privileges === undefined || on === undefined || table === undefined) {
      if (line.startsWith('GRANT ')) return undefined;
      continue;
    }
    if (!covers(unquoted(on), schema)) continue;
    const name = unquoted(table);
    const rights = found.get(name) ?? new Set();
    // A right on single columns is written as SELECT (a, b).
    for (const privilege of privileges.replace(/\([^()]*\)/g, '').split(','))
      rights.add(privilege.trim().toUpperCase());
    found.set(name, rights);
  }
  return Array.from(found, ([table, rights]) => ({ table, rights }));
}

const NAME = '`[^`]*`|\\*|[^\\s.]+';
const GRANT = new RegExp(`^GRANT (.+?) ON (?:TABLE )?(${NAME})\\.(${NAME}) TO `);

const unquoted = (name: string): string => name.replace(/^`|`$/g, '');

/** The schema of a grant is a pattern. */
const covers = (pattern: string, schema: string): boolean => pattern === '*' || isLike(pattern, schema);

/** Whether an account may do this on a table. */
export const mayOn = (rights: readonly TableRights[], table: string, right: string): boolean =>
  rights.some(
    (each) =>
      (each.table === '*' || each.table === table) &&
      (each.rights.has(right) || each.rights.has('ALL PRIVILEGES') || each.rights.has('ALL')),
  );
