import type { KnownBlock } from '@slack/types';
import { say, type Lang } from '../../kit/index.ts';
import type { Finding, Report } from '../../runs/report.ts';
import type { Run } from '../../runs/run.ts';
import { actions, paragraphs, section, smallPrint } from './blocks.ts';
import { buttons } from './buttons.ts';
import { countsText, findingLines } from './lines.ts';
import { groupBy } from './lists.ts';
import type { NameOf } from './names.ts';
import { type DesiredPost, posts } from './post.ts';
import { clauses } from './rows.ts';
import { escaped } from './text.ts';
import { colon, hosts, more, okOn, W } from './words.ts';

const LINES_SHOWN = 60;
const SECTIONS_NAMED = 12;
/** With more apps than this, those without findings share one reply. */
const OWN_REPLIES = 8;

/** One reply per app, those with findings first; in a wide inspection the healthy ones share a reply, after a schedule's they are left out. */
export function appPosts(run: Run, report: Report, name: NameOf): DesiredPost[] {
  const apps = groupBy(report.findings, ({ app }) => app);
  const bad = apps.filter((findings) => findings.some(({ state }) => state !== 'ok'));
  const fine = apps.filter((findings) => findings.every(({ state }) => state === 'ok'));
  if (run.schedule) return bad.flatMap((findings) => appPost(run, findings, name));
  const own = apps.length > OWN_REPLIES ? bad : [...bad, ...fine];
  return [
    ...own.flatMap((findings) => appPost(run, findings, name)),
    ...(apps.length > OWN_REPLIES && fine.length > 0 ? fineApps(fine, run.lang, name) : []),
  ];
}

function appPost(run: Run, findings: readonly Finding[], name: NameOf): DesiredPost[] {
  const { lang } = run;
  const app = findings[0]?.app ?? '';
  const title = escaped(say(name(app), lang), 100);
  const onHosts = new Set(findings.flatMap(({ host }) => (host === undefined ? [] : [host]))).size;
  const counts = countsText(findings, lang);
  const bad = findingLines(findings, lang);
  const lines = bad.slice(0, LINES_SHOWN);
  if (bad.length > LINES_SHOWN) lines.push(say(more(bad.length - LINES_SHOWN), lang));
  const ok = findings.filter(({ state }) => state === 'ok');
  const blocks: KnownBlock[] = [
    section(`*${title}* — ${counts}${onHosts > 0 ? ` · ${say(hosts(onHosts), lang)}` : ''}`),
    ...paragraphs(lines),
    ...(ok.length > 0 ? smallPrint([okLine(ok, lang)]) : []),
    ...actions(buttons(run, ({ action, arg }) => action === 'evidence' && arg === app)),
  ];
  return posts(`app:${app}`, `${title}${colon(lang)}${counts}`, blocks);
}

/** Everything that is well in one line, its sections and rows named. */
function okLine(ok: readonly Finding[], lang: Lang): string {
  const onHosts = new Set(ok.flatMap(({ host }) => (host === undefined ? [] : [host]))).size;
  return `${say(okOn(ok.length, onHosts), lang)} ${clauses(ok, lang, SECTIONS_NAMED)}`;
}

function fineApps(apps: readonly (readonly Finding[])[], lang: Lang, name: NameOf): DesiredPost[] {
  const lines = apps.map(
    (findings) =>
      `• ${escaped(say(name(findings[0]?.app ?? ''), lang), 100)}${colon(lang)}${okLine(findings, lang)}`,
  );
  return posts('fine', `${say(W.noFindings, lang)}${colon(lang)}${apps.length}`, [
    section(`*${say(W.noFindings, lang)}* — ${apps.length}`),
    ...smallPrint(lines),
  ]);
}
