import { defaultLog, errorLog, steadyLog } from '../log-lines.ts';
import { has } from '../has.ts';
import { type HttpService, json, NOT_FOUND, page, type Served } from '../service.ts';
import { taskApp } from '../task-app.ts';
import type { PracticeApp } from './app.ts';

const CLOSE = '/api/common/closeIam';
/** The letters of the request that opens IAM again, as the manual prints them and as another version may have them. */
const OPEN = { printed: '/api/common/openiam', otherwise: '/api/common/openIam' } as const;

/** The product itself, which nobody gets into without IAM, and the switch that lets them. */
const product: HttpService = async ({ path }, served) => {
  const { host, sideEffects } = served;
  const { openWord, refusesSwitch } = has.of(host.conditions);
  if (path === CLOSE || path === OPEN[openWord]) {
    if (refusesSwitch) return json(500, { success: false, message: 'IamSwitchService: store is read only' });
    const asksIam = path !== CLOSE;
    const name = host.plan.name;
    await sideEffects.do({ name: `IAM of ${name}`, on: [name], change: (now) => has.with(now, { asksIam }) });
    return json(200, { success: true });
  }
  if (path !== '/') return NOT_FOUND;
  if (host.conditions.page === 'error') return page(500, '高可用管理平台', '<p>Internal Server Error</p>');
  return has.of(host.conditions).asksIam && !iamAnswers(served)
    ? page(503, '高可用管理平台', '<p>IAM 服务不可用，无法登录</p>')
    : page(200, '高可用管理平台', '<p>容灾预案、巡检中心、故障演练</p>');
};

/** An estate without IAM has somebody else for it. */
function iamAnswers({ estate }: Served): boolean {
  return ['aciamweb', 'aciamcore'].every((app) => {
    const hosts = estate.hostsOf(app);
    return hosts.length === 0 || hosts.some((each) => each.runs());
  });
}

export const acmangkhut: PracticeApp = {
  id: 'acmangkhut',
  system: 'HAS',
  title: { en: 'HAS core', zh: 'HAS 主体应用' },
  hostName: 'acmangkhut',
  hosts: 2,
  cores: 4,
  memoryGb: 8,
  programs: [
    {
      id: 'acmangkhut',
      command:
        'java -server -Xms4g -Xmx4g -Dapp.name=acmangkhut -Dserver.port=8080 -jar /home/admin/acmangkhut/lib/acmangkhut-bootstrap.jar',
      ports: { 8080: product },
      peers: [
        { app: 'pageinspect', port: 12200, connections: 1 },
        { server: 'acmangkhut', port: 3306, connections: 3 },
      ],
      logs: [
        errorLog(
          '/home/admin/logs/acmangkhut/common-error.log',
          ['c.p.has.plan.PlanService - execute plan step failed'],
          'plan',
        ),
        steadyLog(
          '/home/admin/logs/acmangkhut/app-default.log',
          10,
          ' INFO  [scheduler-1] InspectionCenter - 12 inspections scheduled',
        ),
      ],
    },
  ],
  mainPort: 8080,
  consoles: [{ name: 'has', port: 8080 }],
  databases: [{ name: 'acmangkhut' }],
  rows: {
    'process-down': ['HAS-C02'],
    'port-not-listening': ['HAS-C02'],
    'page-down': ['HAS-C04'],
    'error-burst': ['HAS-C05', 'HAS-L03'],
  },
};

/** Opens pages for the core app. */
export const pageinspect: PracticeApp = {
  id: 'pageinspect',
  system: 'HAS',
  title: { en: 'Page probing', zh: '页面探活' },
  hostName: 'pageinspect',
  hosts: 1,
  cores: 2,
  memoryGb: 4,
  programs: [
    {
      id: 'pageinspect',
      command:
        'java -server -Xms2g -Xmx2g -Dapp.name=pageinspect -jar /home/admin/pageinspect/lib/pageinspect-bootstrap.jar',
      ports: { 12200: 'open' },
      logs: [defaultLog('/home/admin/logs/pageinspect/common-default.log', 'Prober - 8 pages opened')],
    },
  ],
};

/** Writes the permissions of the product down once, after the installation. */
const hasinit = taskApp({
  id: 'hasinit',
  system: 'HAS',
  title: { en: 'HAS initialisation', zh: 'HAS 初始化任务' },
  command: 'java -jar /home/admin/hasinit/lib/hasinit.jar',
});

export const APPS: readonly PracticeApp[] = [acmangkhut, pageinspect, hasinit];
