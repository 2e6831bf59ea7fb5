import type { CheckState } from '../../kit/index.ts';
import {
  briefly,
  type Change,
  type Changes,
  type Finding,
  findingKey,
  isAnswer,
  type Outlier,
  type Report,
} from '../../runs/report.ts';
import { medianOf } from './trend.ts';

/** The id of the finding that stands for a host which did not answer. */
export const HOST_CHECK = 'host';

/**
 * What changed between two reports of one scope, the worst first. Only what both could see is compared: what could not be
 * looked at this time is neither better nor gone, and what could not be looked at the last time is not new.
 */
export function compareReports(before: Report, now: Report): Changes {
  const old = new Map(before.findings.map((finding) => [findingKey(finding), finding]));
  const present = new Set(now.findings.map(findingKey));
  const [sawBefore, seesNow] = [sightOf(before), sightOf(now)];
  // Subjects that a cancelled inspection did not reach are not reported as a change.
  const known = now.findings.filter(({ state }) => !now.stopped || state !== 'unknown');
  const changed = known.flatMap((finding) => moved(old.get(findingKey(finding)), finding, sawBefore) ?? []);
  const waiting = new Set(now.notYet?.map(({ finding }) => findingKey(finding)));
  const isGone = (key: string): boolean => !present.has(key) && !waiting.has(key);
  const gone = before.findings
    .filter((finding) => finding.state !== 'ok' && isGone(findingKey(finding)) && seesNow(finding))
    .map((finding): Change => ({ kind: 'gone', finding, was: finding.state }));
  return { since: before.finishedAt, entries: [...changed, ...gone].sort((a, b) => urgency(b) - urgency(a)) };
}

/** What changed in one subject since a report; undefined when nothing did. */
export const changeOf = (before: Report, now: Finding): Change | undefined => {
  const key = findingKey(now);
  return moved(
    before.findings.find((finding) => findingKey(finding) === key),
    now,
    sightOf(before),
  );
};

function moved(
  old: Finding | undefined,
  finding: Finding,
  sawBefore: (subject: Finding) => boolean,
): Change | undefined {
  if (!old) return finding.state !== 'ok' && sawBefore(finding) ? { kind: 'new', finding } : undefined;
  const was = old.state;
  const kind = direction(was, finding.state);
  return kind && { kind, finding, was };
}

/** Whether a report could see a subject: its host answered, and its check brought its parts. */
function sightOf({ findings }: Report): (subject: Finding) => boolean {
  const silent = new Set(
    findings.filter(({ check, state }) => check === HOST_CHECK && state !== 'ok').map(({ host }) => host),
  );
  const unanswered = new Set(
    findings
      .filter(({ state, part }) => state === 'unknown' && part === undefined)
      .map((finding) => findingKey(finding)),
  );
  // A manual check counts as seen when a person answers it.
  return (subject) =>
    !isAnswer(subject) &&
    !(subject.host !== undefined && silent.has(subject.host)) &&
    !(subject.part !== undefined && unanswered.has(findingKey({ ...subject, part: '' })));
}

/** Undefined when nothing changed, or when what was known to be bad cannot be seen any more. */
function direction(was: CheckState, is: CheckState): Change['kind'] | undefined {
  if (was === is) return undefined;
  if (is === 'ok') return 'gone';
  if (was === 'ok') return 'new';
  if (is === 'unknown') return undefined;
  return WEIGHT[is] > WEIGHT[was] ? 'worse' : 'better';
}

const WEIGHT: Readonly<Record<CheckState, number>> = { ok: 0, unknown: 1, warning: 2, critical: 3 };

const urgency = ({ kind, finding }: Change): number =>
  kind === 'gone' ? 0 : kind === 'better' ? 1 : 1 + WEIGHT[finding.state];

const FEWEST_PEERS = 3;
/** Deviations beyond this many robust standard deviations are unlike. */
const UNLIKE = 3.5;
/** A difference below this share of the limit is ignored. */
const OF_LIMIT = 0.05;

/** Compares each measured value with the same value on the app's other hosts, by median and MAD: one odd host does not shift them. The most unlike first. */
export function outliers({ findings }: Pick<Report, 'findings'>): readonly Outlier[] {
  const groups = new Map<string, { readonly finding: Finding; readonly value: number }[]>();
  for (const finding of findings) {
    const { host, value, unit = '' } = finding;
    if (host === undefined || value === undefined) continue;
    const key = `${findingKey({ ...finding, host: '' })}|${unit}`;
    const group = groups.get(key);
    if (group) group.push({ finding, value });
    else groups.set(key, [{ finding, value }]);
  }
  return [...groups.values()]
    .filter((group) => group.length >= FEWEST_PEERS)
    .flatMap((group) => unlikeTheirPeers(group))
    .sort((a, b) => b.away - a.away)
    .map(({ outlier }) => outlier);
}

function unlikeTheirPeers(group: readonly { readonly finding: Finding; readonly value: number }[]) {
  const median = medianOf(group.map(({ value }) => value));
  const spread = medianOf(group.map(({ value }) => Math.abs(value - median))) * 1.4826;
  return group.flatMap(({ finding, value }) => {
    // Hosts that are all but equal have no spread to speak of; a difference that nobody would notice is none.
    const ofLimit = Math.abs(finding.limit?.value ?? 0) * OF_LIMIT;
    const noticeable = Math.max(Math.abs(median) * 0.2, finding.unit === '%' ? 10 : 1, ofLimit);
    const away = Math.abs(value - median) / Math.max(spread * UNLIKE, noticeable);
    return away > 1
      ? [{ away, outlier: { finding: briefly(finding), value, median, peers: group.length } }]
      : [];
  });
}
