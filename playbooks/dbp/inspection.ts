import {
  type Check,
  clientsOn,
  connectedTo,
  consolePage,
  defineInspection,
  healthCheck,
  maintenancePort,
  portOf,
  portsCheck,
  processCheck,
  reaches,
  resourceChecks,
  type RowId,
  words,
} from '../../src/kit/index.ts';
import { pages } from './pages.ts';
import { serverLogs } from './server-logs.ts';
import { UNITS } from './sql-stat.ts';

const patrol = { document: '002', section: '8.3.1.1' } as const;
const plan = { document: '002', section: '8.4.2' } as const;

const consolePort = (id: string, port: number, title: Check['title'], rows: readonly RowId[]): Check =>
  portsCheck({
    id,
    title,
    apps: ['dbpconsole'],
    rows: ['DBP-C02', 'DBP-M18', 'DBP-C01', ...rows],
    clause: patrol,
    ports: [port],
  });

const console: readonly Check[] = [
  consolePort('console-port', 80, words('Console port', '控制台端口'), ['DBP-M10']),
  consolePort('console-check-port', 9500, words('Health check port', '健康检查端口'), ['DBP-M11']),
  consolePort('console-rest-port', 8341, words('REST port', 'REST 端口'), ['DBP-M12']),
  maintenancePort({
    id: 'console',
    app: 'dbpconsole',
    rows: ['DBP-C02', 'DBP-M18', 'DBP-C01'],
    clause: patrol,
  }),
  healthCheck({
    id: 'console-health',
    apps: ['dbpconsole'],
    rows: ['DBP-C04'],
    clause: { document: '002', section: '8.3.2' },
    literal: 'curl 127.0.0.1:9500/checkService | grep false',
  }),
  consolePage({
    app: 'dbpconsole',
    rows: ['DBP-C05'],
    clause: { document: '002', section: '8.3.2' },
    key: 'DBP',
  }),
  {
    id: 'load-balancer',
    title: words('Load balancer', '负载均衡'),
    // From the console's hosts, in the same network: a server may not reach the front that it stands behind.
    apps: ['dbpconsole'],
    rows: ['DBP-C08'],
    clause: plan,
    literal: 'ping {dbp_lb_ip}',
    ...reaches({
      address: 'dbp-lb',
      port: ({ estate }) => {
        const server = estate.apps.find(({ kind }) => kind === 'dbpserver');
        return server ? portOf(server, 8066) : 8066;
      },
      what: words('the load balancer of DBP', 'DBP 负载均衡'),
    }),
  },
];

const server: readonly Check[] = [
  portsCheck({
    id: 'server-port',
    title: words('Service port', '服务端口'),
    apps: ['dbpserver'],
    // The patrol's row is labelled with an app of another system (ERR-DBP-01).
    rows: ['DBP-C03', 'DBP-C10', 'DBP-M13', 'DBP-M19', 'DBP-C01'],
    clause: plan,
    literal: 'netstat -an | grep 8066',
    ports: [8066],
  }),
  maintenancePort({
    id: 'server',
    app: 'dbpserver',
    rows: ['DBP-C03', 'DBP-M19', 'DBP-C01'],
    clause: patrol,
  }),
  processCheck({
    id: 'server-process',
    apps: ['dbpserver'],
    rows: ['DBP-C06', 'DBP-C10'],
    clause: { document: '002', section: '8.3.2' },
    literal: 'ps aux | grep java',
  }),
  {
    id: 'server-databases',
    title: words('Connections to the databases', '与后端数据库的连接'),
    apps: ['dbpserver'],
    rows: ['DBP-C11'],
    clause: { document: '002', section: '8.4.4' },
    ...connectedTo([3306, 2884], words('the databases', '后端数据库')),
  },
  {
    id: 'server-clients',
    title: words('Client connections', '客户端连接'),
    apps: ['dbpserver'],
    rows: ['DBP-C12'],
    clause: { document: '002', section: '8.4.4' },
    // A server that no application has found yet is not broken.
    ...clientsOn([8066], { none: 'warning' }),
  },
];

export default defineInspection({
  system: {
    id: 'DBP',
    title: words('Database access proxy', '数据访问代理'),
    names: ['dbp', '数据访问代理', 'database proxy', 'databaseproxy', 'database access proxy'],
  },
  apps: [
    {
      id: 'dbpconsole',
      title: words('DBP console', '数据访问代理控制台'),
      names: ['dbpconsole', 'dbp-console', 'dbp console', 'dbp-dbpconsole', '数据访问代理控制台'],
    },
    {
      id: 'dbpserver',
      title: words('DBP server', '数据访问代理服务器'),
      names: [
        'dbpserver',
        'dbp-server',
        'dbp server',
        'dbp-proxy',
        'dbp-dbpserver',
        'zdalproxy',
        'cobarserver',
        '数据访问代理服务器',
      ],
    },
  ],
  checks: [
    ...server,
    ...serverLogs,
    ...console,
    ...resourceChecks({
      apps: ['dbpserver', 'dbpconsole'],
      clause: patrol,
      rows: ['DBP-C01'],
      cpu: [{ row: 'DBP-M14', value: 80 }],
      memory: [{ row: 'DBP-M15', value: 80 }],
      disk: [{ row: 'DBP-M16', value: 80 }],
      load5: [{ row: 'DBP-M17', value: 3 }],
    }),
    ...pages,
  ],
  options: {
    // The statistics' column has no unit in the manual; only microseconds fit its thresholds (ERR-DBP-06).
    'elapsed-unit': {
      title: words('Unit of the elapsed time in sql-stat.log', 'sql-stat.log 耗时列的单位'),
      values: UNITS,
      usual: 'microseconds',
    },
  },
});
