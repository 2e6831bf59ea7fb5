import {
  type Check,
  defineInspection,
  portsCheck,
  resourceChecks,
  sameLimit,
  sharedServices,
  words,
} from '../../src/kit/index.ts';
import { collection, storage } from './collection.ts';
import { logs } from './logs.ts';
import { pages } from './pages.ts';
import { readiness } from './readiness.ts';
import { traceVolume } from './trace-volume.ts';

const patrol = { document: '002', section: '6.5.1.1' } as const;
const functions = { document: '002', section: '6.5.2' } as const;

const load5 = [{ row: 'DST-M08', value: 3 }] as const;

const web: readonly Check[] = [
  portsCheck({
    id: 'web-ports',
    title: words('Console ports', '控制台端口'),
    apps: ['dstweb'],
    // One table alerts for 8341 only, the other for both (ERR-DST-03): both must listen.
    rows: ['DST-C04', 'DST-M02', 'DST-M11', 'DST-C01'],
    clause: patrol,
    ports: [80, 8341],
  }),
  portsCheck({
    id: 'web-rpc-port',
    title: words('RPC port', 'RPC 端口'),
    apps: ['dstweb'],
    rows: ['DST-C06'],
    clause: functions,
    literal: 'netstat -an|grep 12200',
    ports: [12200],
  }),
  {
    id: 'web-readiness',
    title: words('Readiness check', '就绪检查'),
    apps: ['dstweb'],
    rows: ['DST-C05'],
    clause: functions,
    literal: 'curl 127.0.0.1:8080/health/readiness',
    ...readiness,
  },
  ...sharedServices({
    id: 'web',
    app: 'dstweb',
    clause: functions,
    acvip: 'DST-C07',
    registry: 'DST-C08',
    pinned: true,
  }),
  ...resourceChecks({
    id: 'web',
    apps: ['dstweb'],
    clause: patrol,
    rows: ['DST-C01'],
    cpu: sameLimit(80, 'DST-M05', 'DST-M04'),
    memory: sameLimit(80, 'DST-M06', 'DST-M03'),
    disk: sameLimit(80, 'DST-M07', 'DST-M01'),
    load5,
  }),
];

const others: readonly Check[] = [
  portsCheck({
    id: 'collector-port',
    title: words('RPC port', 'RPC 端口'),
    apps: ['dstcollector'],
    rows: ['DST-C02', 'DST-M09', 'DST-C01'],
    clause: patrol,
    ports: [12200],
  }),
  // The monitoring table has it, nothing else (ERR-DST-01): looked at where an inventory has it.
  portsCheck({
    id: 'console-port',
    title: words('Console port', '控制台端口'),
    apps: ['dstconsole'],
    rows: ['DST-C03', 'DST-M10', 'DST-C01'],
    clause: patrol,
    ports: [80],
  }),
  ...resourceChecks({
    id: 'patrol',
    apps: ['dstcollector', 'dstconsole'],
    clause: patrol,
    rows: ['DST-C01'],
    cpu: [{ row: 'DST-M05', value: 80 }],
    memory: [{ row: 'DST-M06', value: 80 }],
    disk: [{ row: 'DST-M07', value: 80 }],
    load5,
  }),
];

export default defineInspection({
  system: {
    id: 'DST',
    title: words('Distributed tracing', '分布式链路跟踪'),
    names: ['dst', '分布式链路跟踪', '链路跟踪', '链路追踪', 'distributed tracing', 'tracing', 'sofa-dst'],
  },
  apps: [
    {
      id: 'dstweb',
      title: words('Tracing console', '分布式链路跟踪控制台'),
      names: ['dstweb', 'dst-dstweb', '分布式链路跟踪控制台'],
    },
    {
      id: 'dstcollector',
      title: words('Trace data query', '链路数据查询服务'),
      names: ['dstcollector', 'dst-dstcollector'],
    },
    {
      id: 'dstconsole',
      title: words('dstconsole', 'dstconsole'),
      names: ['dstconsole', 'dst-dstconsole'],
    },
    {
      id: 'als-sls',
      title: words('Log storage (ALS/SLS)', '日志服务存储（ALS/SLS）'),
      names: ['als-sls', 'als/sls', 'als', 'sls', '日志服务存储', '日志服务'],
    },
    {
      id: 'ilogtaild',
      title: words('SLS collection client', 'SLS 日志采集客户端'),
      names: ['ilogtaild', 'ilogtail', 'logtail', '日志采集客户端'],
      runsOn: 'business-host',
    },
    {
      id: 'ant_cloud_agent',
      title: words('ALS collection agent', 'ALS 日志采集 Agent'),
      names: ['ant_cloud_agent', 'ant-cloud-agent', 'ant cloud agent'],
      runsOn: 'business-host',
    },
  ],
  options: { storage },
  checks: [...web, ...others, ...logs, ...collection, traceVolume, ...pages],
});
