import { readFileSync, statSync } from 'node:fs';

/** Parses a file and caches the result until the file changes: many connections in a row ask for the same. Throws when it cannot be read. */
export function keptFile<Meaning>(meaningOf: (text: string) => Meaning): (path: string) => Meaning {
  const kept = new Map<string, { readonly stamp: string; readonly meaning: Meaning }>();
  return (path) => {
    // Before it is read: what is written meanwhile makes the next look read it again.
    const { ino, size, mtimeNs, ctimeNs } = statSync(path, { bigint: true });
    const stamp = [ino, size, mtimeNs, ctimeNs].join(' ');
    const there = kept.get(path);
    if (there?.stamp === stamp) return there.meaning;
    const meaning = meaningOf(readFileSync(path, 'utf8'));
    kept.set(path, { stamp, meaning });
    return meaning;
  };
}
