import type { FieldPacket } from 'mysql2';
import type { Database, DeleteRowsStep, InsertRowsStep, Row } from '../kit/index.ts';
import { type ColumnKind, kindOf } from './sql-text.ts';

export type RowsStep = DeleteRowsStep | InsertRowsStep;

/** A change of more rows than this is not one that a person has read. */
const MAX_ROWS = 200;
const NAME = /^[A-Za-z_][A-Za-z0-9_]*$/;

export interface Statement {
  readonly text: string;
  readonly values: readonly (string | null)[];
}

/** What is wrong with a step before any database is asked; undefined when nothing is. */
export function problemOf(database: Database, step: RowsStep): string | undefined {
  const [first] = step.rows;
  if (first === undefined) return 'there are no rows in this step';
  if (step.rows.length > MAX_ROWS) return `more than ${MAX_ROWS} rows`;
  const columns = Object.keys(first);
  const names = [database.schema, step.table, ...step.key, ...columns];
  const odd = names.find((name) => !NAME.test(name));
  if (odd !== undefined) return `${JSON.stringify(odd)} is not a name of a table or column`;
  if (step.rows.some((row) => !sameNames(Object.keys(row), columns)))
    return 'the rows have different columns';
  if (step.rows.some((row) => step.key.some((column) => typeof row[column] !== 'string')))
    return 'a row has no value for its key';
  if (new Set(step.rows.map((row) => keyOf(row, step))).size < step.rows.length)
    return 'two rows have the same key';
  return undefined;
}

export const keyOf = (row: Row, { key }: Pick<RowsStep, 'key'>): string =>
  JSON.stringify(key.map((column) => row[column]));

/** Same columns, same text in each; null is only null. */
export const sameRow = (a: Row, b: Row): boolean =>
  sameNames(Object.keys(a), Object.keys(b)) && Object.keys(a).every((column) => a[column] === b[column]);

const sameNames = (a: readonly string[], b: readonly string[]): boolean =>
  a.length === b.length && a.every((name) => b.includes(name));

export type Kinds = ReadonlyMap<string, ColumnKind>;

export const kindsOf = (fields: readonly FieldPacket[]): Kinds =>
  new Map(fields.map((field) => [field.name, kindOf(field)]));

/** No rows, only the columns. */
export const columnsStatement = (database: Database, step: RowsStep): string =>
  `SELECT * FROM ${tableName(database, step)} LIMIT 0`;

/** Locks the rows with these keys, and the gaps where they are missing. */
export function lockStatement(database: Database, step: RowsStep, kinds: Kinds): Statement {
  const parts = step.rows.map((row) => equals(step.key, row, kinds, '='));
  return {
    text: `SELECT * FROM ${tableName(database, step)} WHERE ${parts.map(({ text }) => `(${text})`).join(' OR ')} FOR UPDATE`,
    values: parts.flatMap(({ values }) => values),
  };
}

/** Deletes one row by its key and by every column whose text the server compares as it is. */
export function deleteStatement(database: Database, step: RowsStep, row: Row, kinds: Kinds): Statement {
  const rest = Object.keys(row).filter((column) => {
    const kind = kinds.get(column);
    return !step.key.includes(column) && (kind === 'plain' || kind === 'bytes');
  });
  const key = equals(step.key, row, kinds, '=');
  const same = equals(rest, row, kinds, '<=>');
  return {
    text: `DELETE FROM ${tableName(database, step)} WHERE ${[key.text, same.text].filter((text) => text !== '').join(' AND ')}`,
    values: [...key.values, ...same.values],
  };
}

export function insertStatement(database: Database, step: RowsStep, row: Row, kinds: Kinds): Statement {
  const columns = Object.keys(row);
  const marks = columns.map((column) => placeholder(row[column] ?? null, kinds.get(column)));
  return {
    text: `INSERT INTO ${tableName(database, step)} (${columns.map(quoted).join(', ')}) VALUES (${marks.map(({ text }) => text).join(', ')})`,
    values: marks.map(({ value }) => value),
  };
}

function equals(columns: readonly string[], row: Row, kinds: Kinds, operator: '=' | '<=>'): Statement {
  const parts = columns.map((column) => ({
    column,
    ...placeholder(row[column] ?? null, kinds.get(column)),
  }));
  return {
    text: parts.map(({ column, text }) => `${quoted(column)} ${operator} ${text}`).join(' AND '),
    values: parts.map(({ value }) => value),
  };
}

/** Bytes travel as hexadecimal text and become bytes on the server. */
function placeholder(
  value: string | null,
  kind: ColumnKind | undefined,
): { text: string; value: string | null } {
  const hex = value !== null && (kind === 'bytes' || kind === 'bits') && /^0x[0-9A-F]*$/.test(value);
  return hex ? { text: 'UNHEX(?)', value: value.slice(2) } : { text: '?', value };
}

const tableName = (database: Database, step: RowsStep): string =>
  `${quoted(database.schema)}.${quoted(step.table)}`;

function quoted(name: string): string {
  if (!NAME.test(name)) throw new Error(`${JSON.stringify(name)} is not a name of a table or column`);
  return `\`${name}\``;
}
