import type { V1Pod } from '@kubernetes/client-node';
import { GRACE_SECONDS } from '../kit/containers/docker-effect.ts';
import type { ContainerState } from '../kit/containers/state.ts';
import type { PodAnswer, PodLook, PodSeen, Pods, PodStart, Scaling } from '../kit/containers/pods.ts';
import type { ContainerPlace } from '../kit/index.ts';
import type { Permit } from '../kit/targets.ts';
import { type ClusterApi, JSON_PATCH, MERGE_PATCH, refusalOf } from './kubernetes.ts';

/** An object that changes under a request is read again this often before it is left alone. */
const ATTEMPTS = 5;
/** Written on an object by a look, so that it has another version than a request under way was bound to. */
const LOOKED = 'fettle.looked-at';

type Place = Extract<ContainerPlace, { adapter: 'kubernetes' }>;

/** Pods of one cluster. `open` is asked at every use, so that a configuration that comes later counts. */
export function createPods(open: () => ClusterApi): Pods {
  const at = <T>(work: (api: ClusterApi) => Promise<T>): Promise<T> =>
    Promise.resolve().then(() => work(open()));
  return {
    see: (place, address) =>
      at((api) => see(api, place, address)).catch((error: unknown) => ({
        kind: 'not-seen',
        detail: refusalOf(error).detail,
      })),
    replicas: ({ namespace, workload }) =>
      at((api) => readScale(api, { namespace, workload })).then(
        ({ replicas }) => replicas,
        () => undefined,
      ),
    delete: (pod, permit) => at((api) => deletePod(api, pod, permit)).catch(notChanged),
    lookAtDelete: (pod, runId) => at((api) => lookAtDelete(api, pod, runId)).catch(noAnswer),
    scale: (scaling, permit) => at((api) => scale(api, scaling, permit)).catch(notChanged),
    lookAtScale: (scaling, runId) => at((api) => lookAtScale(api, scaling, runId)).catch(noAnswer),
  };
}

/** For what fails before the request that changes something is made. */
const notChanged = (error: unknown): PodAnswer => ({ kind: 'refused', detail: refusalOf(error).detail });
const noAnswer = (error: unknown): PodLook => ({ kind: 'no-answer', detail: refusalOf(error).detail });

async function see({ core }: ClusterApi, place: Place, address: string): Promise<PodSeen> {
  const { namespace, workload } = place;
  const answer = await core.listNamespacedPodWithHttpInfo({
    namespace,
    fieldSelector: place.pod === undefined ? `status.podIP=${address}` : `metadata.name=${place.pod}`,
  });
  const own = answer.data.items.filter((pod) => belongsTo(pod, workload.name));
  const [pod, another] = own;
  if (another) return { kind: 'not-seen', detail: 'more than one pod of the workload has the address' };
  if (!pod) return { kind: 'seen', state: 'absent', status: '' };
  const { name, uid, creationTimestamp } = pod.metadata ?? {};
  if (name === undefined || uid === undefined)
    return { kind: 'not-seen', detail: 'the cluster does not say which pod it is' };
  const now = Date.parse(String(answer.headers['date']));
  const made = creationTimestamp === undefined ? Number.NaN : new Date(creationTimestamp).getTime();
  const ageSeconds = (now - made) / 1000;
  return {
    kind: 'seen',
    ...howIs(pod),
    pod: { namespace, name, uid },
    ...(Number.isFinite(ageSeconds) ? { ageSeconds } : {}),
  };
}

/** A set of pods that keep their names owns them itself; those of a deployment are owned by a set that is called after it. */
const belongsTo = ({ metadata }: V1Pod, workload: string): boolean =>
  (metadata?.ownerReferences ?? []).some(
    ({ kind, name }) =>
      (kind === 'StatefulSet' && name === workload) ||
      (kind === 'ReplicaSet' &&
        name.startsWith(`${workload}-`) &&
        !name.slice(workload.length + 1).includes('-')),
  );

function howIs({ metadata, status }: V1Pod): { readonly state: ContainerState; readonly status: string } {
  const { phase = '', containerStatuses = [] } = status ?? {};
  const reasons = containerStatuses.flatMap(
    ({ state }) => state?.waiting?.reason ?? state?.terminated?.reason ?? [],
  );
  const said = [phase, ...reasons].join(', ');
  if (metadata?.deletionTimestamp !== undefined) return { state: 'busy', status: `${said}, Terminating` };
  if (phase === 'Pending') return { state: 'busy', status: said };
  if (phase === 'Succeeded' || phase === 'Failed') return { state: 'stopped', status: said };
  if (phase !== 'Running' || containerStatuses.length === 0) return { state: 'unknown', status: said };
  const isReady = containerStatuses.every(({ ready, state }) => ready && state?.running !== undefined);
  return { state: isReady ? 'running' : 'abnormal', status: said };
}

/** Reads the pod, asks `permit`, and deletes exactly that version of it. */
async function deletePod({ core }: ClusterApi, pod: PodStart, permit: Permit): Promise<PodAnswer> {
  const { namespace, name, uid } = pod;
  for (let attempt = 1; ; attempt += 1) {
    const { metadata } = await core.readNamespacedPod({ namespace, name });
    if (metadata?.uid !== uid) return refused('the pod is another than the one that was shown');
    if (metadata.deletionTimestamp !== undefined) return refused('the pod is being deleted already');
    const { resourceVersion } = metadata;
    if (resourceVersion === undefined) return refused('the cluster does not say which version it is');
    if (!(await permit())) return { kind: 'fenced', detail: '' };
    try {
      await core.deleteNamespacedPod({
        namespace,
        name,
        body: { gracePeriodSeconds: GRACE_SECONDS, preconditions: { uid, resourceVersion } },
      });
      return { kind: 'done', detail: `pod ${name} with uid ${uid} deleted` };
    } catch (error) {
      const { kind, detail } = refusalOf(error);
      if (kind === 'unknown') return { kind, detail };
      if (kind !== 'conflict' || attempt === ATTEMPTS) return refused(detail);
    }
  }
}

/** Gives the pod another version, which ends every request that was bound to the one before; then it is there for good, or gone. */
async function lookAtDelete(
  { core }: ClusterApi,
  { namespace, name, uid }: PodStart,
  runId: string,
): Promise<PodLook> {
  try {
    const body = { metadata: { uid, annotations: lookedAt(runId) } };
    const { metadata } = await core.patchNamespacedPod({ namespace, name, body }, MERGE_PATCH);
    return metadata?.deletionTimestamp === undefined
      ? { kind: 'never', detail: `pod ${name} with uid ${uid} is there` }
      : { kind: 'happened', detail: `pod ${name} with uid ${uid} is being deleted` };
  } catch (error) {
    const { kind, detail } = refusalOf(error);
    if (kind === 'gone') return { kind: 'happened', detail };
    if (kind !== 'conflict') return { kind: 'no-answer', detail };
    const { metadata } = await core.readNamespacedPod({ namespace, name });
    return metadata?.uid === undefined || metadata.uid === uid
      ? { kind: 'no-answer', detail }
      : { kind: 'happened', detail: `pod ${name} has another uid: ${metadata.uid}` };
  }
}

/** An annotation with a value that it never had before. */
const lookedAt = (runId: string): Readonly<Record<string, string>> => ({
  [LOOKED]: `${runId} ${crypto.randomUUID()}`,
});

interface ReadScale {
  readonly replicas: number | undefined;
  readonly resourceVersion: string | undefined;
}

async function readScale(
  { apps }: ClusterApi,
  { namespace, workload }: Pick<Scaling, 'namespace' | 'workload'>,
): Promise<ReadScale> {
  const asked = { namespace, name: workload.name };
  const { spec, metadata } =
    workload.kind === 'deployment'
      ? await apps.readNamespacedDeploymentScale(asked)
      : await apps.readNamespacedStatefulSetScale(asked);
  // A scale of nothing is written without its number.
  return {
    replicas: spec === undefined ? undefined : (spec.replicas ?? 0),
    resourceVersion: metadata?.resourceVersion,
  };
}

/** Reads the scale, asks `permit`, and sets exactly that version of it. */
async function scale(api: ClusterApi, scaling: Scaling, permit: Permit): Promise<PodAnswer> {
  const { apps } = api;
  const { namespace, workload, from, to } = scaling;
  for (let attempt = 1; ; attempt += 1) {
    const { replicas, resourceVersion } = await readScale(api, scaling);
    if (replicas !== from)
      return refused(`the workload has ${replicas ?? 'no'} replicas, not ${from} as shown`);
    if (resourceVersion === undefined) return refused('the cluster does not say which version it is');
    if (!(await permit())) return { kind: 'fenced', detail: '' };
    const patch = {
      namespace,
      name: workload.name,
      body: [
        { op: 'test', path: '/metadata/resourceVersion', value: resourceVersion },
        { op: 'replace', path: '/spec/replicas', value: to },
      ],
    };
    try {
      if (workload.kind === 'deployment') await apps.patchNamespacedDeploymentScale(patch, JSON_PATCH);
      else await apps.patchNamespacedStatefulSetScale(patch, JSON_PATCH);
      return { kind: 'done', detail: `${workload.kind} ${workload.name}: ${from} to ${to} replicas` };
    } catch (error) {
      const { kind, detail } = refusalOf(error);
      if (kind === 'unknown') return { kind, detail };
      if (kind !== 'conflict' || attempt === ATTEMPTS) return refused(detail);
    }
  }
}

async function lookAtScale(api: ClusterApi, scaling: Scaling, runId: string): Promise<PodLook> {
  const { apps } = api;
  const { namespace, workload, from, to } = scaling;
  const asked = { namespace, name: workload.name };
  const body = { metadata: { annotations: lookedAt(runId) } };
  if (workload.kind === 'deployment') await apps.patchNamespacedDeployment({ ...asked, body }, MERGE_PATCH);
  else await apps.patchNamespacedStatefulSet({ ...asked, body }, MERGE_PATCH);
  const { replicas } = await readScale(api, scaling);
  const detail = `${workload.kind} ${workload.name}: ${replicas ?? 'no'} replicas`;
  if (replicas === to) return { kind: 'happened', detail };
  return replicas === from ? { kind: 'never', detail } : { kind: 'no-answer', detail };
}

const refused = (detail: string): PodAnswer => ({ kind: 'refused', detail });
