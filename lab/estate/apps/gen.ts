import type { LogFile } from '../log.ts';
import { defaultLog, errorLog } from '../log-lines.ts';
import { clientLogs } from '../microservice/client.ts';
import { PUSH_PORT } from '../microservice/drm.ts';
import { BROKER_PORT, TASK_PORT } from '../microservice/scheduler.ts';
import type { PracticeApp } from './app.ts';

const LOGS = '/home/admin/logs';
const COMPONENTS = ['sofaRuntime', 'dataSource', 'rpcService', 'msgSubscriber'] as const;

/** A business application of the bank, a client of every part of the middleware. */
export const businessHost: PracticeApp = {
  id: 'business-host',
  system: 'GEN',
  title: { en: 'Business host', zh: '业务服务器' },
  hostName: 'business-host',
  hosts: 2,
  cores: 4,
  memoryGb: 8,
  programs: [
    {
      id: 'business-host',
      command:
        'java -server -Xms4g -Xmx4g -Dapp.name=business-host -Dserver.port=8080 -Duser.home=/home/admin -jar /home/admin/release/run/business-host.jar',
      ports: { 8080: 'web-page', 9500: 'check-service', 12200: 'open' },
      peers: [
        { app: 'acvip', port: 9003, connections: 1 },
        { app: 'sessionserver', port: 9600, connections: 1 },
        { app: 'msgbroker', port: BROKER_PORT, connections: 1 },
        { app: 'antscheduler', port: TASK_PORT, connections: 1 },
        { app: 'drmdata', port: PUSH_PORT, connections: 1 },
        { server: 'businessdb', port: 3306, connections: 4 },
      ],
      logs: [
        errorLog(
          `${LOGS}/business-host/common-error.log`,
          ['c.practice.ledger.biz.TransferService - transfer failed, remote timeout 3000ms'],
          'biz',
        ),
        defaultLog(`${LOGS}/business-host/common-default.log`, 'TransferService - 42 transfers done'),
        startUp(),
        healthCheck(),
        ...clientLogs,
      ],
    },
  ],
  mainPort: 12200,
  components: COMPONENTS,
  // The release platform looks at them; they have no manual of their own.
  rows: {
    'process-down': ['DEPS-C13', 'DEPS-C26'],
    'health-false': ['DEPS-C13', 'DEPS-C26', 'DEPS-C28', 'DEPS-L11'],
    'disk-full': ['DEPS-C30'],
    'error-burst': ['DEPS-L07', 'DEPS-L08'],
    'clock-skewed': ['DEPS-C17', 'DEPS-F03'],
  },
};

export const APPS: readonly PracticeApp[] = [businessHost];

function startUp(): LogFile {
  return {
    path: `${LOGS}/sofa/sofa-startup.log`,
    started: (at) => [
      ...COMPONENTS.map((name) => ({ at, text: ` INFO  [main] SofaStartup - component ${name} started` })),
      { at, text: ' INFO  [main] SofaStartup - application started in 21534 ms' },
    ],
  };
}

/** What the health check of the start has found; it is repeated whenever a component changes. */
function healthCheck(): LogFile {
  return {
    path: `${LOGS}/sofa/sofa-healthcheck.log`,
    started: (at, { conditions: { failedComponent } }) =>
      COMPONENTS.map((name) => ({
        at,
        text:
          name === failedComponent
            ? ` ERROR [main] SofaHealthCheck - component ${name} passed:false`
            : ` INFO  [main] SofaHealthCheck - component ${name} passed:true`,
      })),
  };
}
