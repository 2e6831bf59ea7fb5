import { afterAll, beforeAll, describe, expect, it } from 'vitest';
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
} from './inspected-estate.ts';

export interface FaultMatrix {
  readonly inspection: Inspection;
  /** Inspections whose apps are needed: agents, business hosts. Their checks are left out. */
  readonly beside?: readonly Inspection[];
  /** Each gets as many hosts as faults name, two where none does. */
  readonly apps: readonly PracticeApp[];
  readonly placed: readonly PlacedFault[];
  /** What is red of apps as a whole: pages, clusters. */
  readonly ofApps?: Readonly<Record<string, Readonly<Record<string, CheckState>>>>;
  /** What is still told of apps when all is mended, because logs remember it. */
  readonly remains?: FaultMatrix['ofApps'];
  /** Checks that are shown and never judged. */
  readonly neverRed?: readonly RowId[];
  readonly client?: 'ssh2' | 'system';
}

/** Tests that an inspection finds everything well, every fault where it is and nothing else, and everything well again. */
export function seesEveryFault(matrix: FaultMatrix): void {
  const { inspection, placed, ofApps = {}, remains = {}, neverRed = [] } = matrix;
  const { id } = inspection.system;
  describe(`the inspection of ${id} on a practice estate`, () => {
    let practice: InspectedEstate;
    let healthy: Report;
    let broken: Report;
    let mended: Report;
    beforeAll(async () => {
      practice = await inspectedEstate(
        matrix.apps.map((app) => ({ ...app, hosts: hostsFor(app, placed) })),
        [inspection, ...(matrix.beside ?? []).map((each) => ({ ...each, checks: [] }))],
        matrix.client ?? 'system',
      );
      healthy = await practice.inspectAll();
      for (const { fault, host } of placed) await practice.estate.break(fault, host);
      broken = await practice.inspectAll();
      await practice.estate.mend('all');
      mended = await practice.inspectAll();
    }, 120_000);
    afterAll(() => practice.stop());

    it('finds everything in order on healthy hosts', () => {
      expect(redOf(healthy)).toEqual({});
      expect(healthy.hosts).toBe(practice.estate.hosts.length);
    });

    it.each(Object.entries(redByHost(placed)))(
      'sees what has happened on %s, and nothing else there',
      (host, red) => {
        const follows = placed.filter((each) => each.host === host).flatMap((each) => each.follows ?? []);
        const seen = Object.entries(redOf(broken)[host] ?? {}).filter(([check]) => !follows.includes(check));
        expect(Object.fromEntries(seen)).toEqual(red);
      },
    );

    it('sees what that means for apps as a whole, and nothing on hosts without a fault', () => {
      const faulty = new Set(placed.map(({ host }) => host));
      const others = Object.entries(redOf(broken)).filter(([host]) => !faulty.has(host));
      expect(Object.fromEntries(others)).toEqual(ofApps);
    });

    it.each(placed.map(({ fault, host, app }) => [fault, host, app] as const))(
      'answers the rows of the manual that %s on %s is about',
      (fault, host, app) => {
        const red = new Set(rowsOf(broken, (finding) => finding.host === host || finding.host === undefined));
        const asked = askedRowsOf(fault, id, app).filter((row) => !askedOfPersons(inspection).has(row));
        expect(asked.filter((row) => !red.has(row))).toEqual([]);
      },
    );

    it('turns every check red that no person is asked about', () => {
      const asked = inspection.checks
        .filter(({ on }) => on !== 'person')
        .flatMap(({ rows }) => rows)
        .filter((row) => row.startsWith(`${id}-C`) && !neverRed.includes(row));
      const red = new Set(rowsOf(broken, () => true));
      expect([...new Set(asked)].filter((row) => !red.has(row))).toEqual([]);
    });

    it('finds everything in order again when all is mended', () => {
      expect(redOf(mended)).toEqual(remains);
    });
  });
}

/** Rows that nothing but a question to a person answers. */
function askedOfPersons({ checks }: Inspection): ReadonlySet<RowId> {
  const rowsOn = (person: boolean) =>
    checks.filter(({ on }) => (on === 'person') === person).flatMap(({ rows }) => rows);
  const seen = new Set(rowsOn(false));
  return new Set(rowsOn(true).filter((row) => !seen.has(row)));
}

const hostsFor = ({ id, hosts }: PracticeApp, placed: readonly PlacedFault[]): number =>
  Math.max(
    Math.min(hosts, 2),
    ...placed
      .filter(({ app }) => app === id)
      .map(({ host }) => Number(host.slice(host.lastIndexOf('-') + 1))),
  );

const rowsOf = (
  { findings }: Report,
  which: (finding: Report['findings'][number]) => boolean,
): readonly RowId[] =>
  findings.filter((finding) => finding.state !== 'ok' && which(finding)).flatMap(({ rows }) => rows);
