import { type Check, errorLogCheck, keptLogCheck, words } from '../../src/kit/index.ts';
import { defaultLogSize, LOGS } from './log-size.ts';

const list = { document: '002', section: '10.3.1.1' } as const;

export const logs: readonly Check[] = [
  keptLogCheck({
    id: 'polling-log',
    title: words('Polling log', '轮询日志'),
    apps: ['acvip'],
    rows: ['ACVIP-L01'],
    clause: list,
    path: `${LOGS}/SyncWeb.log`,
  }),
  errorLogCheck({
    id: 'errors',
    apps: ['acvip'],
    rows: ['ACVIP-L02'],
    clause: list,
    path: `${LOGS}/common-error.log`,
    // The manual names the log without a number: every error is for a person to explain.
    most: { row: 'ACVIP-L02', value: 0 },
  }),
  {
    id: 'default-log-size',
    title: words('Default log size', '默认日志大小'),
    apps: ['acvip'],
    rows: ['ACVIP-L03'],
    clause: { document: '002', section: '10.2.2.1' },
    ...defaultLogSize,
  },
];
