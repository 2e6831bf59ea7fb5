import { often, together } from '../lines.ts';
import type { RunningLog } from '../log.ts';
import { defaultLog, errorLog } from '../log-lines.ts';
import { appState } from '../app-state.ts';
import { controlScript } from '../units.ts';
import { javaCommand } from '../java.ts';
import type { PracticeApp } from './app.ts';

const SIZE = { system: 'DST', hosts: 2, cores: 4, memoryGb: 8 } as const;
const LOGS = '/home/admin/logs';
export const RPC_PORT = 12200;

export interface TracingTraits {
  /** Failures a minute to reach the storage of the trace logs. */
  readonly storageErrorsPerMinute: number;
}

export const tracing = appState<TracingTraits>({ storageErrorsPerMinute: 0 });

export const dstweb: PracticeApp = {
  ...SIZE,
  id: 'dstweb',
  title: { en: 'Tracing console', zh: '分布式链路跟踪控制台' },
  hostName: 'dstweb',
  programs: [
    {
      id: 'dstweb',
      command: javaCommand('dstweb', 8341, 4),
      ports: { 80: 'web-page', 8341: 'open', [RPC_PORT]: 'open', 8080: 'readiness' },
      peers: [
        { app: 'acvip', port: 9003, connections: 1 },
        { app: 'sessionserver', port: 9600, connections: 1 },
        { app: 'dstcollector', port: RPC_PORT, connections: 1 },
        { server: 'accatracecloud_db', port: 3306, connections: 2 },
      ],
      logs: [commonErrors(), defaultLog(`${LOGS}/common-default.log`, 'TraceService - 12 traces queried')],
    },
  ],
  mainPort: 8341,
  components: ['db', 'logStorage', 'rpc', 'diskSpace'],
  consoles: [{ name: 'sofa-dst', port: 80 }],
  databases: [{ name: 'accatracecloud_db' }],
  rows: {
    'process-down': ['DST-C04', 'DST-C05', 'DST-C06', 'DST-C07', 'DST-C08', 'DST-M02', 'DST-M11', 'DST-A02'],
    'port-not-listening': ['DST-C04', 'DST-M02', 'DST-M11', 'DST-A02'],
    'health-false': ['DST-C05'],
    'page-down': ['DST-C09'],
    'acvip-lost': ['DST-C07'],
    // Red only where the inventory has the address.
    'acvip-elsewhere': ['DST-C07', 'DST-F07'],
    'registry-lost': ['DST-C08'],
    'error-burst': ['DST-L01'],
    'disk-full': ['DST-M01', 'DST-M07', 'DST-A01'],
    'load-high': ['DST-M08', 'DST-A01'],
    'memory-high': ['DST-M03', 'DST-M06', 'DST-A01'],
    'cpu-high': ['DST-M04', 'DST-M05', 'DST-A01'],
  },
};

const RESOURCES = {
  'disk-full': ['DST-M07', 'DST-A01'],
  'load-high': ['DST-M08', 'DST-A01'],
  'memory-high': ['DST-M06', 'DST-A01'],
  'cpu-high': ['DST-M05', 'DST-A01'],
} as const;

export const dstcollector: PracticeApp = {
  ...SIZE,
  id: 'dstcollector',
  title: { en: 'Trace data query', zh: '链路数据查询服务' },
  hostName: 'dstcollector',
  programs: [
    {
      id: 'dstcollector',
      command: javaCommand('dstcollector', RPC_PORT, 4),
      ports: { [RPC_PORT]: 'open' },
      peers: [{ server: 'accatracecloud_db', port: 3306, connections: 2 }],
    },
  ],
  mainPort: RPC_PORT,
  rows: {
    ...RESOURCES,
    'process-down': ['DST-C02', 'DST-M09', 'DST-A02'],
    'port-not-listening': ['DST-C02', 'DST-M09', 'DST-A02'],
  },
};

export const dstconsole: PracticeApp = {
  ...SIZE,
  id: 'dstconsole',
  title: { en: 'dstconsole', zh: 'dstconsole' },
  hostName: 'dstconsole',
  hosts: 1,
  programs: [{ id: 'dstconsole', command: javaCommand('dstconsole', 80, 4), ports: { 80: 'web-page' } }],
  mainPort: 80,
  rows: {
    ...RESOURCES,
    'process-down': ['DST-C03', 'DST-M10', 'DST-A02'],
    'port-not-listening': ['DST-C03', 'DST-M10', 'DST-A02'],
  },
};

const AGENT = { ...SIZE, hosts: 0, cores: 1, memoryGb: 1, beside: ['business-host'] } as const;

/** Collects the trace logs of every business host for SLS. */
export const ilogtaild: PracticeApp = {
  ...AGENT,
  id: 'ilogtaild',
  title: { en: 'SLS collection client', zh: 'SLS 日志采集客户端' },
  hostName: 'ilogtaild',
  programs: [
    {
      id: 'ilogtaild',
      command: '/usr/local/ilogtail/ilogtail',
      processName: 'ilogtail',
      user: 'root',
      executables: { '/etc/init.d/ilogtaild': controlScript('ilogtaild', 'ilogtail') },
    },
  ],
};

/** The same for ALS. */
export const antCloudAgent: PracticeApp = {
  ...AGENT,
  id: 'ant_cloud_agent',
  title: { en: 'ALS collection agent', zh: 'ALS 日志采集 Agent' },
  hostName: 'ant_cloud_agent',
  programs: [
    {
      id: 'ant_cloud_agent',
      command: '/usr/local/ant_cloud_agent/bin/ant_cloud_agent',
      processName: 'ant_cloud_agent',
      user: 'root',
    },
  ],
};

/** Keeps the trace logs that the agents collect. */
const storage: PracticeApp = {
  ...SIZE,
  id: 'als-sls',
  title: { en: 'Trace log storage', zh: '日志服务存储' },
  hostName: 'als-sls',
  hosts: 1,
  programs: [
    {
      id: 'als-sls',
      command: '/usr/local/als/bin/als_server --conf /usr/local/als/conf/als.conf',
      processName: 'als_server',
      ports: { 80: 'open' },
    },
  ],
};

export const APPS: readonly PracticeApp[] = [
  dstweb,
  dstcollector,
  dstconsole,
  storage,
  ilogtaild,
  antCloudAgent,
];

function commonErrors(): RunningLog {
  const usual = errorLog(
    `${LOGS}/common-error.log`,
    ['c.a.dst.web.trace.TraceController - query trace failed, remote timeout 3000ms'],
    'http-80',
  );
  const storage = often(
    'storage error',
    ({ conditions }) => tracing.of(conditions).storageErrorsPerMinute,
    () =>
      'ERROR [sls-query-1] c.a.dst.storage.SlsClient - connect to sls endpoint failed: Connection refused',
  );
  return { ...usual, lines: together(usual.lines, storage) };
}
