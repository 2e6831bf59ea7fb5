/** Whether a pattern of MySQL stands for a name: `_` for one character and `%` for any, unless escaped. In linear space, and no more time than both lengths multiplied. */
export function isSqlLike(pattern: string, name: string): boolean {
  const parts = pattern.match(/\\[_%]|[^]/gu) ?? [];
  const letters = Array.from(name);
  let [at, next] = [0, 0];
  /** The last `%`, and how far the name was read when it was met: it may stand for one character more. */
  let any: { readonly at: number; next: number } | undefined;
  while (next < letters.length) {
    const part = parts[at];
    if (part === '%') {
      any = { at, next };
      at += 1;
    } else if (part !== undefined && (part === '_' || part.replace(/^\\(?=[_%])/, '') === letters[next])) {
      at += 1;
      next += 1;
    } else if (any) {
      any.next += 1;
      [at, next] = [any.at + 1, any.next];
    } else return false;
  }
  return parts.slice(at).every((part) => part === '%');
}
