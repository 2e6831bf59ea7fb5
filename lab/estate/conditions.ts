/** State of apps beyond what every host has, the newest declaration outside. */
export interface AppStateSet {
  readonly value: object;
  readonly before: AppStateSet | null;
}

/** How a host is at the moment. Faults change it; the host's processes, logs and files are then made to agree. */
export interface Conditions {
  /** Nothing of the host runs or answers, as when its machine or container has stopped. */
  readonly isOff: boolean;
  /** Its container is not on its machine any more. */
  readonly isRemoved: boolean;
  /** Programs of the host that do not run. */
  readonly ended: readonly string[];
  readonly closedPorts: readonly number[];
  /** Ports of peers to which no connection can be kept. */
  readonly lostPeers: readonly number[];
  /** Ports of peers whose connections go to this address instead of the peer's own. */
  readonly movedPeers: Readonly<Record<number, string>>;
  /** Connections of clients to a port of the host, where there are not as many as the app usually has. */
  readonly clients: Readonly<Record<number, number>>;
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
  /** By how much the host's clock is ahead of the right time; negative when it is behind. */
  readonly clockSkewSeconds: number;
  /** The state that only the host's apps know; read it with the `appState` that the app declares. */
  readonly appState: AppStateSet | null;
}

export type Change = (now: Conditions) => Conditions;

export const HEALTHY: Conditions = {
  isOff: false,
  isRemoved: false,
  ended: [],
  closedPorts: [],
  lostPeers: [],
  movedPeers: {},
  clients: {},
  errorsPerMinute: 0,
  failedComponent: null,
  page: 'opens',
  load: 0.35,
  cpuBusy: 0.07,
  memoryUsed: 0.46,
  diskFilledTo: null,
  ssh: 'answers',
  hostKey: 'own',
  clockSkewSeconds: 0,
  appState: null,
};

/** The same host, on which a program has ended. */
export const withEnded = (now: Conditions, program: string): Conditions => ({
  ...now,
  ended: [...now.ended, program],
});

/** The same host, which has lost its connections to these ports of others. */
export const withLostPeers = (now: Conditions, ports: readonly number[]): Conditions => ({
  ...now,
  lostPeers: [...now.lostPeers, ...ports],
});

/** To the minute, so that the same fault is the same conditions when it is looked at again. Milliseconds since the epoch. */
export const minutesAgo = (minutes: number): number => (Math.floor(Date.now() / 60_000) - minutes) * 60_000;
