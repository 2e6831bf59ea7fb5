import {
  type Check,
  checkService,
  defineInspection,
  errorLogCheck,
  type Limit,
  osgiServices,
  pageOpens,
  portsCheck,
  resourceChecks,
  type RowId,
  words,
} from '../../src/kit/index.ts';

const ALL = ['apopswareapiserver', 'acopswareorchestration', 'acopswareexecutor'] as const;
/** The monitoring table names a fourth app that the application list does not have (ERR-DEPS-02): looked at where an inventory has it. */
const MONITORED = [...ALL, 'opsware'] as const;
const patrol = { document: '001', section: '2.3.2' } as const;

const ports = (
  app: (typeof MONITORED)[number],
  list: readonly [number, ...number[]],
  rows: readonly [RowId, RowId],
): Check =>
  portsCheck({
    id: `${app.replace(/^a[cp]opsware/, '')}-ports`,
    apps: [app],
    rows: [...rows, 'DEPS-C01'],
    clause: patrol,
    ports: list,
  });

/** Errors of the last five minutes; the limit is the app's own. */
const errors = (app: string, most: Limit, rows: readonly [RowId, ...RowId[]]): Check =>
  errorLogCheck({
    id: `${app.replace(/^a[cp]opsware/, '')}-errors`,
    title: words('Application error log', '应用错误日志'),
    apps: [app],
    rows: [...rows, most.row],
    clause: { document: '001', section: '2.3.1' },
    path: `/home/admin/logs/${app}/common-error.log`,
    most,
  });

export default defineInspection({
  system: {
    id: 'DEPS',
    title: words('Release and deployment', '发布部署'),
    names: ['deps', '发布部署', '发布部署服务', '发布', 'release', 'opsware'],
  },
  apps: [
    {
      id: 'apopswareapiserver',
      title: words('Release business service', '发布部署业务服务'),
      names: ['apopswareapiserver', 'opswareapiserver', 'acopswareapiserver', 'apiserver'],
    },
    {
      id: 'acopswareorchestration',
      title: words('Release flow engine', '发布部署流程引擎'),
      names: [
        'acopswareorchestration',
        'opswareorchestration',
        'acopswareorchestrat ion',
        'opswareorchestrat ion',
        'opswareorchestrt ion',
        'orchestration',
      ],
    },
    {
      id: 'acopswareexecutor',
      title: words('Atomic executor', '原子操作执行引擎'),
      names: ['acopswareexecutor', 'opswareexecutor', 'acopsware executor', 'executor'],
    },
    { id: 'opsware', title: words('Release platform (opsware)', '发布部署 opsware'), names: ['opsware'] },
  ],
  checks: [
    ports('apopswareapiserver', [8341, 12200, 2022], ['DEPS-C03', 'DEPS-M09']),
    ports('acopswareorchestration', [80, 8341, 12200, 2022], ['DEPS-C04', 'DEPS-M10']),
    ports('acopswareexecutor', [80, 8341, 12200, 2022], ['DEPS-C05', 'DEPS-M11']),
    ports('opsware', [8341, 12200, 2022], ['DEPS-C02', 'DEPS-M08']),
    {
      id: 'health',
      title: words('Health check', '健康检查'),
      apps: ALL,
      rows: ['DEPS-C11', 'DEPS-C13'],
      clause: patrol,
      literal: 'curl localhost:9500/checkService | grep false',
      ...checkService(),
    },
    {
      id: 'services',
      title: words('TR and JVM services', 'TR/JVM 服务'),
      apps: ALL,
      rows: ['DEPS-C12'],
      clause: patrol,
      literal: 'telnet localhost 1234 → service',
      ...osgiServices(),
    },
    errors('apopswareapiserver', { row: 'DEPS-M01', value: 100 }, ['DEPS-C06', 'DEPS-L01', 'DEPS-L02']),
    errors('acopswareorchestration', { row: 'DEPS-M02', value: 10 }, ['DEPS-C07', 'DEPS-L03', 'DEPS-L04']),
    errors('acopswareexecutor', { row: 'DEPS-M03', value: 10 }, ['DEPS-C08', 'DEPS-L05', 'DEPS-L06']),
    ...resourceChecks({
      apps: MONITORED,
      clause: patrol,
      rows: ['DEPS-C01'],
      cpu: [{ row: 'DEPS-M04', value: 90 }],
      memory: [{ row: 'DEPS-M05', value: 90 }],
      disk: [{ row: 'DEPS-M06', value: 90 }],
      load1: [{ row: 'DEPS-M07', value: 4 }],
    }),
    {
      id: 'console-answers',
      title: words('Console answers', '控制台可访问'),
      apps: ['apopswareapiserver'],
      rows: ['DEPS-C09'],
      clause: patrol,
      literal: 'consoleng.{domain}',
      ...pageOpens(({ estate }) => estate.consoles['DEPS'] ?? `http://consoleng.${estate.domain}`),
    },
    {
      on: 'person',
      id: 'release-page',
      title: words('Release page', '发布部署页面'),
      apps: ['apopswareapiserver'],
      rows: ['DEPS-C09'],
      clause: patrol,
      page: words(
        'consoleng.{domain} > 产品与服务 > 开发运维 > 发布部署服务',
        'consoleng.{domain} > 产品与服务 > 开发运维 > 发布部署服务',
      ),
      expect: words('the page opens without an error', '页面访问正常，无报错'),
    },
    {
      on: 'person',
      id: 'test-order',
      title: words('Test release order', '测试发布单'),
      apps: ALL,
      rows: ['DEPS-C10'],
      clause: patrol,
      page: words(
        'console > 发布部署: a release order for a test application',
        '控制台 > 发布部署：为测试应用创建发布单',
      ),
      expect: words(
        'the order initialises and the application is released. This makes a real order: only for a test application, inside a change window',
        '发布单初始化、应用发布正常。会产生真实发布单：仅限测试应用，且在变更窗口内进行',
      ),
    },
    {
      on: 'person',
      id: 'container-state',
      title: words('Container state', '容器状态'),
      apps: ALL,
      rows: ['DEPS-C14'],
      clause: { document: '001', section: '2.7.2' },
      page: words('Yunyou (云游) > 容器', '云游 > 容器'),
      expect: words('healthy (健康) for all three apps', '三个应用均为健康'),
    },
    {
      on: 'person',
      id: 'core-monitoring',
      title: words('Core monitoring', '核心态监控'),
      apps: ALL,
      rows: ['DEPS-C15'],
      clause: { document: '001', section: '2.7.2' },
      page: words('Core monitoring page (核心态监控)', '核心态监控页面'),
      expect: words('no severe alarm for the three apps', '三个应用均无严重告警'),
    },
  ],
});
