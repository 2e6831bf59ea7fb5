import type { LogFile, LogScene, RunningLog } from '../log.ts';
import { errorLog, moments, perMinute } from '../log-lines.ts';
import { appState } from '../app-state.ts';
import { namedLogs, often, running, together } from '../lines.ts';

export const TASK_PORT = 9001;
export const BROKER_PORT = 9529;
const FOLDER = '/home/admin/logs/antscheduler';

export interface SchedulerTraits {
  readonly messagesPerMinute: number;
  /** Since this moment only a quarter of the messages is sent. Milliseconds since the epoch. */
  readonly dropsSince: number | null;
  readonly unsentPerMinute: number;
  /** What the scheduler says to a client that wants to register, if anything. */
  readonly refusal: string | null;
  readonly withoutTargetPerMinute: number;
  readonly healthErrorsPerMinute: number;
}

export const scheduler = appState<SchedulerTraits>({
  messagesPerMinute: 24,
  dropsSince: null,
  unsentPerMinute: 0,
  refusal: null,
  withoutTargetPerMinute: 0,
  healthErrorsPerMinute: 0,
});

/** Tasks that send messages: event code and the app that they are for. */
const TASKS = [
  { topic: 'TP_S_1301', event: 'EC_TASK_DAYCUT', app: 'ledger' },
  { topic: 'TP_F_SC', event: 'EC_TASK_RECONCILE', app: 'pay' },
] as const;

const taskAt = (at: number): (typeof TASKS)[number] => TASKS[at % 2 === 0 ? 0 : 1];
const message = (at: number): string => {
  const { topic, event, app } = taskAt(at);
  return `${topic},${event},${app},${1200 + (at % 7)}`;
};

const taskErrors = errorLog(
  `${FOLDER}/common-error.log`,
  ['c.a.antscheduler.core.TaskDispatcher - dispatch task timeout 3000ms'],
  'task',
);

export const schedulerLogs: readonly LogFile[] = [
  {
    ...taskErrors,
    lines: together(
      taskErrors.lines,
      often(
        'no broker',
        brokerErrors,
        () => 'ERROR [msg-1] c.a.antscheduler.msg.MsgSender - no available connection',
      ),
    ),
  },
  running(
    '/home/admin/logs/health-check/common-error.log',
    5,
    often(
      'health',
      ({ conditions }) => scheduler.of(conditions).healthErrorsPerMinute,
      () => 'ERROR [health-1] HealthChecker - component taskExecutor is not ready',
    ),
  ),
  running(
    `${FOLDER}/rpc-server.log`,
    5,
    together(
      often(
        'connected',
        () => 4,
        (at) => `INFO [bolt-1] client[ledger:AK${at % 9}] connected`,
      ),
      often(
        'refused',
        ({ conditions }) => (scheduler.of(conditions).refusal === null ? 0 : 6),
        (_, { conditions }) => `WARN [bolt-1] ${scheduler.of(conditions).refusal}`,
      ),
    ),
  ),
  running(
    `${FOLDER}/job-rpc.log`,
    5,
    together(
      often(
        'rpc task',
        () => 10,
        (at) => `INFO [rpc-job-1] ${taskAt(at).app},${2200 + (at % 5)},CALLBACK,success`,
      ),
      often(
        'no target',
        ({ conditions }) => scheduler.of(conditions).withoutTargetPerMinute,
        (at) => `WARN [rpc-job-1] ${taskAt(at).app},${2200 + (at % 5)}, no targets was found`,
      ),
    ),
  ),
  running(
    `${FOLDER}/job-msg.log`,
    11,
    together(
      sent,
      often(
        'unsent',
        ({ conditions }) => scheduler.of(conditions).unsentPerMinute,
        (at) => `${message(at)}, failed`,
      ),
    ),
  ),
  ...namedLogs(FOLDER, {
    'job-dispatch': 'TaskDispatcher - 14 tasks assigned to 2 servers',
    'rpc-client': 'RpcClient - 3 clients connected',
    'rpc-slave': 'SlaveConnector - connection of the other server is alive',
    monitor: 'Monitor - triggered 24, executed 24',
    'auth-audit': 'client[ledger:AK03] registered',
  }),
  {
    path: `${FOLDER}/antscheduler-default.log`,
    started: (at) => [{ at, text: ' INFO  [main] Bootstrap - antscheduler started' }],
  },
];

function sent(from: number, to: number, scene: LogScene): ReturnType<RunningLog['lines']> {
  const { messagesPerMinute, dropsSince } = scheduler.of(scene.conditions);
  const times = (count: number, since: number, until: number): readonly number[] =>
    moments(since, until, perMinute(count), `${scene.host} message`);
  const drop = dropsSince ?? to;
  return [
    ...times(messagesPerMinute, from, Math.min(to, drop)),
    ...times(messagesPerMinute / 4, Math.max(from, drop), to),
  ].map((at) => ({ at, text: ` ${message(at)}` }));
}

/** Without a connection to the message queue nothing can be sent. */
function brokerErrors({ conditions }: LogScene): number {
  return conditions.lostPeers.includes(BROKER_PORT) ? 12 : 0;
}
