import { type Estate, type Host, hostNamed } from '../estate.ts';
import type { Clocks, Held } from '../steps/hands.ts';
import type { Condition } from '../steps/condition.ts';
import type { Containers } from '../targets.ts';
import { type Words, words } from '../words.ts';
import type { DockerSeen, DockerStart } from './docker.ts';
import type { PodStart } from './pods.ts';
import { CONTAINER_STATE, type ContainerState } from './state.ts';

/** The container of one host as its platform shows it now. */
export interface ContainerSeen {
  readonly host: string;
  readonly state: ContainerState;
  /** The status as the platform said it, or why nothing is known. */
  readonly says: Words;
  /** Tells this start from another. */
  readonly start?:
    | ({ readonly adapter: 'docker'; readonly node: string; readonly container: string } & DockerStart)
    | ({ readonly adapter: 'kubernetes' } & PodStart);
  /** Seconds since it was started, by the platform's clock alone. */
  readonly ageSeconds?: number;
}

/** Looks at the containers of these hosts: one question a node. Never throws for what it looks at. */
export async function seeContainers(
  hosts: readonly Host[],
  estate: Pick<Estate, 'hosts'>,
  containers: Containers,
): Promise<readonly ContainerSeen[]> {
  const nodes = new Map<string, string[]>();
  for (const { container } of hosts)
    if (container?.adapter === 'docker')
      nodes.set(container.node, [...(nodes.get(container.node) ?? []), container.container]);
  const asked = [...nodes].map(async ([name, names]) => {
    const node = hostNamed(estate, name);
    return [name, node && (await containers.onNode(node, names))] as const;
  });
  const byNode = new Map(await Promise.all(asked));
  return Promise.all(hosts.map((host) => seenOf(host, byNode, containers)));
}

async function seenOf(
  host: Host,
  byNode: ReadonlyMap<string, DockerSeen | undefined>,
  { pods }: Containers,
): Promise<ContainerSeen> {
  const { name, address, container: place } = host;
  const unknown = (says: Words): ContainerSeen => ({ host: name, state: 'unknown', says });
  if (!place) return unknown(host.console ? ONLY_CONSOLE : NOT_KNOWN);
  if (place.adapter === 'kubernetes') {
    const seen = await pods.see(place, address);
    if (seen.kind === 'not-seen')
      return unknown(words(`The cluster does not tell: ${seen.detail}.`, `集群未返回状态：${seen.detail}。`));
    const { state, status, pod, ageSeconds } = seen;
    return {
      host: name,
      state,
      says: saysOf(state, status),
      ...(pod ? { start: { adapter: 'kubernetes', ...pod } } : {}),
      ...(ageSeconds === undefined ? {} : { ageSeconds }),
    };
  }
  const { node, container } = place;
  const seen = byNode.get(node);
  if (!seen) return unknown(words(`Node ${node} is not in the inventory.`, `资产清单中没有节点 ${node}。`));
  if (seen.kind === 'not-seen') return unknown(NOT_SEEN[seen.because](node));
  const own = seen.containers.get(container);
  if (!own) return unknown(NOT_SEEN['no-answer'](node));
  const { state, status, start, ageSeconds } = own;
  return {
    host: name,
    state,
    says: saysOf(state, status),
    ...(start ? { start: { adapter: 'docker', node, container, ...start } } : {}),
    ...(ageSeconds === undefined ? {} : { ageSeconds }),
  };
}

const saysOf = (state: ContainerState, status: string): Words => {
  const { en, zh } = CONTAINER_STATE[state];
  return status === '' ? words(en, zh) : words(`${en} (${status})`, `${zh}（${status}）`);
};

const NOT_SEEN: Readonly<
  Record<Extract<DockerSeen, { kind: 'not-seen' }>['because'], (node: string) => Words>
> = {
  'no-docker': (node) => words(`Node ${node} has no docker.`, `节点 ${node} 上没有 docker。`),
  'not-allowed': (node) =>
    words(
      `The login may not ask the Docker daemon of ${node}; put it into the group docker.`,
      `登录用户无权访问 ${node} 的 Docker 守护进程，请将其加入 docker 组。`,
    ),
  'no-daemon': (node) =>
    words(`The Docker daemon of ${node} does not answer.`, `${node} 的 Docker 守护进程无应答。`),
  'no-answer': (node) => words(`Node ${node} gave no whole answer.`, `节点 ${node} 未返回完整结果。`),
};

const NOT_KNOWN = words(
  'The inventory does not say where its container is.',
  '资产清单未说明其容器所在位置。',
);
const ONLY_CONSOLE = words('Only the console shows its container.', '仅控制台可查看其容器。');

/** Whether the container of a host is as a condition wants it. `restarted`: it runs, and was started after `since`. */
export async function holdsContainer(
  condition: Extract<Condition, { kind: 'container' }>,
  since: Date,
  {
    estate,
    containers,
    clocks,
  }: { estate: Estate; containers: Containers; clocks: Pick<Clocks, 'database'> },
): Promise<Held> {
  const host = hostNamed(estate, condition.host);
  if (!host) {
    const says = words(
      `Host ${condition.host} is not in the inventory.`,
      `资产清单中没有主机 ${condition.host}。`,
    );
    return { holds: false, says, evidence: '' };
  }
  const [seen] = await seeContainers([host], estate, containers);
  if (!seen) throw new Error('a look at one host answers once');
  const says = words(
    `The container of ${host.name}: ${seen.says.en}.`,
    `${host.name} 的容器：${seen.says.zh}。`,
  );
  const evidence = `${host.name}: ${seen.state}, ${seen.says.en}${startOf(seen)}`;
  if (condition.state !== 'restarted') return { holds: seen.state === condition.state, says, evidence };
  if (seen.state !== 'running' || seen.ageSeconds === undefined) return { holds: false, says, evidence };
  // Both spans end now, each measured by one clock: how far the two clocks are apart does not matter.
  const elapsedSeconds = ((await clocks.database()).getTime() - since.getTime()) / 1000;
  const holds = seen.ageSeconds < elapsedSeconds;
  return { holds, says: holds ? says : notRestarted(host.name), evidence };
}

const startOf = ({ start }: ContainerSeen): string =>
  start?.adapter === 'docker' ? `, started ${start.startedAt}` : start ? `, uid ${start.uid}` : '';

const notRestarted = (name: string): Words =>
  words(`The container of ${name} was not restarted yet.`, `${name} 的容器尚未重启。`);
