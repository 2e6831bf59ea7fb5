import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import type net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Ailment, afterRestart, CannotBreak, conditionsOf, findFault, peersOf, placesOf } from './ailments.ts';
import { serve } from './answers.ts';
import type { PracticeApp } from './apps/app.ts';
import { APPS } from './apps/index.ts';
import { startConsoles } from './consoles.ts';
import { type Controls, type EstateState, startControl } from './control.ts';
import { type Host, type HostSetting, startHost } from './host.ts';
import { keptKey } from './host-files.ts';
import { describeInventory, type PracticeInventory } from './inventory.ts';
import { FINISHED, HEALTHY_SIBLING } from './orders/cast.ts';
import { Flow } from './orders/flow.ts';
import { putOrder } from './orders/order.ts';
import { type Account, closeOrderDatabase, createOrderDatabase, type MysqlSetting } from './orders/schema.ts';
import { type PlannedHost, SSH_PORT } from './plan.ts';
import { startRelay } from './relay.ts';
import { startClock } from './clock.ts';
import { takeAddresses } from './addresses.ts';

export interface EstateSetting {
  /** Everything the estate keeps is here. */
  readonly folder: string;
  readonly mysql: MysqlSetting;
  readonly apps?: readonly PracticeApp[];
  /** Time zone of the hosts' clocks and logs; UTC unless set. */
  readonly timeZone?: string;
  /** Port of the console pages; any free one unless set. */
  readonly consolePort?: number;
  /** Faults that are there from the beginning: a stuck and a blocking order unless set. */
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
  readonly inventory: PracticeInventory;
  readonly sshKeyPath: string;
  readonly knownHostsPath: string;
  readonly user: 'admin';
  readonly accounts: { readonly reader: Account; readonly changer: Account };
  /** Ends every process of the estate. Resolves when none is left. */
  readonly stop: () => Promise<void>;
}

const HERE = path.dirname(fileURLToPath(import.meta.url));
const ENGINE_LOG = '/home/admin/logs/acopswareorchestration/common-default.log';

/** Starts the practice estate: every host, its databases, its consoles. Resolves when every host can be logged in to. */
export async function startEstate(setting: EstateSetting): Promise<RunningEstate> {
  const apps = setting.apps ?? APPS;
  const timeZone = setting.timeZone ?? 'UTC';
  const folder = path.join(path.resolve(setting.folder), 'hosts');
  await mkdir(path.join(folder, 'root'), { recursive: true });
  await chmod(folder, 0o700);
  for (const file of ['init.sh', 'init.pl']) await copyFile(path.join(HERE, 'host', file), path.join(folder, file));
  const login = await keptKey(path.join(folder, 'id_ed25519'));
  const { plans, doors } = await takeAddresses(apps);

  const byName = new Map<string, Host>();
  const engineHost = (): Host | undefined =>
    [...byName.values()].find((host) => host.plan.app.id === 'acopswareorchestration' && host.processRuns);
  const database = await createOrderDatabase(setting.mysql);
  const flow = new Flow(database, (text) => engineHost()?.log(ENGINE_LOG, text));

  const relay = await startRelay(folder, (socket, name, port) => {
    const host = byName.get(name);
    const service = host?.plan.app.ports[port];
    if (!host || !service) return socket.destroy();
    serve(service, socket, () => ({
      host: name,
      app: host.plan.app,
      conditions: host.conditions,
      signal: (request) => flow.signal(name, request),
    }));
  });
  const dial = async (host: Host, port: number): Promise<net.Socket> => {
    const id = randomUUID();
    const [socket] = await Promise.all([relay.dialled(id, 3000), host.dial(port, id)]);
    return socket;
  };

  const hostSetting: HostSetting = { folder, hosts: plans, login: login.public, timeZone, relay };
  const started = await Promise.allSettled(plans.map((plan) => startHost(plan, hostSetting)));
  const hosts = started.flatMap((each) => (each.status === 'fulfilled' ? [each.value] : []));
  for (const host of hosts) byName.set(host.plan.name, host);
  const stopHosts = async (): Promise<void> => {
    await Promise.all(hosts.map((host) => host.stop()));
    await Promise.all([...doors.values()].map((door) => door.stop()));
    await relay.stop();
    await closeOrderDatabase(database, setting.dropDatabases ?? false);
  };
  const failed = started.find((each) => each.status === 'rejected');
  if (failed) {
    await stopHosts();
    throw failed.reason;
  }

  let ailments: readonly Ailment[] = [];
  const settle = async (): Promise<void> => {
    const all = new Map<PlannedHost, ReturnType<typeof conditionsOf>>(
      plans.map((plan) => [plan, conditionsOf(plan, ailments)]),
    );
    await Promise.all(
      hosts.map(async (host) => {
        const conditions = all.get(host.plan) ?? host.conditions;
        await host.settle(conditions, conditions.processRuns ? peersOf(host.plan, all) : new Map());
        await doors.get(host.plan)?.become(conditions.ssh);
      }),
    );
  };
  await settle();
  for (const host of hosts) doors.get(host.plan)?.leadTo(host.pid);

  const controls: Controls = {
    async break(id, on) {
      const fault = findFault(id);
      const places = placesOf(fault, on, plans).map((place): Ailment => ({ fault: id, on: place }));
      const same = (one: Ailment) => places.some((place) => place.fault === one.fault && place.on === one.on);
      ailments = [...ailments.filter((one) => !same(one)), ...places];
      if (fault.on === 'host') await settle();
      else for (const { on: order } of places) await fault.apply(database, flow, order);
      return places;
    },
    async mend(id, on) {
      const fault = id === 'all' ? undefined : findFault(id);
      const gone = ailments.filter(
        (one) => (!fault || one.fault === fault.id) && (on === undefined || one.on === on),
      );
      ailments = ailments.filter((one) => !gone.includes(one));
      for (const { fault: each, on: order } of gone) {
        const found = findFault(each);
        if (found.on === 'order') await found.mend(database, flow, order);
      }
      await settle();
      return gone;
    },
    async restart(name) {
      const host = byName.get(name);
      if (!host) throw new CannotBreak(`there is no host "${name}"; there are ${[...byName.keys()].join(', ')}`);
      ailments = afterRestart(ailments, name);
      const conditions = conditionsOf(host.plan, ailments);
      await host.settle({ ...conditions, processRuns: false }, new Map());
      await settle();
    },
    state: (): EstateState => ({
      hosts: hosts.map((host) => ({
        name: host.plan.name,
        app: host.plan.app.id,
        address: host.plan.sshAddress,
        processRuns: host.processRuns,
        faults: ailments.filter(({ on }) => on === host.plan.name).map(({ fault }) => fault),
      })),
      orders: ailments.filter(({ fault }) => findFault(fault).on === 'order'),
      signals: flow.signals.length,
    }),
    signals: () => flow.signals,
  };

  for (const [order, moves] of [[FINISHED, false], [HEALTHY_SIBLING, true]] as const) {
    await putOrder(database, order);
    flow.take(order, moves);
  }
  for (const fault of setting.faults ?? ['order-stuck', 'order-blocked']) await controls.break(fault);

  const knownHostsPath = path.join(folder, 'known_hosts');
  await writeFile(
    knownHostsPath,
    hosts.map((host) => `[${host.plan.sshAddress}]:${SSH_PORT} ${host.key.public}\n`).join(''),
  );
  const consoles = await startConsoles({
    hosts: () => hosts,
    dial,
    database,
    port: setting.consolePort ?? 0,
  });
  const control = await startControl(path.resolve(setting.folder), controls);
  const stopClock = startClock(hosts, flow, setting.beatMs ?? 1000);

  let stopped: Promise<void> | undefined;
  return {
    ...controls,
    hosts: hosts.map(({ plan, pid }) => ({
      name: plan.name,
      app: plan.app.id,
      address: plan.sshAddress,
      port: SSH_PORT,
      pid,
    })),
    inventory: describeInventory({
      apps,
      hosts: plans,
      database,
      mysqlPort: setting.mysql.port,
      consolePort: consoles.port,
      timeZone,
    }),
    sshKeyPath: path.join(folder, 'id_ed25519'),
    knownHostsPath,
    user: 'admin',
    accounts: { reader: database.reader, changer: database.changer },
    stop: () => {
      stopped ??= (async () => {
        await stopClock();
        await Promise.all([consoles.stop(), control.stop()]);
        await stopHosts();
      })();
      return stopped;
    },
  };
}
