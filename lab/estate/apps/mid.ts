import { often, running, together } from '../lines.ts';
import { type RunningLog, STAMPS } from '../log.ts';
import { defaultLog, errorLog, mark } from '../log-lines.ts';
import { portal as portalTraits, serveOsp } from '../midplatform/osp.ts';
import { javaCommand } from '../java.ts';
import type { Peer, PracticeApp } from './app.ts';

const SIZE = { system: 'MID', hosts: 2, cores: 2, memoryGb: 4 } as const;
const LOGS = '/home/admin/logs';

/** What the portal and others ask of the consoles through the proxy. */
const APIS = ['GET /api/mq/topics', 'GET /api/ms/services', 'POST /api/dds/sources'] as const;

const PEERS: readonly Peer[] = [
  { app: 'acvip', port: 9003, connections: 1 },
  { app: 'sessionserver', port: 9600, connections: 1 },
];

export const intelliproxy: PracticeApp = {
  ...SIZE,
  id: 'intelliproxy',
  title: { en: 'Microservice proxy', zh: '全局微服务代理层' },
  hostName: 'intelliproxy',
  programs: [
    {
      id: 'intelliproxy',
      command: javaCommand('intelliproxy', 80),
      ports: { 80: 'web-page' },
      peers: PEERS,
      logs: [
        errorLog(
          `${LOGS}/common-error.log`,
          ['c.a.intelliproxy.route.RouteService - no usable address of the backend'],
          'proxy-worker',
        ),
        accessLog(),
      ],
    },
  ],
  mainPort: 80,
  rows: {
    'process-down': ['MID-C02', 'MID-C11', 'MID-C12', 'MID-C13', 'MID-M02', 'MID-M17', 'MID-A02', 'MID-F04'],
    'port-not-listening': ['MID-C02', 'MID-C11', 'MID-M02', 'MID-M17', 'MID-A02', 'MID-F04'],
    'acvip-lost': ['MID-C12'],
    'registry-lost': ['MID-C13'],
    'error-burst': ['MID-L06'],
    'disk-full': ['MID-M01', 'MID-M15', 'MID-A01'],
    'load-high': ['MID-M16', 'MID-A01'],
    'memory-high': ['MID-M03', 'MID-M14', 'MID-A01'],
    'cpu-high': ['MID-M04', 'MID-M13', 'MID-A01'],
  },
};

export const portal: PracticeApp = {
  ...SIZE,
  id: 'portal',
  title: { en: 'Middleware portal', zh: '中间件门户' },
  hostName: 'portal',
  programs: [
    {
      id: 'portal',
      command: 'node --max-old-space-size=2048 /home/admin/portal/index.js --title=portal',
      processName: 'node',
      ports: { 80: 'web-page', 8080: 'open' },
      logs: [
        runLog(),
        // What goes to standard error has no time.
        {
          ...running(
            `${LOGS}/node-stderr.log`,
            5,
            often(
              'forward',
              ({ conditions }) => portalTraits.of(conditions).forwardErrorsPerMinute,
              () => 'Error: proxy forward failed: connect ECONNREFUSED osp:8341',
            ),
          ),
          stamp: STAMPS.none,
        },
      ],
    },
  ],
  mainPort: 80,
  consoles: [{ name: 'sofa-portal', port: 80, key: 'PORTAL' }],
  rows: {
    'process-down': ['MID-C04', 'MID-M06', 'MID-M19', 'MID-C17', 'MID-A02', 'MID-F01'],
    'port-not-listening': ['MID-C04', 'MID-M06', 'MID-M19', 'MID-A02'],
    'page-down': ['MID-C14', 'MID-F01'],
    'disk-full': ['MID-M05', 'MID-M15', 'MID-A01'],
    'load-high': ['MID-M16', 'MID-A01'],
    'memory-high': ['MID-M07', 'MID-M14', 'MID-A01'],
    'cpu-high': ['MID-M08', 'MID-M13', 'MID-A01'],
  },
};

export const osp: PracticeApp = {
  ...SIZE,
  id: 'osp',
  title: { en: 'Mid-platform support', zh: '支撑中台系统' },
  hostName: 'osp',
  programs: [
    {
      id: 'osp',
      command: javaCommand('osp', 8341),
      ports: { 80: serveOsp, 8341: 'open', 8080: 'open' },
      peers: PEERS,
      logs: [
        errorLog(
          `${LOGS}/osp/common-error.log`,
          ['c.a.osp.openapi.ForwardService - forward failed, remote timeout 3000ms'],
          'osp-worker',
        ),
        defaultLog(`${LOGS}/osp/user-façade.log`, 'UserFacade - login of ops001 succeeded'),
        defaultLog(`${LOGS}/osp/openapi.log`, 'OpenApi - POST /openapi/mq/topics forwarded, 21 ms'),
        defaultLog(`${LOGS}/osp/operation/product-instance.log`, 'ProductInstance - 9 instances are active'),
      ],
    },
  ],
  mainPort: 8341,
  consoles: [{ name: 'sofa-osp', port: 80, key: 'OSP' }],
  rows: {
    'process-down': [
      'MID-C03',
      'MID-C05',
      'MID-C06',
      'MID-C07',
      'MID-C08',
      'MID-C10',
      'MID-M10',
      'MID-M18',
      'MID-A02',
      'MID-F01',
      'MID-F03',
    ],
    'port-not-listening': ['MID-C03', 'MID-C06', 'MID-M18', 'MID-A02'],
    'page-down': ['MID-C09'],
    'acvip-lost': ['MID-C07'],
    'registry-lost': ['MID-C08'],
    'error-burst': ['MID-L08'],
    'disk-full': ['MID-M09', 'MID-M15', 'MID-A01'],
    'load-high': ['MID-M16', 'MID-A01'],
    'memory-high': ['MID-M11', 'MID-M14', 'MID-A01'],
    'cpu-high': ['MID-M12', 'MID-M13', 'MID-A01'],
  },
};

export const APPS: readonly PracticeApp[] = [intelliproxy, portal, osp];

/** Says why OSP does not know the portal, when it does not. */
function runLog(): RunningLog {
  const usual = defaultLog(`${LOGS}/node-stdout.log`, 'proxy - GET /api/mq/topics 200');
  const failures = often(
    'report',
    ({ conditions }) => (portalTraits.of(conditions).reportsItself ? 0 : 6),
    (_, { address }) => `ERROR osp - report of ${address} failed: ECONNREFUSED`,
  );
  return { ...usual, lines: together(usual.lines, failures) };
}

/** What it looks like is not documented: here as access logs usually do, but for the time. */
function accessLog(): RunningLog {
  return {
    ...running(
      `${LOGS}/access.log`,
      5,
      together(
        ...APIS.map((api, k) =>
          often(
            api,
            () => 12 / (k + 1),
            (at, { host }) =>
              `10.66.9.${at % 200} "${api}?trace=${mark(host, at).slice(0, 8)} HTTP/1.1" 200 ${at % 5000}`,
          ),
        ),
      ),
    ),
    stamp: STAMPS.comma,
  };
}
