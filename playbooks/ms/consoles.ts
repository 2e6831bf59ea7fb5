import {
  type Check,
  consolePage,
  errorLogCheck,
  maintenancePort,
  portsCheck,
  resourceChecks,
  sameLimit,
  words,
} from '../../src/kit/index.ts';
import { LOAD5, patrol } from './patrol.ts';

export const consoles: readonly Check[] = [
  portsCheck({
    id: 'console-ports',
    title: words('Console ports', '控制台端口'),
    apps: ['dsrconsole'],
    rows: ['MS-C05', 'MS-M26', 'MS-C01'],
    clause: patrol,
    ports: [80, 12200],
  }),
  portsCheck({
    id: 'console-rest-port',
    title: words('REST port', 'REST 端口'),
    apps: ['dsrconsole'],
    rows: ['MS-C05', 'MS-M16', 'MS-M26', 'MS-C01'],
    clause: { document: '002', section: '2.2.1.2' },
    ports: [8341],
  }),
  maintenancePort({ id: 'console', app: 'dsrconsole', rows: ['MS-C05', 'MS-M26', 'MS-C01'], clause: patrol }),
  consolePage({
    app: 'dsrconsole',
    rows: ['MS-C07'],
    clause: { document: '002', section: '2.5.2' },
    key: 'MS',
    host: 'sofa-ms',
  }),
  errorLogCheck({
    id: 'console-errors',
    apps: ['dsrconsole'],
    rows: ['MS-L01'],
    clause: { document: '002', section: '2.3.1' },
    path: '/home/admin/logs/dsrconsole/common-error.log',
    most: { row: 'MS-L01', value: 0 },
  }),
  ...resourceChecks({
    id: 'console',
    apps: ['dsrconsole'],
    clause: patrol,
    rows: ['MS-C01'],
    cpu: sameLimit(80, 'MS-M19', 'MS-M03'),
    memory: sameLimit(80, 'MS-M20', 'MS-M02'),
    disk: sameLimit(80, 'MS-M21', 'MS-M01'),
    load5: LOAD5,
  }),

  // The monitoring table has it, the list of resources has not (ERR-MS-02): looked at where an inventory has it.
  portsCheck({
    id: 'scheduler-console-port',
    title: words('Console port', '控制台端口'),
    apps: ['antschedulerconsole'],
    // The alert list counts 8080 for the scheduler itself, which has no such port elsewhere (ERR-MS-04).
    rows: ['MS-C03', 'MS-M24', 'MS-M18', 'MS-C01'],
    clause: patrol,
    ports: [8080],
  }),
  portsCheck({
    id: 'scheduler-console-rpc-port',
    title: words('RPC port', 'RPC 端口'),
    apps: ['antschedulerconsole'],
    rows: ['MS-C03', 'MS-M24', 'MS-C01'],
    clause: patrol,
    ports: [12200],
  }),
  ...resourceChecks({
    id: 'scheduler-console',
    apps: ['antschedulerconsole'],
    clause: patrol,
    rows: ['MS-C01'],
    cpu: [{ row: 'MS-M19', value: 80 }],
    memory: [{ row: 'MS-M20', value: 80 }],
    disk: [{ row: 'MS-M21', value: 80 }],
    load5: LOAD5,
  }),
];
