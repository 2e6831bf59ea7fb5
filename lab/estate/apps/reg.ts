import type { RowId, Words } from '../../../src/kit/index.ts';
import { silentLog } from '../log-lines.ts';
import { answerAsData, answerAsMeta, answerAsSession } from '../registry/answers.ts';
import { EVICTIONS, noticeChanges } from '../registry/cluster.ts';
import { noticeEmptyPush } from '../registry/emptied.ts';
import { CLIENTS, logsOf } from '../registry/logs.ts';
import { DATA_PORTS, hasRaft, META_PORTS, type RegistryProfile, SESSION_PORTS } from '../registry/state.ts';
import { taskApp } from '../task-app.ts';
import type { PracticeApp } from './app.ts';

export interface RegistryApps {
  readonly metaserver: PracticeApp;
  readonly dataserver: PracticeApp;
  readonly sessionserver: PracticeApp;
}

/** The three roles of one registry, as a product version of it answers. Each room has its own, so that all of it stands in one site. */
export const registryApps = (profile: RegistryProfile): RegistryApps => ({
  metaserver: {
    id: 'metaserver',
    system: 'REG',
    title: { en: 'Registry meta server', zh: '注册中心 Meta' },
    hostName: 'metaserver',
    hosts: 3,
    oneSite: true,
    cores: 4,
    memoryGb: 8,
    programs: [
      {
        id: 'metaserver',
        command: command('meta', META_PORTS.session),
        ports: {
          [META_PORTS.session]: 'open',
          [META_PORTS.data]: 'open',
          [META_PORTS.meta]: 'open',
          ...(hasRaft(profile) ? { [META_PORTS.raft]: 'open' } : {}),
          [META_PORTS.http]: answerAsMeta(profile),
        },
        peers: [
          { app: 'metaserver', port: META_PORTS.meta, connections: 1, each: true },
          ...(hasRaft(profile)
            ? [{ app: 'metaserver', port: META_PORTS.raft, connections: 1, each: true } as const]
            : []),
        ],
        logs: logsOf('meta', profile),
      },
    ],
    mainPort: META_PORTS.session,
    notice: noticeChanges(profile),
    rows: {
      ...resourceRows(),
      'process-down': [
        'REG-C04',
        'REG-C05',
        'REG-C16',
        'REG-C17',
        'REG-M22',
        'REG-A04',
        'REG-F10',
        'REG-F12',
      ],
      'port-not-listening': ['REG-C04', 'REG-C05', 'REG-C16', 'REG-M22', 'REG-A04'],
      'host-off': ['REG-F10', 'REG-F12'],
      'registry-connections-break': ['REG-L11'],
    },
  },
  dataserver: {
    id: 'dataserver',
    system: 'REG',
    title: { en: 'Registry data server', zh: '注册中心 Data' },
    hostName: 'dataserver',
    hosts: 3,
    oneSite: true,
    cores: 8,
    memoryGb: 8,
    programs: [
      {
        id: 'dataserver',
        command: command('data', DATA_PORTS.session),
        ports: {
          [DATA_PORTS.session]: 'open',
          [DATA_PORTS.sync]: 'open',
          [DATA_PORTS.http]: answerAsData(profile),
        },
        peers: [
          { app: 'metaserver', port: META_PORTS.data, connections: 1, each: true },
          { app: 'dataserver', port: DATA_PORTS.sync, connections: 1, each: true },
        ],
        logs: [...logsOf('data', profile), silentLog(EVICTIONS)],
      },
    ],
    mainPort: DATA_PORTS.session,
    rows: {
      ...resourceRows({ disk: 'REG-M04', memory: 'REG-M05', cpu: 'REG-M06' }),
      'process-down': [
        'REG-C03',
        'REG-C06',
        'REG-C16',
        'REG-C17',
        'REG-M21',
        'REG-A04',
        'REG-M09',
        'REG-A03',
        'REG-F07',
        'REG-F09',
      ],
      'port-not-listening': ['REG-C03', 'REG-C06', 'REG-C16', 'REG-M21', 'REG-A04'],
      'host-off': ['REG-M09', 'REG-A03', 'REG-F07', 'REG-F09'],
      'registry-connections-break': ['REG-L07'],
    },
  },
  sessionserver: {
    id: 'sessionserver',
    system: 'REG',
    title: { en: 'Registry session server', zh: '注册中心 Session' },
    hostName: 'sessionserver',
    hosts: 2,
    oneSite: true,
    cores: 4,
    memoryGb: 8,
    programs: [
      {
        id: 'sessionserver',
        command: command('session', SESSION_PORTS.client),
        ports: {
          [SESSION_PORTS.client]: 'open',
          [SESSION_PORTS.sync]: 'open',
          [SESSION_PORTS.console]: 'open',
          [SESSION_PORTS.http]: answerAsSession(profile),
        },
        peers: [
          { app: 'metaserver', port: META_PORTS.session, connections: 1, each: true },
          { app: 'dataserver', port: DATA_PORTS.session, connections: 1, each: true },
        ],
        clients: [{ port: SESSION_PORTS.client, count: CLIENTS }],
        logs: logsOf('session', profile),
      },
    ],
    mainPort: SESSION_PORTS.client,
    notice: noticeEmptyPush,
    rows: {
      ...resourceRows({ disk: 'REG-M01', memory: 'REG-M02', cpu: 'REG-M03' }),
      'process-down': [
        'REG-C02',
        'REG-C07',
        'REG-C16',
        'REG-C17',
        'REG-M10',
        'REG-M20',
        'REG-A04',
        'REG-F08',
      ],
      'port-not-listening': ['REG-C02', 'REG-C07', 'REG-C16', 'REG-M10', 'REG-M20', 'REG-A04'],
      'host-off': ['REG-F08'],
      'registry-connections-break': ['REG-L04'],
    },
  },
});

export const { metaserver, dataserver, sessionserver } = registryApps('v5');

/** Gets its addresses from the registry as a business application does. */
const registryTest: PracticeApp = {
  id: 'registry-test',
  system: 'REG',
  title: { en: 'Registry test application', zh: '注册表测试应用程序' },
  hostName: 'registry-test',
  hosts: 1,
  cores: 2,
  memoryGb: 4,
  programs: [
    {
      id: 'registry-test',
      command: command('test', 8080),
      peers: [{ app: 'sessionserver', port: SESSION_PORTS.client, connections: 1 }],
    },
  ],
  rows: { 'registry-lost': ['REG-F01', 'REG-F05'] },
};

/** Tasks of a release: one closes the push to clients before it, the other opens it again. */
const task = (id: string, title: Words): PracticeApp =>
  taskApp({ id, system: 'REG', title, oneSite: true, command: command(id, 80) });

export const APPS: readonly PracticeApp[] = [
  metaserver,
  dataserver,
  sessionserver,
  registryTest,
  task('metapushclose', { en: 'Push closing task', zh: '元推送关闭任务' }),
  task('metapush', { en: 'Push opening task', zh: '元推送任务' }),
];

function command(role: string, port: number): string {
  return `java -server -Xms4g -Xmx4g -Dapp.name=registry-${role} -D${role}.server.port=${port} -jar /home/admin/registry-${role}/lib/registry-${role}.jar`;
}

/** The rows of every role, and those that name one role only. */
function resourceRows(own?: {
  readonly disk: RowId;
  readonly memory: RowId;
  readonly cpu: RowId;
}): NonNullable<PracticeApp['rows']> {
  return {
    'disk-full': ['REG-M14', 'REG-M18', 'REG-A06', 'REG-A09', ...(own ? [own.disk] : [])],
    'memory-high': ['REG-M13', 'REG-M17', 'REG-A06', 'REG-A08', ...(own ? [own.memory] : [])],
    'cpu-high': ['REG-M12', 'REG-M16', 'REG-A06', 'REG-A07', ...(own ? [own.cpu] : [])],
    'load-high': ['REG-M19', 'REG-A06'],
    'container-exited': ['REG-C15'],
  };
}
