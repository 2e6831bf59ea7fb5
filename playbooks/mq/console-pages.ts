import { type Check, words } from '../../src/kit/index.ts';

/** What only a person at a console can see. */
export const consolePages: readonly Check[] = [
  {
    on: 'person',
    id: 'custom-monitoring',
    title: words('Custom monitoring', '自定义监控'),
    apps: ['msgbroker', 'msgconsole'],
    rows: ['MQ-C11'],
    clause: { document: '002', section: '4.5.1.2' },
    page: words('corewatch > 自定义监控 > 共享中间件 > MQ', 'corewatch > 自定义监控 > 共享中间件 > MQ'),
    expect: words(
      'no abnormal alert; otherwise contact Ant technical support',
      '无异常告警；如有异常，联系蚂蚁技术支持',
    ),
  },
  {
    on: 'person',
    id: 'business-monitoring',
    title: words('Business monitoring', '业务实时监控'),
    apps: ['msgbroker', 'msgconsole'],
    // Volume is limited per logical instance, which the brokers' logs do not name: only this page can tell.
    rows: ['MQ-C12', 'MQ-M09', 'MQ-M11'],
    clause: { document: '002', section: '4.2.3' },
    page: words('产品与服务 > 业务实时监控 > 自定义', '产品与服务 > 业务实时监控 > 自定义'),
    expect: words(
      'no abnormal indicator; received and delivered at most 4000 messages a minute per logical instance',
      '各项指标无异常；每个逻辑实例每分钟接收、投递均不超过 4000 条',
    ),
  },
  {
    on: 'person',
    id: 'container-state',
    title: words('Container state', '容器状态'),
    apps: ['msgbroker'],
    rows: ['MQ-C15'],
    clause: { document: '002', section: '4.6.2' },
    page: words('Yunyou (云游) > 容器 > mq-msgbroker', '云游 > 容器 > mq-msgbroker'),
    expect: words(
      'every container is running (运行中), none 节点宕机 or 退出',
      '全部为运行中，没有节点宕机或退出',
    ),
  },
  {
    on: 'person',
    id: 'message-type',
    title: words('Message type configured', '消息类型配置'),
    apps: ['msgconsole'],
    rows: ['MQ-C17'],
    clause: { document: '002', section: '4.2.1.2' },
    page: words('MQ console > message type configuration', '消息队列控制台 > 消息类型配置'),
    expect: words('the message type that failed is configured there', '接收失败的消息类型已在控制台配置'),
  },
];
