import {
  defineInspection,
  type Estate,
  type HostCheck,
  type Inspection,
  type ShellCommand,
  sh,
  words,
} from '../src/kit/index.ts';

/** Twelve documented looks at one host, by name. */
const COMMANDS: Readonly<Record<string, ShellCommand>> = {
  port: sh`netstat -an | grep 9529`,
  java: sh`ps -ef | grep java | grep -v grep`,
  service: sh`curl -s -m 5 127.0.0.1:9500/checkService`,
  disk: sh`df -hP /`,
  memory: sh`head -n 5 /proc/meminfo`,
  load: sh`cat /proc/loadavg`,
  errors: sh`tail -n 20 /home/admin/logs/error.log`,
  'error-count': sh`grep -c ERROR /home/admin/logs/error.log`,
  sockets: sh`ss -s | head -n 2`,
  uptime: sh`uptime`,
  host: sh`hostname`,
  logs: sh`ls -l /home/admin/logs`,
};

/** What a complete answer of one host has this often. */
export const MARK = 'ANSWERED';
export const MARKS_PER_HOST = Object.keys(COMMANDS).length;

/** The same looks as one script, as an administrator hands it to a fan-out tool. */
export const COMBINED = Object.entries(COMMANDS)
  .map(([name, command]) => `echo == ${name}; ${command}; echo ${MARK} $?`)
  .join('; ');

/** The programs that the looks need on this machine, which the hosts share with it. */
export const NEEDED: readonly { readonly program: string; readonly debian: string }[] = [
  { program: 'netstat', debian: 'net-tools' },
  { program: 'ss', debian: 'iproute2' },
  { program: 'curl', debian: 'curl' },
  { program: 'ps', debian: 'procps' },
];

/** The same looks as an inspection. A look is ok when it printed something and succeeded. */
export const INSPECTION: Inspection = defineInspection({
  system: { id: 'MQ', title: words('Message queue', '消息队列'), names: ['mq'] },
  apps: [{ id: 'msgbroker', title: words('Message broker', '消息队列 Broker'), names: ['broker'] }],
  checks: Object.entries(COMMANDS).map(
    ([id, command]): HostCheck => ({
      on: 'host',
      id,
      title: words(id, id),
      apps: ['msgbroker'],
      rows: ['MQ-C01'],
      clause: { document: '002', section: '4.5' },
      command: () => command,
      judge: ({ exitCode, output }) => [
        exitCode === 0 && output !== ''
          ? { state: 'ok', says: words('answered', '已返回') }
          : { state: 'critical', says: words(`exit code ${exitCode ?? '?'}`, `退出码 ${exitCode ?? '?'}`) },
      ],
    }),
  ),
});

/** An estate of nothing but these hosts. */
export const estateOf = (
  hosts: readonly { readonly name: string; readonly address: string }[],
  port: number,
): Estate => ({
  name: 'Measurement',
  environment: 'practice',
  timeZone: 'UTC',
  domain: 'practice.local',
  systems: [{ id: 'MQ', title: words('Message queue', '消息队列'), names: ['mq'] }],
  apps: [
    {
      id: 'msgbroker',
      kind: 'msgbroker',
      system: 'MQ',
      title: words('Message broker', '消息队列 Broker'),
      names: ['msgbroker'],
      hosts: hosts.map(({ name }) => name),
      ports: {},
      paths: {},
    },
  ],
  hosts: hosts.map(({ name, address }) => ({ name, address, port, app: 'msgbroker', site: 'here' })),
  databases: [],
  consoles: {},
  limits: {},
  options: {},
  addresses: {},
  contacts: {},
});
