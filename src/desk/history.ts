import { type Estate, type Intent, type Lang, type Scope, type Words, words } from '../kit/index.ts';
import type { Chart, ChartLimit } from '../runs/series.ts';
import type { Subject } from '../runs/measured.ts';
import { findingKey } from '../runs/report.ts';
import { contextOf } from '../inspecting/judge.ts';
import { type Look, looksOf } from '../inspecting/scope.ts';
import { type Named, numberLines, seenOnce, stateLines } from './series.ts';
import { visibleScope, NO_CHECK } from './visible-scope.ts';
import { meantBy, nearMeasures, oneOfEach } from './measures.ts';
import type { DeskDeps } from './deps.ts';
import type { Arrival, Reply } from './port.ts';
import { refused } from './refuse.ts';

type HistoryIntent = Extract<Intent, { kind: 'history' }>;
type Says = Extract<Reply, { kind: 'says' }>;

const HOUR_MS = 3600 * 1000;
/** Periods up to this long are shown measurement by measurement, longer ones by the hour. */
const SINGLY_HOURS = 48;
/** Hours of all subjects together of which single measurements are read. */
const MOST_SINGLY = 2400;
/** Subjects of one picture; more would be neither read nor drawn quickly. */
const MOST_SUBJECTS = 400;
const MOST_OFFERED = 8;

/** What was measured of something, as far as the person may see it; or words that say what to type. */
export async function historyFor(
  deps: DeskDeps,
  intent: HistoryIntent,
  typed: string,
  arrival: Arrival,
): Promise<Reply> {
  const { estate, catalog } = deps;
  if (deps.systemsOf(intent.scope).length === 0) return { kind: 'says', says: NO_CHECK };
  const { ask, decision } = visibleScope(deps, arrival.person, intent.scope);
  if (decision.verdict === 'no') return refused(deps, arrival.person, typed, decision.because);
  const inspections = [...catalog.inspections.values()];
  const all = looksOf(intent.scope, estate, inspections, ask.only);
  const looks = all.filter(({ check }) => check.on !== 'person');
  if (looks.length === 0) return all.length > 0 ? onlyByEye(intent.scope) : { kind: 'says', says: NO_CHECK };

  const known = within(looks, await deps.history.subjects(looks.map(nameOf)));
  const found = chosen(intent, looks, known, arrival.lang);
  if ('kind' in found) return found;
  const { subjects, checks } = found;
  if (subjects.length > MOST_SUBJECTS) return tooMany(subjects.length);

  const named = await seenOf(deps, subjects, intent.hours);
  const limits = limitsOf(checks, estate);
  const chart = drawn(named.lines, limits);
  const [first] = checks;
  if (!first || chart.lines.length === 0) return notMeasured(intent.scope);
  const hidden = ask.only ? deps.systemsOf(intent.scope).filter((id) => !ask.only?.includes(id)) : [];
  return {
    kind: 'history',
    asked: { by: arrival.person.name, typed },
    chart: {
      ...chart,
      of: scopeWords(intent.scope, estate),
      title: first.check.title,
      clause: first.check.clause,
      rows: [...new Set(checks.flatMap(({ check }) => check.rows))],
      from: named.from.toISOString(),
      to: named.to.toISOString(),
      timeZone: estate.timeZone,
      limits: chart.kind === 'numbers' ? limits : [],
      hidden,
    },
  };
}

const nameOf = ({ system, app, check }: Look) => ({ system, app: app.id, check: check.id });
const lookKey = ({ system, app, check }: Pick<Subject, 'system' | 'app' | 'check'>): string =>
  [system, app, check].join('|');

/** What was measured within the looks: of their hosts, and of the app as a whole where it is looked at as a whole. */
function within(looks: readonly Look[], subjects: readonly Subject[]): ReadonlyMap<Look, readonly Subject[]> {
  const byKey = new Map(looks.map((look) => [lookKey(nameOf(look)), look]));
  const found = new Map<Look, Subject[]>();
  for (const subject of subjects) {
    const look = byKey.get(lookKey(subject));
    const { host } = subject;
    if (!look || !(host === undefined ? look.whole : look.hosts.some(({ name }) => name === host))) continue;
    const own = found.get(look);
    if (own) own.push(subject);
    else found.set(look, [subject]);
  }
  return found;
}

interface Chosen {
  readonly checks: readonly Look[];
  readonly subjects: readonly Subject[];
}

/** The one measure that the words mean. */
function chosen(
  { scope, measure }: HistoryIntent,
  looks: readonly Look[],
  known: ReadonlyMap<Look, readonly Subject[]>,
  lang: Lang,
): Chosen | Says {
  if (measure === '') return whichMeasure(scope, looks, known, lang);
  const meant = meantBy(measure, looks);
  const byPart = meant.looks.length === 0 ? looks : meant.looks;
  const part = meant.part ?? (meant.looks.length === 0 ? measure.toLowerCase() : undefined);
  const measured = byPart.flatMap((look) => {
    const own = (known.get(look) ?? []).filter((subject) => part === undefined || isPart(subject, part));
    return own.length > 0 ? [{ look, own }] : [];
  });
  if (measured.length === 0)
    return meant.looks.length === 0 ? unknownMeasure(scope, measure, looks, lang) : notMeasured(scope);
  const found = measured.map(({ look }) => look);
  if (oneOfEach(found).length > 1) return severalMeasures(scope, measure, found, lang);
  return { checks: found, subjects: measured.flatMap(({ own }) => own) };
}

const isPart = ({ part }: Subject, wanted: string): boolean => part?.toLowerCase() === wanted;

async function seenOf(
  { history, now }: DeskDeps,
  subjects: readonly Subject[],
  hours: number,
): Promise<{ readonly lines: readonly Named[]; readonly from: Date; readonly to: Date }> {
  const to = await now();
  const asked = to.getTime() - hours * HOUR_MS;
  const byHour = await history.hours(subjects, new Date(asked), to);
  const firsts = [...byHour.values()].flatMap(([first]) => (first ? [first.at.getTime()] : []));
  // An hour has the time of its last measurement.
  const first = Math.max(asked, Math.min(...firsts, to.getTime()) - HOUR_MS);
  const seen =
    to.getTime() - first > Math.min(SINGLY_HOURS, MOST_SINGLY / subjects.length) * HOUR_MS
      ? byHour
      : new Map(
          [...(await history.values(subjects, new Date(first), to))].map(
            ([key, values]) => [key, values.map(seenOnce)] as const,
          ),
        );
  const label = labels(subjects);
  const lines = subjects.flatMap((subject): Named[] => {
    const own = seen.get(findingKey(subject));
    return own ? [{ name: label(subject), seen: own }] : [];
  });
  const begun = Math.min(
    ...lines.flatMap(({ seen: [one] }) => (one ? [one.at.getTime()] : [])),
    to.getTime(),
  );
  return { lines, from: new Date(Math.min(Math.max(begun, asked), to.getTime() - LEAST_MS)), to };
}

/** A picture of less time than this would be all noise of the clock. */
const LEAST_MS = 10 * 60_000;

/** As short as tells them apart: the host, with its part where there are several, with the check where that differs. */
function labels(subjects: readonly Subject[]): (subject: Subject) => string {
  const several = (read: (subject: Subject) => string): boolean => new Set(subjects.map(read)).size > 1;
  const [parts, apps] = [several(({ part = '' }) => part), several(({ app }) => app)];
  return ({ host, app, part }) =>
    [
      host ?? app,
      ...(host !== undefined && apps && !host.startsWith(app) ? [app] : []),
      ...(parts ? [part ?? ''] : []),
    ]
      .filter(Boolean)
      .join(' ');
}

function drawn(
  named: readonly Named[],
  limits: readonly ChartLimit[],
): Pick<Chart, 'kind' | 'unit' | 'lines'> {
  const numbers = numberLines(named, limits);
  return numbers.lines.length > 0
    ? { kind: 'numbers', ...numbers }
    : { kind: 'states', unit: '', lines: stateLines(named) };
}

/** Limits of the checks as the inventory has them, the same value once. */
function limitsOf(checks: readonly Look[], estate: Estate): readonly ChartLimit[] {
  const byValue = new Map<number, Set<ChartLimit['rows'][number]>>();
  for (const { check, app } of checks)
    for (const { value, row } of Object.values(contextOf(check, app, estate).limits))
      byValue.set(value, (byValue.get(value) ?? new Set()).add(row));
  return [...byValue].map(([value, rows]) => ({ value, rows: [...rows] })).sort((a, b) => a.value - b.value);
}

/** Titles of systems and apps, names of hosts and sites. */
function scopeWords(scope: Scope, { systems, apps }: Estate): Words {
  if (scope.kind === 'all') return words('Everything', '全部');
  const titles = new Map([...systems, ...apps].map(({ id, title }) => [id, title]));
  const named = scope.ids.map((id) => titles.get(id) ?? words(id, id));
  return words(named.map(({ en }) => en).join(', '), named.map(({ zh }) => zh).join('、'));
}

const says = (en: string, zh: string, instead?: Says['instead']): Says => ({
  kind: 'says',
  says: words(en, zh),
  ...(instead && instead.length > 0 ? { instead } : {}),
});

const scopeText = (scope: Scope): string =>
  scope.kind === 'all' ? 'all' : scope.ids.join(' ').toLowerCase();

/** Commands that ask for these, by a name that means nothing else of what is offered. Who asks in Chinese goes on in Chinese. */
function offers(scope: Scope, looks: readonly Look[], lang: Lang): Says['instead'] {
  const called = ({ id, title }: Look['check']): string => {
    const names = lang === 'zh' ? [title.zh, id, title.en] : [id, title.en];
    return names.find((name) => isAlone(name, title.en, looks)) ?? title.en;
  };
  return oneOfEach(looks)
    .slice(0, MOST_OFFERED)
    .map(({ check }) => ({
      title: check.title,
      command: `/history ${scopeText(scope)} ${called(check)}`,
    }));
}

/** Whether a name means all that have this title, and nothing else. */
function isAlone(name: string, title: string, looks: readonly Look[]): boolean {
  const meant = meantBy(name, looks).looks;
  const own = looks.filter(({ check }) => check.title.en === title);
  return meant.length === own.length && meant.every(({ check }) => check.title.en === title);
}

function whichMeasure(
  scope: Scope,
  looks: readonly Look[],
  known: ReadonlyMap<Look, readonly Subject[]>,
  lang: Lang,
): Says {
  const measured = looks.filter((look) => known.has(look));
  return measured.length === 0
    ? notMeasured(scope)
    : says('Which measure? For instance:', '请指明指标，例如：', offers(scope, measured, lang));
}

const severalMeasures = (scope: Scope, measure: string, looks: readonly Look[], lang: Lang): Says =>
  says(
    `"${shown(measure)}" means several measures. Say which:`,
    `“${shown(measure)}”对应多个指标，请选择：`,
    offers(scope, looks, lang),
  );

function unknownMeasure(scope: Scope, measure: string, looks: readonly Look[], lang: Lang): Says {
  const near = nearMeasures(measure, looks);
  return near.length > 0
    ? says(
        `No measure is called "${shown(measure)}". Did you mean:`,
        `没有名为“${shown(measure)}”的指标。您是否要找：`,
        offers(scope, near, lang),
      )
    : says(
        `No measure is called "${shown(measure)}". There is:`,
        `没有名为“${shown(measure)}”的指标。现有：`,
        offers(scope, looks, lang),
      );
}

const inspecting = (scope: Scope): Says['instead'] => [
  { title: words('Inspect', '巡检'), command: `/inspect ${scopeText(scope)}` },
];

const notMeasured = (scope: Scope): Says =>
  says(
    'Nothing was measured of this in that time. An inspection measures it:',
    '该时间段内没有测量值。巡检后即可查看：',
    inspecting(scope),
  );

const onlyByEye = (scope: Scope): Says =>
  says(
    'Nothing of this is measured: what the manuals check here, a person sees in a console. An inspection says what:',
    '该对象没有测量值：手册中的检查项均须人工在控制台查看。巡检会列出：',
    inspecting(scope),
  );

const tooMany = (count: number): Says =>
  says(
    `That is ${count} courses, more than can be told apart. Name an app, some hosts, or a part like /home/admin.`,
    `共有 ${count} 条曲线，过多无法分辨。请指明应用、主机，或 /home/admin 这样的分项。`,
  );

const shown = (text: string): string => Array.from(text).slice(0, 40).join('');
