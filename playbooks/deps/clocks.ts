import {
  type Check,
  CLOCK_COMMAND,
  CLOCK_TOLERANCE_SECONDS,
  clockOf,
  databaseClockCheck,
  judgeClocks,
  limitOf,
  words,
} from '../../src/kit/index.ts';

const clause = { document: '001', section: '2.5' } as const;

/** Clocks that disagree make tasks time out before their time. */
export const clocks: readonly Check[] = [
  databaseClockCheck({
    id: 'executor-clock',
    title: words('Clocks of executor and database', '执行引擎与数据库时间'),
    apps: ['acopswareexecutor'],
    rows: ['DEPS-C16'],
    clause,
    database: 'opswareexecutor',
  }),
  {
    on: 'cluster',
    id: 'agent-clock',
    title: words('Clocks of pipeline server and business hosts', '运维管道服务端与业务服务器时间'),
    apps: ['acstarserver2', 'business-host'],
    rows: ['DEPS-C17'],
    clause,
    literal: 'date',
    limits: { apart: { row: 'DEPS-C17', value: CLOCK_TOLERANCE_SECONDS } },
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
