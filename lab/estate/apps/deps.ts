import { defaultLog, errorLog } from '../log-lines.ts';
import { releasePage } from '../orders/page.ts';
import { API, EXECUTOR, ORCHESTRATION } from '../orders/schema.ts';
import { takeSignal } from '../orders/signals.ts';
import { type HttpService, NOT_FOUND, type Service } from '../service.ts';
import type { Peer, PracticeApp, Program } from './app.ts';

const COMMON = {
  system: 'DEPS',
  hosts: 2,
  cores: 4,
  memoryGb: 8,
  mainPort: 8341,
  components: ['sofaRuntime', 'dataSource', 'rpcService', 'scheduler'],
} as const;

const COMMON_ROWS: PracticeApp['rows'] = {
  'health-false': ['DEPS-C11', 'DEPS-C12', 'DEPS-C13'],
  'disk-full': ['DEPS-M06', 'DEPS-A02'],
  'load-high': ['DEPS-M07', 'DEPS-A02'],
  'memory-high': ['DEPS-M05', 'DEPS-A02'],
  'cpu-high': ['DEPS-M04', 'DEPS-A02'],
};

/** The page of the release orders, at the address that it has below that of the console. */
const PAGE = '/deps';
const servePage: HttpService = async ({ path }, { release }) => {
  if (!release || !path.startsWith(PAGE)) return NOT_FOUND;
  return releasePage(release.database, /\/release\/(\w+)/.exec(path)?.[1]);
};

export const apopswareapiserver: PracticeApp = {
  ...COMMON,
  id: 'apopswareapiserver',
  title: { en: 'Release business service', zh: '发布部署业务服务' },
  hostName: 'apopswareapiserver',
  programs: [
    program('apopswareapiserver', {
      ports: { 8341: servePage },
      peers: [
        { server: 'opswareapiserver', port: 3306, connections: 3 },
        { app: 'acopswareorchestration', port: 12200, connections: 1 },
      ],
      usual: 'PlanService - plan status synchronised',
    }),
  ],
  consoles: [{ name: 'consoleng', port: 8341, below: PAGE }],
  databases: [API],
  rows: {
    ...COMMON_ROWS,
    'process-down': ['DEPS-C03', 'DEPS-C11', 'DEPS-C12', 'DEPS-C13', 'DEPS-M09', 'DEPS-A03'],
    'port-not-listening': ['DEPS-C03', 'DEPS-M09', 'DEPS-A03'],
    'error-burst': ['DEPS-C06', 'DEPS-M01', 'DEPS-L02', 'DEPS-A01'],
  },
};

export const acopswareorchestration: PracticeApp = {
  ...COMMON,
  id: 'acopswareorchestration',
  title: { en: 'Release flow engine', zh: '发布部署流程引擎' },
  hostName: 'acopswareorchestration',
  programs: [
    program('acopswareorchestration', {
      ports: { 80: 'web-page', 8341: takeSignal },
      peers: [
        { server: 'opswareorchestration', port: 3306, connections: 4 },
        { app: 'acopswareexecutor', port: 12200, connections: 1 },
      ],
      usual: 'FlowScheduler - scan running process instances',
    }),
  ],
  databases: [ORCHESTRATION],
  rows: {
    ...COMMON_ROWS,
    'process-down': ['DEPS-C04', 'DEPS-C11', 'DEPS-C12', 'DEPS-C13', 'DEPS-M10', 'DEPS-A03'],
    'port-not-listening': ['DEPS-C04', 'DEPS-M10', 'DEPS-A03'],
    'error-burst': ['DEPS-C07', 'DEPS-M02', 'DEPS-L04', 'DEPS-A01'],
  },
};

export const acopswareexecutor: PracticeApp = {
  ...COMMON,
  id: 'acopswareexecutor',
  title: { en: 'Atomic operation executor', zh: '发布部署原子操作执行引擎' },
  hostName: 'acopswareexecutor',
  programs: [
    program('acopswareexecutor', {
      ports: { 80: 'web-page', 8341: 'open' },
      peers: [{ server: 'opswareexecutor', port: 3306, connections: 3 }],
      usual: 'TaskPoller - no task waiting',
    }),
  ],
  databases: [EXECUTOR],
  rows: {
    ...COMMON_ROWS,
    'process-down': ['DEPS-C05', 'DEPS-C11', 'DEPS-C12', 'DEPS-C13', 'DEPS-M11', 'DEPS-A03'],
    'port-not-listening': ['DEPS-C05', 'DEPS-M11', 'DEPS-A03'],
    'error-burst': ['DEPS-C08', 'DEPS-M03', 'DEPS-L06', 'DEPS-A01'],
    'clock-skewed': ['DEPS-C16', 'DEPS-F03'],
  },
};

export const APPS: readonly PracticeApp[] = [apopswareapiserver, acopswareorchestration, acopswareexecutor];

function program(
  id: string,
  own: {
    readonly ports: Readonly<Record<number, Service>>;
    readonly peers: readonly Peer[];
    /** What its log says while nothing happens. */
    readonly usual: string;
  },
): Program {
  const folder = `/home/admin/logs/${id}`;
  return {
    id,
    command: `java -server -Xms4g -Xmx4g -Dapp.name=${id} -Dserver.port=8341 -Drpc.tr.port=12200 -jar /home/admin/${id}/lib/${id}-bootstrap.jar`,
    ports: { ...own.ports, 1234: 'service-list', 9500: 'check-service', 12200: 'open' },
    peers: own.peers,
    logs: [
      errorLog(
        `${folder}/common-error.log`,
        ['c.a.o.common.RpcClient - invoke remote service timeout 3000ms'],
        'biz',
      ),
      defaultLog(`${folder}/common-default.log`, own.usual),
    ],
  };
}
