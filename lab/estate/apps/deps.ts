import { defaultLog, errorLog } from '../log-lines.ts';
import type { PracticeApp, Service } from './app.ts';

const COMMON = { system: 'DEPS', hosts: 2, cores: 4, memoryGb: 8, mainPort: 8341 } as const;
const SERVICES: Readonly<Record<number, Service>> = {
  1234: 'service-list',
  9500: 'check-service',
  12200: 'open',
};
const COMPONENTS = ['sofaRuntime', 'dataSource', 'rpcService', 'scheduler'];

export const apopswareapiserver: PracticeApp = {
  ...COMMON,
  id: 'apopswareapiserver',
  title: { en: 'Release business service', zh: '发布部署业务服务' },
  hostName: 'apopswareapiserver',
  command: command('apopswareapiserver'),
  ports: { 8341: 'open', ...SERVICES },
  peers: [
    { server: 'opswareapiserver', port: 3306, connections: 3 },
    { app: 'acopswareorchestration', port: 12200, connections: 1 },
  ],
  components: COMPONENTS,
  logs: logs('apopswareapiserver', 'PlanService - plan status synchronised'),
};

export const acopswareorchestration: PracticeApp = {
  ...COMMON,
  id: 'acopswareorchestration',
  title: { en: 'Release flow engine', zh: '发布部署流程引擎' },
  hostName: 'acopswareorchestration',
  command: command('acopswareorchestration'),
  ports: { 80: 'web-page', 8341: 'private-api', ...SERVICES },
  peers: [
    { server: 'opswareorchestration', port: 3306, connections: 4 },
    { app: 'acopswareexecutor', port: 12200, connections: 1 },
  ],
  components: COMPONENTS,
  logs: logs('acopswareorchestration', 'FlowScheduler - scan running process instances'),
};

export const acopswareexecutor: PracticeApp = {
  ...COMMON,
  id: 'acopswareexecutor',
  title: { en: 'Atomic operation executor', zh: '发布部署原子操作执行引擎' },
  hostName: 'acopswareexecutor',
  command: command('acopswareexecutor'),
  ports: { 80: 'web-page', 8341: 'open', ...SERVICES },
  peers: [{ server: 'opswareexecutor', port: 3306, connections: 3 }],
  components: COMPONENTS,
  logs: logs('acopswareexecutor', 'TaskPoller - no task waiting'),
};

function command(app: string): string {
  return `java -server -Xms4g -Xmx4g -Dapp.name=${app} -Dserver.port=8341 -Drpc.tr.port=12200 -jar /home/admin/${app}/lib/${app}-bootstrap.jar`;
}

function logs(app: string, usual: string): PracticeApp['logs'] {
  const folder = `/home/admin/logs/${app}`;
  return [
    errorLog(
      `${folder}/common-error.log`,
      ['c.a.o.common.RpcClient - invoke remote service timeout 3000ms'],
      'biz',
    ),
    defaultLog(`${folder}/common-default.log`, usual),
  ];
}
