import {
  type Check,
  consolePage,
  defineInspection,
  portsCheck,
  processCheck,
  resourceChecks,
  words,
} from '../../src/kit/index.ts';
import { logs } from './logs.ts';
import { pages } from './pages.ts';

const monitoring = { document: '002', section: '3.1.1' } as const;
const MINUTE = 60;

const console: readonly Check[] = [
  portsCheck({
    id: 'ports',
    apps: ['ddsconsole'],
    rows: ['DDS-C04', 'DDS-M04', 'DDS-C06'],
    clause: monitoring,
    // 2022 is the port of the container's sshd; the manual monitors it and does not explain it (ERR-GEN-21).
    ports: [8341, 9500, 80, 2022],
    closed: { row: 'DDS-M04', state: 'warning', lastsSeconds: MINUTE },
  }),
  ...resourceChecks({
    apps: ['ddsconsole'],
    clause: monitoring,
    rows: ['DDS-C03'],
    // Each must be breached so long before it counts (ERR-DDS-02).
    cpu: [{ row: 'DDS-M01', value: 60, lastsSeconds: 3 * MINUTE }],
    memory: [{ row: 'DDS-M02', value: 90, lastsSeconds: MINUTE }],
    disk: [{ row: 'DDS-M03', value: 95, lastsSeconds: MINUTE }],
  }),
  consolePage({
    app: 'ddsconsole',
    rows: ['DDS-C01'],
    clause: { document: '002', section: '3.3.1' },
    key: 'DDS',
  }),
];

/** The plan is printed for apps of the microservice platform (ERR-DDS-01): it is looked at for them and for the console. */
const plan: readonly Check[] = [
  {
    ...processCheck({
      id: 'process',
      apps: ['ddsconsole', 'antscheduler', 'drmdata'],
      rows: ['DDS-C06'],
      clause: { document: '002', section: '3.4.3' },
      literal: 'ps -fe | grep java',
    }),
    title: words('Process, by the plan of DDS', '进程（DDS 应急预案）'),
  },
  portsCheck({
    id: 'plan-scheduler-port',
    title: words('Port 9001, by the plan of DDS', '9001 端口（DDS 应急预案）'),
    apps: ['antscheduler'],
    rows: ['DDS-C06'],
    clause: { document: '002', section: '3.4.2' },
    ports: [9001],
  }),
  portsCheck({
    id: 'plan-configuration-port',
    title: words('Port 9880, by the plan of DDS', '9880 端口（DDS 应急预案）'),
    apps: ['drmdata'],
    rows: ['DDS-C06'],
    clause: { document: '002', section: '3.4.2' },
    ports: [9880],
  }),
];

export default defineInspection({
  system: {
    id: 'DDS',
    title: words('Shared distributed data sources', '共享型分布式数据源管理'),
    names: ['dds', 'ds', '共享型分布式数据源管理', '分布式数据源', '数据源管理', 'data sources'],
  },
  apps: [
    {
      id: 'ddsconsole',
      title: words('DDS console', '数据源管理控制台'),
      names: ['ddsconsole', 'dds-console', 'dds console', '数据源管理控制台'],
    },
  ],
  checks: [...console, ...logs, ...plan, ...pages],
});
