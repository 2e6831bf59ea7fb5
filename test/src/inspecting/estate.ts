import type { App, Estate, Host, Inspection } from '../../../src/kit/index.ts';
import { defineInspection, sh, words } from '../../../src/kit/index.ts';
import { appOf, estateOf } from '../../support/estates.ts';

export const host = (name: string, app: string, site = 'room-a'): Host => ({
  name,
  app,
  site,
  address: `${name}.bank.example`,
  port: 2022,
});

const app = (id: string, system: string, zh: string, names: readonly string[], hosts: readonly Host[]): App =>
  appOf(id, system, {
    title: words(id, zh),
    names: [id, ...names],
    hosts: hosts.map(({ name }) => name),
  });

const brokers = [1, 2, 3].map((no) => host(`msgbroker-${no}`, 'msgbroker', no === 3 ? 'room-b' : 'room-a'));
const consoles = [host('msgconsole-1', 'msgconsole'), host('msgconsole-2', 'msgconsole', 'room-b')];
const sessions = [host('session-1', 'session', 'room-b')];

/** Two systems, four apps, six hosts in two rooms; one app without a host. */
export const estate: Estate = estateOf({
  name: 'Example Bank',
  timeZone: 'Asia/Shanghai',
  systems: [
    { id: 'MQ', title: words('Message queue', '消息队列'), names: ['mq', 'sofamq', '消息中间件'] },
    { id: 'REG', title: words('Service registry', '注册中心'), names: ['reg', 'registry', '服务注册'] },
  ],
  apps: [
    app('msgbroker', 'MQ', '消息引擎', ['broker', 'message broker'], brokers),
    app('msgconsole', 'MQ', '消息控制台', [], consoles),
    app('session', 'REG', '会话节点', [], sessions),
    app('data', 'REG', '数据节点', [], []),
  ],
  hosts: [...brokers, ...consoles, ...sessions],
  databases: [{ name: 'msgdb', host: '127.0.0.1', port: 3306, schema: 'msgdb' }],
  limits: { 'MQ-M14': { value: 70 } },
});

const clause = { document: '002', section: '4.5.1.1' } as const;

/** Every kind of check, small ones that echo. */
export const mq: Inspection = defineInspection({
  system: { id: 'MQ', title: words('Message queue', '消息队列'), names: ['mq'] },
  apps: [
    { id: 'msgbroker', title: words('broker', '消息引擎'), names: [] },
    { id: 'msgconsole', title: words('console', '消息控制台'), names: [] },
  ],
  checks: [
    {
      on: 'host',
      id: 'cpu',
      title: words('CPU', 'CPU'),
      apps: ['msgbroker', 'msgconsole'],
      rows: ['MQ-M14', 'MQ-C01'],
      clause,
      limits: { most: { row: 'MQ-M14', value: 80 } },
      command: ({ host: { name } }) => sh`echo ${name} 42`,
      judge: ({ output }, { limits }) => {
        const value = Number(output.split(' ')[1]);
        const isHigh = value > (limits.most?.value ?? 0);
        return [
          { state: isHigh ? 'warning' : 'ok', value, unit: '%', says: words(`${value} %`, `${value} %`) },
        ];
      },
    },
    {
      on: 'host',
      id: 'ports',
      title: words('Ports', '端口'),
      apps: ['msgbroker'],
      rows: ['MQ-C07', 'MQ-C09'],
      clause,
      literal: 'netstat -ano | grep 9529',
      command: () => sh`printf '9529\n9511\n'`,
      judge: ({ output }) =>
        output
          .trim()
          .split('\n')
          .map((part) => ({ state: 'ok', part, rows: ['MQ-C07'], says: words('listens', '正在监听') })),
    },
    {
      on: 'page',
      id: 'console-page',
      title: words('Console', '控制台'),
      apps: ['msgconsole'],
      rows: ['MQ-C20'],
      clause,
      url: ({ estate: { domain } }) => `http://sofa-mq.${domain}/`,
      judge: (answer) => [
        answer.kind === 'answered'
          ? { state: 'ok', says: words('opens', '可打开') }
          : { state: 'critical', says: words('does not open', '无法打开') },
      ],
    },
    {
      on: 'database',
      id: 'database',
      title: words('Database', '数据库'),
      apps: ['msgbroker'],
      rows: ['MQ-C16'],
      clause,
      database: 'msgdb',
      query: () => ({ text: 'select 1 as one', values: [] }),
      judge: (rows) => [{ state: rows.length === 1 ? 'ok' : 'critical', says: words('answers', '有应答') }],
    },
    {
      on: 'person',
      id: 'container-state',
      title: words('Container state', '容器状态'),
      apps: ['msgbroker', 'msgconsole'],
      rows: ['MQ-C15'],
      clause,
      page: words('Console > Containers', '控制台 > 容器'),
      expect: words('running', '运行中'),
    },
  ],
});

/** One check on an app that has hosts and one that has none. */
export const reg: Inspection = defineInspection({
  system: { id: 'REG', title: words('Service registry', '注册中心'), names: ['reg'] },
  apps: [
    { id: 'session', title: words('session', '会话节点'), names: [] },
    { id: 'data', title: words('data', '数据节点'), names: [] },
  ],
  checks: [
    {
      on: 'host',
      id: 'process',
      title: words('Process', '进程'),
      apps: ['session', 'data'],
      rows: ['REG-C17'],
      clause: { document: '002', section: '7.8.1' },
      command: () => sh`echo runs`,
      judge: ({ output }) => [{ state: 'ok', says: words(output, output) }],
    },
  ],
});
