import {
  type Check,
  defineInspection,
  maintenancePort,
  portsCheck,
  resourceChecks,
  type RowId,
  sameLimit,
  sharedServices,
  words,
} from '../../src/kit/index.ts';
import { addresses } from './addresses.ts';
import { logs } from './logs.ts';
import { pages } from './pages.ts';

const monitoring = { document: '002', section: '9.2.1' } as const;
const patrol = { document: '002', section: '9.5.1.1' } as const;
const functions = { document: '002', section: '9.5.2' } as const;

const load5 = [{ row: 'MID-M16', value: 3 }] as const;

/** Named in one table, with the same words for two apps, and in none of the other three lists (ERR-MID-02): no more than a warning. */
const monitoredPort = (app: string, row: RowId): Check =>
  portsCheck({
    id: `${app}-monitored-port`,
    title: words('Port 8080', '8080 端口'),
    apps: [app],
    rows: [row],
    clause: monitoring,
    ports: [8080],
    closed: { row, state: 'warning' },
  });

const resources = (app: string, disk: RowId, memory: RowId, cpu: RowId): readonly Check[] =>
  resourceChecks({
    id: app,
    apps: [app],
    clause: patrol,
    rows: ['MID-C01'],
    cpu: sameLimit(80, 'MID-M13', cpu),
    memory: sameLimit(80, 'MID-M14', memory),
    disk: sameLimit(80, 'MID-M15', disk),
    load5,
  });

const osp: readonly Check[] = [
  portsCheck({
    id: 'osp-port',
    title: words('Service port', '服务端口'),
    apps: ['osp'],
    rows: ['MID-C05', 'MID-M10'],
    clause: functions,
    literal: 'netstat -an | grep 80',
    ports: [80],
  }),
  portsCheck({
    id: 'osp-business-port',
    title: words('Business port', '业务端口'),
    apps: ['osp'],
    rows: ['MID-C06', 'MID-C03', 'MID-M18', 'MID-C01'],
    clause: functions,
    literal: 'netstat -an | grep 8341',
    ports: [8341],
  }),
  monitoredPort('osp', 'MID-M10'),
  maintenancePort({ id: 'osp', app: 'osp', rows: ['MID-C03', 'MID-M18', 'MID-C01'], clause: patrol }),
  ...sharedServices({ id: 'osp', app: 'osp', clause: functions, acvip: 'MID-C07', registry: 'MID-C08' }),
  ...addresses,
  ...resources('osp', 'MID-M09', 'MID-M11', 'MID-M12'),
];

const proxy: readonly Check[] = [
  portsCheck({
    id: 'intelliproxy-port',
    title: words('Business port', '业务端口'),
    apps: ['intelliproxy'],
    rows: ['MID-C11', 'MID-C02', 'MID-M02', 'MID-M17', 'MID-C01'],
    clause: functions,
    literal: 'netstat -an | grep 80',
    ports: [80],
  }),
  maintenancePort({
    id: 'intelliproxy',
    app: 'intelliproxy',
    rows: ['MID-C02', 'MID-M17', 'MID-C01'],
    clause: patrol,
  }),
  ...sharedServices({
    id: 'intelliproxy',
    app: 'intelliproxy',
    clause: functions,
    acvip: 'MID-C12',
    registry: 'MID-C13',
  }),
  ...resources('intelliproxy', 'MID-M01', 'MID-M03', 'MID-M04'),
];

const portal: readonly Check[] = [
  portsCheck({
    id: 'portal-port',
    title: words('Service port', '服务端口'),
    apps: ['portal'],
    rows: ['MID-C04', 'MID-M06', 'MID-M19', 'MID-C01'],
    clause: patrol,
    ports: [80],
  }),
  monitoredPort('portal', 'MID-M06'),
  maintenancePort({ id: 'portal', app: 'portal', rows: ['MID-C04', 'MID-M19', 'MID-C01'], clause: patrol }),
  ...resources('portal', 'MID-M05', 'MID-M07', 'MID-M08'),
];

export default defineInspection({
  system: {
    id: 'MID',
    title: words('Middleware mid-platform', '云产品中台'),
    names: [
      'mid',
      '云产品中台',
      '系统中台',
      '中间件门户',
      '中台',
      'middleware mid-platform',
      'mid-platform',
      'mid platform',
    ],
  },
  apps: [
    {
      id: 'intelliproxy',
      title: words('Microservice proxy (Intelliproxy)', '全局微服务代理层 Intelliproxy'),
      names: ['intelliproxy', 'intelliporxy', 'intelliproxy-intelliproxy'],
    },
    {
      id: 'portal',
      title: words('Middleware portal', '中间件平台门户'),
      names: ['portal', 'portal-portal', 'sofa-portal', '门户'],
    },
    {
      id: 'osp',
      title: words('Mid-platform support (OSP)', '支撑中台系统 OSP'),
      names: ['osp', 'osp-osp', 'sofa-osp', '支撑中台系统'],
    },
  ],
  checks: [...osp, ...proxy, ...portal, ...logs, ...pages],
});
