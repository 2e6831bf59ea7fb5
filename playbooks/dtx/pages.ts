import {
  acvipAddress,
  type Check,
  consolePage,
  containerState,
  lookAt,
  monitoringPage,
  words,
} from '../../src/kit/index.ts';

const SERVERS = ['dtxserver', 'dtxconsole'] as const;
const plan = { document: '002', section: '5.6.2' } as const;
const functions = { document: '002', section: '5.5.2' } as const;

export const pages: readonly Check[] = [
  consolePage({
    app: 'dtxconsole',
    rows: ['DTX-C12'],
    clause: functions,
    key: 'DTX',
    host: 'sofa-dtx',
  }),
  lookAt({
    id: 'console-functions',
    title: words('Console functions', '控制台功能'),
    apps: ['dtxconsole'],
    rows: ['DTX-C12'],
    clause: functions,
    page: words('sofa-dtx.{domain} > every page', 'sofa-dtx.{domain} > 各页面'),
    expect: words('every function works without an error', '各项功能正常，无报错'),
  }),
  acvipAddress({
    id: 'acvip-address',
    apps: ['dtxserver'],
    rows: ['DTX-C08'],
    clause: functions,
    clients: 'dtxserver',
  }),
  lookAt({
    id: 'custom-monitoring',
    title: words('Custom monitoring', '自定义监控'),
    apps: SERVERS,
    // The logs that these figures come from have no documented format: only this page can tell.
    rows: [
      'DTX-C13',
      'DTX-C15',
      'DTX-M09',
      'DTX-M10',
      'DTX-M11',
      'DTX-M12',
      'DTX-M13',
      'DTX-M14',
      'DTX-M15',
      'DTX-M16',
      'DTX-M17',
      'DTX-M18',
    ],
    clause: { document: '002', section: '5.2.1.2' },
    page: words(
      'corewatch > 自定义监控 > 共享中间件 > 分布式事务 > DTX',
      'corewatch > 自定义监控 > 共享中间件 > 分布式事务 > DTX',
    ),
    expect: words(
      'no abnormal alert (otherwise contact Ant technical support); minor above the first number, major above the second: undecided transactions 6 / 10, exceptions a minute 6 / 10, failed second phases a minute 3 / 5, database access 7 / 10 ms, phase-one interface 10 / 15 ms or phase-two interface 150 / 200 ms, either by itself',
      '无异常告警；如有，联系蚂蚁技术支持。超过前者为次要，超过后者为重大：事务积压 6 / 10，每分钟整体异常 6 / 10，每分钟二阶段失败 3 / 5，数据库访问耗时 7 / 10 ms，一阶段接口 10 / 15 ms 或二阶段接口 150 / 200 ms（任一超过即计）',
    ),
  }),
  monitoringPage({
    id: 'business-monitoring',
    apps: SERVERS,
    rows: ['DTX-C14'],
    clause: { document: '002', section: '5.2.3' },
    page: '产品与服务 > 业务实时监控 > 应用',
  }),
  lookAt({
    id: 'middleware-console',
    title: words('Shared middleware console', '共享中间件控制台'),
    apps: SERVERS,
    rows: ['DTX-C16'],
    clause: plan,
    page: words('shared middleware console', '共享中间件控制台'),
    expect: words('it opens normally', '可以正常访问'),
  }),
  monitoringPage({
    id: 'alerts',
    title: words('Alerts', '告警'),
    apps: [...SERVERS, 'dtap', 'dtap-console'],
    rows: ['DTX-C17'],
    clause: plan,
    page: words(
      '监控管理台 > 告警 > dtx-console / dtap-console, dtx / dtap',
      '监控管理台 > 告警 > dtx-console / dtap-console、dtx / dtap',
    ),
    expect: words('no alert', '无告警'),
  }),
  containerState({
    id: 'container-state',
    apps: [...SERVERS, 'dtap', 'dtap-console'],
    rows: ['DTX-C19'],
    clause: { document: '002', section: '5.6.3' },
    names: ['dtx-console', 'dtx'],
    bad: ['退出'],
  }),
];
