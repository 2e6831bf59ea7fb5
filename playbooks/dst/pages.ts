import {
  acvipAddress,
  type Check,
  consolePage,
  customMonitoring,
  lookAt,
  monitoringPage,
  words,
} from '../../src/kit/index.ts';

const functions = { document: '002', section: '6.5.2' } as const;

export const pages: readonly Check[] = [
  consolePage({ app: 'dstweb', rows: ['DST-C09'], clause: functions, key: 'DST' }),
  lookAt({
    id: 'one-trace',
    title: words('Console functions and one trace', '控制台功能与链路查询'),
    apps: ['dstweb'],
    rows: ['DST-C09'],
    clause: functions,
    page: words(
      'DST console > every function; the traceId of one business transaction',
      'DST 控制台 > 各项功能；一笔业务的 traceId',
    ),
    expect: words('every function works, and the trace is shown correctly', '各项功能正常，链路显示正常'),
  }),
  acvipAddress({
    id: 'acvip-address',
    apps: ['dstweb'],
    rows: ['DST-C07'],
    clause: functions,
    clients: 'dstweb',
  }),
  customMonitoring({
    id: 'custom-monitoring',
    apps: ['dstweb', 'dstcollector'],
    rows: ['DST-C10'],
    clause: { document: '002', section: '6.5.1.2' },
    page: 'corewatch > 自定义监控 > 共享中间件 > DST',
  }),
  monitoringPage({
    id: 'business-monitoring',
    apps: ['dstweb'],
    rows: ['DST-C11'],
    clause: { document: '002', section: '6.2.2.1' },
    page: '产品与服务 > 业务实时监控 > 应用',
  }),
];
