import type { LogFile, LogLine, LogScene } from './log.ts';
import { moments, perMinute } from './log-lines.ts';
import { type HttpService, json, NOT_FOUND } from './service.ts';
import { appState } from './app-state.ts';

/** What the apps of resource management know beyond what every host has. */
export interface ResourceTraits {
  /** Calls of the console that find no address of the service, in a minute. */
  readonly lostAddresses: number;
  /** Calls of the console that other components fail, in a minute. */
  readonly failedCalls: number;
  /** Calls of the IaaS adapter that the cloud refuses, in a minute. */
  readonly refusedByCloud: number;
  /** The adapter keeps its connections to the address that was valid before, until it connects anew. */
  readonly usesOldAddress: boolean;
}

export const resources = appState<ResourceTraits>({
  lostAddresses: 0,
  failedCalls: 0,
  refusedByCloud: 0,
  usesOldAddress: false,
});

const FACADES = [
  'com.practice.provision.ResourceFacade:1.0',
  'com.practice.meta.WorkspaceFacade:1.0',
  'com.practice.iaas.InstanceFacade:1.0',
] as const;

const REFUSED = [
  ['SlbClient', 'SetBackendServers', 'Throttling.User'],
  ['EcsClient', 'DescribeInstances', 'ServiceUnavailable'],
  ['OssClient', 'GetObject', 'AccessDenied'],
] as const;

/** The log of calls that failed, beside the app's own error log. */
export const rpcErrors = (path: string): LogFile => ({
  path,
  historyMinutes: 5,
  lines: (from, to, scene) => inOrder([...lostAddresses(from, to, scene), ...failedCalls(from, to, scene)]),
});

/** The error log of the IaaS adapter: calls that the cloud refused, and whatever else goes wrong. */
export const cloudErrors = (path: string): LogFile => ({
  path,
  historyMinutes: 5,
  lines: (from, to, { host, conditions }) =>
    inOrder([
      ...at(
        from,
        to,
        conditions.errorsPerMinute,
        `${host} own`,
        () => 'c.p.iaas.TaskRunner - task lock is held',
      ),
      ...at(from, to, resources.of(conditions).refusedByCloud, `${host} cloud`, (no) => {
        const [client, action, code] = REFUSED[no % REFUSED.length] ?? REFUSED[0];
        return `c.p.iaas.aliyun.${client} - call aliyun OpenAPI failed, action: ${action}, code: ${code}, requestId: 5B2A-${no}`;
      }),
      ...at(
        from,
        to,
        resources.of(conditions).usesOldAddress ? 2 : 0,
        `${host} old address`,
        () =>
          'c.p.iaas.aliyun.EcsClient - call aliyun OpenAPI failed, action: DescribeInstances, endpoint: ecs.old-room.internal, code: ConnectTimeout',
      ),
    ]),
});

/** Connects to every IaaS service anew (001 §3.5). */
export const connectAnew: HttpService = async ({ method, path }, { host, sideEffects }) => {
  if (path !== '/privateapi/conns/reinit') return NOT_FOUND;
  if (method !== 'PUT') return json(405, { success: false, message: 'PUT only' });
  const log = '/home/admin/logs/aciaasconnectore/common-default.log';
  sideEffects.log(
    host.plan.name,
    log,
    ' INFO  [http-8341] ConnectionPool - all connections initialised again',
  );
  await sideEffects.do({
    name: `connections of ${host.plan.name}`,
    on: [host.plan.name],
    change: (now) => now,
    mends: ['iaas-address-unused'],
  });
  return json(200, { success: true });
};

const lostAddresses = (from: number, to: number, { host, conditions }: LogScene): readonly LogLine[] =>
  at(
    from,
    to,
    resources.of(conditions).lostAddresses,
    `${host} address`,
    (no) =>
      `com.alipay.sofa.rpc - RPC-02306: Cannot get the service address of service [${FACADES[no % FACADES.length] ?? ''}], please check the registry log.`,
  );

const failedCalls = (from: number, to: number, { host, conditions }: LogScene): readonly LogLine[] =>
  at(
    from,
    to,
    resources.of(conditions).failedCalls,
    `${host} call`,
    (no) => `com.alipay.sofa.rpc - invoke ${FACADES[no % FACADES.length] ?? ''} timeout, waited 3000ms`,
  );

/** So many lines a minute; `say` gets a number that differs from line to line. */
const at = (
  from: number,
  to: number,
  count: number,
  seed: string,
  say: (no: number) => string,
): readonly LogLine[] =>
  moments(from, to, perMinute(count), seed).map((moment) => ({
    at: moment,
    text: ` ERROR [SOFA-BOLT-${(moment % 8) + 1}] ${say(Math.floor(moment / 7))}`,
  }));

const inOrder = (lines: readonly LogLine[]): readonly LogLine[] =>
  lines.toSorted((one, other) => one.at - other.at);
