import { isOrRuns, type Peer, type Program } from './apps/app.ts';
import { type Conditions, HEALTHY } from './conditions.ts';
import { canHave, isMendedBy } from './faults/fault.ts';
import { type ActiveFault, FAULTS, type Fault } from './faults/index.ts';
import type { PlannedHost } from './plan.ts';
import type { SideEffect } from './service.ts';

/** Why hosts are as they are, oldest first: active faults, and what requests and commands did. */
export type Cause = ActiveFault | SideEffect;

export const isActiveFault = (cause: Cause): cause is ActiveFault => 'fault' in cause;

/** A request that cannot be met: what to ask for instead is in the message. */
export class CannotBreak extends Error {
  override readonly name = 'CannotBreak';
}

export function findFault(id: string): Fault {
  const fault = FAULTS.find((each) => each.id === id);
  if (fault) return fault;
  const shared = (other: string): number =>
    id.split('-').filter((word) => word.length > 2 && other.split('-').includes(word)).length;
  const near = FAULTS.map((each) => each.id)
    .filter((other) => shared(other) > 0)
    .toSorted((one, other) => shared(other) - shared(one));
  throw new CannotBreak(
    near.length > 0
      ? `there is no fault "${id}"; near are ${near.slice(0, 12).join(', ')}`
      : `there is no fault "${id}"; "npm run lab -- list" names those there are`,
  );
}

/** Where a fault happens: the host or order that was named, or the usual ones, or else the first that can have it. */
export function placesOf(
  fault: Fault,
  named: string | undefined,
  hosts: readonly PlannedHost[],
): readonly string[] {
  if (fault.on === 'order') return [orderNumber(named ?? fault.usual)];
  if (named === undefined) {
    const usual = hosts.filter(({ app }) => isOrRuns(app, fault.usual.app));
    const possible = usual.length > 0 ? usual : hosts.filter(({ app }) => canHave(app, fault));
    if (possible.length === 0) throw new CannotBreak(`no host of this estate can have ${fault.id}`);
    return (fault.usual.all ? possible : possible.slice(0, 1)).map(({ name }) => name);
  }
  const host = hosts.find(({ name }) => name === named);
  if (!host)
    throw new CannotBreak(
      `there is no host "${named}"; there are ${hosts.map(({ name }) => name).join(', ')}`,
    );
  if (!canHave(host.app, fault)) {
    const able = [...new Set(hosts.filter(({ app }) => canHave(app, fault)).map(({ app }) => app.id))];
    const where = able.length > 0 ? able.join(', ') : fault.apps.join(', ');
    throw new CannotBreak(`${fault.id} happens on hosts of ${where}; ${named} is one of ${host.app.id}`);
  }
  return [named];
}

function orderNumber(no: string): string {
  if (!/^[A-Za-z0-9]{1,16}_\d{10,25}$/.test(no)) {
    throw new CannotBreak(`"${no}" is no order number; write one like r1_201905060583197`);
  }
  return no;
}

/** The active faults of a fault in its places, with those that it brings to other hosts. */
export function activeFaultsOf(
  fault: Fault,
  places: readonly string[],
  hosts: readonly PlannedHost[],
): readonly ActiveFault[] {
  const own = places.map((on): ActiveFault => ({ fault: fault.id, on }));
  if (fault.on !== 'host' || !fault.brings) return own;
  const { brings } = fault;
  const there = hosts.filter(({ name }) => places.includes(name));
  const all = [...own, ...there.flatMap((host) => brings(host, hosts))];
  return [...new Map(all.map((one) => [`${one.fault} ${one.on}`, one])).values()];
}

/** The conditions of a host under everything that happened to it. */
export function conditionsOf(host: PlannedHost, causes: readonly Cause[]): Conditions {
  let conditions = HEALTHY;
  for (const cause of causes) {
    if (!isActiveFault(cause)) {
      if (cause.on.includes(host.name)) conditions = cause.change(conditions);
      continue;
    }
    if (cause.on !== host.name) continue;
    const fault = findFault(cause.fault);
    if (fault.on === 'host') conditions = fault.change(conditions, host.app);
  }
  return conditions;
}

/** The connections a program of a host keeps: name to `address:port`. A peer app that serves nowhere cannot be reached. */
export function peersOf(
  host: PlannedHost,
  program: Program,
  all: ReadonlyMap<PlannedHost, Conditions>,
  servers: ReadonlyMap<string, string>,
): ReadonlyMap<string, string> {
  const peers = new Map<string, string>();
  const own = all.get(host) ?? HEALTHY;
  for (const peer of program.peers ?? []) {
    const { port, connections } = peer;
    if (own.lostPeers.includes(port)) continue;
    const moved = own.movedPeers[port];
    for (const address of moved === undefined ? addressesOf(peer, host, all, servers) : [moved]) {
      for (let k = 0; k < connections; k += 1) peers.set(`${address}:${port}#${k}`, `${address}:${port}`);
    }
  }
  return peers;
}

/** Each client takes another of the hosts that serve the port; members of a cluster connect to the others, not to themselves. */
function addressesOf(
  peer: Peer,
  host: PlannedHost,
  all: ReadonlyMap<PlannedHost, Conditions>,
  servers: ReadonlyMap<string, string>,
): readonly string[] {
  if ('server' in peer) return [servers.get(peer.server)].filter((address) => address !== undefined);
  const serving = [...all].flatMap(([each, conditions]) =>
    each.app.id === peer.app && each !== host && isServing(each, conditions, peer.port) ? [each.address] : [],
  );
  if (peer.each) return serving;
  return serving.length === 0 ? [] : serving.slice(host.index % serving.length).slice(0, 1);
}

const isServing = ({ app }: PlannedHost, { isOff, ended, closedPorts }: Conditions, port: number): boolean =>
  !isOff &&
  !closedPorts.includes(port) &&
  app.programs.some(({ id, ports = {} }) => port in ports && !ended.includes(id));

/** What is left when programs of a host have started again. */
export const afterRestart = (
  causes: readonly Cause[],
  host: PlannedHost,
  programs: readonly string[],
): readonly Cause[] =>
  causes.filter((cause) => {
    if (!isActiveFault(cause) || cause.on !== host.name) return true;
    const fault = findFault(cause.fault);
    return fault.on !== 'host' || !programs.some((program) => isMendedBy(fault, host.app, program));
  });
