import type { KnownBlock } from '@slack/types';
import { say, words, type Words } from '../../kit/index.ts';
import type { Changes, Report } from '../../runs/report.ts';
import { shortId, type Run } from '../../runs/run.ts';
import { actions, context, LIMITS, paragraphs, section } from './blocks.ts';
import { buttons } from './buttons.ts';
import { countByState, countsText, titleOf } from './lines.ts';
import { capped, groupBy } from './lists.ts';
import { markOf } from './marks.ts';
import { type NameOf, subjectOf } from './names.ts';
import type { DesiredPost } from './post.ts';
import { clauses } from './rows.ts';
import { code, escaped } from './text.ts';
import { elapsedMs, moment } from './time.ts';
import {
  answered,
  changedSince,
  CHANGE,
  colon,
  hosts,
  more,
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
const APPS_SHOWN = 12;
const HOSTS_SHOWN = 8;

/** The living message: what it is about, how it stands, what changed, who asked, what can be pressed. */
export function topPost(run: Run, name: NameOf): DesiredPost {
  const { lang } = run;
  const standing = standingOf(run);
  const subject = escaped(say(subjectOf(run, name), lang), 200);
  const headline = `${markOf(run)} *${subject}* — ${escaped(say(standing, lang), 200)}`;
  const blocks: KnownBlock[] = [
    section(headline),
    ...paragraphs([...bodyOf(run, name)]),
    context(
      `${say(W.askedBy, lang)} ${escaped(run.requestedBy.name, 80)} · ${code(run.typed, 200)} · ${say(W.run, lang)} ${shortId(run.id)}`,
    ),
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
      return run.ask.kind === 'inspect' ? W.inspecting : W.looking;
    case 'waiting':
      return W.waiting;
    case 'approved':
      return W.approved;
    case 'running':
      return runningOf(run);
    case 'ended':
      return run.report && run.outcome === 'done'
        ? reportStanding(run.report)
        : OUTCOME[run.outcome ?? 'unknown'];
    default:
      return run.state satisfies never;
  }
}

function runningOf(run: Run): Words {
  const now = run.steps.at(-1);
  if (!now || !run.plan) return W.running;
  const step = stepOf(now.no, run.plan.steps.length);
  return words(`${step.en}${colon('en')}${now.title.en}`, `${step.zh}${colon('zh')}${now.title.zh}`);
}

function reportStanding({ findings }: Report): Words {
  const { ok } = countByState(findings);
  if (findings.length === 0) return W.noAnswers;
  return ok === findings.length ? W.allOk : problems(findings.length - ok);
}

function* bodyOf(run: Run, name: NameOf): Iterable<string> {
  const { lang, progress, report } = run;
  if (progress && run.state === 'preparing') {
    yield say(answered(progress.done, progress.total), lang);
    if (progress.waitingFor.length > 0)
      yield `${say(W.waitingFor, lang)}${colon(lang)}${escaped(capped(progress.waitingFor, HOSTS_SHOWN, lang), 800)}`;
  }
  if (report && run.outcome === 'done') {
    yield* reportLines(report, run, name);
    return;
  }
  const says = saysOf(run);
  if (says) yield escaped(say(says, lang), 1500);
  if (run.state === 'waiting')
    yield say(run.notAfter ? planInThread(moment(run.notAfter)) : W.inThread, lang);
  if (run.outcome === 'unknown') yield say(UNKNOWN_HELP, lang);
  for (const { title, command } of (run.instead ?? []).slice(0, 10))
    yield `• ${escaped(say(title, lang), 200)}${colon(lang)}${code(command, 200)}`;
}

/** What was noted while nobody had taken it on is over once somebody has. */
function saysOf(run: Run): Words | undefined {
  if (run.state === 'preparing') return undefined;
  return run.state === 'running' ? run.plan?.because : run.says;
}

function* reportLines(report: Report, run: Run, name: NameOf): Iterable<string> {
  const { lang } = run;
  const time = seconds(elapsedMs(report.startedAt, report.finishedAt));
  yield `${countsText(report.findings, lang)} · ${say(hosts(report.hosts), lang)} · ${time}`;
  const apps = groupBy(report.findings, ({ app }) => app).sort((a, b) => badness(b) - badness(a));
  if (apps.length > 1) {
    for (const findings of apps.slice(0, APPS_SHOWN))
      yield `• ${escaped(say(name(findings[0]?.app ?? ''), lang), 100)}${colon(lang)}${countsText(findings, lang)}`;
    if (apps.length > APPS_SHOWN) yield say(more(apps.length - APPS_SHOWN), lang);
  }
  yield* report.changes ? changeLines(report.changes, lang) : [say(W.firstTime, lang)];
  if (report.absent)
    yield `${say(W.absent, lang)}${colon(lang)}${escaped(capped(report.absent, 12, lang), 800)}`;
  if (report.hidden)
    yield `${say(W.hidden, lang)}${colon(lang)}${escaped(capped(report.hidden, 20, lang), 800)}`;
}

const badness = (findings: Report['findings']): number => {
  const count = countByState(findings);
  return count.critical * 1e6 + count.warning * 1e3 + count.unknown;
};

function* changeLines({ since, entries }: Changes, lang: Run['lang']): Iterable<string> {
  if (entries.length === 0) {
    yield say(unchangedSince(moment(since)), lang);
    return;
  }
  yield `*${say(changedSince(moment(since)), lang)}*`;
  for (const { kind, finding, was } of entries.slice(0, CHANGES_SHOWN)) {
    const where = escaped(finding.host ?? finding.app, 80);
    const what = escaped(titleOf(lang)(finding), 180);
    const mended = kind === 'gone' && finding.state === 'ok';
    const label = mended ? W.okAgain : CHANGE[kind];
    const now = kind === 'gone' && !mended ? CHANGE.gone : STATE[finding.state];
    const from = was ? `${say(STATE[was], lang)} → ` : '';
    yield `• ${say(label, lang)}${colon(lang)}${where} · ${what}${colon(lang)}${from}${say(now, lang)} ${clauses([finding], lang)}`;
  }
  if (entries.length > CHANGES_SHOWN) yield say(more(entries.length - CHANGES_SHOWN), lang);
}
