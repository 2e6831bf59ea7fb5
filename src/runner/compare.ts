import type { CheckState } from '../kit/index.ts';
import { type Change, type Changes, type Finding, findingKey, type Report } from '../runs/report.ts';

/** The id of the finding that stands for a host which did not answer. */
export const HOST_CHECK = 'host';

/**
 * What changed between two reports of one scope. Only what is not ok is new; what could not be looked at this time is neither
 * better nor gone.
 */
export function compareReports(before: Report, now: Report): Changes {
  const old = new Map(before.findings.map((finding) => [findingKey(finding), finding]));
  const present = new Set(now.findings.map(findingKey));
  const silent = new Set(
    now.findings.filter(({ check, state }) => check === HOST_CHECK && state !== 'ok').map(({ host }) => host),
  );
  const entries: Change[] = [];
  for (const finding of now.findings) {
    const was = old.get(findingKey(finding))?.state;
    if (was === undefined) {
      if (finding.state !== 'ok') entries.push({ kind: 'new', finding });
    } else if (was !== finding.state) {
      entries.push({ kind: direction(was, finding.state), finding, was });
    }
  }
  for (const finding of before.findings) {
    if (finding.state === 'ok' || present.has(findingKey(finding))) continue;
    if (finding.host !== undefined && silent.has(finding.host)) continue;
    entries.push({ kind: 'gone', finding, was: finding.state });
  }
  return { since: before.finishedAt, entries };
}

/** Knowing nothing any more is worse, whatever was known. */
function direction(was: CheckState, is: CheckState): 'worse' | 'better' {
  if (is === 'unknown') return 'worse';
  return WEIGHT[is] > WEIGHT[was] ? 'worse' : 'better';
}

const WEIGHT: Readonly<Record<CheckState, number>> = { ok: 0, unknown: 1, warning: 2, critical: 3 };

/** A host whose value is unlike that of its peers in the same app, whether a limit is breached or not. */
export interface Outlier {
  readonly finding: Finding;
  readonly value: number;
  /** Of the peers, this host included. */
  readonly median: number;
  readonly peers: number;
}

const FEWEST_PEERS = 4;
/** Deviations beyond this many robust standard deviations are unlike. */
const UNLIKE = 3.5;

/** Compares each measured value with the same value on the app's other hosts, by median and MAD: one odd host does not shift them. */
export function outliers(findings: readonly Finding[]): readonly Outlier[] {
  const groups = new Map<string, { readonly finding: Finding; readonly value: number }[]>();
  for (const finding of findings) {
    if (finding.host === undefined || finding.value === undefined) continue;
    const key = findingKey({ ...finding, host: '' });
    groups.set(key, [...(groups.get(key) ?? []), { finding, value: finding.value }]);
  }
  const found: Outlier[] = [];
  for (const group of groups.values()) {
    if (group.length < FEWEST_PEERS) continue;
    const median = medianOf(group.map(({ value }) => value));
    const spread = medianOf(group.map(({ value }) => Math.abs(value - median))) * 1.4826;
    for (const { finding, value } of group) {
      const away = Math.abs(value - median);
      // Hosts that are all but equal have no spread to speak of; a difference that nobody would notice is none.
      const noticeable = Math.max(Math.abs(median) * 0.2, finding.unit === '%' ? 10 : 1);
      if (away > spread * UNLIKE && away >= noticeable) {
        found.push({ finding, value, median, peers: group.length });
      }
    }
  }
  return found;
}

function medianOf(values: readonly number[]): number {
  const sorted = values.toSorted((a, b) => a - b);
  const middle = Math.floor(sorted.length / 2);
  const upper = sorted[middle] ?? 0;
  return sorted.length % 2 === 1 ? upper : ((sorted[middle - 1] ?? 0) + upper) / 2;
}
