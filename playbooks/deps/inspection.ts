import {
  applicationErrors,
  type Check,
  componentPatrol,
  consolePage,
  defineInspection,
  words,
} from '../../src/kit/index.ts';
import { businessHosts } from './business-host.ts';
import { clocks } from './clocks.ts';
import { commands } from './commands.ts';
import { consolePages } from './console-pages.ts';

const patrol = { document: '001', section: '2.3.2' } as const;
/** The limits of the error logs are the apps' own. */
const errors = { clause: { document: '001', section: '2.3.1' } } as const;

const platform: readonly Check[] = [
  ...componentPatrol({
    clause: patrol,
    patrol: 'DEPS-C01',
    resources: { cpu: 'DEPS-M04', memory: 'DEPS-M05', disk: 'DEPS-M06', load1: 'DEPS-M07' },
    ports: [
      {
        app: 'apopswareapiserver',
        id: 'apiserver',
        ports: [8341, 12200, 2022],
        rows: ['DEPS-C03', 'DEPS-M09'],
      },
      {
        app: 'acopswareorchestration',
        id: 'orchestration',
        ports: [80, 8341, 12200, 2022],
        rows: ['DEPS-C04', 'DEPS-M10'],
      },
      {
        app: 'acopswareexecutor',
        id: 'executor',
        ports: [80, 8341, 12200, 2022],
        rows: ['DEPS-C05', 'DEPS-M11'],
      },
      {
        app: 'opsware',
        id: 'opsware',
        ports: [8341, 12200, 2022],
        rows: ['DEPS-C02', 'DEPS-M08'],
        // The application list does not have it (ERR-DEPS-02): looked at where an inventory has it.
        onlyMonitored: true,
      },
    ],
    health: ['DEPS-C11', 'DEPS-C13'],
    services: ['DEPS-C12'],
  }),
  applicationErrors({
    ...errors,
    app: 'apopswareapiserver',
    id: 'apiserver-errors',
    rows: ['DEPS-C06', 'DEPS-L01', 'DEPS-L02', 'DEPS-M01'],
    most: { row: 'DEPS-M01', value: 100 },
  }),
  applicationErrors({
    ...errors,
    app: 'acopswareorchestration',
    id: 'orchestration-errors',
    rows: ['DEPS-C07', 'DEPS-L03', 'DEPS-L04', 'DEPS-M02'],
    most: { row: 'DEPS-M02', value: 10 },
  }),
  applicationErrors({
    ...errors,
    app: 'acopswareexecutor',
    id: 'executor-errors',
    rows: ['DEPS-C08', 'DEPS-L05', 'DEPS-L06', 'DEPS-M03'],
    most: { row: 'DEPS-M03', value: 10 },
  }),
  consolePage({
    id: 'console-answers',
    app: 'apopswareapiserver',
    rows: ['DEPS-C09'],
    clause: patrol,
    key: 'DEPS',
    host: 'consoleng',
  }),
];

export default defineInspection({
  system: {
    id: 'DEPS',
    title: words('Release and deployment', '发布部署'),
    names: ['deps', '发布部署', '发布部署服务', '发布', 'release', 'opsware'],
  },
  apps: [
    {
      id: 'apopswareapiserver',
      title: words('Release business service', '发布部署业务服务'),
      names: ['apopswareapiserver', 'opswareapiserver', 'acopswareapiserver', 'apiserver'],
    },
    {
      id: 'acopswareorchestration',
      title: words('Release flow engine', '发布部署流程引擎'),
      names: [
        'acopswareorchestration',
        'opswareorchestration',
        'acopswareorchestrat ion',
        'opswareorchestrat ion',
        'opswareorchestrt ion',
        'orchestration',
      ],
    },
    {
      id: 'acopswareexecutor',
      title: words('Atomic executor', '原子操作执行引擎'),
      names: ['acopswareexecutor', 'opswareexecutor', 'acopsware executor', 'executor'],
    },
    { id: 'opsware', title: words('Release platform (opsware)', '发布部署 opsware'), names: ['opsware'] },
  ],
  checks: [...platform, ...clocks, ...commands, ...businessHosts, ...consolePages],
});
