import type { SideEffects, EstateView, SeenHost } from '../service.ts';
import { registryLine } from './logs.ts';
import { hasRaft, LOGS, META_PORTS, registry, type RegistryProfile } from './state.ts';

/** The meta nodes of an estate as they see themselves. */
interface Cluster {
  /** Addresses of the members. */
  peers: readonly string[];
  leader: string | undefined;
  term: number;
  /** Addresses of data and session nodes that were taken off the list. */
  readonly evicted: Set<string>;
}

const CLUSTERS = new WeakMap<EstateView, Cluster>();
/** Further meta nodes are spares until they are made members. */
const USUAL_MEMBERS = 3;

function clusterOf(estate: EstateView): Cluster {
  const known = CLUSTERS.get(estate);
  if (known) return known;
  const members = estate.hostsOf('metaserver').slice(0, USUAL_MEMBERS);
  const cluster: Cluster = {
    peers: members.map(({ plan }) => plan.address),
    leader: undefined,
    term: 0,
    evicted: new Set(),
  };
  CLUSTERS.set(estate, cluster);
  return cluster;
}

/** Who leads the meta nodes now. In v5 that takes more than half of the members; in v6 one that lives. Undefined when nobody can. */
export function leaderOf(estate: EstateView, profile: RegistryProfile): string | undefined {
  const cluster = clusterOf(estate);
  const metas = estate.hostsOf('metaserver');
  const members = profile === 'v5' ? metas.filter(({ plan }) => cluster.peers.includes(plan.address)) : metas;
  const able = members.filter((host) => canVote(host, profile)).map(({ plan }) => plan.address);
  const isEnough = profile === 'v5' ? able.length * 2 > cluster.peers.length : able.length > 0;
  if (!isEnough) cluster.leader = undefined;
  else if (cluster.leader === undefined || !able.includes(cluster.leader)) {
    cluster.leader = able[0];
    cluster.term += 1;
  }
  return cluster.leader;
}

const canVote = (host: SeenHost, profile: RegistryProfile): boolean =>
  host.runs() &&
  host.serves(hasRaft(profile) ? META_PORTS.raft : META_PORTS.meta) &&
  registry.of(host.conditions).election === 'joins';

export type Role = 'leader' | 'follower' | 'none';

/** What a meta node takes itself for. */
export function roleOf(host: SeenHost, estate: EstateView, profile: RegistryProfile): Role {
  const leader = leaderOf(estate, profile);
  const { election } = registry.of(host.conditions);
  if (election === 'claims') return 'leader';
  const isMember = profile === 'v6' || clusterOf(estate).peers.includes(host.plan.address);
  if (leader === undefined || !isMember || !canVote(host, profile)) return 'none';
  return leader === host.plan.address ? 'leader' : 'follower';
}

/** Makes these addresses the members. False when nobody leads, who alone could do it. */
export function changePeers(estate: EstateView, addresses: readonly string[]): boolean {
  if (leaderOf(estate, 'v5') === undefined) return false;
  const cluster = clusterOf(estate);
  cluster.peers = addresses;
  leaderOf(estate, 'v5');
  return true;
}

/** Elections and evictions, as the logs of the nodes tell them. */
export const noticeChanges =
  (profile: RegistryProfile) =>
  (estate: EstateView, { log }: Pick<SideEffects, 'log'>): void => {
    const cluster = clusterOf(estate);
    const { leader: before, term } = cluster;
    const leader = leaderOf(estate, profile);
    if (leader !== before && term > 0 && hasRaft(profile)) tellElection(estate, log, leader, cluster.term);
    const gone = [...estate.hostsOf('dataserver'), ...estate.hostsOf('sessionserver')].filter(
      (host) => !host.runs(),
    );
    const isGone = (address: string): boolean => gone.some(({ plan }) => plan.address === address);
    for (const address of cluster.evicted) if (!isGone(address)) cluster.evicted.delete(address);
    for (const host of gone) {
      if (leader === undefined || cluster.evicted.has(host.plan.address)) continue;
      cluster.evicted.add(host.plan.address);
      tellEviction(estate, log, leader, host);
    }
  };

function tellElection(
  estate: EstateView,
  log: SideEffects['log'],
  leader: string | undefined,
  term: number,
): void {
  for (const host of estate.hostsOf('metaserver').filter((each) => canVote(each, 'v5'))) {
    const says =
      leader === undefined
        ? 'onStopFollowing: LeaderChangeContext [status=Status[ERAFTTIMEDOUT<10001>: Lost connection from leader]].'
        : leader === host.plan.address
          ? `onLeaderStart: term=${term}.`
          : `onStartFollowing: LeaderChangeContext [leaderId=${leader}:${META_PORTS.raft}, term=${term}, status=Status[OK]].`;
    log(
      host.plan.name,
      `${LOGS}/meta/registry-raft.log`,
      registryLine('INFO', 'JRaft-FSMCaller-Disruptor-0', 'StateMachineAdapter', says),
    );
  }
}

function tellEviction(estate: EstateView, log: SideEffects['log'], leader: string, gone: SeenHost): void {
  const { address, app } = gone.plan;
  const telling = estate.hostsOf('metaserver').find(({ plan }) => plan.address === leader);
  if (telling)
    log(
      telling.plan.name,
      `${LOGS}/meta/registry-meta.log`,
      registryLine(
        'INFO',
        'MetaScheduler-1',
        'AbstractStoreService',
        `Expired Nodes [${address}] be evicted!`,
      ),
    );
  if (app.id !== 'dataserver') return;
  const left = estate.hostsOf('dataserver').filter((host) => host.runs());
  const list = left.map(({ plan }) => plan.address).join(',');
  const [main] = left;
  if (main) log(main.plan.name, EVICTIONS, ` INFO  [decision-1] evict ${address}, data servers [${list}]`);
}

/** Where the data cluster writes down whom it removed. */
export const EVICTIONS = '/home/admin/logs/confreg-data/decision.60dt.log';
