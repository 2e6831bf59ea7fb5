import type { Words } from '../../../src/kit/index.ts';
import type { Conditions } from '../conditions.ts';

/** One application of the practice estate: how many hosts it has and what runs on them. One file per system. */
export interface PracticeApp {
  /** Canonical id, as in the manuals' catalogue. */
  readonly id: string;
  readonly system: string;
  readonly title: Words;
  /** Hosts are named `<hostName>-1`, `<hostName>-2`, … */
  readonly hostName: string;
  readonly hosts: number;
  readonly cores: number;
  readonly memoryGb: number;
  /** Command line under which its process shows itself. */
  readonly command: string;
  readonly ports: Readonly<Record<number, Service>>;
  /** The port whose loss is the app's documented fault. */
  readonly mainPort: number;
  readonly peers: readonly Peer[];
  readonly logs: readonly LogFile[];
  /** What the health check lists. */
  readonly components: readonly string[];
}

/** What answers on a port. `open`: accepts and keeps the connection, as a binary protocol does to a stranger. */
export type Service =
  | 'open'
  | 'check-service'
  | 'service-list'
  | 'web-page'
  | 'registry-health'
  | 'private-api';

/** A connection the app keeps to a host of another app, or to a database server of its own. */
export type Peer =
  | { readonly app: string; readonly port: number; readonly connections: number }
  | { readonly server: DatabaseServer; readonly port: number; readonly connections: number };

/** Database servers by the last byte of their address in the estate's own network. */
export const DATABASE_SERVERS = {
  msgdb: 11,
  confdb: 12,
  opswareapiserver: 21,
  opswareorchestration: 22,
  opswareexecutor: 23,
  acvipdb: 31,
} as const;
export type DatabaseServer = keyof typeof DATABASE_SERVERS;

export interface LogFile {
  readonly path: string;
  /** Every line of (from, to], in order. Milliseconds since the epoch. */
  readonly lines: (from: number, to: number, scene: LogScene) => readonly LogLine[];
  /** Minutes that are written at once when the host starts, and again when its conditions change. */
  readonly historyMinutes: number;
}

export interface LogScene {
  readonly host: string;
  readonly address: string;
  readonly conditions: Conditions;
}

export interface LogLine {
  readonly at: number;
  readonly text: string;
}
