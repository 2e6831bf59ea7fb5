/** Statements of few sizes, so that each is prepared once for a connection. */
const SIZES = [8, 64, 512] as const;

/** Rows in parts of a few sizes; the last is filled up with its last row. */
export function inParts<Row>(rows: readonly Row[]): readonly (readonly Row[])[] {
  const parts: Row[][] = [];
  for (let at = 0; at < rows.length; ) {
    const left = rows.length - at;
    const size = SIZES.find((each) => each >= left) ?? SIZES[SIZES.length - 1] ?? left;
    const part = rows.slice(at, at + size);
    const last = part.at(-1);
    while (last !== undefined && part.length < size) part.push(last);
    parts.push(part);
    at += size;
  }
  return parts;
}

/** The same placeholder for each of a part, with commas between. */
export const repeated = (placeholder: string, part: readonly unknown[]): string =>
  part.map(() => placeholder).join(', ');
