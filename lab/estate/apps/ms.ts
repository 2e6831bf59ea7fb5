import { CLIENTS, drmLogs, PUSH_PORT } from '../microservice/drm.ts';
import { BROKER_PORT, schedulerLogs, TASK_PORT } from '../microservice/scheduler.ts';
import { errorLog } from '../log-lines.ts';
import { javaCommand } from '../java.ts';
import type { PracticeApp } from './app.ts';

const SIZE = { hosts: 2, cores: 2, memoryGb: 4 } as const;

const LOAD = { 'load-high': ['MS-M22', 'MS-A05'] } as const;

export const dsrconsole: PracticeApp = {
  ...SIZE,
  id: 'dsrconsole',
  system: 'MS',
  title: { en: 'Microservice console', zh: '微服务控制台' },
  hostName: 'dsrconsole',
  programs: [
    {
      id: 'dsrconsole',
      command: javaCommand('dsrconsole', 80),
      ports: { 80: 'web-page', 8341: 'open', 12200: 'open', 9500: 'check-service' },
      peers: [
        { server: 'dsrconsole', port: 3306, connections: 2 },
        { app: 'acvip', port: 9003, connections: 1 },
      ],
      logs: [
        errorLog(
          '/home/admin/logs/dsrconsole/common-error.log',
          ['c.a.dsr.console.web.ServiceController - query service list failed'],
          'http-80',
        ),
      ],
    },
  ],
  mainPort: 8341,
  components: ['sofaRuntime', 'dataSource', 'acvipClient'],
  consoles: [{ name: 'sofa-ms', port: 80 }],
  databases: [{ name: 'dsrconsole' }],
  rows: {
    ...LOAD,
    'process-down': ['MS-C05', 'MS-M16', 'MS-M26', 'MS-A02'],
    'port-not-listening': ['MS-C05', 'MS-M16', 'MS-M26', 'MS-A02'],
    'page-down': ['MS-C07'],
    'error-burst': ['MS-L01'],
    'disk-full': ['MS-M01', 'MS-M21', 'MS-A05'],
    'memory-high': ['MS-M02', 'MS-M20', 'MS-A05'],
    'cpu-high': ['MS-M03', 'MS-M19', 'MS-A05'],
  },
};

export const antscheduler: PracticeApp = {
  ...SIZE,
  id: 'antscheduler',
  system: 'MS',
  title: { en: 'Scheduled tasks', zh: '定时任务' },
  hostName: 'antscheduler',
  programs: [
    {
      id: 'antscheduler',
      command: javaCommand('antscheduler', TASK_PORT),
      ports: { 9000: 'open', [TASK_PORT]: 'open', 12200: 'open' },
      peers: [
        { app: 'msgbroker', port: BROKER_PORT, connections: 2 },
        { app: 'acvip', port: 9003, connections: 1 },
        { app: 'antscheduler', port: 9000, connections: 1, each: true },
      ],
      clients: [{ port: TASK_PORT, count: 3 }],
      logs: schedulerLogs,
    },
  ],
  mainPort: TASK_PORT,
  rows: {
    ...LOAD,
    'process-down': [
      'MS-C02',
      'MS-C06',
      'MS-C08',
      'MS-C14',
      'MS-C15',
      'MS-M18',
      'MS-M23',
      'MS-M27',
      'MS-M28',
      'MS-A04',
      'MS-F02',
      'MS-F06',
    ],
    'port-not-listening': ['MS-C08', 'MS-C14', 'MS-M18', 'MS-M28'],
    'host-off': ['MS-F02', 'MS-F06'],
    'error-burst': ['MS-C16', 'MS-L19'],
    'disk-full': ['MS-M07', 'MS-M21', 'MS-A05'],
    'memory-high': ['MS-M08', 'MS-M20', 'MS-A05'],
    'cpu-high': ['MS-M09', 'MS-M19', 'MS-A05'],
  },
};

export const antschedulerconsole: PracticeApp = {
  ...SIZE,
  id: 'antschedulerconsole',
  system: 'MS',
  title: { en: 'Scheduled tasks console', zh: '定时任务控制台' },
  hostName: 'antschedulerconsole',
  programs: [
    {
      id: 'antschedulerconsole',
      command: javaCommand('antschedulerconsole', 8080),
      ports: { 8080: 'web-page', 12200: 'open' },
      peers: [{ app: 'antscheduler', port: 12200, connections: 1 }],
    },
  ],
  mainPort: 8080,
  rows: {
    ...LOAD,
    'process-down': ['MS-C03', 'MS-M18', 'MS-M24', 'MS-A04'],
    'port-not-listening': ['MS-C03', 'MS-M18', 'MS-M24', 'MS-A04'],
    'disk-full': ['MS-M21', 'MS-A05'],
    'memory-high': ['MS-M20', 'MS-A05'],
    'cpu-high': ['MS-M19', 'MS-A05'],
  },
};

export const drmdata: PracticeApp = {
  ...SIZE,
  id: 'drmdata',
  system: 'MS',
  title: { en: 'Dynamic configuration', zh: '动态配置' },
  hostName: 'drmdata',
  programs: [
    {
      id: 'drmdata',
      command: javaCommand('drmdata', PUSH_PORT),
      ports: { 80: 'open', 9870: 'open', [PUSH_PORT]: 'open', 12200: 'open' },
      peers: [
        { server: 'drmdata', port: 3306, connections: 3 },
        { app: 'drmdata', port: 9870, connections: 1, each: true },
        { app: 'acvip', port: 9003, connections: 1 },
      ],
      clients: [{ port: PUSH_PORT, count: CLIENTS }],
      logs: drmLogs,
    },
  ],
  mainPort: PUSH_PORT,
  rows: {
    ...LOAD,
    'process-down': [
      'MS-C04',
      'MS-C14',
      'MS-C15',
      'MS-C17',
      'MS-M17',
      'MS-M25',
      'MS-M29',
      'MS-A03',
      'MS-F01',
    ],
    'port-not-listening': ['MS-C04', 'MS-C14', 'MS-C17', 'MS-M17', 'MS-M25', 'MS-M29', 'MS-A03'],
    'host-off': ['MS-F01'],
    'database-connection-lost': ['MS-C17'],
    'error-burst': ['MS-L02'],
    'disk-full': ['MS-M04', 'MS-M21', 'MS-A05'],
    'memory-high': ['MS-M05', 'MS-M20', 'MS-A05'],
    'cpu-high': ['MS-M06', 'MS-M19', 'MS-A05'],
  },
};

export const APPS: readonly PracticeApp[] = [dsrconsole, antscheduler, antschedulerconsole, drmdata];
