/** JSON with sorted keys: the same data is always the same text. Dates become ISO text, undefined members are left out. */
export const canonicalJson = (value: unknown): string => JSON.stringify(value, sorted) ?? 'null';

function sorted(_: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
