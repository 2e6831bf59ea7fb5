/** Text as it comes back from the database: no broken surrogates, no NUL, at most `length` UTF-16 units. */
export const storable = (text: string, length: number): string =>
  Buffer.from(text.replaceAll('\0', '').slice(0, length), 'utf8').toString('utf8');
