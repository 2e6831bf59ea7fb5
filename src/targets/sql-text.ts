import mysql, { type FieldPacket } from 'mysql2';
import type { Row } from '../kit/index.ts';

// Not a named export for Node's own loader.
const { Types } = mysql;

/** Rows as mysql2 delivers them with `TEXT_OPTIONS`, each value turned into the server's own text: null kept, bytes as `0x…`. */
export function textRows(
  values: readonly (readonly unknown[])[],
  fields: readonly FieldPacket[],
): readonly Row[] {
  return values.map((row) =>
    Object.fromEntries(fields.map((field, n) => [field.name, textOf(row[n], field)])),
  );
}

/** What must be set on a connection so that no value is lost on its way to text. */
export const TEXT_OPTIONS = {
  rowsAsArray: true,
  supportBigNumbers: true,
  bigNumberStrings: true,
  dateStrings: true,
  jsonStrings: true,
} as const;

/** How a column is written into a statement and compared there. */
export type ColumnKind = 'plain' | 'bytes' | 'bits' | 'inexact';

export function kindOf(field: FieldPacket): ColumnKind {
  switch (field.columnType) {
    case Types.FLOAT:
    case Types.DOUBLE:
    case Types.JSON:
    case Types.GEOMETRY:
      return 'inexact';
    case Types.BIT:
      return 'bits';
    case undefined:
    default:
      return isBytes(field) ? 'bytes' : 'plain';
  }
}

const BINARY_CHARSET = 63;

const isBytes = ({ columnType, characterSet }: FieldPacket & { characterSet?: number }): boolean =>
  characterSet === BINARY_CHARSET &&
  [
    Types.VARCHAR,
    Types.VAR_STRING,
    Types.STRING,
    Types.TINY_BLOB,
    Types.BLOB,
    Types.MEDIUM_BLOB,
    Types.LONG_BLOB,
  ].some((type) => type === columnType);

function textOf(value: unknown, field: FieldPacket): string | null {
  if (value === null || value === undefined) return null;
  if (Buffer.isBuffer(value)) return `0x${value.toString('hex').toUpperCase()}`;
  if (typeof value === 'number') return numberText(value, field);
  if (typeof value === 'string') return isTime(field) ? withFraction(value, field.decimals) : value;
  return JSON.stringify(value);
}

const isTime = ({ columnType }: FieldPacket): boolean =>
  columnType === Types.DATETIME || columnType === Types.TIMESTAMP || columnType === Types.TIME;

/** The binary protocol leaves out a fraction that is zero; the server's text never does. */
function withFraction(text: string, decimals: number): string {
  if (!(decimals >= 1 && decimals <= 6)) return text;
  const [whole, fraction = ''] = text.split('.');
  return `${whole}.${fraction.padEnd(decimals, '0')}`;
}

function numberText(value: number, { columnType }: FieldPacket): string {
  if (columnType === Types.YEAR) return String(value).padStart(4, '0');
  if (Object.is(value, -0)) return '-0';
  return columnType === Types.FLOAT ? floatText(value) : String(value);
}

/** The shortest text that means this 4-byte float; the same text never stands for two values. */
function floatText(value: number): string {
  for (let digits = 6; digits < 9; digits += 1) {
    const text = Number(value.toPrecision(digits));
    if (Math.fround(text) === value) return String(text);
  }
  return String(value);
}
