import { type Check, consolePage, customMonitoring, lookAt, words } from '../../src/kit/index.ts';

const functions = { document: '002', section: '9.5.2' } as const;

export const pages: readonly Check[] = [
  consolePage({
    id: 'osp-page',
    title: words('Admin page', '管理后台页面'),
    app: 'osp',
    rows: ['MID-C09'],
    clause: functions,
    key: 'OSP',
    host: 'sofa-osp',
    path: '/admin/index.html',
  }),
  consolePage({
    id: 'portal-page',
    title: words('Portal page', '门户页面'),
    app: 'portal',
    rows: ['MID-C14'],
    clause: functions,
    key: 'PORTAL',
    host: 'sofa-portal',
  }),
  lookAt({
    id: 'portal-functions',
    title: words('Portal functions', '门户功能'),
    apps: ['portal'],
    rows: ['MID-C14'],
    clause: functions,
    page: words('sofa-portal.{domain} > every page', 'sofa-portal.{domain} > 各页面'),
    expect: words('every function works without an error', '各项功能正常，无报错'),
  }),
  lookAt({
    id: 'osp-other-addresses',
    title: words('Further subscribed addresses', '其他服务的订阅地址'),
    apps: ['osp'],
    // The manual prints three codes and three dots (ERR-MID-04).
    rows: ['MID-C10'],
    clause: functions,
    page: words(
      'sofa-osp.{domain}/api/admin/services/{code}/addresses, for the codes of this installation besides ms, mq and dds',
      'sofa-osp.{domain}/api/admin/services/{code}/addresses，code 为 ms、mq、dds 之外本环境的其他服务',
    ),
    expect: words(
      'not empty, and at least two addresses of every service (otherwise it is a single point)',
      '不为空，每个服务至少返回两个地址，否则存在单点问题',
    ),
  }),
  lookAt({
    id: 'osp-deployed',
    title: words('Deployment', '部署状态'),
    apps: ['osp'],
    rows: ['MID-C16'],
    clause: { document: '002', section: '9.4.1' },
    page: words('deployment of OSP', 'OSP 系统的部署状态'),
    expect: words('OSP is deployed successfully', 'OSP 系统已部署成功'),
  }),
  lookAt({
    id: 'osp-jvm',
    title: words('JVM', 'JVM'),
    apps: ['osp'],
    rows: ['MID-C18'],
    clause: { document: '002', section: '9.4.3' },
    page: words(
      '监控预警 > 应用视图 > instance 000001 (shown to the middleware tenant only) > OSP > JVM',
      '监控预警 > 应用视图 > 000001 实例（仅中间件租户可见）> OSP > JVM 监控视图',
    ),
    expect: words(
      'the graph does not drop to 0 (if it does, OSP has exited: 发布部署服务 > the abnormal instance > 重启应用)',
      'JVM 没有跌 0（如有，OSP 可能非正常退出：发布部署服务 > 异常的服务实例 > 重启应用）',
    ),
  }),
  customMonitoring({
    id: 'custom-monitoring',
    apps: ['intelliproxy', 'osp', 'portal'],
    rows: ['MID-C15'],
    clause: { document: '002', section: '9.5.1.2' },
    page: 'corewatch > 自定义监控 > 共享中间件 > 中间件控制台（OSPPORTALPROXY）',
  }),
];
