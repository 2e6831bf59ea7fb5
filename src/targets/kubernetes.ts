import {
  ApiException,
  AppsV1Api,
  CoreV1Api,
  createConfiguration,
  KubeConfig,
  PatchStrategy,
  type RequestContext,
  type ResponseContext,
  ServerConfiguration,
  setHeaderOptions,
} from '@kubernetes/client-node';

/** Seconds for one answer of the cluster, connecting included. */
const ANSWER_SECONDS = 10;

export interface KubernetesOptions {
  /** Path of a kubeconfig file; its current context counts. */
  readonly kubeconfig: string;
}

/** The parts of a cluster's API that are used, with a time limit on every request. Nothing is connected before it is asked for. */
export interface ClusterApi {
  readonly core: CoreV1Api;
  readonly apps: AppsV1Api;
}

/** Throws for a file that cannot be read or names no cluster. */
export function openCluster({ kubeconfig }: KubernetesOptions): ClusterApi {
  const config = new KubeConfig();
  config.loadFromFile(kubeconfig);
  const cluster = config.getCurrentCluster();
  if (!cluster) throw new Error(`${kubeconfig} has no current context with a cluster`);
  if (cluster.skipTLSVerify === true)
    throw new Error(`${kubeconfig} does not verify the cluster's certificate`);
  if (!cluster.server.startsWith('https://')) throw new Error(`${kubeconfig} does not use https`);
  const api = createConfiguration({
    baseServer: new ServerConfiguration(cluster.server, {}),
    authMethods: { default: config },
    promiseMiddleware: [
      {
        pre: async (request: RequestContext): Promise<RequestContext> => {
          request.setSignal(AbortSignal.timeout(ANSWER_SECONDS * 1000));
          return request;
        },
        post: async (response: ResponseContext): Promise<ResponseContext> => response,
      },
    ],
  });
  return { core: new CoreV1Api(api), apps: new AppsV1Api(api) };
}

/** The body of a request is a JSON patch (RFC 6902). */
export const JSON_PATCH = setHeaderOptions('Content-Type', PatchStrategy.JsonPatch);
/** The body of a request is a merge patch (RFC 7386). */
export const MERGE_PATCH = setHeaderOptions('Content-Type', PatchStrategy.MergePatch);

/**
 * How a request that did not succeed ended. `refused`: the cluster, or the way there, said no before anything was changed; every
 * other end proves nothing.
 */
export interface Refusal {
  readonly kind: 'gone' | 'refused' | 'conflict' | 'unknown';
  readonly detail: string;
}

export function refusalOf(error: unknown): Refusal {
  if (error instanceof ApiException) {
    const detail = `HTTP ${error.code}: ${messageIn(error.body)}`;
    if (error.code === 404) return { kind: 'gone', detail };
    // 422 is a patch whose test does not hold.
    if (error.code === 409 || error.code === 422) return { kind: 'conflict', detail };
    return { kind: REFUSED.has(error.code) ? 'refused' : 'unknown', detail };
  }
  const code = error instanceof Error ? codeOf(error) : '';
  const detail = error instanceof Error ? error.message : String(error);
  return { kind: NEVER_SENT.has(code) ? 'refused' : 'unknown', detail };
}

const REFUSED: ReadonlySet<number> = new Set([400, 401, 403, 405, 406, 415, 429]);
/** No connection came about, or its certificate was refused, which is before anything is sent. */
const NEVER_SENT: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'CERT_HAS_EXPIRED',
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'ERR_TLS_CERT_ALTNAME_INVALID',
]);

const codeOf = (error: Error): string => String(Reflect.get(error, 'code') ?? '');

/** The message of a Status object, which comes as an object or as its text. */
function messageIn(body: unknown): string {
  if (typeof body === 'string') {
    try {
      return messageIn(JSON.parse(body));
    } catch {
      return body.slice(0, 400);
    }
  }
  const message: unknown =
    typeof body === 'object' && body !== null ? Reflect.get(body, 'message') : undefined;
  return typeof message === 'string' ? message.slice(0, 400) : 'no message';
}
