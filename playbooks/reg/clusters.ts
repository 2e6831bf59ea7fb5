import {
  type CheckContext,
  type ClusterCheck,
  firstOf,
  type Host,
  type HostAnswer,
  type InstallationOption,
  judgeApart,
  type Judgement,
  notKnownOf,
  optionOf,
  type Words,
  words,
} from '../../src/kit/index.ts';
import { askHealth } from './health.ts';
import { type HealthSeen, readHealth } from './answers.ts';

/** Which hosts make up one registry. The manual deploys it in each room by itself (002 §7.6). */
export const clustersOption: InstallationOption = {
  title: words('Registry clusters', '注册中心集群'),
  values: ['per-site', 'one'],
  usual: 'per-site',
};

/** The cluster that a host belongs to: hosts with the same one elect one leader and need one quorum. */
export function clusterOf(host: Host, { estate, app }: CheckContext): string {
  if (optionOf(estate, 'REG', 'clusters') === 'one') return app.kind;
  return host.app === app.kind ? host.site : `${host.app} ${host.site}`;
}

type ClusterProbe = Pick<ClusterCheck, 'on' | 'command' | 'judge'>;

/** In each cluster every meta node is healthy, and exactly one is the leader. */
export const oneLeader: ClusterProbe = {
  on: 'cluster',
  command: askHealth(9615),
  judge: ({ hosts }, context) => inClusters(hosts, context, judgeLeader),
};

/** In each cluster more than half of the nodes live; those that do not work yet are named. Half is not enough (ERR-REG-25). */
export const quorum = (port: number): ClusterProbe => ({
  on: 'cluster',
  command: askHealth(port),
  judge: ({ hosts }, context) => inClusters(hosts, context, judgeQuorum),
});

/** A node and what it says of its health; nothing is known of one that did not answer Fettle. */
interface Node {
  readonly name: string;
  readonly seen?: HealthSeen;
}

const inClusters = (
  hosts: readonly HostAnswer[],
  context: CheckContext,
  judge: (nodes: readonly Node[]) => Judgement,
): readonly Judgement[] =>
  judgeApart(
    hosts,
    (host) => clusterOf(host, context),
    (own) => [judge(own.map(nodeOf))],
  );

const nodeOf = ({ host, answer }: HostAnswer): Node => ({
  name: host.name,
  ...(answer ? { seen: readHealth(answer) } : {}),
});

const roleOf = ({ seen }: Node): 'leader' | 'follower' | undefined =>
  seen?.kind === 'unclear' ? undefined : seen?.health?.role;

const isUnknown = ({ seen }: Node): boolean => seen === undefined || seen.kind === 'unclear';

const namesOf = (nodes: readonly Node[]): Words => firstOf(nodes.map(({ name }) => name));

const notKnown = (nodes: readonly Node[]): Words => notKnownOf(nodes.map(({ name }) => name));

function judgeLeader(nodes: readonly Node[]): Judgement {
  const leaders = nodes.filter((node) => roleOf(node) === 'leader');
  const unknown = nodes.filter(isUnknown);
  const ill = nodes.filter(({ seen }) => seen?.kind === 'ill');
  const silent = nodes.filter((node) => node.seen?.kind === 'well' && roleOf(node) === undefined);
  const value = leaders.length;
  const names = namesOf(leaders);
  if (value > 1) {
    const says = words(`${value} leaders: ${names.en}`, `有 ${value} 个 Leader：${names.zh}`);
    return { state: 'critical', value, says };
  }
  if (value === 0) {
    if (unknown.length + silent.length === 0)
      return { state: 'critical', value, says: words('no meta node is leader', '没有 Leader') };
    const not = notKnown([...unknown, ...silent]);
    const says = words(`no leader among those that said so; ${not.en}`, `未发现 Leader；${not.zh}`);
    return { state: 'unknown', says };
  }
  if (ill.length > 0) {
    const not = namesOf(ill);
    const says = words(
      `leader ${names.en}; not healthy: ${not.en}`,
      `Leader 为 ${names.zh}；不健康：${not.zh}`,
    );
    return { state: 'critical', value, says };
  }
  if (unknown.length + silent.length > 0) {
    const not = notKnown([...unknown, ...silent]);
    const says = words(`leader ${names.en}; ${not.en}`, `Leader 为 ${names.zh}；${not.zh}`);
    return { state: 'unknown', value, says };
  }
  const others = nodes.length - 1;
  const says = words(
    `leader ${names.en}, ${others} follower${others === 1 ? '' : 's'}`,
    `Leader 为 ${names.zh}，Follower ${others} 个`,
  );
  return { state: 'ok', value, says };
}

function judgeQuorum(nodes: readonly Node[]): Judgement {
  const value = nodes.filter(({ seen }) => seen?.kind === 'well').length;
  const unknown = nodes.filter(isUnknown);
  const ill = nodes.filter(({ seen }) => seen?.kind === 'ill');
  const alive = words(`${value} of ${nodes.length} alive`, `${nodes.length} 个节点中存活 ${value} 个`);
  const not = [
    ...(ill.length > 0 ? [words(`not ${namesOf(ill).en}`, `${namesOf(ill).zh} 异常`)] : []),
    ...(unknown.length > 0 ? [notKnown(unknown)] : []),
  ];
  const seen = words(
    [alive, ...not].map(({ en }) => en).join('; '),
    [alive, ...not].map(({ zh }) => zh).join('；'),
  );
  const isHeld = (count: number): boolean => count * 2 > nodes.length;
  if (isHeld(value)) {
    const starting = ill.filter((node) => node.seen?.kind === 'ill' && isStarting(node.seen));
    if (starting.length === 0) return { state: 'ok', value, says: seen };
    const says = words(
      `${seen.en}; not in state working: ${namesOf(starting).en}`,
      `${seen.zh}；未进入 working 状态：${namesOf(starting).zh}`,
    );
    return { state: 'warning', value, says };
  }
  if (isHeld(value + unknown.length)) return { state: 'unknown', value, says: seen };
  const says = words(`${seen.en}: not more than half`, `${seen.zh}：未超过半数`);
  return { state: 'critical', value, says };
}

const isStarting = ({ health }: Extract<HealthSeen, { readonly kind: 'ill' }>): boolean =>
  health?.failing.some((part) => part.startsWith('status:')) ?? false;
