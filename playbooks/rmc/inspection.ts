import {
  applicationErrors,
  type Check,
  containerState,
  defineInspection,
  judgeCount,
  type Judgement,
  limitOf,
  logWindow,
  lookAt,
  namesOf,
  sumOf,
  things,
  words,
} from '../../src/kit/index.ts';
import { CONNECTOR_LOGS } from './connector-log.ts';
import { FAILED_CALL, RPC_ERROR } from './logs.ts';

const plan = { document: '001', section: '3.6' } as const;
const MONITORED = ['apconsole', 'acprovisioncore', 'aciaasconnectore'] as const;

/** The table prints the paths of the release platform's apps; section 3.4 has the right ones (ERR-RMC-03). */
const errors = { clause: { document: '001', section: '3.3.1' } } as const;

const [, ...fallbackPaths] = CONNECTOR_LOGS;
const CONNECTOR_LOG = { path: '/home/admin/logs/{app}/common-error.log', fallbackPaths } as const;

const rpcErrors: Check = {
  id: 'rpc-errors',
  title: words('Calls to other components', '上下游组件调用'),
  apps: ['apconsole'],
  rows: ['RMC-C08', 'RMC-L05'],
  clause: plan,
  literal: 'tail -n 100 /home/admin/logs/apconsole/rpc/common-error.log',
  limits: {
    addresses: { row: 'RMC-L05', value: 0 },
    // The manual says mass (大批量) and shows a hundred lines: as many in five minutes are mass.
    calls: { row: 'RMC-C08', value: 100 },
  },
  ...logWindow({
    path: '/home/admin/logs/apconsole/rpc/common-error.log',
    windowSeconds: 300,
    tally: { awk: RPC_ERROR },
    quiet: 'fine',
    // Without a failed call there is no such file yet.
    missing: 'fine',
    judge: (window, context): readonly Judgement[] => [
      {
        ...judgeCount({
          value: window.tally.get('address') ?? 0,
          what: things(
            'call without an address of the service',
            'calls without an address of the service',
            '次调用未获得服务地址',
          ),
          window,
          limits: [limitOf(context, 'addresses')],
        }),
        part: 'addresses',
      },
      {
        ...judgeCount({
          value: window.lines,
          what: things('failed call', 'failed calls', '次调用报错'),
          window,
          limits: [limitOf(context, 'calls')],
        }),
        part: 'calls',
      },
    ],
  }),
};

const cloudCalls: Check = {
  id: 'cloud-calls',
  title: words('Calls to the cloud', '阿里云 API 调用'),
  apps: ['aciaasconnectore'],
  // Cutting and restoring traffic goes through the same calls.
  rows: ['RMC-C09', 'RMC-L04', 'DEPS-C29'],
  clause: plan,
  limits: { failed: { row: 'RMC-C09', value: 0 } },
  ...logWindow({
    ...CONNECTOR_LOG,
    windowSeconds: 300,
    tally: { awk: FAILED_CALL },
    quiet: 'fine',
    missing: 'unknown',
    judge: (window, context) => {
      const failed = [...window.tally];
      return [
        judgeCount({
          value: sumOf(failed),
          what: things('failed call', 'failed calls', '次调用失败'),
          window,
          limits: [limitOf(context, 'failed')],
          names: namesOf(failed),
        }),
      ];
    },
  }),
};

/** What only a person can see, or do. */
const pages: readonly Check[] = [
  lookAt({
    id: 'component-alarms',
    title: words('Component alerts', '组件告警'),
    apps: MONITORED,
    rows: ['RMC-C05'],
    clause: plan,
    page: words('Monitoring page (监控界面)', '监控界面'),
    expect: words(
      'no alert of apconsole, acprovisioncore and aciaasconnectore',
      'apconsole、acprovisioncore、aciaasconnectore 均无告警',
    ),
  }),
  lookAt({
    id: 'gateway',
    title: words('Gateway', '网关'),
    apps: ['acprodapigw'],
    rows: ['RMC-C06'],
    clause: plan,
    page: words('the OpenAPI gateway; the manual does not say how', 'OpenAPI 网关（手册未给出检查方法）'),
    expect: words('the gateway works', '网关工作正常'),
  }),
  containerState({
    id: 'container-state',
    apps: MONITORED,
    rows: ['RMC-C07'],
    clause: plan,
    names: MONITORED,
    good: 'healthy (健康)',
    goodZh: '健康',
  }),
  lookAt({
    id: 'console-login',
    title: words('Console login', '控制台登录'),
    apps: ['apconsole'],
    rows: ['RMC-C10'],
    clause: plan,
    page: words('Financial cloud console (金融云界面) > login', '金融云界面 > 登录'),
    expect: words('login works, without an abnormal message', '可以正常登录，无异常登录信息'),
  }),
  lookAt({
    id: 'resource-operations',
    title: words('Resource operations', '资源增删改'),
    apps: ['acprovisioncore', 'aciaasconnectore'],
    rows: ['RMC-C11'],
    clause: plan,
    page: words(
      'console > 环境资源管理: create, change and delete a test resource',
      '控制台 > 环境资源管理：创建、修改、删除一个测试资源',
    ),
    expect: words(
      'each works as expected. This makes a real resource: only a test resource, deleted afterwards',
      '增、删、改均按预期执行。会产生真实资源：仅限测试资源，验证后删除',
    ),
    changes: true,
  }),
];

export default defineInspection({
  system: {
    id: 'RMC',
    title: words('Environment and resource management', '环境资源管理'),
    names: ['rmc', '环境资源管理', '资源管理', 'resource management'],
  },
  // Its apps are those of the control console and of the basic products.
  apps: [],
  checks: [
    applicationErrors({
      ...errors,
      app: 'apconsole',
      rows: ['RMC-C01', 'RMC-M01', 'RMC-L01'],
      most: { row: 'RMC-M01', value: 100 },
    }),
    applicationErrors({
      ...errors,
      app: 'acprovisioncore',
      rows: ['RMC-C02', 'RMC-M02', 'RMC-L02'],
      most: { row: 'RMC-M02', value: 10 },
    }),
    applicationErrors({
      ...errors,
      app: 'acmetaservice',
      rows: ['RMC-C03', 'RMC-M03', 'RMC-L03'],
      most: { row: 'RMC-M03', value: 10 },
    }),
    applicationErrors({
      ...errors,
      app: 'aciaasconnectore',
      fallbackPaths: CONNECTOR_LOG.fallbackPaths,
      rows: ['RMC-C04', 'RMC-M04', 'RMC-L04'],
      most: { row: 'RMC-M04', value: 10 },
    }),
    rpcErrors,
    cloudCalls,
    ...pages,
  ],
});
