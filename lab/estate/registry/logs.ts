import { STAMPS, type LogFile, type LogLine, type LogScene, type RunningLog, type StartLog } from '../log.ts';
import { errorLogOf, moments, perMinute, silentLog, steadyLog } from '../log-lines.ts';
import {
  DATA_PORTS,
  hasRaft,
  LEFT,
  LOGS,
  META_PORTS,
  registry,
  type RegistryProfile,
  SESSION_PORTS,
} from './state.ts';

/** A line as every log of the registry has it, without its time. */
export const registryLine = (
  level: 'INFO' | 'WARN' | 'ERROR',
  thread: string,
  logger: string,
  message: string,
): string => `[${level}][${thread}][${logger}] - ${message}`;

type Role = 'session' | 'data' | 'meta';

/** The logs of a role, each as the manual names it. */
export function logsOf(role: Role, profile: RegistryProfile): readonly LogFile[] {
  const folder = `${LOGS}/${role}`;
  return [
    errors(role),
    steady(`${folder}/common-default.log`, 60, 'main', 'PropertySources', 'no configuration changed'),
    running(`${folder}/registry-connect.log`, (...scene) => losses(role, ...scene)),
    started(`${folder}/registry-startup.log`, role),
    gcLog(),
    ...OWN[role],
    ...(role === 'meta' && hasRaft(profile)
      ? [silentLog(`${LOGS}/meta/registry-raft.log`, STAMPS.bracketed)]
      : []),
  ];
}

/** Main logs, and those that only one role has. */
const OWN: Readonly<Record<Role, readonly LogFile[]>> = {
  session: [
    steady(
      `${LOGS}/session/registry-session.log`,
      10,
      'FetchDataTask-1',
      'SessionServerBootstrap',
      '[fetchChangDataProcess] Fetch data versions for 412 dataInfoIds',
    ),
    steady(
      `${LOGS}/session/registry-exchange.log`,
      15,
      'DataNodeExecutor-1',
      'SESSION-EXCHANGE',
      'DataNode Exchanger request=RenewDatumRequest,url=dataserver:9620',
    ),
    running(`${LOGS}/session/registry-console.log`, counts),
    running(`${LOGS}/session/registry-push.log`, pushes),
  ],
  data: [
    steady(
      `${LOGS}/data/registry-data.log`,
      10,
      'LocalDataServerChange-1',
      'CacheDigestTask',
      '[CacheDigestTask] size of publisher in DefaultDataCenter is 862',
    ),
  ],
  meta: [
    steady(
      `${LOGS}/meta/registry-meta.log`,
      10,
      'MetaExecutor-1',
      'SessionNodeHandler',
      'Session node renew success!',
    ),
    silentLog(`${LOGS}/meta/registry-http.log`, STAMPS.bracketed),
  ],
};

function running(path: string, lines: RunningLog['lines']): RunningLog {
  return { path, stamp: STAMPS.bracketed, historyMinutes: 5, lines };
}

function steady(
  path: string,
  everySeconds: number,
  thread: string,
  logger: string,
  message: string,
): RunningLog {
  return steadyLog(path, everySeconds, registryLine('INFO', thread, logger, message), STAMPS.bracketed);
}

const errors = (role: Role): RunningLog =>
  errorLogOf(
    `${LOGS}/${role}/common-error.log`,
    (at) =>
      registryLine(
        'ERROR',
        `BoltDefaultBizExecutor-${(at % 16) + 1}`,
        'BoltClient',
        'Bolt Client sendSync message RemotingException! invoke timeout 3000ms',
      ),
    STAMPS.bracketed,
  );

/** Every half minute how many there are. The counts are what an upgrade is judged by. */
function counts(from: number, to: number, { host, conditions }: LogScene): readonly LogLine[] {
  const own = registry.of(conditions);
  const { subscribers, publishers, watchers } = own.wasEmptied ? LEFT : own;
  const connections = conditions.clients[SESSION_PORTS.client] ?? CLIENTS;
  return moments(from, to, 30_000, `${host} count`).map((at) => ({
    at,
    text: registryLine(
      'INFO',
      'scheduling-1',
      'SESSION-CONSOLE',
      `[Count]Subscriber count: ${subscribers}, Publisher count: ${publishers}, Watcher count: ${watchers}, Connection count: ${connections}`,
    ),
  }));
}

/** Client machines of one session node. */
export const CLIENTS = 24;

/** Nothing is pushed while the switch says so. */
function pushes(from: number, to: number, { host, conditions }: LogScene): readonly LogLine[] {
  if (registry.of(conditions).pushStopped) return [];
  return moments(from, to, 7000, `${host} push`).map((at) => ({
    at,
    text: registryLine(
      'INFO',
      `PushTaskExecutor-${(at % 8) + 1}`,
      'SESSION-PUSH',
      `Push data success!dataInfoId:com.practice.ledger.facade#@#DEFAULT_INSTANCE_ID#@#SOFA, connectId:10.66.200.${(at % CLIENTS) + 1}:32768`,
    ),
  }));
}

function losses(
  role: Role,
  from: number,
  to: number,
  { host, address, conditions }: LogScene,
): readonly LogLine[] {
  const other = role === 'meta' ? 'SESSION' : 'META';
  const logger = `${role.toUpperCase()}-CONNECT`;
  const ends = `remote address:/10.66.1.90:${META_PORTS.session} localAddress:/${address}:38114`;
  return moments(from, to, perMinute(registry.of(conditions).lossesPerMinute), `${host} loss`).flatMap(
    (at) => [
      {
        at,
        text: registryLine('INFO', 'Bolt-conn-event-1', logger, `${other} node disconnected,${ends}`),
      },
      { at, text: registryLine('INFO', 'Bolt-conn-event-1', logger, `${other} node connected,${ends}`) },
    ],
  );
}

const BOOTS = {
  session: { name: 'Session', port: SESSION_PORTS.http },
  data: { name: 'Data', port: DATA_PORTS.http },
  meta: { name: 'Meta', port: META_PORTS.http },
} as const;

function started(path: string, role: Role): StartLog {
  const { name, port } = BOOTS[role];
  const says = (logger: string, message: string): string => registryLine('INFO', 'main', logger, message);
  return {
    path,
    stamp: STAMPS.bracketed,
    started: (at) => [
      { at, text: says(`${name}ServerBootstrap`, `Open http server port ${port} success!`) },
      { at, text: says(`${name}Application`, `Started ${name}Server`) },
    ],
  };
}

/** One collection a minute, as the virtual machine writes it. */
function gcLog(): RunningLog {
  const path = '/home/admin/logs/gc.log';
  return {
    path,
    stamp: STAMPS.iso,
    historyMinutes: 10,
    lines: (from, to, { host }) =>
      moments(from, to, 60_000, `${host} gc`).map((at) => ({
        at,
        text: `${(at % 10_000_000) / 1000}: [GC (Allocation Failure) ${700_000 + (at % 90_000)}K->${210_000 + (at % 9000)}K(4019584K), 0.0${(at % 40) + 10} secs]`,
      })),
  };
}
