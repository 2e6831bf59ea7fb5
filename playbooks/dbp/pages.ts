import { type Check, containerState, customMonitoring, lookAt, words } from '../../src/kit/index.ts';

/** What only a person at a console can see. */
export const pages: readonly Check[] = [
  lookAt({
    id: 'console-pages',
    title: words('Console functions', '控制台功能'),
    apps: ['dbpconsole'],
    rows: ['DBP-C05'],
    clause: { document: '002', section: '8.3.2' },
    page: words('DBP console > every page', '数据访问代理控制台 > 各页面'),
    expect: words('every function works without an error', '各项功能正常，无报错'),
  }),
  containerState({
    id: 'container-state',
    apps: ['dbpserver', 'dbpconsole'],
    rows: ['DBP-C09'],
    clause: { document: '002', section: '8.4.2' },
    names: ['dbpserver', 'dbpconsole'],
    bad: ['节点宕机', '退出'],
  }),
  customMonitoring({
    id: 'custom-monitoring',
    apps: ['dbpconsole', 'dbpserver'],
    rows: ['DBP-C13'],
    clause: { document: '002', section: '8.3.1.2' },
    page: 'corewatch > 自定义监控 > 共享中间件 > DatabaseProxy',
  }),
];
