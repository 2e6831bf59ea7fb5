import { say, type CheckState, type Lang } from '../../kit/index.ts';
import { groupBy } from '../../runs/group-by.ts';
import { countByState, type Finding, type Seen } from '../../runs/report.ts';
import { byNumber, capped } from './lists.ts';
import { clauses } from './rows.ts';
import { escaped } from './text.ts';
import { moment } from './time.ts';
import { STATE, W, checks, comma, inBrackets, listOf } from './words.ts';

export const WORST_FIRST: readonly CheckState[] = ['critical', 'warning', 'unknown', 'ok'];
const NAMED = 6;

/** ● critical … ◌ unknown: readable at a glance. */
export const MARK: Readonly<Record<CheckState, string>> = {
  critical: '●',
  warning: '◐',
  unknown: '◌',
  ok: '○',
};

/** `2 critical, 1 warning, 41 ok`: states that do not occur are left out. */
export function countsText(findings: readonly Finding[], lang: Lang): string {
  const count = countByState(findings);
  const parts = WORST_FIRST.filter((state) => count[state] > 0).map((state) =>
    lang === 'zh' ? `${STATE[state].zh} ${count[state]}` : `${count[state]} ${STATE[state].en}`,
  );
  return listOf(parts, lang);
}

/**
 * The lines for everything that is not ok, worst first, each with its clause. What says the same on many hosts is one
 * line; a host of which several checks say the same (it did not answer) is one line.
 */
export function findingLines(findings: readonly Finding[], lang: Lang): string[] {
  const bad = findings
    .filter(({ state }) => state !== 'ok')
    .sort((a, b) => WORST_FIRST.indexOf(a.state) - WORST_FIRST.indexOf(b.state));
  return together(bad, lang).map((group) => findingLine(group, lang));
}

/** One group as one line: state, subject, hosts, what was seen against what, clause. */
export function findingLine(group: readonly Finding[], lang: Lang): string {
  const [first] = group;
  if (!first) return '';
  const names = [...new Set(group.flatMap(({ host }) => (host === undefined ? [] : [host])))].sort(byNumber);
  const titles = [...new Set(group.map(titleOf(lang)))];
  const subject = titles.length === 1 ? (titles[0] ?? '') : say(checks(titles.length), lang);
  const where = names.length > 0 ? `${escaped(capped(names, NAMED, lang), 400)} · ` : '';
  const own = group.some(({ overridden }) => overridden.length > 0)
    ? inBrackets(say(W.inventoryLimit, lang), lang)
    : '';
  const seen = first.seen ? inBrackets(seenText(first.seen, lang), lang) : '';
  return `${stateText(first.state, lang)} · ${where}${escaped(subject, 200)} — ${escaped(say(first.says, lang), 600)}${own}${seen} ${clauses(group, lang)}`;
}

/** `Zhao Min, 21 Nov 2026 10:03` */
export const seenText = ({ by, at }: Seen, lang: Lang): string =>
  `${escaped(by.name, 60)}${comma(lang)}${moment(at)}`;

/** `● *critical*` */
export const stateText = (state: CheckState, lang: Lang): string =>
  `${MARK[state]} *${say(STATE[state], lang)}*`;

/** `Port (9529)`: the check and which of its subjects. */
export const titleOf =
  (lang: Lang) =>
  ({ title, part }: Pick<Finding, 'title' | 'part'>): string =>
    part === undefined ? say(title, lang) : `${say(title, lang)}${inBrackets(part, lang)}`;

function together(bad: readonly Finding[], lang: Lang): Finding[][] {
  const byHost = groupBy(bad, (f) => [f.state, f.host ?? '', say(f.says, lang)].join('\u0000'));
  const silent = byHost.filter((group) => group.length >= 3 && group[0]?.host !== undefined);
  const silentSet = new Set(silent.flat());
  const silentHosts = groupBy(silent, (group) =>
    [
      group[0]?.state,
      say(group[0]?.says ?? { en: '', zh: '' }, lang),
      group.map(({ check }) => check).join(),
    ].join('\u0000'),
  ).map((groups) => groups.flat());
  const single = groupBy(
    bad.filter((f) => !silentSet.has(f)),
    (f) => [f.state, f.check, f.part ?? '', say(f.says, lang)].join('\u0000'),
  );
  return [...silentHosts, ...single].sort(
    (a, b) => WORST_FIRST.indexOf(a[0]?.state ?? 'ok') - WORST_FIRST.indexOf(b[0]?.state ?? 'ok'),
  );
}
