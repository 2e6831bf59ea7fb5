import {
  type Check,
  type CheckContext,
  clientsOn,
  type HostCheck,
  type InstallationOption,
  type Limit,
  listening,
  optionOf,
  portsCheck,
  processCheck,
  resourceChecks,
  type RowId,
  type Words,
  words,
} from '../../src/kit/index.ts';
import { health } from './health.ts';

export const versionOption: InstallationOption = {
  title: words('Registry version', '注册中心版本'),
  values: ['v5', 'v6'],
  usual: 'v5',
};

const versionOf = ({ estate }: CheckContext): string => optionOf(estate, 'REG', 'version');

const patrol = { document: '002', section: '7.7.1.1' } as const;
const plan = { document: '002', section: '7.8.2' } as const;
const functions = { document: '002', section: '7.7.2' } as const;

export type Role = 'session' | 'data' | 'meta';

/** A role of the registry: what is asked of each of its nodes alike. */
interface RoleFacts {
  readonly id: Role;
  /** The port that the patrol watches, with the rows that name it. */
  readonly port: number;
  readonly portRows: readonly [RowId, ...RowId[]];
  readonly health: { readonly port: number; readonly row: RowId };
  /** The alert list of the microservice chapter names two of the roles by themselves. */
  readonly alerts?: { readonly cpu: RowId; readonly memory: RowId; readonly disk: RowId };
}

const ROLES: readonly RoleFacts[] = [
  {
    id: 'session',
    port: 9600,
    portRows: ['REG-C02', 'REG-M10', 'REG-M11', 'REG-M20'],
    health: { port: 9603, row: 'REG-C07' },
    alerts: { cpu: 'REG-M03', memory: 'REG-M02', disk: 'REG-M01' },
  },
  {
    id: 'data',
    port: 9620,
    portRows: ['REG-C03', 'REG-M21'],
    health: { port: 9622, row: 'REG-C06' },
    alerts: { cpu: 'REG-M06', memory: 'REG-M05', disk: 'REG-M04' },
  },
  {
    id: 'meta',
    port: 9610,
    portRows: ['REG-C04', 'REG-M22'],
    health: { port: 9615, row: 'REG-C05' },
  },
];

/** What a command line calls a role. People also say session, data and meta, which stand in many a command line. */
export const SPELLINGS = {
  session: ['sessionserver', 'session-server', 'session_server', 'registry-session'],
  data: ['dataserver', 'data-server', 'data_server', 'registry-data'],
  meta: ['metaserver', 'meta-server', 'meta_server', 'registry-meta'],
} as const satisfies Readonly<Record<Role, readonly string[]>>;

/** The role of a node, by its app. */
export const roleOf = (app: string): Role | undefined => ROLES.find(({ id }) => app === `${id}server`)?.id;

const ALL = ROLES.map(({ id }) => `${id}server`);

/** 80 % is the warning of the patrol, 90 % the alert that has an action (ERR-REG-06). */
const above = (patrolRow: RowId, alertRow: RowId, own: RowId | undefined): readonly [Limit, ...Limit[]] => [
  { row: patrolRow, value: 80 },
  ...(own === undefined ? [] : [{ row: own, value: 80 }]),
  { row: alertRow, value: 90, state: 'critical' },
];

const checksOf = ({
  id,
  port,
  portRows,
  health: { port: httpPort, row },
  alerts,
}: RoleFacts): readonly Check[] => {
  const apps = [`${id}server`];
  return [
    portsCheck({
      id: `${id}-port`,
      title: words('Service port', '服务端口'),
      apps,
      // The port monitor of 7.5.1 prints 8080, which no role has: it means that of the role (ERR-REG-07).
      rows: [...portRows, 'REG-C16', 'REG-M15', 'REG-C01', 'YUN-C03'],
      clause: patrol,
      literal: 'netstat -an | grep -i listen | grep 96',
      ports: [port],
    }),
    processCheck({
      id: `${id}-process`,
      apps,
      rows: ['REG-C17', 'YUN-C03'],
      clause: { document: '002', section: '7.8.3' },
      literal: 'ps -fe | grep java',
      named: SPELLINGS[id],
    }),
    {
      id: `${id}-health`,
      title: words('Health check', '健康检查'),
      apps,
      rows: [row, 'YUN-C03'],
      clause: functions,
      literal: `curl http://localhost:${httpPort}/health/check`,
      ...health(httpPort),
    },
    ...resourceChecks({
      id,
      apps,
      clause: patrol,
      rows: ['REG-C01'],
      cpu: above('REG-M16', 'REG-M12', alerts?.cpu),
      memory: above('REG-M17', 'REG-M13', alerts?.memory),
      disk: above('REG-M18', 'REG-M14', alerts?.disk),
      load5: [{ row: 'REG-M19', value: 3 }],
    }),
  ];
};

/** The other ports of a role, as the emergency plan lists them; which role has which is said nowhere (ERR-REG-03). */
const furtherPorts = (
  id: string,
  app: string,
  ports: readonly [number, ...number[]],
  rows: readonly RowId[] = [],
  title: Words = words('Further ports', '其他端口'),
): HostCheck =>
  portsCheck({
    id,
    title,
    apps: [app],
    rows: ['REG-C16', ...rows],
    clause: plan,
    literal: 'netstat -an | grep -i listen | grep 96',
    ports,
  });

const withRaft = furtherPorts('meta-further-ports', 'metaserver', [9611, 9612, 9614, 9615]);
const withoutRaft = listening([9611, 9612, 9615]);

const metaPorts: HostCheck = {
  ...withRaft,
  // 9614 is the port of raft, which the registry of version 6 does not have.
  judge: (answer, context) => (versionOf(context) === 'v6' ? withoutRaft : withRaft).judge(answer, context),
};

const printed = listening([8080]);

/** The port that 7.5.1 prints. Its loss is a warning where the inventory says that there is one, and else only told. */
const printedPort: HostCheck = {
  id: 'printed-port',
  title: words('Port 8080', '8080 端口'),
  apps: ALL,
  rows: ['REG-M15'],
  clause: { document: '002', section: '7.5.1' },
  ...printed,
  judge: (answer, context) =>
    printed.judge(answer, context).map((judgement) => {
      if (judgement.state !== 'critical') return judgement;
      if (context.app.ports[8080] !== undefined) return { ...judgement, state: 'warning' };
      const says = words(
        'port 8080 does not listen; the manual prints it, and no role is documented to have it',
        '端口 8080 未监听；手册中印有该端口，但各角色均未说明使用',
      );
      return { ...judgement, state: 'ok', says };
    }),
};

export const roleChecks: readonly Check[] = [
  ...ROLES.flatMap(checksOf),
  furtherPorts('session-further-ports', 'sessionserver', [9601, 9603]),
  furtherPorts('session-console-port', 'sessionserver', [9602], ['REG-M11'], words('Port 9602', '9602 端口')),
  furtherPorts('data-further-ports', 'dataserver', [9621, 9622]),
  metaPorts,
  printedPort,
  {
    id: 'session-clients',
    title: words('Client connections', '客户端连接'),
    apps: ['sessionserver'],
    rows: ['REG-C19', 'REG-M07'],
    clause: { document: '002', section: '2.2.1.2' },
    limits: { most: { row: 'REG-M07', value: 2000 } },
    ...clientsOn([9600], { none: 'ok' }),
  },
];

/** Rows by which a node itself is well: its health check, its ports and its process. */
const OF_NODE: readonly RowId[] = ['REG-C05', 'REG-C06', 'REG-C07', 'REG-C16', 'REG-C17'];

const ownChecks = (role: Role): readonly string[] =>
  roleChecks
    .filter(
      ({ on, apps, rows }) =>
        on === 'host' && apps.includes(`${role}server`) && rows.some((row) => OF_NODE.includes(row)),
    )
    .map(({ id }) => id);

/** Of each role, the checks of this inspection that tell how one of its nodes is, and the one that no restart may skip. */
export const ROLE_APPS = {
  meta: { checks: ownChecks('meta'), health: { check: 'meta-health', row: 'REG-C05' } },
  data: { checks: ownChecks('data'), health: { check: 'data-health', row: 'REG-C06' } },
  session: { checks: ownChecks('session'), health: { check: 'session-health', row: 'REG-C07' } },
} as const satisfies Readonly<Record<Role, unknown>>;
