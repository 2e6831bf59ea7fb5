/** JSON with sorted keys, so that the same facts always give the same text. Dates become ISO text, undefined is left out. */
export const canonicalJson = (value: Readonly<Record<string, unknown>>): string =>
  JSON.stringify(value, sorted);

/** Text as it comes back from the database: no broken surrogates, no NUL, at most `length` UTF-16 units. */
export const storable = (text: string, length: number): string =>
  Buffer.from(text.replaceAll('\0', '').slice(0, length), 'utf8').toString('utf8');

function sorted(_: string, value: unknown): unknown {
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)));
}
