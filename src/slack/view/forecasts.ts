import { type Lang, say, type Words } from '../../kit/index.ts';
import { forecastSays, newOutliers, outlierSays } from '../../runs/forecast-words.ts';
import type { Brief, Report } from '../../runs/report.ts';
import { titleOf } from './lines.ts';
import { byNumber, capped } from './lists.ts';
import { clauses } from './rows.ts';
import { escaped } from './text.ts';
import { moment } from './time.ts';
import { colon, comma, comparedFrom, more, W } from './words.ts';

const SHOWN = 5;
const TITLES_SHOWN = 4;

/** What is not red and yet worth a look: hosts unlike their peers, then values that grow towards a threshold. */
export function* forecastLines(report: Report, lang: Lang): Iterable<string> {
  const { forecasts = [], finishedAt } = report;
  yield* listed(W.unlike, newOutliers(report), outlierSays, lang);
  yield* listed(W.ahead, forecasts, (forecast) => forecastSays(forecast, finishedAt), lang);
}

function* listed<Item extends { readonly finding: Brief }>(
  heading: Words,
  items: readonly Item[],
  says: (item: Item) => Words,
  lang: Lang,
): Iterable<string> {
  if (items.length === 0) return;
  yield `*${say(heading, lang)}*`;
  for (const item of items.slice(0, SHOWN)) {
    const { finding } = item;
    const where = escaped(finding.host ?? finding.app, 80);
    const what = escaped(titleOf(lang)(finding), 180);
    yield `• ${where} · ${what}${colon(lang)}${escaped(say(says(item), lang), 200)} ${clauses([finding], lang)}`;
  }
  if (items.length > SHOWN) yield say(more(items.length - SHOWN), lang);
}

/** Rows that need an earlier value: what they are about, and from when on they are answered. */
export function* notYetLine({ notYet = [] }: Report, lang: Lang): Iterable<string> {
  const [first] = notYet.map(({ from }) => from).sort();
  if (first === undefined) return;
  const titles = [...new Set(notYet.map(({ finding }) => say(finding.title, lang)))].sort(byNumber);
  const rows = [...new Set(notYet.map(({ row }) => row))];
  const cited = notYet.map(({ finding: { clause } }) => ({ clause, rows }));
  yield `${say(W.notYet, lang)}${colon(lang)}${escaped(capped(titles, TITLES_SHOWN, lang), 300)}${comma(lang)}${say(comparedFrom(moment(first)), lang)} ${clauses(cited, lang)}`;
}
