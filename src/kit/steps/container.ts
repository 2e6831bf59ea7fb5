import { z } from 'zod';
import { DOCKER_ID, DOCKER_TIME } from '../containers/docker.ts';
import {
  ACT_SECONDS,
  type DockerAct,
  dockerCommand,
  GRACE_SECONDS,
  GUARD_CODE,
  guardedCommand,
  type Known,
  tookEffect,
} from '../containers/docker-effect.ts';
import type { PodAnswer, PodLook } from '../containers/pods.ts';
import { hostNamed } from '../estate.ts';
import type { OnceCommand, OnceLook } from '../targets.ts';
import { sentences, type Words, words } from '../words.ts';
import { resourceOfHost, type Shown, stepFacts } from './facts.ts';
import { fenced, type Hands, type Heard, type StepFrame, type StepKind } from './hands.ts';
import { type CommandOnHost, type Exited, lookAtCommand, performCommand, waitForCommand } from './on-host.ts';

/** A container in the Docker of a node, and the start of it that was shown: another one is not touched. */
const OnNode = z
  .strictObject({
    of: z.literal('docker'),
    node: z.string(),
    container: z.string(),
    id: z.string().regex(DOCKER_ID),
    /** By the node's clock. */
    startedAt: z.string().regex(DOCKER_TIME),
    /** Whether it ran when it was shown. */
    ran: z.boolean(),
  })
  .readonly();

/** A pod of a cluster: another one of its name is not touched. */
const OnePod = z
  .strictObject({ of: z.literal('pod'), namespace: z.string(), name: z.string(), uid: z.string() })
  .readonly();

/** How many pods a workload is to have, and had when it was shown. */
const Replicas = z
  .strictObject({
    of: z.literal('workload'),
    namespace: z.string(),
    workload: z.strictObject({ kind: z.enum(['deployment', 'statefulset']), name: z.string() }).readonly(),
    from: z.number().int().nonnegative(),
    to: z.number().int().nonnegative(),
  })
  .readonly();

const Place = z.discriminatedUnion('of', [OnNode, OnePod, Replicas]);
type Place = z.infer<typeof Place>;

/** Acts that each platform offers; everything else is done by a person in the console. */
const OFFERED = {
  docker: ['restart', 'start', 'stop', 'remove'],
  pod: ['restart'],
  workload: ['scale'],
} as const satisfies Readonly<Record<Place['of'], readonly string[]>>;

/** Does something to the container of one host, as long as it is the one that was shown. */
export const ContainerStep = z
  .strictObject({
    kind: z.literal('container'),
    ...stepFacts,
    do: z.enum(['restart', 'start', 'stop', 'remove', 'scale']),
    host: z.string(),
    app: z.string(),
    place: Place,
  })
  .readonly()
  .refine(({ do: act, place }) => OFFERED[place.of].some((each) => each === act), {
    error: 'the platform does not offer this',
  });
export type ContainerStep = z.infer<typeof ContainerStep>;

export const container: StepKind<ContainerStep> = {
  masked: (step) => step,
  shown,
  touches: ({ host }, estate) => [resourceOfHost(estate, host)],
  effects: ({ place }) => [['container', ...nameOf(place)].join('\n')],
  async perform(step, frame, permitted, hands) {
    const { place } = step;
    switch (place.of) {
      case 'docker':
        return performCommand(onNode(step, place), frame, permitted, hands);
      case 'pod':
        return heardPod(step, await hands.containers.pods.delete(place, permitted));
      case 'workload':
        return heardPod(step, await hands.containers.pods.scale(place, permitted));
      default:
        return place satisfies never;
    }
  },
  async resume(step, frame, _, hands) {
    const { place } = step;
    return place.of === 'docker'
      ? settle(step, place, await waitForCommand(onNode(step, place), frame, hands), frame, hands)
      : container.look(step, frame, hands);
  },
  async look(step, frame, hands) {
    const { place } = step;
    const { pods } = hands.containers;
    switch (place.of) {
      case 'docker':
        return settle(step, place, await lookAtCommand(onNode(step, place), frame, hands), frame, hands);
      case 'pod':
        return seenPod(step, await pods.lookAtDelete(place, frame.runId));
      case 'workload':
        return seenPod(step, await pods.lookAtScale(place, frame.runId));
      default:
        return place satisfies never;
    }
  },
};

const nameOf = (place: Place): readonly string[] => {
  switch (place.of) {
    case 'docker':
      return [place.node, place.container];
    case 'pod':
      return [place.namespace, place.name];
    case 'workload':
      return [place.namespace, place.workload.kind, place.workload.name];
    default:
      return place satisfies never;
  }
};

type OnNode = z.infer<typeof OnNode>;

/** Only what a platform offers gets past the schema. */
function dockerAct({ do: act }: ContainerStep): DockerAct {
  if (act === 'scale') throw new Error('Docker does not scale');
  return act;
}

function shown(step: ContainerStep): Shown {
  const { place } = step;
  const exact = (text: string): Words => ({ en: text, zh: text });
  switch (place.of) {
    case 'docker': {
      const { node, container: name, startedAt } = place;
      const isStart = step.do === 'start';
      return {
        place: node,
        language: 'sh',
        note: isStart
          ? words(
              `on ${node}, once, only while it is stopped`,
              `在 ${node} 上执行，仅一次，仅当容器已停止时执行`,
            )
          : words(
              `on ${node}, once, only while it is the container shown, started ${startedAt}`,
              `在 ${node} 上执行，仅一次，仅当容器仍为所示容器（启动于 ${startedAt}）时执行`,
            ),
        text: exact(dockerCommand(dockerAct(step), name)),
      };
    }
    case 'pod': {
      const { namespace, name, uid } = place;
      const body = { gracePeriodSeconds: GRACE_SECONDS, preconditions: { uid } };
      return {
        place: `${namespace}/${name}`,
        language: 'words',
        note: words(
          'to the cluster, once, only while it is this pod; its workload starts another',
          '发往集群，仅一次，仅当仍为该 Pod 时执行；工作负载会重新拉起',
        ),
        text: exact(`DELETE /api/v1/namespaces/${namespace}/pods/${name}\n${JSON.stringify(body)}`),
      };
    }
    case 'workload': {
      const { namespace, workload, from, to } = place;
      const body = [{ op: 'replace', path: '/spec/replicas', value: to }];
      return {
        place: `${namespace}/${workload.name}`,
        language: 'words',
        note: words(
          `to the cluster, once, only while it has ${from} replicas`,
          `发往集群，仅一次，仅当副本数为 ${from} 时执行`,
        ),
        text: exact(
          `PATCH /apis/apps/v1/namespaces/${namespace}/${workload.kind}s/${workload.name}/scale\n${JSON.stringify(body)}`,
        ),
      };
    }
    default:
      return place satisfies never;
  }
}

/** The command on the node, with what its end means. */
function onNode(step: ContainerStep, place: OnNode): CommandOnHost {
  const command: OnceCommand = {
    kind: 'command',
    command: guardedCommand(dockerAct(step), place),
    timeoutSeconds: ACT_SECONDS,
    graceSeconds: 5,
  };
  return { host: place.node, command, judge: (ended) => heardDocker(step, ended) };
}

function heardDocker({ do: act, host }: ContainerStep, { code, output: evidence }: Exited): Heard {
  switch (code) {
    case 0:
      return { kind: 'done', says: DONE[act](host), evidence };
    case GUARD_CODE.already:
      return {
        kind: 'done',
        says: words(
          `The container of ${host} was so already; nothing was done to it.`,
          `${host} 的容器已处于该状态，未做操作。`,
        ),
        evidence,
      };
    case GUARD_CODE.differs:
      return {
        kind: 'without-effect',
        says: words(
          `The container of ${host} is not as shown any more; nothing was done to it. Ask again for a fresh plan.`,
          `${host} 的容器与展示时不一致，未做操作。请重新发起以获得新的方案。`,
        ),
        evidence,
      };
    default:
      return {
        kind: 'failed',
        says: words(
          `Docker refused or failed for the container of ${host} (exit code ${code}).`,
          `${host} 的容器操作被 Docker 拒绝或失败（退出码 ${code}）。`,
        ),
        evidence,
      };
  }
}

/** First the marker tells; where it does not, the container itself does. */
async function settle(
  step: ContainerStep,
  place: OnNode,
  seen: Heard,
  frame: StepFrame,
  hands: Hands,
): Promise<Heard> {
  const node = hostNamed(hands.estate, place.node);
  if (!node || (seen.kind !== 'unknown' && seen.kind !== 'failed')) return seen;
  const known = knownOf(await hands.once.look(node, frame));
  if (!known) return seen;
  const now = await hands.containers.onNode(node, [place.container]);
  const own = now.kind === 'seen' ? now.containers.get(place.container) : undefined;
  if (!own) return seen;
  const { status, start } = own;
  const evidence =
    `${seen.evidence}\n${place.container}: ${status}, ${start?.startedAt ?? 'no start'}`.trim();
  const kind = tookEffect(dockerAct(step), place, own, known);
  return { kind, says: sentences(LOOKED[kind](step.host)), evidence };
}

/** How the command stands by its marker; undefined when that cannot be told. Only an exit code of its own says that the daemon is through with it. */
function knownOf(seen: OnceLook): Known | undefined {
  if (seen.kind === 'begun') return { kind: 'begun', secondsAgo: seen.secondsAgo };
  if (seen.kind !== 'ended') return undefined;
  return seen.code !== null && seen.cut === undefined
    ? { kind: 'over' }
    : { kind: 'begun', secondsAgo: undefined };
}

function heardPod({ do: act, host }: ContainerStep, { kind, detail: evidence }: PodAnswer): Heard {
  switch (kind) {
    case 'done':
      return { kind, says: DONE[act](host), evidence };
    case 'fenced':
      return fenced;
    case 'refused':
      return {
        kind: 'without-effect',
        says: sentences(words(`Nothing was done: ${evidence}`, `未做操作：${evidence}`)),
        evidence,
      };
    case 'unknown':
      return {
        kind,
        says: words('Sent to the cluster, but no answer came back.', '已发往集群，但没有收到应答。'),
        evidence,
      };
    default:
      return kind satisfies never;
  }
}

function seenPod({ host }: ContainerStep, { kind, detail: evidence }: PodLook): Heard {
  switch (kind) {
    case 'happened':
      return { kind: 'done', says: LOOKED.done(host), evidence };
    case 'never':
      return { kind: 'without-effect', says: LOOKED['without-effect'](host), evidence };
    case 'no-answer':
      return {
        kind: 'unknown',
        says: words('The cluster does not tell now.', '目前无法从集群确认。'),
        evidence,
      };
    default:
      return kind satisfies never;
  }
}

const DONE: Readonly<Record<ContainerStep['do'], (host: string) => Words>> = {
  restart: (host) => words(`The container of ${host} was restarted.`, `${host} 的容器已重启。`),
  start: (host) => words(`The container of ${host} was started.`, `${host} 的容器已启动。`),
  stop: (host) => words(`The container of ${host} was stopped.`, `${host} 的容器已停止。`),
  remove: (host) => words(`The container of ${host} was removed.`, `${host} 的容器已移除。`),
  scale: (host) => words(`The workload of ${host} was scaled.`, `${host} 的工作负载已调整副本数。`),
};

const LOOKED: Readonly<Record<ReturnType<typeof tookEffect>, (host: string) => Words>> = {
  done: (host) =>
    words(`Looked at the container of ${host}: it took effect.`, `已核对 ${host} 的容器：已生效。`),
  'without-effect': (host) =>
    words(
      `Looked at the container of ${host}: it did not take effect, and will not.`,
      `已核对 ${host} 的容器：未生效，以后也不会生效。`,
    ),
  failed: (host) =>
    words(
      `Looked at the container of ${host}: it was touched, and is not as it should be.`,
      `已核对 ${host} 的容器：已被操作，但状态不符合预期。`,
    ),
  unknown: (host) =>
    words(
      `Looked at the container of ${host}: it does not tell yet.`,
      `已核对 ${host} 的容器：暂时无法判断。`,
    ),
};
