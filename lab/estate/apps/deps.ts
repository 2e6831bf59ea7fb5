import { casApp, type CasApp, type PatrolRows } from '../cas-app.ts';
import { releasePage } from '../orders/page.ts';
import { API, EXECUTOR, ORCHESTRATION } from '../orders/schema.ts';
import { takeSignal } from '../orders/signals.ts';
import { type HttpService, NOT_FOUND, page } from '../service.ts';
import type { PracticeApp } from './app.ts';

const RESOURCES = {
  cpu: ['DEPS-M04', 'DEPS-A02'],
  memory: ['DEPS-M05', 'DEPS-A02'],
  disk: ['DEPS-M06', 'DEPS-A02'],
  load: ['DEPS-M07', 'DEPS-A02'],
} satisfies Partial<PatrolRows>;

const PATROL = { ...RESOURCES, health: ['DEPS-C11', 'DEPS-C12', 'DEPS-C13'] } satisfies Partial<PatrolRows>;

const COMMON = {
  system: 'DEPS',
  mainPort: 8341,
  errors: ['c.a.o.common.RpcClient - invoke remote service timeout 3000ms'],
} satisfies Partial<CasApp>;

/** The page of the release orders, at the address that it has below that of the console. */
const PAGE = '/deps';
const servePage: HttpService = async ({ path }, { host, release }) => {
  if (!release || !path.startsWith(PAGE)) return NOT_FOUND;
  if (host.conditions.page === 'error') return page(500, '发布部署服务', '<p>Internal Server Error</p>');
  return releasePage(release.database, /\/release\/(\w+)/.exec(path)?.[1]);
};

export const apopswareapiserver = casApp({
  ...COMMON,
  id: 'apopswareapiserver',
  title: { en: 'Release business service', zh: '发布部署业务服务' },
  ports: { 8341: servePage },
  peers: [
    { server: 'opswareapiserver', port: 3306, connections: 3 },
    { app: 'acopswareorchestration', port: 12200, connections: 1 },
  ],
  usual: 'PlanService - plan status synchronised',
  consoles: [{ name: 'consoleng', port: 8341, below: PAGE }],
  databases: [API],
  rows: {
    ...PATROL,
    ports: ['DEPS-C03', 'DEPS-M09', 'DEPS-A03'],
    errors: ['DEPS-C06', 'DEPS-M01', 'DEPS-L02', 'DEPS-A01'],
    page: ['DEPS-C09'],
  },
});

export const acopswareorchestration = casApp({
  ...COMMON,
  id: 'acopswareorchestration',
  title: { en: 'Release flow engine', zh: '发布部署流程引擎' },
  ports: { 80: 'web-page', 8341: takeSignal },
  peers: [
    { server: 'opswareorchestration', port: 3306, connections: 4 },
    { app: 'acopswareexecutor', port: 12200, connections: 1 },
  ],
  usual: 'FlowScheduler - scan running process instances',
  databases: [ORCHESTRATION],
  rows: {
    ...PATROL,
    ports: ['DEPS-C04', 'DEPS-M10', 'DEPS-A03'],
    errors: ['DEPS-C07', 'DEPS-M02', 'DEPS-L04', 'DEPS-A01'],
  },
});

export const acopswareexecutor = casApp({
  ...COMMON,
  id: 'acopswareexecutor',
  title: { en: 'Atomic operation executor', zh: '发布部署原子操作执行引擎' },
  ports: { 80: 'web-page', 8341: 'open' },
  peers: [{ server: 'opswareexecutor', port: 3306, connections: 3 }],
  usual: 'TaskPoller - no task waiting',
  databases: [EXECUTOR],
  rows: {
    ...PATROL,
    ports: ['DEPS-C05', 'DEPS-M11', 'DEPS-A03'],
    errors: ['DEPS-C08', 'DEPS-M03', 'DEPS-L06', 'DEPS-A01'],
    more: { 'clock-skewed': ['DEPS-C16', 'DEPS-F03'] },
  },
});

/** Named by the monitoring table alone, with the ports of the business service. */
export const opsware = casApp({
  ...COMMON,
  id: 'opsware',
  title: { en: 'Release platform (opsware)', zh: '发布部署 opsware' },
  ports: { 8341: 'open' },
  peers: [],
  usual: 'PlanService - plan status synchronised',
  rows: { ...RESOURCES, ports: ['DEPS-C02', 'DEPS-M08', 'DEPS-A03'] },
});

export const APPS: readonly PracticeApp[] = [
  apopswareapiserver,
  acopswareorchestration,
  acopswareexecutor,
  opsware,
];
