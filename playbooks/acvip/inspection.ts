import {
  type Check,
  CLOCK_COMMAND,
  CLOCK_QUERY,
  clockOf,
  databaseClock,
  defineInspection,
  javaProcess,
  judgeClocks,
  limitOf,
  portsCheck,
  resourceChecks,
  sameLimit,
  unknown,
  words,
} from '../../src/kit/index.ts';
import { logs } from './logs.ts';
import { pages } from './pages.ts';

const patrol = { document: '002', section: '10.5.1.1' } as const;
const functions = { document: '002', section: '10.5.2' } as const;
const load5 = [{ row: 'ACVIP-M07', value: 3 }] as const;

/** The server has one name from 0.7.0 on and had another below. */
const SERVERS = ['acvip', 'antvip'] as const;
/** Name under which the inventory has the database of the domains. */
const DATABASE = 'acvip';
/** The manual says that the clocks must agree and names no tolerance. */
const TOLERANCE_SECONDS = 5;

const server: readonly Check[] = [
  portsCheck({
    id: 'server-port',
    title: words('Service port', '服务端口'),
    apps: ['acvip'],
    rows: ['ACVIP-C04', 'ACVIP-C09', 'ACVIP-M02', 'ACVIP-M08', 'ACVIP-C01'],
    clause: functions,
    literal: 'netstat -an | grep 9003',
    ports: [9003],
  }),
  // 2022 is the port of the container's sshd; the manual monitors it and does not explain it (ERR-GEN-21).
  portsCheck({
    id: 'server-maintenance-port',
    title: words('Maintenance port', '维护端口'),
    apps: ['acvip'],
    rows: ['ACVIP-C09', 'ACVIP-M08', 'ACVIP-C01'],
    clause: patrol,
    ports: [2022],
  }),
  {
    id: 'server-process',
    title: words('Server process', 'Server 进程'),
    apps: SERVERS,
    // Two sections look for two names (ERR-ACVIP-04): either is the server.
    rows: ['ACVIP-C02', 'ACVIP-C06'],
    clause: { document: '002', section: '10.4.1' },
    literal: 'ps -ef | grep AntVipServerBootstrap',
    ...javaProcess({ searched: ['AntVipServerBootstrap', 'acvip-web'] }),
  },
  {
    on: 'cluster',
    id: 'clock',
    title: words('Clocks of servers and database', 'Server 与数据库时间'),
    apps: SERVERS,
    rows: ['ACVIP-C07'],
    clause: { document: '002', section: '10.4.2' },
    literal: 'date ↔ select now();',
    // The console shows such a node as unavailable, and its domains are not found.
    limits: { apart: { row: 'ACVIP-C07', value: TOLERANCE_SECONDS, state: 'critical' } },
    command: () => CLOCK_COMMAND,
    database: { name: DATABASE, query: CLOCK_QUERY },
    judge({ hosts, database }, context) {
      if (!context.estate.databases.some(({ name }) => name === DATABASE)) {
        return unknown(
          words(
            `write the database of ACVIP in inventory.yaml: databases: { ${DATABASE}: { host: … } }`,
            `请在 inventory.yaml 中填写 ACVIP 的数据库：databases: { ${DATABASE}: { host: … } }`,
          ),
        );
      }
      const clock = databaseClock(DATABASE, database);
      return [judgeClocks(hosts.map(clockOf), [clock], limitOf(context, 'apart'))];
    },
  },
  ...resourceChecks({
    id: 'server',
    apps: ['acvip'],
    clause: patrol,
    rows: ['ACVIP-C01'],
    cpu: [{ row: 'ACVIP-M04', value: 80 }],
    memory: sameLimit(80, 'ACVIP-M05', 'ACVIP-M03'),
    disk: sameLimit(80, 'ACVIP-M06', 'ACVIP-M01'),
    load5,
  }),
];

/** What there is below 0.7.0 in place of acvip: the manual has only the resources of them. */
const older: readonly Check[] = resourceChecks({
  id: 'older',
  apps: ['antvip', 'cloudinc'],
  clause: patrol,
  rows: ['ACVIP-C01'],
  cpu: [{ row: 'ACVIP-M04', value: 80 }],
  memory: [{ row: 'ACVIP-M05', value: 80 }],
  disk: [{ row: 'ACVIP-M06', value: 80 }],
  load5,
});

export default defineInspection({
  system: {
    id: 'ACVIP',
    title: words('Service discovery', '服务发现组件'),
    names: ['acvip', '服务发现', '服务发现组件', 'service discovery', 'ant cloud vip'],
  },
  apps: [
    {
      id: 'acvip',
      title: words('ACVIP', 'ACVIP'),
      names: ['acvip', 'acvip-acvip', 'ant cloud vip'],
    },
    {
      id: 'antvip',
      title: words('ACVIP server below 0.7.0', 'ACVIP server（0.7.0 以下）'),
      names: ['antvip', 'acvip-antvip', 'acvip -antvip', 'antvip server'],
    },
    {
      id: 'cloudinc',
      title: words('ACVIP cloudinc below 0.7.0', 'ACVIP cloudinc（0.7.0 以下）'),
      names: ['cloudinc', 'acvip-cloudinc', 'acvip -cloudinc'],
    },
  ],
  checks: [...server, ...logs, ...older, ...pages],
});
