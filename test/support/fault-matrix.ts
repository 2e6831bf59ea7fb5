import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PracticeApp, withAgents } from '../../lab/estate/apps/app.ts';
import { planHosts } from '../../lab/estate/plan.ts';
import type { CheckState, Inspection, RowId } from '../../src/kit/index.ts';
import type { Finding, Report } from '../../src/runs/report.ts';
import {
  askedRowsOf,
  inspectedEstate,
  type InInventory,
  type InspectedEstate,
  type PlacedFault,
  redByHost,
  redOf,
} from './inspected-estate.ts';

type Red = Readonly<Record<string, Readonly<Record<string, CheckState>>>>;

export interface FaultMatrix extends Pick<InInventory, 'limits'> {
  readonly inspection: Inspection;
  /** Inspections whose apps are needed too: agents, business hosts. Their checks are left out. */
  readonly beside?: readonly Inspection[];
  /** Each gets as many hosts as faults name, one where none does. */
  readonly apps: readonly PracticeApp[];
  /** Apps that need more hosts than that. */
  readonly hosts?: Readonly<Record<string, number>>;
  /** Addresses of the inventory by their names, each that of a host. */
  readonly addresses?: Readonly<Record<string, string>>;
  readonly placed: readonly PlacedFault[];
  /** What the placed faults bring to other hosts. */
  readonly brought?: readonly PlacedFault[];
  /** Faults that turn nothing red, and where; on all of their usual hosts unless named. */
  readonly unseen?: readonly (readonly [fault: string, host?: string])[];
  /** What is red of apps as a whole: pages, clusters. */
  readonly ofApps?: Red;
  /** What is still told of apps when all is mended, because logs remember it. */
  readonly remains?: Red;
  /** Rows that no fault here turns red: that happens in a test of their own, or cannot. */
  readonly redElsewhere?: readonly RowId[];
}

export interface SeenFaults {
  readonly practice: () => InspectedEstate;
  readonly healthy: () => Report;
  readonly broken: () => Report;
}

/**
 * Tests that an inspection finds everything well, then every fault where it is and nothing else, then everything well again, and
 * that no check is left which nothing turns red. `further` tests may look at the reports, and break the mended estate again.
 */
export function seesEveryFault(matrix: FaultMatrix, further: (seen: SeenFaults) => void = () => {}): void {
  const { inspection, placed, brought = [], unseen = [], ofApps = {}, remains = {} } = matrix;
  const { id } = inspection.system;
  const all = [...placed, ...brought];
  const lateOn = (host: string, when: 'follows' | 'fades'): readonly string[] =>
    all.filter((each) => each.host === host).flatMap((each) => each[when] ?? []);
  const apps = matrix.apps.map((app) => ({ ...app, hosts: hostsFor(app, matrix) }));

  describe(`the inspection of ${id} on a practice estate`, () => {
    let practice: InspectedEstate;
    let healthy: Report;
    let broken: Report;
    let mended: Report;
    beforeAll(async () => {
      practice = await inspectedEstate(
        apps,
        [inspection, ...(matrix.beside ?? []).map((each) => ({ ...each, checks: [] }))],
        'ssh2',
        {
          addresses: addressesIn(apps, matrix.addresses),
          ...(matrix.limits ? { limits: matrix.limits } : {}),
        },
      );
      const { estate, inspectAll } = practice;
      healthy = await inspectAll();
      for (const { fault, host } of placed) await estate.break(fault, host);
      for (const [fault, host] of unseen) await estate.break(fault, host);
      broken = await inspectAll();
      await estate.mend('all');
      mended = await inspectAll();
    }, 120_000);
    afterAll(() => practice.stop());

    it('finds everything in order on healthy hosts, and looks at each of them', () => {
      expect(redOf(healthy)).toEqual({});
      const looked = new Set(healthy.findings.flatMap(({ host }) => host ?? []));
      const own = withAgents(apps).filter((app) => isLookedAt(app, inspection));
      const hosts = practice.estate.hosts.filter(({ app }) => own.some((each) => each.id === app));
      expect([...looked].sort()).toEqual(hosts.map(({ name }) => name).sort());
    });

    it.each(Object.entries(redByHost(all)))(
      'sees what has happened on %s, and nothing else there',
      (host, red) => {
        expect(without(redOf(broken)[host], lateOn(host, 'follows'))).toEqual(red);
      },
    );

    it('sees what that means for apps as a whole, and nothing on hosts without a fault', () => {
      const faulty = new Set(all.map(({ host }) => host));
      const others = Object.entries(redOf(broken)).filter(([host]) => !faulty.has(host));
      expect(Object.fromEntries(others)).toEqual(ofApps);
    });

    it.each(
      all.flatMap(({ fault, host, app }) => {
        const asked = askedRowsOf(fault, id, app).filter((row) => !askedOfPersons(inspection).has(row));
        return asked.length > 0 ? [[fault, host, asked] as const] : [];
      }),
    )('answers the rows of the manuals that %s on %s is about', (_, host, asked) => {
      const red = redRows(broken, (finding) => finding.host === host || finding.host === undefined);
      expect(asked.filter((row) => !red.has(row))).toEqual([]);
    });

    it('turns every check of the manuals red, but those of persons', () => {
      const red = redRows(broken, () => true);
      const asked = inspection.checks.filter(({ on }) => on !== 'person').flatMap(({ rows }) => rows);
      const never = [...new Set(asked)].filter((row) => /-C\d+$/.test(row) && !red.has(row));
      expect(never.sort()).toEqual(matrix.redElsewhere ?? []);
    });

    it('finds everything in order again when all is mended', () => {
      const red = Object.entries(redOf(mended)).map(
        ([host, each]) => [host, without(each, lateOn(host, 'fades'))] as const,
      );
      const still = red.filter(([, each]) => Object.keys(each).length > 0);
      expect(Object.fromEntries(still)).toEqual(remains);
    });

    further({ practice: () => practice, healthy: () => healthy, broken: () => broken });
  });
}

const hostsFor = ({ id, hosts }: PracticeApp, { hosts: needed, placed, brought = [] }: FaultMatrix): number =>
  Math.max(
    needed?.[id] ?? Math.min(hosts, 1),
    ...[...placed, ...brought]
      .filter(({ app }) => app === id)
      .map(({ host }) => Number(host.slice(host.lastIndexOf('-') + 1))),
  );

function addressesIn(
  apps: readonly PracticeApp[],
  wanted: FaultMatrix['addresses'] = {},
): Readonly<Record<string, string>> {
  const plans = planHosts(apps, 0);
  return Object.fromEntries(
    Object.entries(wanted).map(([name, host]) => {
      const plan = plans.find((each) => each.name === host);
      if (!plan) throw new Error(`no host ${host}`);
      return [name, plan.address];
    }),
  );
}

/** Whether some check asks the hosts of the app, or an agent that runs there. */
function isLookedAt({ id, programs }: PracticeApp, { checks }: Inspection): boolean {
  const asked = checks.filter(({ on }) => on === 'host').flatMap((check) => check.apps);
  return [id, ...programs.map((program) => program.id)].some((each) => asked.includes(each));
}

const without = (red: Red[string] = {}, checks: readonly string[]): Red[string] =>
  Object.fromEntries(Object.entries(red).filter(([check]) => !checks.includes(check)));

/** Rows that nothing but a question to a person answers. */
function askedOfPersons({ checks }: Inspection): ReadonlySet<RowId> {
  const rowsOn = (person: boolean) =>
    checks.filter(({ on }) => (on === 'person') === person).flatMap(({ rows }) => rows);
  const seen = new Set(rowsOn(false));
  return new Set(rowsOn(true).filter((row) => !seen.has(row)));
}

const redRows = ({ findings }: Report, which: (finding: Finding) => boolean): ReadonlySet<RowId> =>
  new Set(findings.filter((finding) => finding.state !== 'ok' && which(finding)).flatMap(({ rows }) => rows));
