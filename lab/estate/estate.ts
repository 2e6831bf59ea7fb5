import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { type PracticeApp, withAgents } from './apps/app.ts';
import { FEW_APPS } from './apps/index.ts';
import { startClock } from './clock.ts';
import { startConsoles } from './consoles.ts';
import { type Controls, startControl } from './control.ts';
import { makeControls } from './controls.ts';
import { type Account, closeDatabases, createDatabases, type MysqlSetting } from './databases.ts';
import { startHosts } from './hosts.ts';
import { describeInventory, type PracticeInventory } from './inventory.ts';
import { FINISHED, HEALTHY_SIBLING } from './orders/sample-orders.ts';
import { Flow } from './orders/flow.ts';
import { putOrder } from './orders/order.ts';
import type { Release } from './orders/release.ts';
import { orderDatabaseOf } from './orders/schema.ts';
import { SSH_PORT } from './plan.ts';

export interface EstateSetting {
  /** Everything the estate keeps is here. */
  readonly folder: string;
  readonly mysql: MysqlSetting;
  /** Those of the message queue and the release platform unless set. */
  readonly apps?: readonly PracticeApp[];
  /** Time zone of the hosts' clocks and logs; UTC unless set. */
  readonly timeZone?: string;
  /** Port of the console pages; any free one unless set. */
  readonly consolePort?: number;
  /** Faults that are there from the beginning: a stuck and a blocking order unless set, where there is a release platform. */
  readonly faults?: readonly string[];
  /** Milliseconds between two moves of the flow engine; 1000 unless set. */
  readonly beatMs?: number;
  /** Drops the schemas and accounts when the estate stops. */
  readonly dropDatabases?: boolean;
}

export interface RunningEstate extends Controls {
  readonly hosts: readonly {
    readonly name: string;
    readonly app: string;
    /** Where ssh reaches it. */
    readonly address: string;
    readonly port: number;
    /** Process 1 of the host, by its id on this machine. */
    readonly pid: number;
  }[];
  /** What an inventory file says about this estate. */
  readonly inventory: PracticeInventory;
  readonly sshKeyPath: string;
  readonly knownHostsPath: string;
  readonly user: 'admin';
  readonly accounts: { readonly reader: Account; readonly changer: Account };
  /** Ends every process of the estate. Resolves when none is left. */
  readonly stop: () => Promise<void>;
}

const ENGINE_LOG = '/home/admin/logs/acopswareorchestration/common-default.log';

/** Starts the practice estate: every host, its databases, its consoles. Resolves when every host can be logged in to; throws and leaves nothing when something cannot start. */
export async function startEstate(setting: EstateSetting): Promise<RunningEstate> {
  const stops: (() => Promise<void>)[] = [];
  const stop = async (): Promise<void> => {
    for (const each of stops.splice(0).reverse()) await each();
  };
  try {
    return await start(setting, stops, stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Every part that has started adds how it is stopped. */
async function start(
  setting: EstateSetting,
  stops: (() => Promise<void>)[],
  stop: () => Promise<void>,
): Promise<RunningEstate> {
  const apps = withAgents(setting.apps ?? FEW_APPS);
  const timeZone = setting.timeZone ?? 'UTC';
  const folder = path.resolve(setting.folder);
  await mkdir(folder, { recursive: true });

  const databases = await createDatabases(apps, setting.mysql);
  stops.push(() => closeDatabases(databases, setting.dropDatabases ?? false));
  const orders = orderDatabaseOf(databases);
  const release: Release | undefined = orders && {
    database: orders,
    flow: new Flow(orders, (text) => engineHost()?.log(ENGINE_LOG, text)),
  };
  const hosts = await startHosts({
    folder: path.join(folder, 'hosts'),
    apps,
    timeZone,
    acting: () => ({ sideEffects, release }),
  });
  // The flow engine logs on the first of its hosts that is up.
  const engineHost = () => hosts.hostsOf('acopswareorchestration').find((host) => host.runs());
  stops.push(hosts.stop);
  const stopClock = startClock(hosts.hosts, release?.flow, setting.beatMs ?? 1000);
  stops.push(stopClock);

  const { controls, sideEffects } = makeControls(hosts, release);
  if (release) await putUsualOrders(release);
  const usualFaults = release ? ['order-stuck', 'order-blocked'] : [];
  for (const fault of setting.faults ?? usualFaults) await controls.break(fault);

  const consoles = await startConsoles(hosts, apps, setting.consolePort ?? 0);
  stops.push(consoles.stop);
  const control = await startControl(folder, controls);
  stops.push(control.stop);

  return {
    ...controls,
    hosts: hosts.hosts.map(({ plan, pid }) => ({
      name: plan.name,
      app: plan.app.id,
      address: plan.sshAddress,
      port: SSH_PORT,
      pid,
    })),
    inventory: describeInventory({
      apps,
      hosts: hosts.hosts.map(({ plan }) => plan),
      databases,
      mysqlPort: setting.mysql.port,
      consolePort: consoles.port,
      timeZone,
    }),
    sshKeyPath: hosts.sshKeyPath,
    knownHostsPath: hosts.knownHostsPath,
    user: 'admin',
    accounts: { reader: databases.reader, changer: databases.changer },
    stop,
  };
}

async function putUsualOrders({ database, flow }: Release): Promise<void> {
  await putOrder(database, FINISHED);
  await putOrder(database, HEALTHY_SIBLING);
  flow.take(FINISHED, false);
  flow.take(HEALTHY_SIBLING, true);
}
