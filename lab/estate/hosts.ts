import { randomUUID } from 'node:crypto';
import { chmod, copyFile, mkdir, writeFile } from 'node:fs/promises';
import type net from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { takeAddresses } from './addresses.ts';
import { type Cause, conditionsOf, peersOf } from './active-faults.ts';
import { serve } from './answers.ts';
import { type PracticeApp, serviceOf } from './apps/app.ts';
import { commandsOf } from './commands.ts';
import type { Conditions } from './conditions.ts';
import { Host, type PeersOfHost } from './host.ts';
import { startHostChild } from './host-child.ts';
import { keptKey, writeHostFiles } from './host-files.ts';
import { type PlannedHost, planAddresses, SSH_PORT } from './plan.ts';
import { startRelay } from './relay.ts';
import type { EstateView, NoticeEffects, Served } from './service.ts';

/** Every host of an estate, running. */
export interface Hosts extends EstateView {
  readonly hosts: readonly Host[];
  readonly hostsOf: (app: string) => readonly Host[];
  readonly sshKeyPath: string;
  readonly knownHostsPath: string;
  /** Makes every host agree with what happened to it. */
  readonly settle: (causes: readonly Cause[]) => Promise<void>;
  /** Ends programs of a host and brings them back to what happened to the host. */
  readonly restart: (host: Host, programs: readonly string[], causes: readonly Cause[]) => Promise<void>;
  /** A connection to a port of a host, made by the host itself. */
  readonly dial: (host: Host, port: number) => Promise<net.Socket>;
  readonly stop: () => Promise<void>;
}

export interface HostsSetting {
  readonly folder: string;
  readonly apps: readonly PracticeApp[];
  readonly timeZone: string;
  /** What the answers of the hosts can do, once the hosts are there. */
  readonly acting: () => Pick<Served, 'sideEffects' | 'release'>;
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
  { folder, apps, timeZone, acting }: HostsSetting,
  stops: (() => Promise<unknown>)[],
  stop: () => Promise<void>,
): Promise<Hosts> {
  await mkdir(path.join(folder, 'root'), { recursive: true });
  await chmod(folder, 0o700);
  for (const file of ['init.sh', 'init.pl', 'ask.pl'])
    await copyFile(path.join(PROGRAMS, file), path.join(folder, file));
  const sshKeyPath = path.join(folder, 'id_ed25519');
  const knownHostsPath = path.join(folder, 'known_hosts');
  const login = (await keptKey(sshKeyPath)).public;

  const { plans, gateways } = await takeAddresses(apps);
  stops.push(() => Promise.all([...gateways.values()].map((gateway) => gateway.stop())));
  const addresses = planAddresses(apps);
  const byName = new Map<string, Host>();
  const relay = await startRelay(folder, (socket, name, port) => {
    const host = byName.get(name);
    const service = host && serviceOf(host.plan.app, port);
    if (!host || !service) return void socket.destroy();
    serve(service, socket, () => servedOn(host));
  });
  stops.push(relay.stop);
  stops.push(() => Promise.all([...byName.values()].map((host) => host.stop())));

  const started = await Promise.allSettled(
    plans.map(async (plan) => {
      const files = await writeHostFiles(folder, plan, { hosts: plans, ...addresses, login, timeZone });
      const child = await startHostChild(folder, files.folder, plan);
      byName.set(plan.name, new Host(plan, files.key, child, { relay, timeZone }));
    }),
  );
  const failed = started.find((each) => each.status === 'rejected');
  if (failed) throw failed.reason;

  const all = plans.flatMap(({ name }) => byName.get(name) ?? []);
  const view = {
    hosts: all,
    hostsOf: (app: string): readonly Host[] => all.filter(({ plan }) => plan.app.id === app),
    ...addresses,
  };
  const servedOn = (host: Host): Served => ({ host, estate: view, ...acting() });
  const sideEffects: NoticeEffects = {
    log: (name, file, text) => byName.get(name)?.log(file, text),
    // Nobody is left who could see what stops meanwhile.
    begin: (effect) =>
      void acting()
        .sideEffects.do(effect)
        .catch(() => undefined),
  };
  const settle = async (causes: readonly Cause[]): Promise<void> => {
    const conditions = new Map(plans.map((plan) => [plan, conditionsOf(plan, causes)]));
    await Promise.all(
      all.map(async (host) => {
        const own = conditions.get(host.plan);
        if (!own) return;
        const { hostKey } = host.conditions;
        await host.settle(own, peersOfHost(host.plan, conditions, addresses.servers));
        // Who has logged in already would not see the other key.
        if (own.hostKey !== hostKey) gateways.get(host.plan)?.cut();
        await gateways.get(host.plan)?.become(own.isOff ? 'refuses' : own.ssh);
      }),
    );
    for (const app of apps) app.notice?.(view, sideEffects);
  };
  await settle([]);
  await Promise.all(all.map((host) => host.answerCommands(commandsOf(host.plan.app), () => servedOn(host))));
  const known = all.map(({ plan, key }) => `[${plan.sshAddress}]:${SSH_PORT} ${key.public}\n`);
  await writeFile(knownHostsPath, known.join(''));
  for (const host of all) gateways.get(host.plan)?.leadTo(host.pid);
  return {
    ...view,
    sshKeyPath,
    knownHostsPath,
    settle,
    async restart(host, programs, causes) {
      await host.endPrograms(programs);
      await settle(causes);
    },
    async dial(host, port) {
      const id = randomUUID();
      const [socket] = await Promise.all([relay.dialled(id, 3000), host.dial(port, id)]);
      return socket;
    },
    stop,
  };
}

const peersOfHost = (
  host: PlannedHost,
  conditions: ReadonlyMap<PlannedHost, Conditions>,
  servers: ReadonlyMap<string, string>,
): PeersOfHost =>
  new Map(host.app.programs.map((program) => [program.id, peersOf(host, program, conditions, servers)]));
