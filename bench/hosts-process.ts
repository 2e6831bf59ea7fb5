import { appendFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { takeAddresses } from '../lab/estate/addresses.ts';
import { startHosts } from '../lab/estate/hosts.ts';
import { SSH_PORT } from '../lab/estate/plan.ts';
import type { SideEffects } from '../lab/estate/service.ts';
import { BENCH_APP } from './app.ts';
import { endWithParent } from './child.ts';
import { HostsAsked, type HostsReady } from './hosts.ts';

const Order = z.object({ slow: z.array(z.string()) });

/** Holds the hosts of a measurement in a process of its own, so that what they cost is not counted as ours. */
async function main(): Promise<void> {
  const { folder, hosts, addresses } = HostsAsked.parse(JSON.parse(process.argv[2] ?? ''));
  const stops: (() => Promise<unknown>)[] = [];
  endWithParent(async () => {
    for (const each of stops.splice(0).reverse()) await each();
  });
  const running = await startHosts({
    folder,
    apps: [{ ...BENCH_APP, hosts }],
    timeZone: 'UTC',
    acting: () => ({ sideEffects: NOTHING, release: undefined }),
  });
  stops.push(running.stop);
  const own = running.hosts.map(({ plan }) => ({ name: plan.name, address: plan.sshAddress }));

  // More addresses than hosts: several lead to one host, and show its key.
  const more = addresses - hosts;
  const { plans, gateways } = await takeAddresses(
    more > 0 ? [{ ...BENCH_APP, hostName: 'more', hosts: more }] : [],
  );
  stops.push(() => Promise.all([...gateways.values()].map((gateway) => gateway.stop())));
  for (const [k, plan] of plans.entries()) {
    const host = running.hosts[k % hosts];
    if (!host) continue;
    gateways.get(plan)?.leadTo(host.pid);
    await appendFile(running.knownHostsPath, `[${plan.sshAddress}]:${SSH_PORT} ${host.key.public}\n`);
  }

  process.on('message', (message: unknown) => {
    const { slow } = Order.parse(message);
    void running
      .settle(slow.map((name) => ({ fault: 'host-slow', on: name })))
      .then(() => process.send?.({}));
  });
  const ready: HostsReady = {
    hosts: [...own, ...plans.map(({ name, sshAddress }) => ({ name, address: sshAddress }))],
    keyFile: path.resolve(running.sshKeyPath),
    knownHosts: path.resolve(running.knownHostsPath),
  };
  process.send?.(ready);
}

const nothing = (): Promise<void> => Promise.resolve();
const NOTHING: SideEffects = {
  do: nothing,
  stop: nothing,
  start: nothing,
  switchOff: nothing,
  switchOn: nothing,
  remove: nothing,
  log: () => undefined,
};

await main();
