import { findFault } from '../../lab/estate/active-faults.ts';
import type { PracticeApp } from '../../lab/estate/apps/app.ts';
import { APPS } from '../../lab/estate/apps/index.ts';
import type { RunningEstate } from '../../lab/estate/estate.ts';
import { rowsOn } from '../../lab/estate/faults/fault.ts';
import { readInventory } from '../../src/config/inventory.ts';
import type {
  CheckRef,
  CheckState,
  Condition,
  Estate,
  Held,
  Inspection,
  RowId,
} from '../../src/kit/index.ts';
import { holdsBy } from '../../src/changing/conditions.ts';
import { askChecks } from '../../src/inspecting/ask-checks.ts';
import { inspect } from '../../src/inspecting/inspect.ts';
import type { Report } from '../../src/runs/report.ts';
import { openTargets } from '../../src/targets/index.ts';
import { testEstate } from '../lab/estate/practice.ts';

/** A fault on a host, and what turns red there: `check` or `check part` to its state. */
export interface PlacedFault extends Late {
  readonly fault: string;
  readonly app: string;
  readonly host: string;
  readonly red: Readonly<Record<string, CheckState>>;
}

/** Findings that may be red or not, because logs take their time. */
export interface Late {
  /** While the fault lasts. */
  readonly follows?: readonly string[];
  /** When it is mended. */
  readonly fades?: readonly string[];
}

/** Several faults on one host: their findings are told apart by the checks. */
export const onHost = (
  host: string,
  faults: Readonly<Record<string, PlacedFault['red']>>,
  late: Late = {},
): readonly PlacedFault[] =>
  Object.entries(faults).map(([fault, red]) => ({
    fault,
    app: host.replace(/-\d+$/, ''),
    host,
    red,
    ...late,
  }));

/** The faults of a host's resources, with the checks that `resourceChecks` makes, under this name where they have one. */
export function resourceFaults(
  name?: string,
  state: CheckState = 'warning',
): Readonly<Record<'load-high' | 'memory-high' | 'cpu-high' | 'disk-full', PlacedFault['red']>> {
  const red = (check: string): PlacedFault['red'] => ({
    [name === undefined ? check : `${name}-${check}`]: state,
  });
  return {
    'load-high': red('load'),
    'memory-high': red('memory'),
    'cpu-high': red('cpu'),
    'disk-full': red('disk /home/admin'),
  };
}

/** What is red on each host when all of them have happened. */
export function redByHost(placed: readonly PlacedFault[]): Readonly<Record<string, PlacedFault['red']>> {
  const all: Record<string, Record<string, CheckState>> = {};
  for (const { host, red } of placed) Object.assign((all[host] ??= {}), red);
  return all;
}

export interface InspectedEstate {
  readonly estate: RunningEstate;
  readonly inspectAll: () => Promise<Report>;
  /** Looks at a condition of a step as a worker does. */
  readonly holds: (condition: Condition) => Promise<Held>;
  readonly stop: () => Promise<void>;
}

/** What stands in an inventory besides that of the practice estate. */
export type InInventory = Partial<Pick<Estate, 'addresses' | 'limits'>>;

/** A practice estate without faults, and its inspection as a worker performs it. */
export async function inspectedEstate(
  apps: readonly PracticeApp[],
  inspections: readonly Inspection[],
  client: 'ssh2' | 'system',
  { addresses = {}, limits = {} }: InInventory = {},
): Promise<InspectedEstate> {
  const practice = await testEstate({ apps, faults: [] });
  const { estate } = practice;
  const inventory = {
    ...estate.inventory,
    addresses: { ...estate.inventory.addresses, ...addresses },
    limits,
  };
  const read = readInventory('inventory.yaml', inventory, inspections);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const login = { kind: 'key-file', path: estate.sshKeyPath } as const;
  const hostKeys = { knownHosts: estate.knownHostsPath };
  // Its own connections each time: one from before would outlive a fault of logging in.
  const open = () =>
    openTargets({
      ssh: { client, user: estate.user, login, hostKeys, connectSeconds: 6 },
      databases: { accounts: () => ({ read: estate.accounts.reader }) },
    });
  return {
    estate,
    async inspectAll() {
      const targets = open();
      try {
        return await inspect({
          scope: { kind: 'all' },
          estate: read.inventory.estate,
          inspections,
          targets,
          concurrency: 12,
        });
      } finally {
        await targets.close();
      }
    },
    async holds(condition) {
      const targets = open();
      const asking = { estate: read.inventory.estate, inspections, targets };
      try {
        const checks = (refs: readonly CheckRef[]) => askChecks(refs, asking);
        const eyes = {
          ...asking,
          exec: targets.exec,
          containers: () => Promise.reject(new Error('there are no containers here')),
          checks,
        };
        return await holdsBy({
          ...eyes,
          checksAtOnce: checks,
          checksWithin: () => checks,
          now: async () => new Date(),
        })(condition, new Date());
      } finally {
        await targets.close();
      }
    },
    stop: practice.stop,
  };
}

/** Everything that is not ok, by its host (or app) and then by check and part. */
export function redOf({ findings }: Report): Readonly<Record<string, Readonly<Record<string, CheckState>>>> {
  const red: Record<string, Record<string, CheckState>> = {};
  for (const { host, app, check, part, state } of findings) {
    if (state === 'ok') continue;
    (red[host ?? app] ??= {})[part === undefined ? check : `${check} ${part}`] = state;
  }
  return red;
}

/** Checks, metrics and logs among the rows that the fault says turn red on hosts of an app. */
export function askedRowsOf(fault: string, system: string, app: string): readonly RowId[] {
  const found = findFault(fault);
  const on = found.on === 'host' ? APPS.find(({ id }) => id === app) : undefined;
  const rows = on ? rowsOn(found, on) : found.rows;
  return rows.filter((row) => new RegExp(`^${system}-[CML]\\d`).test(row));
}
