import { findFault } from '../../lab/estate/ailments.ts';
import type { PracticeApp } from '../../lab/estate/apps/app.ts';
import { APPS } from '../../lab/estate/apps/index.ts';
import type { RunningEstate } from '../../lab/estate/estate.ts';
import { rowsOn } from '../../lab/estate/faults/fault.ts';
import { readInventory } from '../../src/config/inventory.ts';
import type { CheckState, Inspection, RowId } from '../../src/kit/index.ts';
import { inspect } from '../../src/runner/inspect.ts';
import type { Finding, Report } from '../../src/runs/report.ts';
import { openTargets } from '../../src/targets/index.ts';
import { testEstate } from '../lab/estate/practice.ts';

/** One fault on one host of its own, and what turns red there: `check` or `check part` to its state. */
export interface FaultOnHost {
  readonly fault: string;
  readonly app: string;
  readonly red: Readonly<Record<string, CheckState>>;
  /** Findings that may be red or not, because they follow with time. */
  readonly follows?: readonly string[];
}

export interface PlacedFault extends FaultOnHost {
  readonly host: string;
}

/** Gives every fault the next host of its app; the first host of an app stays well. */
export function placeFaults(faults: readonly FaultOnHost[]): readonly PlacedFault[] {
  const used = new Map<string, number>();
  return faults.map((each) => {
    const no = (used.get(each.app) ?? 1) + 1;
    used.set(each.app, no);
    return { ...each, host: `${each.app}-${no}` };
  });
}

/** Several faults on one host: their findings are told apart by the checks. */
export const onHost = (
  host: string,
  faults: Readonly<Record<string, FaultOnHost['red']>>,
  follows: readonly string[] = [],
): readonly PlacedFault[] =>
  Object.entries(faults).map(([fault, red]) => ({
    fault,
    app: host.replace(/-\d+$/, ''),
    host,
    red,
    ...(follows.length > 0 ? { follows } : {}),
  }));

/** What is red on each host when all of them have happened. */
export function redByHost(placed: readonly PlacedFault[]): Readonly<Record<string, FaultOnHost['red']>> {
  const all: Record<string, Record<string, CheckState>> = {};
  for (const { host, red } of placed) Object.assign((all[host] ??= {}), red);
  return all;
}

/** The same app on so many hosts. */
export const on = (app: PracticeApp, hosts: number): PracticeApp => ({ ...app, hosts });

/** The app with a host for every fault, and one that stays well. */
export const withHosts = (app: PracticeApp, placed: readonly PlacedFault[]): PracticeApp => ({
  ...app,
  hosts: 1 + placed.filter((each) => each.app === app.id).length,
});

export interface InspectedEstate {
  readonly estate: RunningEstate;
  readonly inspectAll: () => Promise<Report>;
  readonly stop: () => Promise<void>;
}

/** A practice estate without faults, and its inspection as a worker performs it. `addresses` are put into its inventory. */
export async function inspectedEstate(
  apps: readonly PracticeApp[],
  inspections: readonly Inspection[],
  client: 'ssh2' | 'system',
  addresses: Readonly<Record<string, string>> = {},
): Promise<InspectedEstate> {
  const practice = await testEstate({ apps, faults: [] });
  const { estate } = practice;
  const inventory = { ...estate.inventory, addresses: { ...estate.inventory.addresses, ...addresses } };
  const read = readInventory('inventory.yaml', inventory, inspections);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  const login = { kind: 'key-file', path: estate.sshKeyPath } as const;
  const hostKeys = { knownHosts: estate.knownHostsPath };
  return {
    estate,
    async inspectAll() {
      // Its own connections each time: one from before would outlive a fault of logging in.
      const targets = openTargets({
        ssh: { client, user: estate.user, login, hostKeys, connectSeconds: 6 },
        databases: { accounts: () => ({ read: estate.accounts.reader }) },
      });
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

/** Whether the fault's rows are those of this app: some faults can happen anywhere. */
export const isUsual = ({ fault, app }: FaultOnHost): boolean => {
  const found = findFault(fault);
  return found.on === 'host' && found.usual.app === app;
};

/** Checks, metrics and logs among the rows that the fault says turn red on hosts of an app: of its usual one unless another is named. */
export function askedRowsOf(fault: string, system: string, app?: string): readonly RowId[] {
  const found = findFault(fault);
  const on = found.on === 'host' ? APPS.find(({ id }) => id === (app ?? found.usual.app)) : undefined;
  const rows = on ? rowsOn(found, on) : found.rows;
  return rows.filter((row) => new RegExp(`^${system}-[CML]\\d`).test(row));
}

export const redRowsOf = ({ findings }: Report, host: string): ReadonlySet<RowId> =>
  new Set(
    findings
      .filter((finding: Finding) => finding.host === host && finding.state !== 'ok')
      .flatMap(({ rows }) => rows),
  );
