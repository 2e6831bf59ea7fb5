import type { Button, KnownBlock } from '@slack/types';
import { say } from '../../kit/index.ts';
import { groupBy } from '../../runs/group-by.ts';
import { isMissedFinding, OUTAGE, withoutMissed } from '../../runs/missed.ts';
import { type Changes, type Finding, findingKey, type Report } from '../../runs/report.ts';
import { type Run, shortId } from '../../runs/run.ts';
import type { Scheduled } from '../../runs/schedule.ts';
import { actions, context, paragraphs, section } from './blocks.ts';
import { buttons } from './buttons.ts';
import { silentLine } from './hosts.ts';
import { countsText, stateText } from './lines.ts';
import { capped } from './lists.ts';
import { markOf } from './marks.ts';
import type { NameOf } from './names.ts';
import { notYetLine, forecastLines } from './forecasts.ts';
import { type DesiredPost, posts } from './post.ts';
import { changesSince, dueAt, inOrder, nothingSince, S } from './schedule-words.ts';
import { grouped, takeApart } from './group-findings.ts';
import { code, escaped } from './text.ts';
import { moment, prettyMoment } from './time.ts';
import { changeLine, leftOutLines } from './top.ts';
import { colon, comma, more, noFinding, problems, W } from './words.ts';

const CHANGES_SHOWN = 15;
const SYSTEMS_SHOWN = 25;

/** A scheduled inspection is told as the difference: what changed, what stays bad, and everything that is well in one line. */
export function digestPosts(
  run: Run,
  schedule: Scheduled,
  report: Report,
  name: NameOf,
): readonly DesiredPost[] {
  return [top(run, schedule, report, name), ...notes(run, report)];
}

function top(run: Run, schedule: Scheduled, report: Report, name: NameOf): DesiredPost {
  const { lang } = run;
  const standing = `${standingText(report, run)}${comma(lang)}${sinceText(report.changes, run)}`;
  const title = escaped(schedule.name, 80);
  const headline = `${markOf(run)} *${title}* — ${standing}`;
  const text = `${title}${colon(lang)}${standing}`;
  const lines = [...bodyOf(run, schedule, report, name)];
  const pressed = buttonsOf(run);
  const [all] = pressed;
  // All well and nothing new is one line, and what was looked at is one press away.
  if (lines.length === 0 && all)
    return { key: 'top', text, blocks: [{ ...section(headline), accessory: all }] };
  const blocks: KnownBlock[] = [
    section(headline),
    ...paragraphs(lines),
    context(
      `${say(W.askedBy, lang)} ${escaped(run.requestedBy.name, 80)} · ${code(run.typed, 200)} · ${say(W.run, lang)} ${shortId(run.id)}`,
    ),
    ...actions(pressed),
  ];
  return { key: 'top', text, blocks };
}

/** All evidence first, then Again. */
function buttonsOf(run: Run): Button[] {
  const { lang } = run;
  const all = buttons(run, ({ action, arg }) => action === 'evidence' && arg === undefined).map(
    (button): Button => ({
      ...button,
      text: { type: 'plain_text', text: say(S.everything, lang), emoji: false },
    }),
  );
  return [...all, ...buttons(run, ({ action }) => action === 'again')];
}

const isBad = ({ state }: Finding): boolean => state !== 'ok';

function standingText(report: Report, { lang }: Run): string {
  const { findings } = report;
  const bad = findings.filter(isBad);
  if (findings.length === 0) return say(noFinding(report.questions.length), lang);
  return say(bad.length > 0 ? problems(bad.length) : inOrder(wellOf(report).length), lang);
}

/** The systems without anything bad, all of whose hosts answered. */
const wellOf = (report: Report): readonly string[] =>
  grouped(takeApart(withoutMissed(report)), 'system').fine.map(({ id }) => id);

function sinceText(changes: Changes | undefined, { lang }: Run): string {
  if (!changes) return say(S.first, lang);
  const time = prettyMoment(changes.since);
  const { length } = changes.entries;
  return say(length === 0 ? nothingSince(time) : changesSince(length, time), lang);
}

function* bodyOf(run: Run, schedule: Scheduled, report: Report, name: NameOf): Iterable<string> {
  const { lang } = run;
  const { findings, changes } = report;
  if (schedule.late) {
    const why = schedule.late.because ? `${colon(lang)}${say(OUTAGE[schedule.late.because], lang)}` : '';
    yield `${say(dueAt(moment(schedule.slot)), lang)}${why}`;
  }
  for (const finding of findings.filter(isMissedFinding))
    yield `${stateText(finding.state, lang)} · ${escaped(say(finding.says, lang), 400)}`;
  const entries = changes?.entries ?? [];
  for (const change of entries.slice(0, CHANGES_SHOWN)) yield changeLine(change, lang);
  if (entries.length > CHANGES_SHOWN) yield say(more(entries.length - CHANGES_SHOWN), lang);

  const told = new Set(entries.map(({ finding }) => findingKey(finding)));
  const bad = findings.filter((finding) => isBad(finding) && !isMissedFinding(finding));
  const before = bad.filter((finding) => !told.has(findingKey(finding)));
  const apart = takeApart(report);
  const hosts = apart.hosts.filter((finding) => before.includes(finding));
  const label = changes ? `${say(S.unchanged, lang)}${colon(lang)}` : '';
  if (hosts.length > 0) yield `• ${label}${silentLine(hosts, lang)}`;
  for (const group of groupBy(
    before.filter((finding) => !hosts.includes(finding)),
    ({ system }) => system,
  ).slice(0, SYSTEMS_SHOWN))
    yield `• ${label}${escaped(say(name(group[0]?.system ?? ''), lang), 100)} · ${countsText(group, lang)}`;
  // Growing values are news every day; a host unlike its peers mostly stays so, and is told in the thread.
  yield* forecastLines({ ...report, outliers: [] }, lang);
  const well = wellOf(report);
  if ((bad.length > 0 || entries.length > 0) && well.length > 0) {
    const names = capped(
      well.map((system) => say(name(system), lang)),
      SYSTEMS_SHOWN,
      lang,
    );
    yield `${say(inOrder(well.length), lang)}${colon(lang)}${escaped(names, 1500)}`;
  }
}

/** Content that is the same every time belongs into the thread. */
function notes({ lang }: Run, report: Report): readonly DesiredPost[] {
  const lines = [
    ...forecastLines({ ...report, forecasts: [] }, lang),
    ...notYetLine(report, lang),
    ...leftOutLines(report, lang, 40),
  ];
  const [first] = lines;
  return first === undefined ? [] : posts('notes', first, paragraphs(lines));
}
