import { type Check, containerState, lookAt, words } from '../../src/kit/index.ts';

const PLATFORM = ['apopswareapiserver', 'acopswareorchestration', 'acopswareexecutor'] as const;
const patrol = { document: '001', section: '2.3.2' } as const;
const plan = { document: '001', section: '2.7.2' } as const;

/** What only a person can see, or do. */
export const consolePages: readonly Check[] = [
  lookAt({
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
  }),
  lookAt({
    id: 'test-order',
    title: words('Test release order', '测试发布单'),
    apps: PLATFORM,
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
    changes: true,
  }),
  containerState({
    id: 'container-state',
    apps: PLATFORM,
    rows: ['DEPS-C14'],
    clause: plan,
    names: ['opsware'],
    good: 'healthy (健康)',
    goodZh: '健康',
  }),
  lookAt({
    id: 'core-monitoring',
    title: words('Core monitoring', '核心态监控'),
    apps: PLATFORM,
    rows: ['DEPS-C15'],
    clause: plan,
    page: words('Core monitoring page (核心态监控)', '核心态监控页面'),
    expect: words('no severe alert of the three apps', '三个应用均无严重告警'),
  }),
  lookAt({
    id: 'task-time',
    title: words('Task duration', '任务用时'),
    apps: ['apopswareapiserver'],
    rows: ['DEPS-C27'],
    clause: { document: '001', section: '2.5' },
    page: words(
      'release order > the failed machine > start and end of the task',
      '发布单 > 失败机器的任务执行情况 > 开始、结束时间',
    ),
    expect: words(
      'a task that timed out took about 90 s; clearly less points to clocks that disagree',
      '超时的任务用时约 90 秒；明显小于 90 秒时，重点排查时间一致性',
    ),
  }),
  lookAt({
    id: 'environment-parameters',
    title: words('Environment parameters', '环境参数'),
    apps: ['apopswareapiserver'],
    rows: ['DEPS-C24'],
    clause: { document: '001', section: '2.6.2' },
    page: words('应用服务实例信息 > 环境参数', '应用服务实例信息 > 环境参数'),
    expect: words(
      'no parameter of the technology stack is empty, optional ones included',
      '技术栈环境参数均不为空，可选项也不例外',
    ),
  }),
  lookAt({
    id: 'released-version',
    title: words('Released version', '已发布的版本'),
    apps: ['apopswareapiserver'],
    rows: ['DEPS-C25'],
    clause: { document: '001', section: '2.6.4' },
    page: words('release history of the application service', '应用服务 > 发布历史'),
    expect: words(
      'a version was released successfully: going online and rolling back need one',
      '存在发布成功的版本（上线、回滚的前提）',
    ),
  }),
  lookAt({
    id: 'release-package',
    title: words('Release package', '发布包'),
    apps: ['business-host'],
    rows: ['DEPS-C31'],
    clause: { document: '004', section: '4.3.1' },
    page: words('OSS > release packages of the application', 'OSS > 应用的发布包'),
    expect: words(
      'the package to be released is there, neither forgotten nor deleted',
      '待发布的发布包存在，未漏传、未误删',
    ),
  }),
  lookAt({
    id: 'technology-stack',
    title: words('Technology stack', '技术栈'),
    apps: ['business-host'],
    rows: ['DEPS-C32'],
    clause: { document: '004', section: '4.3.1' },
    page: words('technology stack of the service instance', '服务实例使用的技术栈'),
    expect: words(
      'it exists, and the operating system that it supports is that of the release hosts',
      '技术栈存在，其支持的操作系统与发布机器一致',
    ),
  }),
  lookAt({
    id: 'traffic-weights',
    title: words('Traffic weights', '流量权重'),
    apps: ['business-host'],
    rows: ['DEPS-C33'],
    clause: { document: '004', section: '4.2.1' },
    page: words('SLB > weights of the servers of the application', 'SLB > 应用各服务器的权重'),
    expect: words(
      'after a release the weights are those of the snapshot before it, or those set in the order; a server with 0 gets no requests',
      '发布后权重与发布前快照或发布单设置一致；权重为 0 的服务器不接收请求',
    ),
  }),
];
