import {
  type Check,
  type CheckContext,
  firstOf,
  judgeCount,
  type Judgement,
  type KeptLog,
  keptLogCheck,
  limitOf,
  limitsOf,
  logOfHosts,
  type LogLook,
  type LogsTogether,
  type LogWindow,
  logWindow,
  namesOf,
  type RowId,
  things,
  undocumented,
  unknown,
  type Words,
  words,
} from '../../src/kit/index.ts';
import { clusterOf } from './clusters.ts';
import type { Role } from './roles.ts';
import { CONNECTION, type Counts, EVICTED, parseCounts } from './logs.ts';

const LOGS = '/home/admin/logs/registry';
const listed = { document: '002', section: '2.3.1' } as const;
const monitored = { document: '002', section: '2.2.1.2' } as const;

/** Connections of a node to other nodes of the registry. Each end writes one down, so that every node is held against the limit by itself. */
const connections = (role: Role, log: RowId, fallbackPaths: readonly string[] = []): Check => ({
  id: `${role}-connection-losses`,
  title: words('Lost internal connections', '内部长连接断连'),
  apps: [`${role}server`],
  rows: ['REG-M08', log],
  clause: monitored,
  limits: { most: { row: 'REG-M08', value: 1 } },
  ...logWindow({
    path: `${LOGS}/${role}/registry-connect.log`,
    fallbackPaths,
    windowSeconds: 60,
    tally: { awk: CONNECTION },
    quiet: 'fine',
    missing: 'unknown',
    judge: (window, context) =>
      window.lines > 0 && (window.tally.get('?') ?? 0) === window.lines
        ? [undocumented(window)]
        : [
            judgeCount({
              value: window.tally.get('loss') ?? 0,
              what: things('connection lost', 'connections lost', '次断连'),
              window,
              limits: limitsOf(context),
            }),
          ],
  }),
});

/** Every line is a data node that the main one took off the list. It stays a reason to look for a day: the node may have to be replaced. */
const evictions: Check = {
  id: 'data-evictions',
  title: words('Evicted data nodes', 'Data 节点剔除'),
  apps: ['dataserver'],
  rows: ['REG-M09', 'REG-L13'],
  clause: { document: '002', section: '2.3.2' },
  limits: { most: { row: 'REG-M09', value: 0 } },
  ...logOfHosts({
    path: '/home/admin/logs/confreg-data/decision.60dt.log',
    windowSeconds: 86_400,
    quiet: 'fine',
    // Only the registry of before has it (ERR-REG-13).
    missing: 'fine',
    apart: clusterOf,
    judge: (logs, context) => [
      judgeCount({
        value: logs.window.lines,
        what: things('eviction of a data node', 'evictions of data nodes', '次剔除 Data 节点'),
        window: logs.window,
        limits: limitsOf(context),
        names: byHost(logs, ({ lines }) => lines),
      }),
    ],
  }),
};

/** Nodes that the meta nodes took off the list. Their main log is busy: only its last hour is read. */
const nodeList: Check = {
  id: 'node-list',
  title: words('Node list changes', '节点列表变更'),
  apps: ['metaserver'],
  rows: ['REG-M09', 'REG-L09'],
  clause: monitored,
  limits: { most: { row: 'REG-M09', value: 0 } },
  ...logOfHosts({
    path: `${LOGS}/meta/registry-meta.log`,
    windowSeconds: 3600,
    tally: { awk: EVICTED },
    quiet: 'fine',
    missing: 'unknown',
    apart: clusterOf,
    judge: (logs, context) => [
      judgeCount({
        value: evicted(logs.window),
        what: things('change of the list', 'changes of the list', '次列表变更'),
        window: logs.window,
        limits: limitsOf(context),
        names: byHost(logs, evicted),
      }),
    ],
  }),
};

const evicted = ({ tally }: LogWindow): number => tally.get('evicted') ?? 0;

/** The hosts that wrote something down, with how often. */
const byHost = ({ each }: LogsTogether, count: (window: LogWindow) => number): Words =>
  namesOf(each.map(([host, window]) => [host, count(window)] as const).filter(([, times]) => times > 0));

/** Where a session node writes down how many it has. */
export const COUNTS_LOG = {
  path: `${LOGS}/session/registry-console.log`,
  windowSeconds: 300,
  show: 100,
  quiet: 'unknown',
  missing: 'unknown',
} as const satisfies LogLook;

/** The newest counts of a node that it wrote down within the window. */
export const newestCounts = ({ last }: Pick<LogWindow, 'last'>): string | undefined =>
  last.findLast((line) => parseCounts(line));

/** Per cluster, since clients move between the session nodes when these restart. */
const counts: Check = {
  id: 'session-counts',
  title: words('Publishers, subscribers and watchers', '发布者、订阅者与 watcher 数'),
  apps: ['sessionserver'],
  rows: ['REG-C12', 'REG-M23', 'REG-L03'],
  clause: { document: '002', section: '7.4.4' },
  // Per cent of what there was before.
  limits: { least: { row: 'REG-M23', value: 90 } },
  ...logOfHosts({
    ...COUNTS_LOG,
    apart: clusterOf,
    judge: judgeCounts,
  }),
};

function judgeCounts({ each, window }: LogsTogether, context: CheckContext): readonly Judgement[] {
  const newest = each.map(([host, own]) => ({ host, counts: newestCounts(own) }));
  const without = newest.filter(({ counts: line }) => line === undefined).map(({ host }) => host);
  if (without.length > 0) {
    const hosts = firstOf(without);
    const says = words(`no line of ${hosts.en} gives the counts`, `${hosts.zh} 的日志中没有发布者、订阅者数`);
    return unknown(says).map((judgement) => ({ ...judgement, evidence: window.last.join('\n') }));
  }
  const lines = newest.map(({ host, counts: line = '' }) => `${host}: ${line}`);
  const all = newest.flatMap(({ counts: line = '' }) => parseCounts(line) ?? []);
  const { value: percent, state = 'critical' } = limitOf(context, 'least');
  const sum = (of: (each: Counts) => number | undefined): number | undefined => {
    const values = all.flatMap((one) => of(one) ?? []);
    return values.length === all.length ? values.reduce((total, value) => total + value, 0) : undefined;
  };
  return [
    { part: 'publishers', what: words('publishers', '个发布者'), value: sum(({ publishers }) => publishers) },
    {
      part: 'subscribers',
      what: words('subscribers', '个订阅者'),
      value: sum(({ subscribers }) => subscribers),
    },
    { part: 'watchers', what: words('watchers', '个 watcher'), value: sum(({ watchers }) => watchers) },
  ].flatMap(({ part, what, value }): readonly Judgement[] =>
    value === undefined
      ? []
      : [
          {
            state: 'ok',
            part,
            value,
            says: words(`${value} ${what.en}`, `${value} ${what.zh}`),
            evidence: lines.join('\n'),
            compare: { row: 'REG-M23', against: 'before', moves: 'drops', percent: 100 - percent, state },
          },
        ],
  );
}

const kept = (
  role: Role,
  id: string,
  title: Words,
  row: RowId,
  log: Pick<KeptLog, 'path' | 'missing'>,
): Check =>
  keptLogCheck({ id: `${role}-${id}`, title, apps: [`${role}server`], rows: [row], clause: listed, ...log });

const MAIN = words('Main log', '主要日志');

const gc = (role: Role, row: RowId): Check =>
  kept(role, 'gc-log', words('GC log', 'GC 日志'), row, { path: '/home/admin/logs/gc.log' });

export const logChecks: readonly Check[] = [
  counts,
  // The path is printed as that of the data nodes (ERR-REG-04).
  connections('session', 'REG-L04', [`${LOGS}/data/registry-connect.log`]),
  connections('data', 'REG-L07'),
  connections('meta', 'REG-L11'),
  evictions,
  nodeList,
  kept('session', 'main-log', MAIN, 'REG-L01', { path: `${LOGS}/session/registry-session.log` }),
  kept('session', 'exchange-log', words('Role exchange log', '角色交互日志'), 'REG-L02', {
    path: `${LOGS}/session/registry-exchange.log`,
  }),
  kept('data', 'main-log', MAIN, 'REG-L06', { path: `${LOGS}/data/registry-data.log` }),
  kept('meta', 'election-log', words('Election log', '选举日志'), 'REG-L10', {
    path: `${LOGS}/meta/registry-raft.log`,
    // The registry of version 6 elects without raft.
    missing: 'fine',
  }),
  gc('session', 'REG-L05'),
  gc('data', 'REG-L08'),
  gc('meta', 'REG-L12'),
];
