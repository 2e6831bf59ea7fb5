import { often, running, together } from '../lines.ts';
import type { RunningLog } from '../log.ts';
import { errorLog, steadyLog } from '../log-lines.ts';
import { appState } from '../app-state.ts';
import { javaCommand } from '../java.ts';
import type { PracticeApp } from './app.ts';

const LOGS = '/home/admin/logs';
const FOLDER = `${LOGS}/ddsconsole`;

export interface DataSourceTraits {
  readonly connectionErrorsPerMinute: number;
  readonly pushErrorsPerMinute: number;
}

export const dataSources = appState<DataSourceTraits>({
  connectionErrorsPerMinute: 0,
  pushErrorsPerMinute: 0,
});

export const ddsconsole: PracticeApp = {
  id: 'ddsconsole',
  system: 'DDS',
  title: { en: 'DDS console', zh: '数据源管理控制台' },
  hostName: 'ddsconsole',
  hosts: 2,
  cores: 2,
  memoryGb: 4,
  programs: [
    {
      id: 'ddsconsole',
      command: javaCommand('ddsconsole', 80),
      ports: { 80: 'web-page', 8341: 'open', 9500: 'check-service' },
      peers: [
        { server: 'ddsconsole', port: 3306, connections: 2 },
        { app: 'drmdata', port: 9880, connections: 1 },
      ],
      logs: [
        commonErrors(),
        running(
          `${FOLDER}/zdal/zdal-datasource.log`,
          6,
          together(
            often(
              'pool',
              () => 2,
              () => 'INFO  [zdal-1] ZDataSource - pool of ddsconsole: 2 of 10 in use',
            ),
            often(
              'pool error',
              ({ conditions }) => dataSources.of(conditions).connectionErrorsPerMinute,
              () =>
                'WARN  [zdal-1] ZDataSource - get connection of ddsconsole failed: Communications link failure',
            ),
          ),
        ),
        steadyLog(
          `${LOGS}/confreg/config.client.log`,
          20,
          ' INFO  [confreg-1] ConfregClient - com.alipay.drm.push: 10.66.1.21:9880,10.66.1.22:9880',
        ),
      ],
    },
  ],
  mainPort: 8341,
  components: ['sofaRuntime', 'dataSource', 'drmClient'],
  consoles: [{ name: 'dds-console', port: 80 }],
  databases: [{ name: 'ddsconsole' }],
  rows: {
    'process-down': ['DDS-C04', 'DDS-C06', 'DDS-M04', 'DDS-A04'],
    'port-not-listening': ['DDS-C04', 'DDS-C06', 'DDS-M04', 'DDS-A04'],
    'page-down': ['DDS-C01'],
    'error-burst': ['DDS-C05', 'DDS-L02'],
    'disk-full': ['DDS-C03', 'DDS-M03', 'DDS-A03'],
    'memory-high': ['DDS-C03', 'DDS-M02', 'DDS-A02'],
    'cpu-high': ['DDS-C03', 'DDS-M01', 'DDS-A01'],
  },
};

export const APPS: readonly PracticeApp[] = [ddsconsole];

function commonErrors(): RunningLog {
  const usual = errorLog(
    `${FOLDER}/common-error.log`,
    ['c.a.dds.console.web.DataSourceController - save data source failed'],
    'http-80',
  );
  const push = often(
    'push error',
    ({ conditions }) => dataSources.of(conditions).pushErrorsPerMinute,
    () => 'ERROR [drm-1] DrmPushService - push dds.datasource failed: no address of the push interface',
  );
  return { ...usual, lines: together(usual.lines, push) };
}
