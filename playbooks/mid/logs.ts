import {
  type Check,
  errorLogCheck,
  keptLogCheck,
  logWindow,
  type RowId,
  type Words,
  words,
} from '../../src/kit/index.ts';
import { API_CALL, judgeTraffic } from './traffic.ts';

const LOGS = '/home/admin/logs';
const ospLogs = { document: '002', section: '9.3.2.1' } as const;

/** The formats are not documented: the newest lines are what a person reads for the reason of a fault. */
const ofOsp = (
  id: string,
  file: string,
  row: RowId,
  title: Words,
  ...fallbackPaths: readonly string[]
): Check =>
  keptLogCheck({
    id,
    title,
    apps: ['osp'],
    rows: [row],
    clause: ospLogs,
    path: `${LOGS}/osp/${file}`,
    ...(fallbackPaths.length > 0
      ? { fallbackPaths: fallbackPaths.map((each) => `${LOGS}/osp/${each}`) }
      : {}),
  });

/** The manual names the error logs without a number: every error is for a person to explain. */
const errorsOf = (app: string, section: string, row: RowId, folder: string): Check =>
  errorLogCheck({
    id: `${app}-errors`,
    apps: [app],
    rows: [row],
    clause: { document: '002', section },
    path: `${folder}/common-error.log`,
    most: { row, value: 0 },
  });

export const logs: readonly Check[] = [
  errorsOf('osp', '9.3.2.2', 'MID-L08', `${LOGS}/osp`),
  ofOsp(
    'osp-authentication-log',
    // As the manual prints it (ERR-MID-03).
    'user-façade.log',
    'MID-L04',
    words('User authentication log', '用户鉴权日志'),
    'user-facade.log',
    // The same letter as a file system may store it, in two characters.
    'user-façade.log'.normalize('NFD'),
  ),
  ofOsp('osp-openapi-log', 'openapi.log', 'MID-L05', words('OpenAPI forwarding log', 'OpenAPI 请求转发日志')),
  ofOsp(
    'osp-product-log',
    'operation/product-instance.log',
    'MID-L07',
    words('Product start-up log', '产品启动日志'),
  ),
  errorsOf('intelliproxy', '9.3.3.2', 'MID-L06', LOGS),
  {
    id: 'intelliproxy-traffic',
    title: words('API traffic', 'API 流量'),
    apps: ['intelliproxy'],
    rows: ['MID-L09'],
    clause: { document: '002', section: '9.3.3.1' },
    ...logWindow({
      path: `${LOGS}/access.log`,
      windowSeconds: 300,
      tally: { awk: API_CALL, most: 50 },
      stamp: 'anywhere',
      undatedLines: 200,
      quiet: 'fine',
      missing: 'unknown',
      judge: (window) => [judgeTraffic(window)],
    }),
  },
  keptLogCheck({
    id: 'portal-log',
    title: words('Run log', '运行日志'),
    apps: ['portal'],
    rows: ['MID-L01'],
    clause: { document: '002', section: '9.3.1.1' },
    path: `${LOGS}/node-stdout.log`,
  }),
  errorLogCheck({
    id: 'portal-errors',
    apps: ['portal'],
    rows: ['MID-L02'],
    clause: { document: '002', section: '9.3.1.2' },
    path: `${LOGS}/node-stderr.log`,
    // Lines on a program's standard error often carry no time.
    undatedLines: 20,
    most: { row: 'MID-L02', value: 0 },
  }),
];
