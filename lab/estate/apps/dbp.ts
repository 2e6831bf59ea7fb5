import { often, running, together } from '../lines.ts';
import { STAMPS, type LogLine, type LogScene } from '../log.ts';
import { errorLog, mark, moments, perMinute } from '../log-lines.ts';
import { appState } from '../app-state.ts';
import { javaCommand } from '../java.ts';
import type { PracticeApp } from './app.ts';

const LOGS = '/home/admin/logs/zdalproxy';
export const PROXY_PORT = 8066;

/** Data sources with their share of the SQL, and how much slower than the average they are. */
const SOURCES = [
  { name: 'ledger_ds', share: 0.5, slower: 1 },
  { name: 'cloud_load', share: 0.3, slower: 0.8 },
  { name: 'card_ds', share: 0.2, slower: 1.1 },
] as const;

export interface ProxyTraits {
  readonly sqlPerMinute: number;
  readonly averageMs: number;
  /** Since this moment the SQL take two and a half times as long. Milliseconds since the epoch. */
  readonly slowerSince: number | null;
  /** Share of the SQL on card_ds that fail, 0 to 1. */
  readonly failures: number;
  readonly slowSqlPerMinute: number;
  /** Alarms that are no slow SQL. */
  readonly alarmsPerMinute: number;
  /** Name of a database change that does not take effect. */
  readonly ineffective: string | null;
  readonly starts: boolean;
}

export const proxy = appState<ProxyTraits>({
  sqlPerMinute: 5200,
  averageMs: 0.9,
  slowerSince: null,
  failures: 0,
  slowSqlPerMinute: 2,
  alarmsPerMinute: 0,
  ineffective: null,
  starts: true,
});

export const dbpconsole: PracticeApp = {
  id: 'dbpconsole',
  system: 'DBP',
  title: { en: 'DBP console', zh: '数据访问代理控制台' },
  hostName: 'dbpconsole',
  hosts: 2,
  cores: 2,
  memoryGb: 4,
  programs: [
    {
      id: 'dbpconsole',
      command: javaCommand('dbpconsole', 80),
      ports: { 80: 'web-page', 8341: 'open', 9500: 'check-service' },
      peers: [{ server: 'dbpconsole', port: 3306, connections: 2 }],
      logs: [
        errorLog(
          '/home/admin/logs/dbpconsole/common-error.log',
          ['c.a.dbp.console.web.RuleController - query table rule failed'],
          'http-80',
        ),
      ],
    },
  ],
  mainPort: 8341,
  components: ['sofaRuntime', 'dataSource', 'drmClient'],
  consoles: [{ name: 'dbp-console', port: 80 }],
  databases: [{ name: 'dbpconsole' }],
  rows: {
    'process-down': ['DBP-C02', 'DBP-C04', 'DBP-M10', 'DBP-M11', 'DBP-M12', 'DBP-M18', 'DBP-A07'],
    'port-not-listening': ['DBP-C02', 'DBP-M12', 'DBP-M18', 'DBP-A07'],
    'health-false': ['DBP-C04'],
    'page-down': ['DBP-C05'],
    'disk-full': ['DBP-M16', 'DBP-A09'],
    'load-high': ['DBP-M17', 'DBP-A09'],
    'memory-high': ['DBP-M15', 'DBP-A09'],
    'cpu-high': ['DBP-M14', 'DBP-A09'],
  },
};

export const dbpserver: PracticeApp = {
  id: 'dbpserver',
  system: 'DBP',
  title: { en: 'DBP server', zh: '数据访问代理服务器' },
  hostName: 'dbpserver',
  hosts: 2,
  cores: 4,
  memoryGb: 8,
  programs: [
    {
      id: 'dbpserver',
      command:
        'java -server -Xms4g -Xmx4g -Dapp.name=dbpserver -Dproxy.port=8066 -Duser.home=/home/admin -cp /home/admin/zdalproxy/lib/zdalproxy.jar com.alipay.zdalproxy.CobarServer',
      ports: { [PROXY_PORT]: 'open' },
      peers: [
        { server: 'ledgerdb', port: 3306, connections: 4 },
        { server: 'carddb', port: 2884, connections: 2 },
      ],
      clients: [{ port: PROXY_PORT, count: 8 }],
      logs: [
        { path: `${LOGS}/startup.log`, started: startup },
        running(`${LOGS}/sql-stat.log`, 21, sqlStat),
        running(
          `${LOGS}/zdal/zdal-monitor.log`,
          5,
          together(
            often(
              'slow',
              ({ conditions }) => proxy.of(conditions).slowSqlPerMinute,
              (at, { host }) =>
                `${alarm(host, at)}Slow sql ${600 + (at % 900)} millis, logicDsId: ${sourceAt(at)}, sql: select id, state from t_flow where batch_no = ?`,
            ),
            often(
              'alarm',
              ({ conditions }) => proxy.of(conditions).alarmsPerMinute,
              (at, { host }) =>
                `${alarm(host, at)}Timeout 3000 millis, logicDsId: ${sourceAt(at)}, sql: commit`,
            ),
          ),
        ),
        errorLog(
          `${LOGS}/common-error.log`,
          ['c.a.zdalproxy.net.FrontendConnection - execute failed, wait for connection timeout 3000ms'],
          'proxy-worker',
        ),
        { ...running(`${LOGS}/config-digest.log`, 30, configDigest), stamp: STAMPS.none },
      ],
    },
  ],
  mainPort: PROXY_PORT,
  balancer: 'dbp-lb',
  rows: {
    'process-down': [
      'DBP-C03',
      'DBP-C06',
      'DBP-C10',
      'DBP-C11',
      'DBP-C12',
      'DBP-M13',
      'DBP-M19',
      'DBP-A08',
      'DBP-F01',
    ],
    'port-not-listening': ['DBP-C03', 'DBP-C10', 'DBP-C12', 'DBP-M13', 'DBP-M19', 'DBP-A08', 'DBP-F01'],
    'database-connection-lost': ['DBP-C11'],
    'error-burst': ['DBP-L03'],
    'disk-full': ['DBP-M16', 'DBP-A09'],
    'load-high': ['DBP-M17', 'DBP-A09'],
    'memory-high': ['DBP-M15', 'DBP-A09'],
    'cpu-high': ['DBP-M14', 'DBP-A09'],
  },
};

export const APPS: readonly PracticeApp[] = [dbpconsole, dbpserver];

const sourceAt = (at: number): string => SOURCES[at % SOURCES.length]?.name ?? '';

const alarm = (host: string, at: number): string => `-[${mark(host, at)},0.1]`;

function startup(at: number, { conditions }: LogScene): readonly LogLine[] {
  const begins: LogLine = { at, text: ' INFO  [main] CobarServer - reading zdalproxy configuration' };
  return proxy.of(conditions).starts
    ? [begins, { at, text: ` INFO  [main] CobarServer is started and listening on ${PROXY_PORT}` }]
    : [begins, { at, text: ` ERROR [main] CobarServer - bind ${PROXY_PORT} failed: Address already in use` }];
}

/** Every data source says every ten seconds what was executed since. */
function sqlStat(from: number, to: number, { host, conditions }: LogScene): readonly LogLine[] {
  const { sqlPerMinute, averageMs, slowerSince, failures } = proxy.of(conditions);
  return SOURCES.flatMap(({ name, share, slower }) =>
    moments(from, to, 10_000, `${host} ${name}`).flatMap((at) => {
      const count = Math.round((sqlPerMinute * share) / 6);
      const failed = name === 'card_ds' ? Math.round(count * failures) : 0;
      const ms = averageMs * slower * (slowerSince !== null && at >= slowerSince ? 2.5 : 1);
      const line = (result: string, sql: number): LogLine => ({
        at,
        text: `,${name},SELECT,${result},${sql},${Math.round(sql * ms * 1000)},${sql * 36},${sql * 25},${sql * 10},${at % 9000},${sql * 304},${sql * 36}`,
      });
      return failed > 0 ? [line('Y', count - failed), line('N', failed)] : [line('Y', count)];
    }),
  ).toSorted((a, b) => a.at - b.at);
}

/** Changes are pushed now and then; one that does not take effect is pushed again and again. */
function configDigest(from: number, to: number, { host, conditions, local }: LogScene): readonly LogLine[] {
  const { ineffective } = proxy.of(conditions);
  const push = (at: number, name: string, result: boolean): LogLine => {
    const { date, time, millis } = local(at);
    return { at, text: `- ${name}#${date.replaceAll('-', '')}#${date},${time}.${millis}#${result}` };
  };
  return [
    ...moments(from, to, perMinute(0.2), `${host} push`).map((at) => push(at, 'dbp_watchman', true)),
    ...(ineffective === null
      ? []
      : moments(from, to, perMinute(0.5), `${host} ${ineffective}`).map((at) =>
          push(at, ineffective, false),
        )),
  ].toSorted((a, b) => a.at - b.at);
}
