import { dockerScript, readDocker } from '../kit/containers/docker.ts';
import type { Containers, RemoteExec, Targets } from '../kit/targets.ts';
import type { Pods } from '../kit/containers/pods.ts';
import type { KubernetesOptions } from './kubernetes.ts';
import { createHttpClient, type HttpOptions } from './http.ts';
import { createSqlReader } from './mysql.ts';
import { createOnce } from './once.ts';
import { createRowChanger } from './rows.ts';
import type { DatabaseOptions } from './sql-options.ts';
import type { SshOptions, SystemSshOptions } from './ssh-options.ts';
import { createSsh2Exec } from './ssh2.ts';
import { createSystemSshExec } from './system-ssh.ts';

export type { HttpOptions } from './http.ts';
export { mayOn, type TableRights } from './rights.ts';
export { sshFileProblems, type SshFileProblem } from './ssh-files.ts';
export { type LoginTried, tryLogin } from './try-login.ts';
export type { Account, Accounts, DatabaseOptions } from './sql-options.ts';
export type { HostKeyOptions, JumpHost, SshLogin, SshOptions, SystemSshOptions } from './ssh-options.ts';

export interface TargetsOptions {
  readonly ssh:
    | ({ readonly client: 'ssh2' } & SshOptions)
    | ({ readonly client: 'system' } & SystemSshOptions);
  readonly databases: DatabaseOptions;
  readonly http?: HttpOptions;
  readonly kubernetes?: KubernetesOptions;
  /** Where hosts keep the markers of requests sent once; /var/tmp unless set. */
  readonly markerFolder?: string;
}

/** Everything that touches the estate. Nothing is connected before it is asked for; `close` ends every connection. */
export function openTargets(options: TargetsOptions): Targets & { readonly close: () => Promise<void> } {
  const exec = openExec(options.ssh);
  const sql = createSqlReader(options.databases);
  const http = createHttpClient(options.http);
  return {
    exec,
    sql,
    rows: createRowChanger(options.databases),
    http,
    requests: http,
    once: createOnce(exec, options.markerFolder),
    containers: createContainers(exec, options.kubernetes),
    async close() {
      exec.close();
      await Promise.all([sql.close(), http.close()]);
    },
  };
}

function openExec(options: TargetsOptions['ssh']): RemoteExec & { readonly close: () => void } {
  switch (options.client) {
    case 'ssh2':
      return createSsh2Exec(options);
    case 'system':
      return createSystemSshExec(options);
    default:
      return options satisfies never;
  }
}

const NODE_LIMITS = { timeoutSeconds: 20, outputCapBytes: 1_048_576 };

/** The Docker of nodes over SSH, and the pods of a cluster where one is configured. */
export function createContainers(exec: RemoteExec, kubernetes: KubernetesOptions | undefined): Containers {
  return {
    async onNode(node, names) {
      const mark = `@${crypto.randomUUID()}`;
      return readDocker(await exec.run(node, dockerScript(names, mark), NODE_LIMITS), names, mark);
    },
    pods: podsWhenAsked(kubernetes),
  };
}

/** The client of Kubernetes is large, and most estates have no cluster: it is loaded when a pod is asked for. */
function podsWhenAsked(kubernetes: KubernetesOptions | undefined): Pods {
  let loading: Promise<Pods> | undefined;
  const pods = (): Promise<Pods> => (loading ??= loadPods(kubernetes));
  return {
    see: async (...of) => (await pods()).see(...of),
    replicas: async (...of) => (await pods()).replicas(...of),
    delete: async (...of) => (await pods()).delete(...of),
    lookAtDelete: async (...of) => (await pods()).lookAtDelete(...of),
    scale: async (...of) => (await pods()).scale(...of),
    lookAtScale: async (...of) => (await pods()).lookAtScale(...of),
  };
}

async function loadPods(kubernetes: KubernetesOptions | undefined): Promise<Pods> {
  const [{ createPods }, { openCluster }] = await Promise.all([
    import('./pods.ts'),
    import('./kubernetes.ts'),
  ]);
  let cluster: ReturnType<typeof openCluster> | undefined;
  return createPods(() => {
    if (!kubernetes) throw new Error('no kubeconfig is configured; set KUBECONFIG');
    cluster ??= openCluster(kubernetes);
    return cluster;
  });
}
