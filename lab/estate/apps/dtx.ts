import { often, running, together } from '../lines.ts';
import { defaultLog, errorLog } from '../log-lines.ts';
import { appState } from '../app-state.ts';
import { javaCommand } from '../java.ts';
import type { PracticeApp } from './app.ts';

const SIZE = { system: 'DTX', hosts: 2, cores: 2, memoryGb: 4 } as const;
const SERVER_LOGS = '/home/admin/logs/dtxserver';
const CONSOLE_LOGS = '/home/admin/logs/dtxconsole';
export const MANAGER_PORT = 14200;
export const RPC_PORT = 12200;
export const INNER_PORT = 8080;

export interface ManagerTraits {
  /** Undecided transactions that the recovery finds. */
  readonly backlog: number;
  readonly failedCommitsPerMinute: number;
  readonly databaseMs: number;
}

export const manager = appState<ManagerTraits>({ backlog: 0, failedCommitsPerMinute: 0, databaseMs: 3 });

export const dtxserver: PracticeApp = {
  ...SIZE,
  id: 'dtxserver',
  title: { en: 'Transaction manager', zh: '分布式事务管理器' },
  hostName: 'dtxserver',
  programs: [
    {
      id: 'dtxserver',
      command: javaCommand('dtxserver', MANAGER_PORT),
      ports: { [MANAGER_PORT]: 'open', [RPC_PORT]: 'open' },
      peers: [
        { server: 'dtxdb', port: 3306, connections: 4 },
        { app: 'acvip', port: 9003, connections: 1 },
        { app: 'sessionserver', port: 9600, connections: 1 },
      ],
      clients: [{ port: MANAGER_PORT, count: 6 }],
      // What these logs look like is not documented.
      logs: [
        errorLog(
          `${SERVER_LOGS}/common-error.log`,
          ['c.a.dtx.server.core.TransactionCoordinator - store branch transaction failed'],
          'dtx-core',
        ),
        defaultLog(`${SERVER_LOGS}/common-default.log`, 'TransactionCoordinator - 12 global transactions'),
        running(
          `${SERVER_LOGS}/dtx-dal.log`,
          3,
          often(
            'dal',
            () => 12,
            (at, { conditions }) =>
              `INFO  [dal-1] insert dtx_branch, ${manager.of(conditions).databaseMs + (at % 2)} ms`,
          ),
        ),
        defaultLog(`${SERVER_LOGS}/dtx-schedule.log`, 'RecoveryTask - scheduled'),
        running(
          `${SERVER_LOGS}/dtx-recovery.log`,
          3,
          often(
            'recovery',
            () => 6,
            (_, { conditions }) =>
              `INFO  [recovery-1] undecided transactions: ${manager.of(conditions).backlog}`,
          ),
        ),
        running(
          `${SERVER_LOGS}/dtx-remote.log`,
          3,
          together(
            often(
              'commit',
              () => 12,
              (at) => `INFO  [remote-1] commit ledger-participant, ${20 + (at % 30)} ms`,
            ),
            often(
              'failed commit',
              ({ conditions }) => manager.of(conditions).failedCommitsPerMinute,
              () => 'ERROR [remote-2] commit card-participant failed: RPC timeout 3000 ms',
            ),
          ),
        ),
      ],
    },
  ],
  mainPort: MANAGER_PORT,
  databases: [{ name: 'dtxdb' }],
  rows: {
    'process-down': [
      'DTX-C02',
      'DTX-C04',
      'DTX-C05',
      'DTX-C06',
      'DTX-C07',
      'DTX-C08',
      'DTX-C09',
      'DTX-C18',
      'DTX-M02',
      'DTX-M23',
      'DTX-A01',
      'DTX-F02',
    ],
    'port-not-listening': ['DTX-C02', 'DTX-C04', 'DTX-C06', 'DTX-M02', 'DTX-M23', 'DTX-A01'],
    'acvip-lost': ['DTX-C08'],
    // Red only where the inventory has the address.
    'acvip-elsewhere': ['DTX-F06'],
    'registry-lost': ['DTX-C09'],
    'disk-full': ['DTX-M01', 'DTX-M21', 'DTX-A02'],
    'load-high': ['DTX-M22', 'DTX-A02'],
    'memory-high': ['DTX-M03', 'DTX-M20', 'DTX-A02'],
    'cpu-high': ['DTX-M04', 'DTX-M19', 'DTX-A02'],
  },
};

export const dtxconsole: PracticeApp = {
  ...SIZE,
  id: 'dtxconsole',
  title: { en: 'DTX console', zh: '分布式事务控制台' },
  hostName: 'dtxconsole',
  programs: [
    {
      id: 'dtxconsole',
      command: javaCommand('dtxconsole', INNER_PORT),
      ports: { 80: 'web-page', [INNER_PORT]: 'open' },
      peers: [{ server: 'dtxdb', port: 3306, connections: 2 }],
      logs: [
        errorLog(
          `${CONSOLE_LOGS}/common-error.log`,
          ['c.a.dtx.console.web.TransactionController - query transaction log failed'],
          'http-80',
        ),
        defaultLog(`${CONSOLE_LOGS}/common-default.log`, 'SessionService - 3 people are logged in'),
        defaultLog(`${CONSOLE_LOGS}/dtx-rest.log`, 'GET /api/transactions 200, 14 ms'),
        defaultLog(`${CONSOLE_LOGS}/dtx-dal.log`, 'select dtx_global, 4 ms'),
      ],
    },
  ],
  mainPort: 80,
  consoles: [{ name: 'sofa-dtx', port: 80 }],
  rows: {
    'process-down': ['DTX-C03', 'DTX-C10', 'DTX-C11', 'DTX-C18', 'DTX-M06', 'DTX-M24', 'DTX-A03', 'DTX-F01'],
    'port-not-listening': ['DTX-C03', 'DTX-C11', 'DTX-M06', 'DTX-M24', 'DTX-A03'],
    'page-down': ['DTX-C12'],
    'error-burst': ['DTX-L08'],
    'disk-full': ['DTX-M05', 'DTX-M21', 'DTX-A02'],
    'load-high': ['DTX-M22', 'DTX-A02'],
    'memory-high': ['DTX-M07', 'DTX-M20', 'DTX-A02'],
    'cpu-high': ['DTX-M08', 'DTX-M19', 'DTX-A02'],
  },
};

/** Only the emergency plan names these: all that is known of them is that java runs. */
const older = (id: string, en: string, zh: string): PracticeApp => ({
  ...SIZE,
  hosts: 1,
  id,
  title: { en, zh },
  hostName: id,
  programs: [{ id, command: javaCommand(id, MANAGER_PORT) }],
  rows: { 'process-down': ['DTX-C18'] },
});

export const dtap = older('dtap', 'DTAP', 'DTAP');
export const dtapConsole = older('dtap-console', 'DTAP console', 'DTAP 控制台');

export const APPS: readonly PracticeApp[] = [dtxserver, dtxconsole, dtap, dtapConsole];
