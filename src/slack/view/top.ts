import type { KnownBlock } from '@slack/types';
import { say, words, type Words } from '../../kit/index.ts';
import { countLanes, lanesOf } from '../../runs/lanes.ts';
import { type Change, type Changes, countByState, type Report } from '../../runs/report.ts';
import { type Plan, type Progress, shortId, type Run } from '../../runs/run.ts';
import { actions, LIMITS, paragraphs, section, smallPrint } from './blocks.ts';
import { buttons } from './buttons.ts';
import { countsText, titleOf } from './lines.ts';
import { fatesText, silentLine } from './hosts.ts';
import { capped } from './lists.ts';
import { markOf } from './marks.ts';
import { type NameOf, subjectOf } from './names.ts';
import { notYetLine, forecastLines } from './forecasts.ts';
import { lookedLines, waitsLines } from './plan.ts';
import type { DesiredPost } from './post.ts';
import { progressText } from './questions.ts';
import { clauses } from './rows.ts';
import { S } from './schedule-words.ts';
import { type Group, type Grouped, grouped, takeApart } from './group-findings.ts';
import { code, escaped } from './text.ts';
import { elapsedMs, moment } from './time.ts';
import {
  answered,
  cancelledBy,
  changedSince,
  CHANGE,
  colon,
  hosts,
  inBrackets,
  isStopping,
  lanesDone,
  listOf,
  more,
  noFinding,
  OUTCOME,
  planInThread,
  problems,
  seconds,
  STATE,
  stepOf,
  unchangedSince,
  UNKNOWN_HELP,
  W,
} from './words.ts';

const CHANGES_SHOWN = 8;
const GROUPS_SHOWN = 24;
const FINE_SHOWN = 40;

/** The living message: what it is about, how it stands, what changed, who asked, what can be pressed. */
export function topPost(run: Run, name: NameOf): DesiredPost {
  const { lang } = run;
  const standing = standingOf(run);
  const subject = escaped(say(subjectOf(run, name), lang), 200);
  const headline = `${markOf(run)} *${subject}* — ${escaped(say(standing, lang), 200)}`;
  const blocks: KnownBlock[] = [
    section(headline),
    ...paragraphs([...bodyOf(run, name)]),
    ...smallPrint([
      ...notesOf(run),
      `${say(W.askedBy, lang)} ${escaped(run.requestedBy.name, 80)} · ${code(run.typed, 200)} · ${say(W.run, lang)} ${shortId(run.id)}`,
    ]),
    // With a plan its buttons stand under it, so that nobody presses what they have not read.
    ...actions(buttons(run, ({ action, arg }) => isTop(run, action, arg))),
  ];
  return {
    key: 'top',
    text: `${escaped(say(subjectOf(run, name), lang), 200)}${colon(lang)}${escaped(say(standing, lang), LIMITS.messageText - 300)}`,
    blocks,
  };
}

const isTop = (run: Run, action: string, arg: string | undefined): boolean =>
  !run.plan && action !== 'record' && !(action === 'evidence' && arg !== undefined && run.report);

function standingOf(run: Run): Words {
  switch (run.state) {
    case 'queued':
      return W.queued;
    case 'preparing':
      if (run.cancelled) return W.stopping;
      return run.ask.kind === 'inspect' ? W.inspecting : W.looking;
    case 'waiting':
      return W.waiting;
    case 'approved':
      return W.approved;
    case 'running':
      return runningOf(run);
    case 'suspended':
      return suspendedOf(run);
    case 'ended':
      if (run.schedule && run.outcome === 'refused') return S.notInTime;
      if (run.report && run.outcome === 'done') return reportStanding(run.report);
      return run.outcome === 'cancelled' && run.cancelled
        ? cancelledBy(run.cancelled.by.name)
        : OUTCOME[run.outcome ?? 'unknown'];
    default:
      return run.state satisfies never;
  }
}

function runningOf(run: Run): Words {
  const now = run.steps.at(-1);
  if (!now || !run.plan) return W.running;
  if (run.plan.stages) return lanesNow(run.plan, run);
  const step = stepOf(now.no, run.plan.steps.length);
  return words(`${step.en}${colon('en')}${now.title.en}`, `${step.zh}${colon('zh')}${now.title.zh}`);
}

function suspendedOf({ waiting, plan }: Run): Words {
  if (waiting?.for !== 'person' || !plan) return W.suspended;
  const step = stepOf(waiting.step, plan.steps.length);
  return words(`${step.en} waits for a person`, `${step.zh}等待人工处理`);
}

/** How many targets are through. */
function lanesNow(plan: Plan, run: Run): Words {
  const lanes = lanesOf(plan, run);
  return lanesDone(countLanes(lanes).get('done') ?? 0, lanes.length);
}

function reportStanding({ findings, questions }: Report): Words {
  const { ok } = countByState(findings);
  if (findings.length === 0) return noFinding(questions.length);
  return ok === findings.length ? W.allOk : problems(findings.length - ok);
}

function* bodyOf(run: Run, name: NameOf): Iterable<string> {
  const { lang, progress, report } = run;
  if (run.state === 'preparing') {
    if (run.cancelled) yield escaped(say(isStopping(run.cancelled.by.name), lang), 300);
    if (progress) yield* progressLines(progress, lang);
  }
  if (report) {
    yield* reportLines(report, run, name);
    return;
  }
  const says = saysOf(run);
  if (says) yield escaped(say(says, lang), 1500);
  yield* waitsLines(run);
  if (run.state === 'waiting' && run.plan)
    yield say(run.notAfter ? planInThread(moment(run.notAfter)) : W.inThread, lang);
  if (run.outcome === 'unknown') {
    yield* lookedLines(run);
    yield say(UNKNOWN_HELP, lang);
  }
  for (const { title, command } of (run.instead ?? []).slice(0, 10))
    yield `• ${escaped(say(title, lang), 200)}${colon(lang)}${code(command, 200)}`;
}

/** Notes from the queueing phase are dropped once a worker has started. */
function saysOf(run: Run): Words | undefined {
  if (run.state === 'preparing') return undefined;
  return run.state === 'running' ? run.plan?.because : run.says;
}

function* progressLines({ done, total, waitingFor }: Progress, lang: Run['lang']): Iterable<string> {
  yield say(answered(done, total), lang);
  if (waitingFor.length === 0) return;
  const names = waitingFor.map(({ name, seconds: long }) =>
    long > 0 ? `${name}${inBrackets(`${long} s`, lang)}` : name,
  );
  yield `${say(W.waitingFor, lang)}${colon(lang)}${escaped(listOf(names, lang), 800)}`;
}

function* reportLines(report: Report, run: Run, name: NameOf): Iterable<string> {
  const { lang } = run;
  const apart = takeApart(report);
  if (report.stopped) yield fatesText(report.stopped.hosts, lang);
  const time = seconds(elapsedMs(report.startedAt, report.finishedAt));
  // Of half an inspection it can be said what is new, not that nothing is.
  if ((!report.stopped && report.findings.length > 0) || (report.changes?.entries ?? []).length > 0)
    yield* report.changes ? changeLines(report.changes, lang) : [say(W.firstTime, lang)];
  yield* forecastLines(report, lang);
  if (report.findings.length > 0)
    yield `${countsText([...apart.hosts, ...apart.own], lang)} · ${say(hosts(report.hosts), lang)} · ${time}`;
  if (apart.hosts.length > 0) yield silentLine(apart.hosts, lang);
  yield* groupLines(grouped(apart), report, lang, name);
  yield* notYetLine(report, lang);
}

/** Each group with a problem has a line; all others share one. */
function* groupLines(
  { by, bad, partly, fine }: Grouped,
  { stopped }: Report,
  lang: Run['lang'],
  name: NameOf,
): Iterable<string> {
  if (bad.length + partly.length + fine.length <= 1) return;
  const called = ({ id }: Group): string => say(by === 'system' ? words(id, id) : name(id), lang);
  for (const group of bad.slice(0, GROUPS_SHOWN)) {
    const title = by === 'system' ? `*${escaped(group.id, 40)}* ` : '';
    yield `• ${title}${escaped(say(name(group.id), lang), 100)}${colon(lang)}${countsText(group.findings, lang)}`;
  }
  if (bad.length > GROUPS_SHOWN) yield say(more(bad.length - GROUPS_SHOWN), lang);
  for (const [label, groups] of stopped
    ? ([[W.fineSoFar, [...partly, ...fine]]] as const)
    : ([
        [W.partlyFine, partly],
        [W.fineHere, fine],
      ] as const))
    if (groups.length > 0)
      yield `${say(label, lang)}${colon(lang)}${escaped(capped(groups.map(called), FINE_SHOWN, lang), 1200)}`;
}

/** In small print: what is left to be looked at, and what is not in the report. */
function* notesOf({ report, cancelled, outcome, lang }: Run): Iterable<string> {
  if (!report) return;
  if (cancelled && outcome === 'done') yield say(W.tooLate, lang);
  if (report.questions.length > 0)
    yield `${say(W.lookForYourself, lang)}${colon(lang)}${progressText(report, lang)}`;
  if (report.unasked) yield namesLine(W.unasked, report.unasked, lang);
  yield* leftOutLines(report, lang, 12);
}

const namesLine = (label: Words, names: readonly string[], lang: Run['lang'], most = names.length): string =>
  `${say(label, lang)}${colon(lang)}${escaped(capped(names, most, lang), 1500)}`;

/** What is not in a report, because the inventory or the person's rights leave it out. */
export function* leftOutLines({ absent, hidden }: Report, lang: Run['lang'], most: number): Iterable<string> {
  if (absent) yield namesLine(W.absent, absent, lang, most);
  if (hidden) yield namesLine(W.hidden, hidden, lang, most);
}

function* changeLines({ since, entries }: Changes, lang: Run['lang']): Iterable<string> {
  if (entries.length === 0) {
    yield say(unchangedSince(moment(since)), lang);
    return;
  }
  yield `*${say(changedSince(moment(since)), lang)}*`;
  for (const change of entries.slice(0, CHANGES_SHOWN)) yield changeLine(change, lang);
  if (entries.length > CHANGES_SHOWN) yield say(more(entries.length - CHANGES_SHOWN), lang);
  // From here on it is about the present.
  yield '';
}

/** `• new: msgbroker-2 · Port 9529: ok → critical [002 §4.2.2.1 · MQ-C07]` */
export function changeLine({ kind, finding, was }: Change, lang: Run['lang']): string {
  const where = escaped(finding.host ?? finding.app, 80);
  const what = escaped(titleOf(lang)(finding), 180);
  const mended = kind === 'gone' && finding.state === 'ok';
  const label = mended ? W.okAgain : CHANGE[kind];
  const now = kind === 'gone' && !mended ? CHANGE.gone : STATE[finding.state];
  const from = was ? `${say(STATE[was], lang)} → ` : '';
  return `• ${say(label, lang)}${colon(lang)}${where} · ${what}${colon(lang)}${from}${say(now, lang)} ${clauses([finding], lang)}`;
}
