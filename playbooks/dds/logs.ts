import { type Check, errorLogCheck, keptLogCheck, words } from '../../src/kit/index.ts';

const LOGS = '/home/admin/logs';
const apps = ['ddsconsole'] as const;
const keyLogs = { document: '002', section: '3.2' } as const;
/** The manual names the errors without a number: every one is for a person to explain. */
const none = { row: 'DDS-C05', value: 0 } as const;

/** For awk: an error of the push of configurations. What its lines look like is not documented. */
export const PUSH_ERROR = String.raw`(tolower($0) ~ /drm/ && tolower($0) ~ /push|推送/)`;

/**
 * For awk: a line of the connection log that tells of something that went wrong. Its format is not documented; what only names a
 * setting of the pool or the driver, like `connectTimeout=3000` or `failOverReadOnly`, tells of nothing.
 */
export const CONNECTION_ERROR = String.raw`(tolower($0) ~ /error|exception|(^|[^a-z])fail(s|ed|ure|ures|ing)?([^a-z]|$)|(^|[^a-z])time-?outs?([^a-z=:]|: *[^ 0-9]|$)|timed out|refused|unavailable|closed|失败|超时|异常/)`;

export const logs: readonly Check[] = [
  errorLogCheck({
    id: 'errors',
    apps,
    rows: ['DDS-C05', 'DDS-L02'],
    clause: keyLogs,
    path: `${LOGS}/ddsconsole/common-error.log`,
    only: `!${PUSH_ERROR}`,
    most: none,
  }),
  errorLogCheck({
    id: 'push-errors',
    title: words('DRM push errors', 'DRM 推送错误'),
    apps,
    rows: ['DDS-C05', 'DDS-M06', 'DDS-L02'],
    clause: { document: '002', section: '3.1.2' },
    path: `${LOGS}/ddsconsole/common-error.log`,
    only: PUSH_ERROR,
    most: none,
  }),
  errorLogCheck({
    id: 'data-source-errors',
    title: words('Data source connection errors', '数据源连接错误'),
    apps,
    rows: ['DDS-C05', 'DDS-M05', 'DDS-L01'],
    clause: { document: '002', section: '3.1.2' },
    path: `${LOGS}/ddsconsole/zdal/zdal-datasource.log`,
    undatedLines: 50,
    only: CONNECTION_ERROR,
    most: none,
  }),
  keptLogCheck({
    id: 'config-client',
    title: words('DRM push address', 'DRM 推送接口地址'),
    apps,
    rows: ['DDS-L03'],
    clause: { document: '002', section: '3.1.2' },
    // The printed path is damaged, and this one is likely, not proven (ERR-DDS-04): without it nothing is wrong yet.
    path: `${LOGS}/confreg/config.client.log`,
    missing: 'fine',
  }),
];
