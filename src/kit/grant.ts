import { isSqlLike } from './like.ts';

/** A line of SHOW GRANTS that gives rights on tables. */
export interface TableGrant {
  readonly rights: readonly GrantedRight[];
  /** A schema; a pattern of the server when `table` is `*`; `*` for all. */
  readonly schema: string;
  /** `*` for all tables. */
  readonly table: string;
  /** May be passed on. */
  readonly withOption: boolean;
}

export interface GrantedRight {
  /** In upper case; ALL_RIGHTS for all. */
  readonly right: string;
  /** On some columns only. */
  readonly onColumns: boolean;
}

export const ALL_RIGHTS = 'ALL PRIVILEGES';

/** undefined for roles, routines, proxies and every line that is not understood. */
export function readGrant(line: string): TableGrant | undefined {
  const [, rights, schema, table, rest] = LINE.exec(line.trim()) ?? [];
  if (rights === undefined || schema === undefined || table === undefined) return undefined;
  return {
    rights: Array.from(rights.matchAll(RIGHTS), ([, right = '', columns]) => ({
      right: nameOf(right),
      onColumns: columns !== undefined,
    })),
    schema: bare(schema),
    table: bare(table),
    withOption: /\bwith\b.*\bgrant option\b/is.test(rest ?? ''),
  };
}

/** Whether a grant reaches into a schema. */
export function reaches({ schema: pattern, table }: TableGrant, schema: string): boolean {
  if (pattern === '*') return true;
  // With a table the server takes the name as it is.
  if (table !== '*') return pattern === schema;
  return isSqlLike(pattern, schema);
}

/** Whether a grant names this schema and no other. */
export const isOnlyOn = ({ schema: pattern, table }: TableGrant, schema: string): boolean =>
  (table === '*' ? pattern.replaceAll(/\\([_%])/g, '$1') : pattern) === schema;

const QUOTED = '`(?:[^`]|``)+`|"(?:[^"]|"")+"';
const NAME = `${QUOTED}|\\*|[^\\s.*@\`"']+`;
const COLUMNS = `\\((?:${QUOTED}|[^()\`"])*\\)`;
const RIGHT = `[a-z][a-z_ ]*(?:${COLUMNS})?`;
const LINE = new RegExp(
  `^grant (${RIGHT}(?:, *${RIGHT})*) on (?:table )?(${NAME})\\.(${NAME}) to (.+)$`,
  'is',
);
const RIGHTS = new RegExp(`([a-z][a-z_ ]*)(${COLUMNS})?(?:,|$)`, 'gi');

const nameOf = (right: string): string => {
  const name = right.trim().toUpperCase();
  return name === 'ALL' ? ALL_RIGHTS : name;
};

function bare(name: string): string {
  const [quote = ''] = name;
  return /[`"]/.test(quote) ? name.slice(1, -1).replaceAll(quote + quote, quote) : name;
}
