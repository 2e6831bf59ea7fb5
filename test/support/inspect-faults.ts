import { afterAll, beforeAll, expect, it } from 'vitest';
import type { PracticeApp } from '../../lab/estate/apps/app.ts';
import type { CheckState, Inspection, RowId } from '../../src/kit/index.ts';
import type { Report } from '../../src/runs/report.ts';
import {
  askedRowsOf,
  inspectedEstate,
  type InspectedEstate,
  type PlacedFault,
  redByHost,
  redOf,
  redRowsOf,
} from './inspected-estate.ts';

export interface FaultsOfSystem {
  readonly inspection: Inspection;
  readonly apps: readonly PracticeApp[];
  /** Put into the inventory. */
  readonly addresses?: Readonly<Record<string, string>>;
  readonly placed: readonly PlacedFault[];
  /** Faults and their hosts (the usual ones when undefined) that turn nothing red on a host, but these checks of an app. */
  readonly ofApps?: readonly (readonly [fault: string, host: string | undefined])[];
  readonly redOfApps?: Readonly<Record<string, Readonly<Record<string, CheckState>>>>;
  /** Rows that turn red in a test of their own. */
  readonly redElsewhere?: readonly RowId[];
}

export interface SeenFaults {
  readonly practice: () => InspectedEstate;
  readonly healthy: () => Report;
  readonly broken: () => Report;
}

/** Inspects a practice estate healthy, with all of the faults, and mended again: every finding is expected, and every check row turns red. */
export function inspectsFaults({
  inspection,
  apps,
  addresses = {},
  placed,
  ofApps = [],
  redOfApps = {},
  redElsewhere = [],
}: FaultsOfSystem): SeenFaults {
  const system = inspection.system.id;
  let practice: InspectedEstate;
  let [healthy, broken, mended]: Report[] = [];
  beforeAll(async () => {
    practice = await inspectedEstate(apps, [inspection], 'ssh2', addresses);
    const { estate, inspectAll } = practice;
    healthy = await inspectAll();
    for (const { fault, host } of placed) await estate.break(fault, host);
    for (const [fault, host] of ofApps) await estate.break(fault, host);
    broken = await inspectAll();
    await estate.mend('all');
    mended = await inspectAll();
  }, 120_000);
  afterAll(() => practice.stop());

  const there = (report: Report | undefined): Report => {
    if (!report) throw new Error('not inspected');
    return report;
  };
  const seen: SeenFaults = {
    practice: () => practice,
    healthy: () => there(healthy),
    broken: () => there(broken),
  };

  it('finds everything in order on healthy hosts', () => {
    expect(redOf(seen.healthy())).toEqual({});
    const hosts = new Set(seen.healthy().findings.flatMap(({ host }) => host ?? []));
    const own = apps.filter(({ id }) => inspection.checks.some((check) => check.apps.includes(id)));
    expect(hosts.size).toBe(own.reduce((sum, app) => sum + app.hosts, 0));
  });

  it.each(Object.entries(redByHost(placed)))(
    'sees what has happened on %s, and nothing else there',
    (host, red) => {
      expect(redOf(seen.broken())[host]).toEqual(red);
    },
  );

  it('sees what concerns an app as a whole once, and nothing on hosts without a fault', () => {
    const faulty = new Set(placed.map(({ host }) => host));
    const others = Object.entries(redOf(seen.broken())).filter(([host]) => !faulty.has(host));
    expect(Object.fromEntries(others)).toEqual(redOfApps);
  });

  it.each(
    placed.flatMap(({ fault, host, app }) => {
      const asked = askedRowsOf(fault, system, app);
      return asked.length > 0 ? [[fault, host, asked] as const] : [];
    }),
  )('answers the rows of the manuals that %s on %s is about', (_, host, asked) => {
    const rows = redRowsOf(seen.broken(), host);
    expect(asked.filter((row) => !rows.has(row))).toEqual([]);
  });

  it('turns every check of the manual red, but those of persons', () => {
    const red = new Set(seen.broken().findings.flatMap(({ state, rows }) => (state === 'ok' ? [] : rows)));
    const checks = inspection.checks.filter(({ on }) => on !== 'person').flatMap(({ rows }) => rows);
    const never = [...new Set(checks)].filter((row) => /-C\d+$/.test(row) && !red.has(row));
    expect(never).toEqual(redElsewhere);
  });

  it('finds everything in order again when all is mended', () => {
    expect(redOf(there(mended))).toEqual({});
  });
  return seen;
}
