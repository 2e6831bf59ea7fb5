import { type Check, errorLogCheck, words } from '../../src/kit/index.ts';

/** The error log has no folder of the app, as printed; where it is in one after all (ERR-DST-05), there. */
const log = {
  apps: ['dstweb'],
  path: '/home/admin/logs/common-error.log',
  fallbackPaths: ['/home/admin/logs/{app}/common-error.log'],
} as const;

/** For awk: an error about the storage of the trace logs. What its lines look like is not documented: they name it. */
export const STORAGE_ERROR = String.raw`($0 ~ /(^|[^A-Za-z])(ALS|Als|als|SLS|Sls|sls)([^a-z]|$)|[Aa]liyun.?[Ll]og|openservices.log|log.aliyuncs|日志服务/)`;

/** The manual names both without a number: every error is for a person to explain. */
export const logs: readonly Check[] = [
  errorLogCheck({
    ...log,
    id: 'errors',
    rows: ['DST-L01'],
    clause: { document: '002', section: '6.3.1.1' },
    only: `!${STORAGE_ERROR}`,
    most: { row: 'DST-L01', value: 0 },
  }),
  errorLogCheck({
    ...log,
    id: 'storage-errors',
    title: words('ALS/SLS connection errors', 'ALS/SLS 连接错误'),
    rows: ['DST-C14', 'DST-L01'],
    clause: { document: '002', section: '6.3.2.1' },
    only: STORAGE_ERROR,
    most: { row: 'DST-C14', value: 0 },
  }),
];
