import { STAMPS, type LogFile, type LogScene, type RunningLog } from '../log.ts';
import { mark, moments, perMinute } from '../log-lines.ts';
import { appState } from '../app-state.ts';
import { often, running } from '../lines.ts';

const LOGS = '/home/admin/logs';

/** What the clients of the microservice platform on a business host know. */
export interface ClientTraits {
  /** Share of the messages that are delivered again, 0 to 1. */
  readonly redelivered: number;
  readonly isRefusedByScheduler: boolean;
  readonly findsNoDrm: boolean;
  /** Whether the configurations of the application were registered when it started. */
  readonly isRegisteredAtDrm: boolean;
}

export const client = appState<ClientTraits>({
  redelivered: 0,
  isRefusedByScheduler: false,
  findsNoDrm: false,
  isRegisteredAtDrm: true,
});

const ITEMS = ['com.practice.ledger:name=daycut.switch', 'com.practice.ledger:name=limit.amount'] as const;

export const clientLogs: readonly LogFile[] = [
  running(
    `${LOGS}/scheduler/common-error.log`,
    5,
    often(
      'register',
      ({ conditions }) => (client.of(conditions).isRefusedByScheduler ? 6 : 0),
      () => 'ERROR [scheduler-client-1] SchedulerClient - register to antscheduler failed',
    ),
  ),
  { ...running(`${LOGS}/tracelog/msg-sub-digest.log`, 6, taken), stamp: STAMPS.dot },
  running(
    `${LOGS}/drm/common-error.log`,
    5,
    often(
      'address',
      ({ conditions }) => (client.of(conditions).findsNoDrm ? 6 : 0),
      () => 'ERROR [drm-client-1] AddressService - Query zdrmdata server address empty',
    ),
  ),
  {
    path: `${LOGS}/drm/drm-boot.log`,
    started: (at, { conditions }) =>
      client.of(conditions).isRegisteredAtDrm
        ? ITEMS.map((item) => ({ at, text: ` INFO [main] DRMClient - boot ${item}` }))
        : [],
  },
  {
    path: `${LOGS}/drm/drm-monitor.log`,
    started: (at, { conditions }) =>
      ITEMS.map((item) => ({
        at,
        text: ` INFO [main] DRMClient - ${item} register${client.of(conditions).isRegisteredAtDrm ? ' success' : ''}`,
      })),
  },
];

function taken(from: number, to: number, { host, conditions }: LogScene): ReturnType<RunningLog['lines']> {
  const { redelivered } = client.of(conditions);
  return moments(from, to, perMinute(20), `${host} taken`).map((at) => {
    const key = mark(`${host} taken`, at);
    const times = Number.parseInt(key.slice(0, 4), 16) / 0xffff < redelivered ? 1 + (at % 3) : 0;
    return {
      at,
      text: `,,${key.slice(0, 25)},0.1.${key.slice(0, 8)},${key},${mark('message', at)},TP_S_1301,ledger,S_LEDGER_INPUT,01,1094B,${at % 20}ms,msgbroker-1,${times},msgWorkTP-${(at % 8) + 1}-thread-1,mark=T&`,
    };
  });
}
