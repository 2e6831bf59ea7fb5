/** How a host is at the moment. Faults change it; the host's processes, logs and files are then made to agree. */
export interface Conditions {
  readonly processRuns: boolean;
  readonly closedPorts: readonly number[];
  /** Ports of peers to which no connection can be kept. */
  readonly lostPeers: readonly number[];
  readonly heartbeat: { readonly everySeconds: number; readonly result: 'OK' | 'FAIL' };
  readonly dataSource: 'SUCCESS' | 'FAILED';
  readonly receivedPerMinute: number;
  /** Share of the received messages that are refused, 0 to 1. */
  readonly receiveFailures: number;
  readonly deliveredPerMinute: number;
  readonly deliveryFailuresPerMinute: number;
  readonly errorsPerMinute: number;
  /** Component that the health check reports as failed. */
  readonly failedComponent: string | null;
  readonly page: 'opens' | 'error';
  readonly load: number;
  /** Shares, 0 to 1. */
  readonly cpuBusy: number;
  readonly memoryUsed: number;
  /** Null: only the logs are on the disk. */
  readonly diskFilledTo: number | null;
  readonly ssh: 'answers' | 'refuses' | 'hangs';
  readonly hostKey: 'own' | 'another';
}

export const HEALTHY: Conditions = {
  processRuns: true,
  closedPorts: [],
  lostPeers: [],
  heartbeat: { everySeconds: 5, result: 'OK' },
  dataSource: 'SUCCESS',
  receivedPerMinute: 90,
  receiveFailures: 0,
  deliveredPerMinute: 90,
  deliveryFailuresPerMinute: 0,
  errorsPerMinute: 0,
  failedComponent: null,
  page: 'opens',
  load: 0.35,
  cpuBusy: 0.07,
  memoryUsed: 0.46,
  diskFilledTo: null,
  ssh: 'answers',
  hostKey: 'own',
};
