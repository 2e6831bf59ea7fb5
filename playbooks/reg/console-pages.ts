import { type Check, containerState, customMonitoring, lookAt, words } from '../../src/kit/index.ts';

const ROLES = ['sessionserver', 'dataserver', 'metaserver'] as const;

/** What only a person can see, or do. */
export const consolePages: readonly Check[] = [
  customMonitoring({
    id: 'custom-monitoring',
    apps: ROLES,
    rows: ['REG-C09'],
    clause: { document: '002', section: '7.7.1.2' },
    page: 'corewatch > 自定义监控 > 共享中间件 > MicroService > Registry',
  }),
  containerState({
    id: 'container-state',
    apps: ROLES,
    rows: ['REG-C15'],
    clause: { document: '002', section: '7.8.2' },
    names: ['registry'],
    bad: ['节点宕机', '退出'],
  }),
  lookAt({
    id: 'business-calls',
    title: words('RPC calls of applications', '业务 RPC 调用'),
    apps: ['business-host'],
    rows: ['REG-C08'],
    clause: { document: '002', section: '7.7.2' },
    page: words('an application that calls another by RPC', '通过 RPC 调用其他应用的业务应用'),
    expect: words('its calls succeed', 'RPC 调用成功'),
  }),
  lookAt({
    id: 'addresses-after-restart',
    title: words('Addresses after a restart', '重启后获取服务地址'),
    apps: ['business-host'],
    rows: ['REG-C18'],
    clause: { document: '002', section: '7.8.4' },
    page: words('restart a test application', '重启一个测试应用'),
    expect: words(
      'it obtains service addresses. This restarts an application: only a test application, inside a change window',
      '可以获得服务地址。会重启应用：仅限测试应用，且在变更窗口内进行',
    ),
    changes: true,
  }),
];
