import { withEnded, withLostPeers } from '../conditions.ts';
import { agent, PIPELINE_PORT } from '../pipeline.ts';
import { pipeline } from '../pipeline-console.ts';
import { type Fault, hostFault } from './fault.ts';

const onAgent = { apps: ['staragent'], usual: 'staragent' } as const;

const TITLES = {
  gateway: { en: 'The gateway of the pipeline is switched off', zh: '运维管道 GW 被停用' },
  channel: { en: 'The channel of the pipeline is switched off', zh: '运维管道通道被停用' },
} as const;

/** Faults of the agents of the pipeline, and of the gateway and channel that they need. */
export const FAULTS: readonly Fault[] = [
  hostFault({
    ...onAgent,
    id: 'agent-down',
    title: { en: 'The pipeline agent does not run', zh: 'staragent 未运行' },
    rows: ['STAR-C06', 'STAR-C07', 'STAR-C08', 'STAR-F01', 'DEPS-F04'],
    mendedByRestart: true,
    program: 'staragent',
    change: (now) => withEnded(now, 'staragent'),
  }),
  hostFault({
    ...onAgent,
    id: 'agent-disconnected',
    title: {
      en: 'The agent has lost its connection to the pipeline server',
      zh: 'staragent 与 starserver 的长连接断开',
    },
    rows: ['STAR-C08', 'STAR-A03', 'STAR-F01', 'DEPS-F04'],
    mendedByRestart: true,
    program: 'staragent',
    change: (now) => withLostPeers(now, [PIPELINE_PORT]),
  }),
  hostFault({
    ...onAgent,
    id: 'agent-errors',
    title: { en: 'The agent writes errors into its log', zh: 'staragent 日志持续报错' },
    rows: ['STAR-C09', 'STAR-L01', 'STAR-F01'],
    mendedByRestart: true,
    program: 'staragent',
    change: (now) => agent.with(now, { errorsPerMinute: 4 }),
  }),
  ...(['gateway', 'channel'] as const).map((part) =>
    hostFault({
      id: `${part}-disabled`,
      title: TITLES[part],
      rows: ['STAR-C08', part === 'gateway' ? 'STAR-C10' : 'STAR-C11', 'STAR-C12', 'DEPS-P01', 'DEPS-F04'],
      apps: ['acstarserver2', 'staragent'],
      usual: 'acstarserver2',
      all: true,
      // The agents start again without a channel: only the console mends it.
      change: (now, app) =>
        app.id === 'acstarserver2'
          ? pipeline.with(now, { [part]: 'off' })
          : withLostPeers(now, [PIPELINE_PORT]),
      brings: (_, all) =>
        all
          .filter(({ app }) => app.programs.some(({ id }) => id === 'staragent'))
          .map(({ name }) => ({ fault: `${part}-disabled`, on: name })),
    }),
  ),
];
