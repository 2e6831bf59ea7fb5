import {
  type Check,
  clientsOn,
  clusterClientsOn,
  connectedTo,
  maintenancePort,
  portsCheck,
  processCheck,
  resourceChecks,
  sameLimit,
  words,
} from '../../src/kit/index.ts';
import { LOAD5, patrol } from './patrol.ts';

const apps = ['drmdata'] as const;
const afterRestart = { document: '002', section: '2.4.1' } as const;

export const drmdata: readonly Check[] = [
  portsCheck({
    id: 'drm-push-port',
    title: words('Push port', '推送端口'),
    apps,
    rows: ['MS-C04', 'MS-C14', 'MS-C17', 'MS-M17', 'MS-M25', 'MS-C01'],
    clause: { document: '002', section: '2.2.2.3' },
    ports: [9880],
  }),
  portsCheck({
    id: 'drm-rpc-port',
    title: words('RPC port', 'RPC 端口'),
    apps,
    rows: ['MS-C04', 'MS-M17', 'MS-M25', 'MS-C01'],
    clause: patrol,
    ports: [12200],
  }),
  maintenancePort({ id: 'drm', app: 'drmdata', rows: ['MS-C04', 'MS-M25', 'MS-C01'], clause: patrol }),
  processCheck({
    id: 'drm-process',
    apps,
    rows: ['MS-C15', 'MS-C17'],
    clause: { document: '002', section: '2.6.3' },
    literal: 'ps -fe | grep java',
  }),
  {
    id: 'drm-data-source',
    title: words('Connections to the data source', '与数据源的连接'),
    apps,
    rows: ['MS-C17'],
    clause: afterRestart,
    ...connectedTo([3306, 2884], words('the data source', '数据源')),
  },
  {
    id: 'drm-clients',
    title: words('Client connections', '客户端连接'),
    apps,
    rows: ['MS-M29', 'MS-M10'],
    clause: { document: '002', section: '2.2.2.3' },
    ...clientsOn([9880]),
  },
  {
    id: 'drm-cluster-clients',
    title: words('Client connections of the cluster', '集群客户端连接'),
    apps,
    rows: ['MS-M11'],
    clause: { document: '002', section: '2.2.1.2' },
    ...clusterClientsOn([9880]),
  },
  ...resourceChecks({
    id: 'drm',
    apps,
    clause: patrol,
    rows: ['MS-C01'],
    cpu: sameLimit(80, 'MS-M19', 'MS-M06'),
    memory: sameLimit(80, 'MS-M20', 'MS-M05'),
    disk: sameLimit(80, 'MS-M21', 'MS-M04'),
    load5: LOAD5,
  }),
];
