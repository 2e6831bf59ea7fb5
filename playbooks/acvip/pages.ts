import { type Check, customMonitoring, lookAt, words } from '../../src/kit/index.ts';

const functions = { document: '002', section: '10.5.2' } as const;

/** What only a person at a console can see. */
export const pages: readonly Check[] = [
  lookAt({
    id: 'server-nodes',
    title: words('Server nodes', '服务端节点'),
    apps: ['acvip', 'antvip'],
    rows: ['ACVIP-C03'],
    clause: functions,
    page: words(
      'ACVIP console (public-lb vip or IP) > antvip server',
      'ACVIP 控制台（public-lb vip 或 IP）> antvip server 信息',
    ),
    expect: words('every node is alive and available', '各节点存活且可用'),
  }),
  lookAt({
    id: 'domains',
    title: words('Domains', '域名'),
    apps: ['acvip', 'antvip'],
    rows: ['ACVIP-C05'],
    clause: functions,
    page: words('ACVIP console (public-lb vip or IP) > domains', 'ACVIP 控制台（public-lb vip 或 IP）> 域名'),
    expect: words(
      'every middleware that was deployed has its domain, with its IPs attached',
      '已部署的各中间件域名创建成功，IP 挂载正常',
    ),
  }),
  customMonitoring({
    id: 'custom-monitoring',
    apps: ['acvip', 'antvip', 'cloudinc'],
    rows: ['ACVIP-C08'],
    clause: { document: '002', section: '10.5.1.2' },
    page: 'corewatch > 自定义监控 > 共享中间件 > ACVIP',
  }),
];
