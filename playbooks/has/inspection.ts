import {
  applicationErrors,
  type Check,
  consolePage,
  containerState,
  defineInspection,
  healthCheck,
  judgeCount,
  keptLogCheck,
  limitsOf,
  logWindow,
  lookAt,
  portsCheck,
  processCheck,
  things,
  words,
} from '../../src/kit/index.ts';
import { FAILURE, FAILURES } from './logs.ts';

const metrics = { document: '003', section: '4.1' } as const;
const logs = { document: '003', section: '4.2' } as const;
const recovery = { document: '003', section: '5' } as const;

const controllerFailures: Check = {
  id: 'controller-failures',
  title: words('Controller manager failures', 'controllermanager 失败数'),
  apps: ['dockerd'],
  rows: ['HAS-M01', 'HAS-L01'],
  clause: metrics,
  limits: { most: { row: 'HAS-M01', value: 200 } },
  ...logWindow({
    path: '/home/admin/logs/metric/{YYYYMMDD}.log',
    // The manual collects once a minute and names no other window (ERR-HAS-04).
    windowSeconds: 60,
    tally: { awk: FAILURE, sum: FAILURES },
    quiet: 'fine',
    missing: 'unknown',
    judge: (window, context) => [
      judgeCount({
        value: Math.round(window.sums.get('failure') ?? 0),
        what: things('failure', 'failures', '次失败'),
        window,
        limits: limitsOf(context),
      }),
    ],
  }),
};

const service: readonly Check[] = [
  processCheck({ id: 'process', apps: ['acmangkhut'], rows: ['HAS-C02'], clause: recovery }),
  portsCheck({
    id: 'service-port',
    title: words('Service port', '服务端口'),
    apps: ['acmangkhut'],
    rows: ['HAS-C02'],
    clause: recovery,
    // The manual names it in the two commands that close and open IAM, and nowhere else (ERR-HAS-09).
    ports: [8080],
  }),
  healthCheck({
    id: 'iam-health',
    title: words('IAM service', 'IAM 服务'),
    apps: ['aciamweb', 'aciamcore'],
    rows: ['HAS-C03'],
    clause: recovery,
  }),
  consolePage({
    id: 'product-page',
    title: words('Product page', '产品页面'),
    app: 'acmangkhut',
    rows: ['HAS-C04'],
    clause: recovery,
    key: 'HAS',
  }),
];

export default defineInspection({
  system: {
    id: 'HAS',
    title: words('High availability platform', '高可用管理平台'),
    names: ['has', '高可用', '高可用管理', '高可用管理平台', 'high availability'],
  },
  apps: [
    {
      id: 'acmangkhut',
      title: words('HAS core', 'HAS 主体应用'),
      names: ['acmangkhut', 'acmangkut', 'mangkhut', 'mangkut'],
    },
    {
      id: 'pageinspect',
      title: words('Page probing', '页面探活'),
      names: ['pageinspect', '页面探活'],
    },
    {
      id: 'hasinit',
      title: words('HAS initialisation', 'HAS 初始化任务'),
      names: ['hasinit'],
    },
  ],
  checks: [
    ...service,
    applicationErrors({
      app: 'acmangkhut',
      id: 'errors',
      rows: ['HAS-C05', 'HAS-L03'],
      clause: logs,
      // The manual says to look, without a number: every error is for a person to explain.
      most: { row: 'HAS-C05', value: 0 },
    }),
    keptLogCheck({
      id: 'log',
      title: words('Application log', '应用日志'),
      apps: ['acmangkhut'],
      rows: ['HAS-L02'],
      clause: logs,
      path: '/home/admin/logs/{app}/app-default.log',
    }),
    controllerFailures,
    lookAt({
      id: 'docker-alarms',
      title: words('Other alerts', '其他告警'),
      apps: ['dockerd'],
      rows: ['HAS-C01'],
      clause: metrics,
      page: words('monitoring page: alerts of dockerd', '监控平台：dockerd 应用的告警'),
      expect: words(
        'no other alert; otherwise give it and how long it has lasted to Ant technical operations',
        '无其他告警；如有，将告警及持续时间反馈给蚂蚁技术运维团队',
      ),
    }),
    containerState({
      id: 'container-state',
      apps: ['acmangkhut'],
      rows: ['HAS-C02'],
      clause: recovery,
      names: ['acmangkhut'],
      good: 'normal (正常)',
      goodZh: '正常',
    }),
    containerState({
      id: 'iam-containers',
      apps: ['aciamweb', 'aciamcore'],
      rows: ['HAS-C03'],
      clause: recovery,
      names: ['aciamweb', 'aciamcore'],
      good: 'normal (正常)',
      goodZh: '正常',
    }),
  ],
});
