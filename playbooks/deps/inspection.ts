import {
  type Check,
  checkService,
  cpu,
  defineInspection,
  disk,
  listening,
  load,
  logWindow,
  memory,
  osgiServices,
  pageOpens,
  type RowId,
  words,
} from '../../src/kit/index.ts';

const ALL = ['apopswareapiserver', 'acopswareorchestration', 'acopswareexecutor'] as const;
const patrol = { document: '001', section: '2.3.2' } as const;

const ports = (app: (typeof ALL)[number], list: readonly number[], rows: readonly [RowId, RowId]): Check => ({
  id: `${app.replace(/^a[cp]opsware/, '')}-ports`,
  title: words('Ports', '端口'),
  apps: [app],
  rows,
  clause: patrol,
  ...listening(list),
});

/** Error lines of the last five minutes; the limit is the app's own. */
const errors = (
  app: (typeof ALL)[number],
  limit: { readonly row: RowId; readonly value: number },
  rows: readonly [RowId, RowId],
): Check => ({
  id: `${app.replace(/^a[cp]opsware/, '')}-errors`,
  title: words('Error lines in 5 minutes', '5 分钟内的错误日志'),
  apps: [app],
  rows: [...rows, limit.row],
  clause: { document: '001', section: '2.3.1' },
  limits: { most: limit },
  ...logWindow({
    path: `/home/admin/logs/${app}/common-error.log`,
    windowSeconds: 300,
    quiet: 'fine',
    missing: 'unknown',
    judge: ({ lines, last }, { limits }) => {
      const most = limits['most']?.value ?? limit.value;
      const over = lines > most;
      return [
        {
          state: over ? 'warning' : 'ok',
          value: lines,
          unit: 'lines',
          says: over
            ? words(
                `${lines} error lines in 5 minutes, ${most} at most`,
                `5 分钟内 ${lines} 行错误,上限 ${most}`,
              )
            : words(`${lines} error lines`, `${lines} 行错误`),
          evidence: last.join('\n'),
        },
      ];
    },
  }),
});

const resources: readonly Check[] = [
  {
    id: 'cpu',
    title: words('CPU', 'CPU'),
    apps: ALL,
    rows: ['DEPS-M04', 'DEPS-C01', 'DEPS-C15'],
    clause: patrol,
    limits: { most: { row: 'DEPS-M04', value: 90 } },
    ...cpu(),
  },
  {
    id: 'memory',
    title: words('Memory', '内存'),
    apps: ALL,
    rows: ['DEPS-M05', 'DEPS-C01', 'DEPS-C15'],
    clause: patrol,
    limits: { most: { row: 'DEPS-M05', value: 90 } },
    ...memory(),
  },
  {
    id: 'disk',
    title: words('Disk', '磁盘'),
    apps: ALL,
    rows: ['DEPS-M06', 'DEPS-C01', 'DEPS-C15'],
    clause: patrol,
    limits: { most: { row: 'DEPS-M06', value: 90 } },
    ...disk(),
  },
  {
    id: 'load',
    title: words('Load, 1 minute', '1 分钟负载'),
    apps: ALL,
    rows: ['DEPS-M07', 'DEPS-C01', 'DEPS-C15'],
    clause: patrol,
    limits: { most: { row: 'DEPS-M07', value: 4 } },
    ...load(1),
  },
];

/** The release platform's health. The rows of `opsware` (DEPS-C02, DEPS-M08) belong to no app that is deployed (ERR-DEPS-02). */
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
  ],
  checks: [
    ports('apopswareapiserver', [8341, 12200, 2022], ['DEPS-C03', 'DEPS-M09']),
    ports('acopswareorchestration', [80, 8341, 12200, 2022], ['DEPS-C04', 'DEPS-M10']),
    ports('acopswareexecutor', [80, 8341, 12200, 2022], ['DEPS-C05', 'DEPS-M11']),
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
    errors('apopswareapiserver', { row: 'DEPS-M01', value: 100 }, ['DEPS-C06', 'DEPS-L02']),
    errors('acopswareorchestration', { row: 'DEPS-M02', value: 10 }, ['DEPS-C07', 'DEPS-L04']),
    errors('acopswareexecutor', { row: 'DEPS-M03', value: 10 }, ['DEPS-C08', 'DEPS-L06']),
    ...resources,
    {
      id: 'release-page',
      title: words('Release page', '发布部署页面'),
      apps: ['apopswareapiserver'],
      rows: ['DEPS-C09'],
      clause: patrol,
      literal: 'consoleng.{domain} > 产品与服务 > 开发运维 > 发布部署服务',
      ...pageOpens(({ estate }) => estate.consoles['DEPS'] ?? `http://consoleng.${estate.domain}`),
    },
    {
      on: 'person',
      id: 'test-order',
      title: words('Test release order', '测试发布单'),
      apps: ['apopswareapiserver'],
      rows: ['DEPS-C10'],
      clause: patrol,
      page: words(
        'console > 发布部署: create a release order for a test application',
        '控制台 > 发布部署:为测试应用创建发布单',
      ),
      expect: words(
        'the order initialises and the application is released; it creates a real order, so only with a test application and inside a change window',
        '发布单初始化并正常发布;会产生真实发布单,仅限测试应用且在变更窗口内进行',
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
  ],
});
