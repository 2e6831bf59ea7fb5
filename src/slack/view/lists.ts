import { type Lang, say } from '../../kit/index.ts';
import { andMore, listOf } from './words.ts';

/** The first names and how many are left out. */
export function capped(names: readonly string[], max: number, lang: Lang): string {
  if (names.length <= max) return listOf(names, lang);
  return `${listOf(names.slice(0, max), lang)} ${say(andMore(names.length - max), lang)}`;
}

/** Numbers within names count as numbers: `mq-9` before `mq-10`. */
export const byNumber = (a: string, b: string): number => a.localeCompare(b, 'en', { numeric: true });

/** One thing beside its label, several below it. */
export const labelled = (label: string, items: readonly string[]): string[] =>
  items.length === 1 ? [`${label}${items[0] ?? ''}`] : [label, ...items.map((item) => `• ${item}`)];
