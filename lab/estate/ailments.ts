import { type Conditions, HEALTHY } from './conditions.ts';
import { FAULTS, type Fault, type HostFault } from './faults/index.ts';
import { addressOf, type PlannedHost } from './plan.ts';

/** A fault that lasts, and where: a host's name or an order's number. */
export interface Ailment {
  readonly fault: string;
  readonly on: string;
}

/** A request that cannot be met: what to ask for instead is in the message. */
export class CannotBreak extends Error {
  override readonly name = 'CannotBreak';
}

export function findFault(id: string): Fault {
  const fault = FAULTS.find((each) => each.id === id);
  if (!fault)
    throw new CannotBreak(`there is no fault "${id}"; there are ${FAULTS.map((each) => each.id).join(', ')}`);
  return fault;
}

/** Where a fault happens: the host or order that was named, or the usual ones. */
export function placesOf(
  fault: Fault,
  named: string | undefined,
  hosts: readonly PlannedHost[],
): readonly string[] {
  if (fault.on === 'order') return [orderNumber(named ?? fault.usual)];
  if (named === undefined) {
    const usual = hosts.filter(({ app }) => app.id === fault.usual.app);
    return (fault.usual.all ? usual : usual.slice(0, 1)).map(({ name }) => name);
  }
  const host = hosts.find(({ name }) => name === named);
  if (!host)
    throw new CannotBreak(
      `there is no host "${named}"; there are ${hosts.map(({ name }) => name).join(', ')}`,
    );
  if (fault.apps.length > 0 && !fault.apps.includes(host.app.id)) {
    throw new CannotBreak(
      `${fault.id} happens on hosts of ${fault.apps.join(', ')}; ${named} is one of ${host.app.id}`,
    );
  }
  return [named];
}

function orderNumber(no: string): string {
  if (!/^[A-Za-z0-9]{1,16}_\d{10,25}$/.test(no)) {
    throw new CannotBreak(`"${no}" is no order number; write one like r1_201905060583197`);
  }
  return no;
}

/** The conditions of a host under everything that it has. */
export function conditionsOf(host: PlannedHost, ailments: readonly Ailment[]): Conditions {
  let conditions = HEALTHY;
  for (const { fault } of ailments.filter(({ on }) => on === host.name)) {
    const found = findFault(fault);
    if (found.on === 'host') conditions = found.change(conditions, host.app);
  }
  return conditions;
}

/** The connections a host's app keeps: name to `address:port`. A peer app that serves nowhere cannot be reached. */
export function peersOf(
  host: PlannedHost,
  all: ReadonlyMap<PlannedHost, Conditions>,
): ReadonlyMap<string, string> {
  const peers = new Map<string, string>();
  const own = all.get(host);
  for (const peer of host.app.peers) {
    if (own?.lostPeers.includes(peer.port)) continue;
    const name = 'app' in peer ? peer.app : peer.server;
    const address =
      'app' in peer ? servingAddress(peer.app, peer.port, host.index, all) : addressOf(peer.server);
    if (address === undefined) continue;
    for (let k = 0; k < peer.connections; k += 1) peers.set(`${name}#${k}`, `${address}:${peer.port}`);
  }
  return peers;
}

function servingAddress(
  app: string,
  port: number,
  index: number,
  all: ReadonlyMap<PlannedHost, Conditions>,
): string | undefined {
  const serving = [...all].filter(
    ([host, conditions]) =>
      host.app.id === app && conditions.processRuns && !conditions.closedPorts.includes(port),
  );
  return serving[index % Math.max(1, serving.length)]?.[0].address;
}

/** What a restart of the host's app leaves. */
export const afterRestart = (ailments: readonly Ailment[], host: string): readonly Ailment[] =>
  ailments.filter(({ fault, on }) => {
    const found = findFault(fault);
    return on !== host || found.on !== 'host' || !(found satisfies HostFault).mendedByRestart;
  });
