import { type Check, containerState, lookAt, monitoringPage, words } from '../../src/kit/index.ts';

const monitoring = '产品与服务 > 业务实时监控 > 中间件云产品 > 微服务';

/** What only a person at a console can see. */
export const consolePages: readonly Check[] = [
  lookAt({
    id: 'console-pages',
    title: words('Console functions', '控制台功能'),
    apps: ['dsrconsole'],
    rows: ['MS-C07'],
    clause: { document: '002', section: '2.5.2' },
    page: words('sofa-ms.{domain} > every page', 'sofa-ms.{domain} > 各页面'),
    expect: words('every page works without an error', '各页面正常，无报错'),
  }),
  monitoringPage({
    id: 'scheduler-business-monitoring',
    apps: ['antscheduler'],
    rows: ['MS-C09'],
    clause: { document: '002', section: '2.2.3.1' },
    page: `${monitoring} > 定时任务`,
  }),
  monitoringPage({
    id: 'console-business-monitoring',
    apps: ['dsrconsole'],
    rows: ['MS-C10'],
    clause: { document: '002', section: '2.2.3.2' },
    page: `${monitoring} > 注册中心`,
    // The manual names the registry's view under the console (ERR-MS-10).
    expect: words(
      'no abnormal indicator, and no alert of dsrconsole',
      '各项指标无异常，且 dsrconsole 无告警',
    ),
  }),
  monitoringPage({
    id: 'drm-business-monitoring',
    apps: ['drmdata'],
    // Answers over HTTP are in no documented log: how many there are a second only this page can tell.
    rows: ['MS-C11', 'MS-M13'],
    clause: { document: '002', section: '2.2.3.3' },
    page: `${monitoring} > 动态配置`,
    expect: words(
      'no abnormal indicator; at most 4000 QPS on each machine, above it consider more machines',
      '各项指标无异常；单机 QPS 不超过 4000，超过时考虑扩容',
    ),
  }),
  lookAt({
    id: 'application-resources',
    title: words('Application and storage resources', '应用资源与存储资源'),
    apps: ['dsrconsole', 'sessionserver', 'dataserver', 'drmdata', 'antscheduler'],
    rows: ['MS-C12'],
    clause: { document: '002', section: '2.3.3' },
    page: words(
      '产品与服务 > 发布部署服务 > 应用 > dsrconsole, session-server, data-server, drmdata, scheduler',
      '产品与服务 > 发布部署服务 > 应用 > dsrconsole、session-server、data-server、drmdata、scheduler',
    ),
    expect: words('application and storage resources look normal', '应用资源和存储资源正常'),
  }),
  containerState({
    id: 'container-state',
    apps: ['antscheduler', 'drmdata'],
    rows: ['MS-C13'],
    clause: { document: '002', section: '2.6.2' },
    names: ['antscheduler', 'drmdata'],
    bad: ['重启中', '升级中', '异常', '已下线', '待升级'],
  }),
  lookAt({
    id: 'endpoint-and-instance',
    title: words('ACVIP.endpoint and instanceId', 'ACVIP.endpoint 与 instanceId'),
    apps: ['drmdata', 'business-host', 'acvip'],
    rows: ['MS-C19'],
    clause: { document: '002', section: '2.4.2' },
    page: words(
      'configuration of the environment: ACVIP.endpoint, instanceId',
      '环境配置项：ACVIP.endpoint、instanceId（实例标识）',
    ),
    expect: words('both are those of this environment', '与当前环境一致'),
  }),
  lookAt({
    id: 'message-type-of-task',
    title: words('Message type of a task', '任务的消息类型与订阅关系'),
    apps: ['antscheduler', 'business-host'],
    rows: ['MS-C20'],
    clause: { document: '002', section: '2.4.2' },
    page: words(
      'event code in the code, in the scheduled task console (定时任务控制台) and in the message center console (消息中心控制台)',
      '代码中的 Eventcode、定时任务控制台、消息中心控制台',
    ),
    expect: words(
      'the event code is the same in all three; message type and subscription are complete and in effect',
      '三处 Eventcode 一致，消息类型及订阅关系配置完整且已生效',
    ),
  }),
  lookAt({
    id: 'configuration-id-in-console',
    title: words('Configuration id', '配置标识'),
    apps: ['business-host'],
    rows: ['MS-C22'],
    clause: { document: '002', section: '2.4.3' },
    page: words(
      'sofa-ms.{domain} > 动态配置, beside logs/drm/drm-boot.log of the application',
      'sofa-ms.{domain} > 动态配置，对照应用的 logs/drm/drm-boot.log',
    ),
    expect: words(
      'the id that the application has registered is that of the property in the console',
      '应用注册的动态配置标识与控制台属性对应的配置标识一致',
    ),
  }),
  lookAt({
    id: 'task-records',
    title: words('Trigger and execution records', '触发记录与执行记录'),
    apps: ['antscheduler'],
    rows: ['MS-C23'],
    clause: { document: '002', section: '2.4.2' },
    page: words(
      'sofa-ms.{domain} > 定时任务 > records of a CALLBACK task (an ONEWAY task: make it CALLBACK first)',
      'sofa-ms.{domain} > 定时任务 > CALLBACK 类型任务的触发记录和执行记录（ONEWAY 类型须先改为 CALLBACK）',
    ),
    expect: words('triggered and executed successfully', '触发和执行均成功'),
  }),
  lookAt({
    id: 'manual-trigger',
    title: words('Trigger by hand', '手工触发任务'),
    apps: ['antscheduler'],
    rows: ['MS-C24'],
    clause: { document: '002', section: '2.6.4' },
    page: words(
      'sofa-ms.{domain} > 定时任务: trigger a message task and an RPC task by hand',
      'sofa-ms.{domain} > 定时任务：手工触发消息任务和 RPC 任务',
    ),
    expect: words(
      'both succeed and the consumer gets the message. This really runs the tasks: only test tasks whose execution does no harm',
      '触发成功，消费端收到消息。任务会真实执行：仅限执行后无业务影响的测试任务',
    ),
    changes: true,
  }),
  lookAt({
    id: 'manual-push',
    title: words('Push by hand', '手工推送配置'),
    apps: ['drmdata'],
    rows: ['MS-C25'],
    clause: { document: '002', section: '2.6.4' },
    page: words('DRM console: push a test dataid by hand', 'DRM 控制台：手工推送可测试的 dataid'),
    expect: words(
      'the subscriber gets it. This really changes the value for all subscribers: only a test dataid',
      '订阅端收到推送。配置会真实变更并推送给全部订阅者：仅限测试 dataid',
    ),
    changes: true,
  }),
];
