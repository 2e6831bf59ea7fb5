import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import https from 'node:https';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { z } from 'zod';
import { makeCertificates } from './tls-mariadb.ts';

/** A pod as it is stored; `owner` is the set that it belongs to. */
export interface StoredPod {
  name: string;
  uid: string;
  ip: string;
  owner: { kind: 'StatefulSet' | 'ReplicaSet'; name: string } | undefined;
  phase: string;
  ready: boolean;
  waiting?: string;
  version: number;
  created: Date;
  deleting?: Date;
  annotations: Record<string, string>;
}

/**
 * The documented API of a cluster for pods and for the scale of workloads, over https with a token: versions of objects, preconditions
 * of DELETE, merge patches and JSON patches with tests. It starts no containers: a deleted pod comes back when `bringBack` says so.
 */
export interface Cluster {
  readonly kubeconfig: string;
  readonly pods: StoredPod[];
  replicas: number;
  readonly received: {
    readonly method: string;
    readonly path: string;
    readonly type: string;
    readonly body: unknown;
  }[];
  /** Called for every request before it is answered; what it returns is the answer instead. `lost`: it is carried out, and the connection cut. */
  before:
    | ((request: { readonly method: string; readonly path: string }) => Promise<'lost' | number | undefined>)
    | undefined;
  readonly bringBack: (name: string) => void;
  readonly stop: () => Promise<void>;
}

const TOKEN = 'a-token-of-the-test';

export async function startCluster(now: () => Date = () => new Date()): Promise<Cluster> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'cluster-'));
  const at = (file: string): string => path.join(folder, file);
  await makeCertificates('localhost', at);
  let version = 100;
  const workload = { version: 7, annotations: {} as Record<string, string> };
  const cluster: Cluster = {
    kubeconfig: at('kubeconfig'),
    pods: [],
    replicas: 3,
    received: [],
    before: undefined,
    bringBack(name) {
      const found = cluster.pods.findIndex((pod) => pod.name === name);
      const old = cluster.pods[found];
      if (!old) throw new Error(`there is no pod ${name}`);
      const { deleting: _, ...rest } = old;
      cluster.pods[found] = {
        ...rest,
        uid: crypto.randomUUID(),
        version: (version += 1),
        created: now(),
        annotations: {},
      };
    },
    async stop() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await rm(folder, { recursive: true });
    },
  };

  const status = (response: ServerResponse, code: number, reason: string, message: string): void =>
    answer(response, code, { kind: 'Status', apiVersion: 'v1', status: 'Failure', reason, message, code });
  const answer = (response: ServerResponse, code: number, body: unknown): void =>
    void response
      .writeHead(code, { 'content-type': 'application/json', date: now().toUTCString() })
      .end(JSON.stringify(body));
  const written = (pod: StoredPod) => ({
    kind: 'Pod',
    apiVersion: 'v1',
    metadata: {
      name: pod.name,
      namespace: 'mq',
      uid: pod.uid,
      resourceVersion: String(pod.version),
      creationTimestamp: pod.created.toISOString(),
      ...(pod.deleting
        ? { deletionTimestamp: pod.deleting.toISOString(), deletionGracePeriodSeconds: 30 }
        : {}),
      ...(Object.keys(pod.annotations).length > 0 ? { annotations: pod.annotations } : {}),
      ...(pod.owner ? { ownerReferences: [{ ...pod.owner, apiVersion: 'apps/v1', uid: 'u' }] } : {}),
    },
    status: {
      phase: pod.phase,
      podIP: pod.ip,
      containerStatuses: [
        {
          name: 'app',
          ready: pod.ready,
          restartCount: 0,
          image: 'i',
          imageID: 'i',
          state:
            pod.waiting === undefined
              ? { running: { startedAt: pod.created.toISOString() } }
              : { waiting: { reason: pod.waiting } },
        },
      ],
    },
  });
  const scaleOf = (name: string) => ({
    kind: 'Scale',
    apiVersion: 'autoscaling/v1',
    metadata: { name, namespace: 'mq', resourceVersion: String(workload.version) },
    spec: cluster.replicas === 0 ? {} : { replicas: cluster.replicas },
    status: { replicas: cluster.replicas },
  });

  function serve(request: IncomingMessage, response: ServerResponse, url: URL, body: unknown): void {
    const type = String(request.headers['content-type']);
    const [, name] = /^\/api\/v1\/namespaces\/mq\/pods(?:\/([^/]+))?$/.exec(url.pathname) ?? [];
    if (url.pathname === '/api/v1/namespaces/mq/pods') {
      const [key, value] = (url.searchParams.get('fieldSelector') ?? '').split('=');
      const fits = (pod: StoredPod): boolean =>
        key === 'status.podIP' ? pod.ip === value : key === 'metadata.name' ? pod.name === value : key === '';
      return answer(response, 200, {
        kind: 'PodList',
        apiVersion: 'v1',
        metadata: {},
        items: cluster.pods.filter(fits).map(written),
      });
    }
    if (name !== undefined) {
      const pod = cluster.pods.find((each) => each.name === name);
      if (!pod) return status(response, 404, 'NotFound', `pods "${name}" not found`);
      if (request.method === 'GET') return answer(response, 200, written(pod));
      if (request.method === 'DELETE') {
        const { preconditions } = DeleteOptions.parse(body);
        if (preconditions?.uid !== undefined && preconditions.uid !== pod.uid)
          return status(response, 409, 'Conflict', 'Precondition failed: UID in precondition');
        if (
          preconditions?.resourceVersion !== undefined &&
          preconditions.resourceVersion !== String(pod.version)
        )
          return status(response, 409, 'Conflict', 'Precondition failed: ResourceVersion in precondition');
        pod.deleting ??= now();
        pod.version = version += 1;
        return answer(response, 200, written(pod));
      }
      if (request.method === 'PATCH' && type === 'application/merge-patch+json') {
        const { metadata } = MergePatch.parse(body);
        if (metadata.uid !== undefined && metadata.uid !== pod.uid)
          return status(response, 409, 'Conflict', 'Precondition failed: UID in precondition');
        Object.assign(pod.annotations, metadata.annotations);
        pod.version = version += 1;
        return answer(response, 200, written(pod));
      }
      return status(response, 415, 'UnsupportedMediaType', type);
    }
    const [, kind, set, scale] =
      /^\/apis\/apps\/v1\/namespaces\/mq\/(deployments|statefulsets)\/([^/]+)(\/scale)?$/.exec(
        url.pathname,
      ) ?? [];
    if (set === undefined) return status(response, 404, 'NotFound', url.pathname);
    if (request.method === 'GET' && scale !== undefined) return answer(response, 200, scaleOf(set));
    if (request.method === 'PATCH' && scale === undefined && type === 'application/merge-patch+json') {
      Object.assign(workload.annotations, MergePatch.parse(body).metadata.annotations);
      workload.version += 1;
      return answer(response, 200, {
        kind: kind === 'deployments' ? 'Deployment' : 'StatefulSet',
        apiVersion: 'apps/v1',
        metadata: { name: set, resourceVersion: String(workload.version) },
      });
    }
    if (request.method === 'PATCH' && scale !== undefined && type === 'application/json-patch+json') {
      for (const { op, path: where, value } of JsonPatch.parse(body)) {
        if (op === 'test' && where === '/metadata/resourceVersion' && value !== String(workload.version))
          return status(response, 422, 'Invalid', 'the server rejected our request: test failed');
        if (op === 'replace' && where === '/spec/replicas') cluster.replicas = Number(value);
      }
      workload.version += 1;
      return answer(response, 200, scaleOf(set));
    }
    return status(response, 405, 'MethodNotAllowed', '');
  }

  const server = https.createServer(
    { key: await readFile(at('server.key')), cert: await readFile(at('server.pem')) },
    (request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (data: Buffer) => chunks.push(data));
      request.on('end', () => {
        const text = Buffer.concat(chunks).toString();
        const url = new URL(request.url ?? '/', 'https://localhost');
        const body: unknown = text === '' ? {} : JSON.parse(text);
        const told = { method: request.method ?? '', path: url.pathname };
        cluster.received.push({ ...told, type: String(request.headers['content-type']), body });
        if (request.headers.authorization !== `Bearer ${TOKEN}`)
          return status(response, 401, 'Unauthorized', 'Unauthorized');
        void Promise.resolve(cluster.before?.(told)).then((instead) => {
          if (typeof instead === 'number') return status(response, instead, 'Instead', 'instead');
          if (instead === 'lost') {
            const cut = response.end.bind(response);
            Object.assign(response, { end: () => (request.socket.destroy(), cut()) });
          }
          serve(request, response, url, body);
        });
      });
    },
  );
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  const { port } = server.address() as AddressInfo;
  const ca = (await readFile(at('ca.pem'))).toString('base64');
  await writeFile(
    cluster.kubeconfig,
    JSON.stringify({
      apiVersion: 'v1',
      kind: 'Config',
      'current-context': 'test',
      contexts: [{ name: 'test', context: { cluster: 'test', user: 'test' } }],
      clusters: [
        { name: 'test', cluster: { server: `https://localhost:${port}`, 'certificate-authority-data': ca } },
      ],
      users: [{ name: 'test', user: { token: TOKEN } }],
    }),
  );
  return cluster;
}

const DeleteOptions = z.object({
  gracePeriodSeconds: z.number().optional(),
  preconditions: z.object({ uid: z.string().optional(), resourceVersion: z.string().optional() }).optional(),
});
const MergePatch = z.object({
  metadata: z.object({
    uid: z.string().optional(),
    annotations: z.record(z.string(), z.string()).optional(),
  }),
});
const JsonPatch = z.array(z.object({ op: z.string(), path: z.string(), value: z.unknown() }));
