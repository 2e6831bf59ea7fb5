import { type Clause, clauseText, type Lang } from '../../kit/index.ts';
import type { Finding } from '../../runs/report.ts';
import { capped } from './lists.ts';
import { escaped } from './text.ts';

/** `[002 §4.5.2 · MQ-C06]`: where the manual says so. Of many sections the first are named, of the rows all. */
export function clauses(
  findings: readonly Pick<Finding, 'clause' | 'rows'>[],
  lang: Lang,
  sectionsNamed = 3,
): string {
  const sections = capped(sectionList(findings.map(({ clause }) => clause)), sectionsNamed, lang);
  return bracketed(`${sections} · ${compressRows(findings.flatMap(({ rows }) => rows))}`);
}

/** `[DEPS-F06 · P02]` */
export const rowsText = (rows: readonly string[]): string => bracketed(compressRows(rows));

/**
 * Row ids for people: sorted, ranges of three and more joined, each prefix said once.
 * `MQ-C01, C03–C06 · M05–M08; DEPS-P02`. What is no row id stands as it is.
 */
export function compressRows(rows: readonly string[]): string {
  const kinds = new Map<string, Map<string, Set<string>>>();
  const other = new Set<string>();
  for (const row of rows) {
    const [, prefix, kind, digits] = /^(.+)-([A-Z]+)(\d+)$/.exec(row) ?? [];
    if (prefix === undefined || kind === undefined || digits === undefined) {
      other.add(row);
      continue;
    }
    const ofPrefix = kinds.get(prefix) ?? new Map<string, Set<string>>();
    kinds.set(prefix, ofPrefix.set(kind, (ofPrefix.get(kind) ?? new Set()).add(digits)));
  }
  const systems = [...kinds]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([prefix, ofPrefix]) => {
      const parts = [...ofPrefix].sort(([a], [b]) => (a < b ? -1 : 1));
      return `${prefix}-${parts.map(([kind, digits]) => ranges(kind, [...digits])).join(' · ')}`;
    });
  return [...systems, ...other].join('; ');
}

function ranges(kind: string, digits: readonly string[]): string {
  const sorted = [...digits].sort((a, b) => Number(a) - Number(b) || a.length - b.length);
  const stretches: string[][] = [];
  for (const each of sorted) {
    const stretch = stretches.at(-1);
    if (stretch && Number(each) === Number(stretch.at(-1)) + 1) stretch.push(each);
    else stretches.push([each]);
  }
  return stretches
    .flatMap((stretch) =>
      stretch.length < 3
        ? stretch.map((each) => kind + each)
        : [`${kind}${stretch[0]}–${kind}${stretch.at(-1)}`],
    )
    .join(', ');
}

/** `002 §4.5.1, §4.5.2, 001 §2.5`: a document is named once. */
function sectionList(all: readonly Clause[]): string[] {
  const texts = [...new Map(all.map((clause) => [clauseText(clause), clause])).entries()].sort(([a], [b]) =>
    a.localeCompare(b, 'en', { numeric: true }),
  );
  return texts.map(([text, clause], at) =>
    texts[at - 1]?.[1].document === clause.document ? `§${clause.section}` : text,
  );
}

const bracketed = (text: string): string => `[${escaped(text, 500)}]`;
