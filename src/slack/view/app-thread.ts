import type { ActionsBlock, KnownBlock } from '@slack/types';
import { say, type Lang } from '../../kit/index.ts';
import { groupBy } from '../../runs/group-by.ts';
import type { Finding } from '../../runs/report.ts';
import type { Run } from '../../runs/run.ts';
import { actions, paragraphs, section, smallPrint } from './blocks.ts';
import { buttons, menus } from './buttons.ts';
import { countsText, findingLines } from './lines.ts';
import { capped } from './lists.ts';
import type { NameOf } from './names.ts';
import { type DesiredPost, posts } from './post.ts';
import { clauses } from './rows.ts';
import { badness } from './group-findings.ts';
import { escaped } from './text.ts';
import { colon, hosts, more, okOn, W } from './words.ts';

/** Characters of lines in the reply of one app, which is one message: Evidence has everything. */
const LINES_SIZE = 8500;
const SECTIONS_NAMED = 12;
/** With more apps than this, those without findings share one reply. */
const OWN_REPLIES = 8;
const FINE_NAMED = 10;
const FINE_SECTIONS = 4;

/** One reply per app that is not in order, the worst first; the others have theirs too where there are few, else they share one. After a schedule's they are left out. */
export function appPosts(run: Run, findings: readonly Finding[], name: NameOf): DesiredPost[] {
  const apps = groupBy(findings, ({ app }) => app);
  const bad = apps.filter((own) => own.some(({ state }) => state !== 'ok'));
  const fine = apps.filter((own) => !bad.includes(own));
  const worstFirst = bad.sort((a, b) => badness(b) - badness(a)).flatMap((own) => appPost(run, own, name));
  if (run.schedule) return worstFirst;
  return apps.length > OWN_REPLIES
    ? [...worstFirst, ...finePost(run, fine, name)]
    : [...worstFirst, ...fine.flatMap((own) => appPost(run, own, name))];
}

function appPost(run: Run, findings: readonly Finding[], name: NameOf): DesiredPost[] {
  const { lang } = run;
  const app = findings[0]?.app ?? '';
  const title = escaped(say(name(app), lang), 100);
  const onHosts = hostsIn(findings);
  const counts = countsText(findings, lang);
  const ok = findings.filter(({ state }) => state === 'ok');
  const blocks: KnownBlock[] = [
    section(`*${title}* — ${counts}${onHosts > 0 ? ` · ${say(hosts(onHosts), lang)}` : ''}`),
    ...paragraphs(fitting(findingLines(findings, lang), lang)),
    ...(ok.length > 0 ? smallPrint([okLine(ok, lang, SECTIONS_NAMED)]) : []),
    ...actions(buttons(run, ({ action, arg }) => action === 'evidence' && arg === app)),
  ];
  return posts(`app:${app}`, `${title}${colon(lang)}${counts}`, blocks);
}

/** As many lines as one message takes, and how many more there are. */
function fitting(lines: readonly string[], lang: Lang): string[] {
  let size = 0;
  const fit = lines.findIndex((line) => (size += JSON.stringify(line).length) > LINES_SIZE);
  return fit < 0 ? [...lines] : [...lines.slice(0, fit), say(more(lines.length - fit), lang)];
}

const hostsIn = (findings: readonly Finding[]): number =>
  new Set(findings.flatMap(({ host }) => host ?? [])).size;

/** Everything that is well in one line, its sections and rows named. */
const okLine = (ok: readonly Finding[], lang: Lang, sectionsNamed: number): string =>
  `${say(okOn(ok.length, hostsIn(ok)), lang)} ${clauses(ok, lang, sectionsNamed)}`;

/** All the apps that are in order, a line for each system; the evidence of each behind a menu. */
function finePost(run: Run, apps: readonly (readonly Finding[])[], name: NameOf): DesiredPost[] {
  if (apps.length === 0) return [];
  const { lang } = run;
  const nameOfApp = (id: string): string => escaped(say(name(id), lang), 60);
  const lines = groupBy(apps.flat(), ({ system }) => system).map((findings) => {
    const system = findings[0]?.system ?? '';
    const names = [...new Set(findings.map(({ app }) => nameOfApp(app)))];
    return `*${escaped(system, 40)}* ${capped(names, FINE_NAMED, lang)} — ${okLine(findings, lang, FINE_SECTIONS)}`;
  });
  const ids = apps.map((findings) => findings[0]?.app ?? '');
  const evidence: ActionsBlock[] = menus(
    run,
    ({ action, arg = '' }) => action === 'evidence' && ids.includes(arg),
    ({ arg = '' }) => say(name(arg), lang),
    W.evidenceOf,
  );
  return posts('fine', `${say(W.noFindings, lang)}${colon(lang)}${apps.length}`, [
    section(`*${say(W.noFindings, lang)}* — ${apps.length}`),
    ...smallPrint(lines),
    ...evidence,
  ]);
}
