import type { LogFile, LogLine, LogScene } from '../log.ts';
import { errorLog, mark, moments } from '../log-lines.ts';
import { appState } from '../app-state.ts';
import { namedLogs, often, running } from '../lines.ts';

export const PUSH_PORT = 9880;
/** Clients of one machine that are not hosts of the estate. */
export const CLIENTS = 12;
const FOLDER = '/home/admin/logs/drmdata';

export interface DrmTraits {
  /** Clients whose heartbeats are abnormal. */
  readonly abnormalClients: number;
  /** Clients that have an older version of a configuration. */
  readonly staleClients: number;
  /** Share of the pushes that fail, 0 to 1. */
  readonly pushFailures: number;
  /** The queue of the push pool only grows since this moment. Milliseconds since the epoch. */
  readonly queueGrowsSince: number | null;
  readonly idleThreads: number;
}

export const drm = appState<DrmTraits>({
  abnormalClients: 0,
  staleClients: 0,
  pushFailures: 0,
  queueGrowsSince: null,
  idleThreads: 12,
});

const INSTANCE = 'UX8YY6AL9CHS';
const ITEMS = [
  'com.practice.ledger:name=daycut.switch',
  'com.practice.pay:name=limit.amount',
  'com.practice.risk:name=rule.version',
] as const;
const clientAt = (k: number): string => `10.66.200.${k + 1}`;
const clientsOf = ({ conditions: { clients, closedPorts } }: LogScene): number =>
  closedPorts.includes(PUSH_PORT) ? 0 : (clients[PUSH_PORT] ?? CLIENTS);

export const drmLogs: readonly LogFile[] = [
  errorLog(
    `${FOLDER}/common-error.log`,
    ['c.a.drm.data.SyncTask - sync with other servers timeout 3000ms'],
    'drm',
  ),
  running(`${FOLDER}/drmdata-heartbeat.log`, 3, heartbeats),
  running(
    `${FOLDER}/drm-monitor.log`,
    5,
    often(
      'zone',
      () => 2,
      (_, scene) => `[monitorZone]${clientsOf(scene)};DEFAULT_ZONE;4;32;${clientsOf(scene)};`,
    ),
  ),
  running(
    `${FOLDER}/drmdata-push.log`,
    6,
    often('push', () => 8, push),
  ),
  running(`${FOLDER}/drmdata-threadpool.log`, 6, pools),
  ...namedLogs(FOLDER, {
    'app-auth': `AppAuth - instanceId ${INSTANCE} authorised`,
    'drmdata-container': 'ClientContainer - client registered',
    'drmdata-default': 'DrmDataServer - 32 configuration items served',
    'drmdata-sync': 'DataSync - 32 items in sync with the other server',
  }),
];

/** Every client sends one each 30 seconds. */
function heartbeats(from: number, to: number, scene: LogScene): readonly LogLine[] {
  const { abnormalClients, staleClients } = drm.of(scene.conditions);
  const lines = Array.from({ length: clientsOf(scene) }, (_, k) =>
    moments(from, to, 30_000, `${scene.host} client ${k}`).map((at) => ({
      at,
      text: ` ${k < abnormalClients ? 'N' : 'Y'};${at % 3}ms;GZ00B;${INSTANCE};${clientAt(k)};240;${k < staleClients ? 2 : 0};bolt`,
    })),
  );
  return lines.flat().toSorted((a, b) => a.at - b.at);
}

function push(at: number, { host, conditions }: LogScene): string {
  const chance = Number.parseInt(mark(`${host} push`, at).slice(0, 4), 16) / 0xffff;
  const result = chance < drm.of(conditions).pushFailures ? 1 : 0;
  return `[push]${INSTANCE};${ITEMS[at % 3 === 0 ? 0 : at % 3 === 1 ? 1 : 2]};${clientAt(at % CLIENTS)};${result}`;
}

function pools(from: number, to: number, { host, conditions }: LogScene): readonly LogLine[] {
  const { queueGrowsSince, idleThreads } = drm.of(conditions);
  return moments(from, to, 30_000, `${host} pools`).flatMap((at) => {
    const queued = queueGrowsSince === null ? at % 3 : Math.max(0, Math.floor((at - queueGrowsSince) / 4000));
    return [
      { at, text: ` DRM-PUSH-EXECUTOR,${queued},${20 - idleThreads},${idleThreads},20` },
      { at, text: ' DRM-HEARTBEAT-EXECUTOR,0,3,7,10' },
      { at, text: ' BOLT-BIZ-EXECUTOR,0,5,45,50' },
    ];
  });
}
