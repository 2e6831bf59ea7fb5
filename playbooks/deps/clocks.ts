import {
  type Check,
  CLOCK_COMMAND,
  CLOCK_QUERY,
  clockOf,
  databaseClock,
  judgeClocks,
  limitOf,
  words,
} from '../../src/kit/index.ts';

const clause = { document: '001', section: '2.5' } as const;
/** The manual says that clocks must agree and names no tolerance. */
const TOLERANCE_SECONDS = 5;

/** Clocks that disagree make tasks time out before their time. */
export const clocks: readonly Check[] = [
  {
    on: 'cluster',
    id: 'executor-clock',
    title: words('Clocks of executor and database', '执行引擎与数据库时间'),
    apps: ['acopswareexecutor'],
    rows: ['DEPS-C16'],
    clause,
    literal: 'date ↔ select now();',
    limits: { apart: { row: 'DEPS-C16', value: TOLERANCE_SECONDS } },
    command: () => CLOCK_COMMAND,
    database: { name: 'opswareexecutor', query: CLOCK_QUERY },
    judge: ({ hosts, database }, context) => [
      judgeClocks(
        hosts.map(clockOf),
        [databaseClock('opswareexecutor', database)],
        limitOf(context, 'apart'),
      ),
    ],
  },
  {
    on: 'cluster',
    id: 'agent-clock',
    title: words('Clocks of starserver2 and business hosts', 'starserver2 与业务服务器时间'),
    apps: ['acstarserver2', 'business-host'],
    rows: ['DEPS-C17'],
    clause,
    literal: 'date',
    limits: { apart: { row: 'DEPS-C17', value: TOLERANCE_SECONDS } },
    command: () => CLOCK_COMMAND,
    judge({ hosts }, context) {
      const servers = context.estate.apps.filter(({ kind }) => kind === 'acstarserver2');
      const isServer = (name: string): boolean => servers.some((app) => app.hosts.includes(name));
      return [
        judgeClocks(
          hosts.filter(({ host }) => !isServer(host.name)).map(clockOf),
          hosts.filter(({ host }) => isServer(host.name)).map(clockOf),
          limitOf(context, 'apart'),
        ),
      ];
    },
  },
];
