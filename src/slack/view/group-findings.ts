import { groupBy } from '../../runs/group-by.ts';
import type { Fate, Finding, Report } from '../../runs/report.ts';
import { countByState } from '../../runs/report.ts';

/** A report taken apart: hosts that did not answer stand once, everything else with what it is about. */
export interface Apart {
  /** One for each host that did not answer; empty where there is only one app, which then speaks for its hosts. */
  readonly hosts: readonly Finding[];
  readonly own: readonly Finding[];
}

export function takeApart({ findings, stopped }: Report): Apart {
  const cut = new Set(stopped?.hosts.filter(({ fate }) => CUT.has(fate)).map(({ name }) => name));
  const asked = findings.filter(({ standsFor, host = '' }) => !standsFor || !cut.has(host));
  const apps = new Set(findings.flatMap(({ app, standsFor }) => standsFor?.map((each) => each.app) ?? [app]));
  if (apps.size <= 1) return { hosts: [], own: asked };
  return {
    hosts: asked.filter(({ standsFor }) => standsFor),
    own: asked.filter(({ standsFor }) => !standsFor),
  };
}

/** Hosts that say nothing because nobody waited for them. */
const CUT: ReadonlySet<Fate> = new Set(['ended', 'closed', 'not-asked']);

/** What there is to say of one system, or of one app. */
export interface Group {
  readonly id: string;
  readonly findings: readonly Finding[];
}

export interface Grouped {
  readonly by: 'system' | 'app';
  /** Not in order, the worst first. */
  readonly bad: readonly Group[];
  /** In order as far as it was seen: hosts of it did not answer. */
  readonly partly: readonly Group[];
  readonly fine: readonly Group[];
}

/** By system when there are several, else by app, unless the caller wants it otherwise. */
export function grouped({ hosts, own }: Apart, wanted?: Grouped['by']): Grouped {
  const about = (finding: Finding) => finding.standsFor ?? [finding];
  const systems = new Set([...own, ...hosts].flatMap(about).map(({ system }) => system));
  const by = wanted ?? (systems.size > 1 ? 'system' : 'app');
  const silent = new Set(hosts.flatMap(about).map((each) => each[by]));
  const seen = groupBy(own, (finding) => finding[by]).map((findings) => ({
    id: findings[0]?.[by] ?? '',
    findings,
  }));
  const unseen = [...silent].filter((id) => !seen.some((group) => group.id === id));
  const groups: readonly Group[] = [...seen, ...unseen.map((id) => ({ id, findings: [] }))];
  const bad = groups.filter(({ findings }) => findings.some(({ state }) => state !== 'ok'));
  const others = groups.filter((group) => !bad.includes(group));
  return {
    by,
    bad: bad.toSorted((a, b) => badness(b.findings) - badness(a.findings)),
    partly: others.filter(({ id }) => silent.has(id)),
    fine: others.filter(({ id }) => !silent.has(id)),
  };
}

/** Greater is worse: one critical outweighs every warning. */
export function badness(findings: readonly Finding[]): number {
  const { critical, warning, unknown } = countByState(findings);
  return critical * 1e6 + warning * 1e3 + unknown;
}
