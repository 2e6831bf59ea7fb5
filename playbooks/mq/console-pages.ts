import {
  type Check,
  containerState,
  customMonitoring,
  lookAt,
  monitoringPage,
  words,
} from '../../src/kit/index.ts';

/** What only a person at a console can see. */
export const consolePages: readonly Check[] = [
  customMonitoring({
    id: 'custom-monitoring',
    apps: ['msgbroker', 'msgconsole'],
    rows: ['MQ-C11'],
    clause: { document: '002', section: '4.5.1.2' },
    page: 'corewatch > 自定义监控 > 共享中间件 > MQ',
  }),
  monitoringPage({
    id: 'business-monitoring',
    apps: ['msgbroker', 'msgconsole'],
    // Volume is limited per logical instance, which the brokers' logs do not name: only this page can tell.
    rows: ['MQ-C12', 'MQ-M09', 'MQ-M11'],
    clause: { document: '002', section: '4.2.3' },
    page: '产品与服务 > 业务实时监控 > 自定义',
    expect: words(
      'no abnormal indicator; received and delivered at most 4000 messages a minute per logical instance',
      '各项指标无异常；每个逻辑实例每分钟接收、投递均不超过 4000 条',
    ),
  }),
  containerState({
    id: 'container-state',
    apps: ['msgbroker'],
    rows: ['MQ-C15'],
    clause: { document: '002', section: '4.6.2' },
    names: ['mq-msgbroker'],
    bad: ['节点宕机', '退出'],
  }),
  lookAt({
    id: 'message-type',
    title: words('Message types', '消息类型配置'),
    apps: ['msgconsole'],
    rows: ['MQ-C17'],
    clause: { document: '002', section: '4.2.1.2' },
    page: words('MQ console > message type configuration', '消息队列控制台 > 消息类型配置'),
    expect: words('the message type that failed is configured there', '接收失败的消息类型已在控制台配置'),
  }),
];
