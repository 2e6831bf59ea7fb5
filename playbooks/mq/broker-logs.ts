import {
  type Check,
  errorLogCheck,
  type HostContext,
  judgeCount,
  type Judgement,
  limitOf,
  logWindow,
  type LogWindow,
  type RowId,
  type Things,
  things,
  undocumented,
  words,
} from '../../src/kit/index.ts';
import {
  HEARTBEAT,
  judgeDataSources,
  judgeFailures,
  judgeHeartbeats,
  judgeReceived,
  RECEIVED,
  STORAGE_ERROR,
  SUBSCRIBER,
} from './judge-logs.ts';
import { parseDelivered } from './logs.ts';

/** The broker writes directly below /home/admin/logs; some installations have a folder of its own (ERR-MQ-03). */
const log = (name: string) => ({
  path: `/home/admin/logs/${name}`,
  fallbackPaths: [`/home/admin/logs/msgbroker/${name}`],
});
const MINUTE = { windowSeconds: 60 } as const;
/** Where the manual names no window. */
const RECENT = { windowSeconds: 300 } as const;
const apps = ['msgbroker'] as const;
const RECEIVED_MESSAGES = things('message received', 'messages received', '条消息已接收');
const DELIVERED_MESSAGES = things('message delivered', 'messages delivered', '条消息已投递');
const IGNORED = things('ignored delivery', 'ignored deliveries', '次投递被忽略');

export const brokerLogs: readonly Check[] = [
  {
    id: 'broker-heartbeat',
    title: words('Heartbeat', '心跳'),
    apps,
    rows: ['MQ-C18', 'MQ-M13', 'MQ-L02'],
    clause: { document: '002', section: '4.2.1.2' },
    limits: { least: { row: 'MQ-M13', value: 6 } },
    ...logWindow({
      ...log('msgbroker-ha-heartbeat.log'),
      ...MINUTE,
      tally: { awk: HEARTBEAT },
      quiet: 'fine',
      missing: 'unknown',
      judge: (window, context) => judgeHeartbeats(window, limitOf(context, 'least')),
    }),
  },
  {
    id: 'broker-data-source',
    title: words('Message store', '消息存储数据源'),
    apps,
    rows: ['MQ-C19', 'MQ-L03'],
    clause: { document: '002', section: '4.4.4' },
    ...logWindow({
      ...log('msgbroker-datasource-healthy.log'),
      ...RECENT,
      show: 40,
      quiet: 'unknown',
      missing: 'unknown',
      judge: judgeDataSources,
    }),
  },
  {
    id: 'broker-persistence',
    title: words('Storage exceptions', '存储异常'),
    apps,
    rows: ['MQ-L08'],
    clause: { document: '002', section: '4.4.4' },
    ...logWindow({
      ...log('msgbroker-server-persistenceManager.log'),
      ...RECENT,
      tally: { awk: STORAGE_ERROR },
      quiet: 'fine',
      // Named as the place of the reasons only, and not in the manual's list of logs: without it nothing is wrong yet.
      missing: 'fine',
      judge: (window) => [
        judgeCount({
          value: window.tally.get('error') ?? 0,
          what: things('storage exception', 'storage exceptions', '条存储异常'),
          window,
          limits: [{ row: 'MQ-L08', value: 0, overridden: false }],
        }),
      ],
    }),
  },
  {
    id: 'broker-received',
    title: words('Messages received', '消息接收'),
    apps,
    rows: ['MQ-M10', 'MQ-C22', 'MQ-M09', 'MQ-L04'],
    clause: { document: '002', section: '4.2.1.2' },
    limits: { failed: { row: 'MQ-M10', value: 0 }, volume: { row: 'MQ-M09', value: 4000 } },
    ...logWindow({
      ...log('msgbroker-receive-digest.log'),
      ...MINUTE,
      tally: { awk: RECEIVED },
      quiet: 'fine',
      missing: 'unknown',
      judge: (window, context) => [
        {
          ...judgeReceived(window, limitOf(context, 'failed')),
          part: 'failed',
          rows: ['MQ-M10', 'MQ-C22', 'MQ-L04'],
        },
        {
          ...volume(window, context, 'MQ-L04', RECEIVED_MESSAGES),
          part: 'volume',
        },
      ],
    }),
  },
  {
    id: 'broker-delivered',
    title: words('Messages delivered', '消息投递'),
    apps,
    rows: ['MQ-M11', 'MQ-L05'],
    clause: { document: '002', section: '4.2.1.2' },
    limits: { volume: { row: 'MQ-M11', value: 4000 } },
    ...logWindow({
      ...log('msgbroker-finish-digest.log'),
      ...MINUTE,
      quiet: 'fine',
      missing: 'unknown',
      judge: (window, context) => [
        window.lines > 0 && !window.last.some((line) => parseDelivered(line))
          ? undocumented(window)
          : volume(window, context, 'MQ-L05', DELIVERED_MESSAGES),
      ],
    }),
  },
  {
    id: 'broker-delivery-failures',
    title: words('Failed deliveries', '投递失败'),
    apps,
    rows: ['MQ-M12', 'MQ-C14', 'MQ-L06'],
    clause: { document: '002', section: '4.2.1.2' },
    limits: { failed: { row: 'MQ-M12', value: 0 } },
    ...logWindow({
      ...log('msgbroker-dispatcher-failure.log'),
      ...MINUTE,
      tally: { awk: SUBSCRIBER },
      quiet: 'fine',
      missing: 'unknown',
      judge: (window, context) => [judgeFailures(window, limitOf(context, 'failed'))],
    }),
  },
  {
    id: 'broker-neglected',
    title: words('Ignored deliveries', '投递忽略'),
    apps,
    rows: ['MQ-L07'],
    clause: { document: '002', section: '4.3.1.1' },
    ...logWindow({
      ...log('msgbroker-dispatcher-neglect.log'),
      ...MINUTE,
      quiet: 'fine',
      missing: 'fine',
      // The manual gives no limit: shown, never red.
      judge: (window) => [judgeCount({ value: window.lines, what: IGNORED, window, limits: [] })],
    }),
  },
  errorLogCheck({
    id: 'broker-errors',
    apps,
    rows: ['MQ-C13', 'MQ-L01'],
    clause: { document: '002', section: '4.3.3' },
    ...log('common-error.log'),
    // The manual says to look, without a number: every error is for a person to explain.
    most: { row: 'MQ-C13', value: 0 },
  }),
];

/**
 * The manual's limit is of a logical instance, which the lines do not name. More than it on one broker is told; less on one
 * broker says nothing about the instance, so the row is cited only then.
 */
function volume(window: LogWindow, context: HostContext, log: RowId, what: Things): Judgement {
  const most = limitOf(context, 'volume');
  const judged = judgeCount({ value: window.lines, what, window, limits: [most] });
  return { ...judged, unit: '/min', rows: judged.state === 'ok' ? [log] : [most.row, log] };
}
