/** One thing that was looked at, and what to do when it is not well. */
export interface Diagnosis {
  readonly name: string;
  readonly ok: boolean;
  readonly says: string;
}

/** Something that failed, with the sentence that is the same for all that fail for this reason. */
export interface Failed {
  readonly name: string;
  readonly cause: string;
  readonly advice: string;
}

/** Names shown of many that have one cause. */
const FIRST_NAMES = 3;

/** One line for each cause, the most common first: `12 hosts (a-1, a-2, a-3 and 9 more)`. */
export function byCause(
  what: Readonly<Record<'one' | 'many', string>>,
  failed: readonly Failed[],
): readonly Diagnosis[] {
  const groups = new Map<string, Failed[]>();
  for (const each of failed) {
    const group = groups.get(each.cause);
    if (group) group.push(each);
    else groups.set(each.cause, [each]);
  }
  return [...groups.values()]
    .sort((a, b) => b.length - a.length)
    .flatMap((group): readonly Diagnosis[] => {
      const [first] = group;
      if (!first) return [];
      const { cause, advice } = first;
      const names = group.map(({ name }) => name);
      const name =
        names.length === 1 ? `${what.one} ${first.name}` : `${names.length} ${what.many} (${some(names)})`;
      return [{ name, ok: false, says: `${cause}. ${advice}`.trimEnd() }];
    });
}

/** The first names, and how many more there are. */
export function some(names: readonly string[]): string {
  const shown = names.slice(0, FIRST_NAMES).join(', ');
  return names.length > FIRST_NAMES ? `${shown} and ${names.length - FIRST_NAMES} more` : shown;
}

/** For a terminal and for a log: words, no colours; the last line is the count. */
export function diagnosisText(seen: readonly Diagnosis[]): string {
  const bad = seen.filter(({ ok }) => !ok).length;
  return [
    ...seen.map(({ name, ok, says }) => `${ok ? 'ok    ' : 'FAILED'}  ${name}: ${says}`),
    '',
    bad === 0 ? 'All is well.' : `${bad} of ${seen.length} ${seen.length === 1 ? 'line' : 'lines'} FAILED.`,
  ].join('\n');
}
