import { randomUUID } from 'node:crypto';
import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import type net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { takeAddresses } from './addresses.ts';
import { type Ailment, conditionsOf, peersOf } from './ailments.ts';
import { serve } from './answers.ts';
import type { PracticeApp } from './apps/app.ts';
import { Host } from './host.ts';
import { startHostChild } from './host-child.ts';
import { keptKey, writeHostFiles } from './host-files.ts';
import type { Flow } from './orders/flow.ts';
import { SSH_PORT } from './plan.ts';
import { startRelay } from './relay.ts';

/** Every host of an estate, running. */
export interface Hosts {
  readonly all: readonly Host[];
  readonly sshKeyPath: string;
  readonly knownHostsPath: string;
  /** Makes every host agree with what ails it. */
  readonly settle: (ailments: readonly Ailment[]) => Promise<void>;
  /** Ends the app of a host and brings it back to what ails the host. */
  readonly restart: (host: Host, ailments: readonly Ailment[]) => Promise<void>;
  /** A connection to a port of a host, made by the host itself. */
  readonly dial: (host: Host, port: number) => Promise<net.Socket>;
  readonly stop: () => Promise<void>;
}

export interface HostsSetting {
  readonly folder: string;
  readonly apps: readonly PracticeApp[];
  readonly timeZone: string;
  /** Takes the signals that arrive on a host. */
  readonly flow: Flow;
}

const PROGRAMS = path.join(path.dirname(fileURLToPath(import.meta.url)), 'host');

/** Starts the hosts of the apps, healthy. Resolves when each can be logged in to; when one cannot start, none is left. */
export async function startHosts(setting: HostsSetting): Promise<Hosts> {
  const stops: (() => Promise<unknown>)[] = [];
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

async function start(
  { folder, apps, flow, timeZone }: HostsSetting,
  stops: (() => Promise<unknown>)[],
  stop: () => Promise<void>,
): Promise<Hosts> {
  await mkdir(path.join(folder, 'root'), { recursive: true });
  await chmod(folder, 0o700);
  for (const file of ['init.sh', 'init.pl'])
    await copyFile(path.join(PROGRAMS, file), path.join(folder, file));
  const sshKeyPath = path.join(folder, 'id_ed25519');
  const knownHostsPath = path.join(folder, 'known_hosts');
  const login = (await keptKey(sshKeyPath)).public;

  const { plans, doors } = await takeAddresses(apps);
  stops.push(() => Promise.all([...doors.values()].map((door) => door.stop())));
  const byName = new Map<string, Host>();
  const relay = await startRelay(folder, (socket, name, port) => {
    const host = byName.get(name);
    const service = host?.plan.app.ports[port];
    if (!host || !service) return void socket.destroy();
    serve(service, socket, () => ({
      host: name,
      app: host.plan.app,
      conditions: host.conditions,
      signal: (request) => flow.signal(name, request),
    }));
  });
  stops.push(relay.stop);
  stops.push(() => Promise.all([...byName.values()].map((host) => host.stop())));

  const started = await Promise.allSettled(
    plans.map(async (plan) => {
      const files = await writeHostFiles(folder, plan, { hosts: plans, login, timeZone });
      const child = await startHostChild(folder, files.folder, plan);
      byName.set(plan.name, new Host(plan, files.key, child, { relay, timeZone }));
    }),
  );
  const failed = started.find((each) => each.status === 'rejected');
  if (failed) throw failed.reason;

  const all = plans.flatMap(({ name }) => byName.get(name) ?? []);
  const settle = async (ailments: readonly Ailment[]): Promise<void> => {
    const conditions = new Map(plans.map((plan) => [plan, conditionsOf(plan, ailments)]));
    await Promise.all(
      all.map(async (host) => {
        const own = conditionsOf(host.plan, ailments);
        const { hostKey } = host.conditions;
        await host.settle(own, peersOf(host.plan, conditions));
        // Who has logged in already would not see the other key.
        if (own.hostKey !== hostKey) doors.get(host.plan)?.cut();
        await doors.get(host.plan)?.become(own.ssh);
      }),
    );
  };
  await settle([]);
  const known = all.map(({ plan, key }) => `[${plan.sshAddress}]:${SSH_PORT} ${key.public}\n`);
  await writeFile(knownHostsPath, known.join(''));
  for (const host of all) doors.get(host.plan)?.leadTo(host.pid);
  return {
    all,
    sshKeyPath,
    knownHostsPath,
    settle,
    async restart(host, ailments) {
      await host.settle({ ...conditionsOf(host.plan, ailments), processRuns: false }, new Map());
      await settle(ailments);
    },
    async dial(host, port) {
      const id = randomUUID();
      const [socket] = await Promise.all([relay.dialled(id, 3000), host.dial(port, id)]);
      return socket;
    },
    stop,
  };
}
