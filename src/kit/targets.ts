import type { PageAnswer } from './check.ts';
import type { DockerSeen } from './containers/docker.ts';
import type { Pods } from './containers/pods.ts';
import type { Database, Host } from './estate.ts';
import type { RemoteExec } from './exec.ts';
import type { Permit } from './permit.ts';
import type { Row, SqlQuery } from './sql.ts';
import type { ShellCommand } from './shell.ts';
import type { RequestStep } from './steps/request-shape.ts';
import type { DeleteRowsStep, InsertRowsStep } from './steps/rows-shape.ts';

export type { ExecAnswer, ExecLimits, NoAnswer, RemoteExec } from './exec.ts';

/** Read-only statements, on the read account. Throws SqlFailed with a masked message. */
export interface SqlReader {
  readonly read: (
    database: Database,
    query: SqlQuery,
    limits: { readonly timeoutSeconds: number; readonly maxRows: number },
  ) => Promise<readonly Row[]>;
}

export class SqlFailed extends Error {
  override readonly name = 'SqlFailed';
  /** Whether the server was reached at all, whether the login was refused, the statement failed, or was stopped at its limit. */
  readonly reason: 'unreachable' | 'login-refused' | 'statement' | 'timeout' | 'too-many-rows';
  constructor(reason: SqlFailed['reason'], message: string) {
    super(message);
    this.reason = reason;
  }
}

/** Changes rows, on the change account, each call one transaction on a direct session that holds a named lock while it lasts. */
export interface RowChanger {
  /** Locks the rows by key, compares every column with what was shown, deletes exactly those, commits. Asks `permit` under the named lock: before it begins and again before COMMIT. */
  readonly deleteRows: (
    database: Database,
    step: DeleteRowsStep,
    lock: string,
    permit: Permit,
  ) => Promise<RowsAnswer>;
  readonly insertRows: (
    database: Database,
    step: InsertRowsStep,
    lock: string,
    permit: Permit,
  ) => Promise<RowsAnswer>;
  /** After an unknown: waits for the lock (ending a session that hangs on to it), then looks which of the rows are there now. Changes nothing. */
  readonly lookAtRows: (
    database: Database,
    step: DeleteRowsStep | InsertRowsStep,
    lock: string,
  ) => Promise<{
    readonly present: readonly Row[];
    readonly changed: readonly Row[];
    readonly absent: readonly Row[];
  }>;
}

export type { Permit } from './permit.ts';

export type RowsAnswer =
  | { readonly kind: 'done'; readonly rows: number }
  /** Rolled back: the rows are not what was shown. Nothing was changed. */
  | { readonly kind: 'differs'; readonly found: readonly Row[] }
  /** Not permitted any more, and rolled back. Nothing was changed. */
  | { readonly kind: 'fenced' }
  /** Failed before COMMIT was sent: nothing was changed. */
  | { readonly kind: 'failed'; readonly detail: string }
  /** The connection was lost at COMMIT: nobody knows. */
  | { readonly kind: 'unknown'; readonly detail: string };

export interface HttpClient {
  /** GET from the worker: no redirects followed, body capped. */
  readonly get: (
    url: string,
    limits: { readonly timeoutSeconds: number; readonly bodyCapBytes: number },
  ) => Promise<PageAnswer>;
}

export interface RequestSender {
  /** Sends one request from the worker, never again by itself. `sent` is false only where it certainly did not leave. */
  readonly send: (
    request: OnceRequest,
    limits: { readonly timeoutSeconds: number; readonly bodyCapBytes: number },
  ) => Promise<SendAnswer>;
}

export type SendAnswer =
  | { readonly kind: 'answered'; readonly status: number; readonly body: string }
  | { readonly kind: 'no-answer'; readonly sent: boolean; readonly detail: string };

/** Does something on a host at most once, whatever dies when: a create-once marker on the host refuses a second time. Never throws for what a host does. */
export interface Once {
  /** `signal` ends only the waiting: a command that was begun goes on, and a look finds it. */
  readonly run: (
    host: Host,
    effect: OnceEffect,
    once: OnceFrame,
    signal?: AbortSignal,
  ) => Promise<OnceAnswer>;
  /** After an unknown: reads the marker, or makes it so that the effect can never happen any more. Does nothing else. */
  readonly look: (host: Host, once: LookOnce) => Promise<OnceLook>;
  /** Ends a command: TERM, KILL after the grace, then looks that nothing of it is left. What was never begun never will be. */
  readonly cancel: (host: Host, once: LookOnce, graceSeconds: number) => Promise<OnceLook>;
}

export type OnceEffect = OnceRequest | OnceCommand;

/** A request as it is sent from the host. */
export type OnceRequest = Pick<RequestStep, 'kind' | 'method' | 'url' | 'ifNotFound' | 'body'>;

/** A command that runs in a session of its own: a lost connection does not end it, nor lose its result. */
export interface OnceCommand {
  readonly kind: 'command';
  readonly command: ShellCommand;
  /** The same command as the login user has it carried out in the name of `user`. */
  readonly as?: { readonly user: string; readonly command: ShellCommand };
  /** Enforced on the host, by its own clock. */
  readonly timeoutSeconds: number;
  /** Between TERM and KILL. */
  readonly graceSeconds: number;
}

export interface OnceFrame {
  readonly runId: string;
  /** Number of the step in the run. */
  readonly no: number;
  /** A claim with a lower number than the host has seen for this run is refused. */
  readonly fence: number;
  /** After this the host refuses to begin. */
  readonly deadline: Date;
}

export interface LookOnce {
  readonly runId: string;
  readonly no: number;
  readonly fence: number;
  /** The step certainly had not begun before this; a host started since then may have lost its marker. */
  readonly since: Date;
  /** How long the look waits for what is under way; 15 unless set. */
  readonly waitSeconds?: number;
}

/** How a command ended. */
export interface Ended {
  readonly kind: 'ended';
  /** null: it was killed, and nobody was left to write its exit code down. */
  readonly code: number | null;
  /** Both of its outputs together; of more than 64 KiB the beginning. */
  readonly output: string;
  /** Why it was ended from outside, where it was. */
  readonly cut?: 'limit' | 'cancelled';
  /** Processes of a command that was ended from outside which outlived KILL, or had put themselves out of its session. */
  readonly left: number;
}

export type OnceAnswer =
  /** The server answered, with whatever status. */
  | { readonly kind: 'done'; readonly status: number; readonly body: string }
  | Ended
  /** Nothing was begun this time. `already`: an earlier attempt or a look has taken the marker. */
  | { readonly kind: 'refused'; readonly because: 'already' | 'late' | 'fenced' | 'no-marker' }
  /** Nothing was begun: so many seconds the clock of the host is ahead of this process's, and the deadline means nothing. */
  | { readonly kind: 'clock'; readonly aheadSeconds: number }
  /** Certainly not begun. */
  | { readonly kind: 'failed'; readonly detail: string }
  | { readonly kind: 'unknown'; readonly detail: string };

export type OnceLook =
  /** It did not happen, and now it cannot. */
  | { readonly kind: 'never' }
  | { readonly kind: 'happened'; readonly status: number; readonly body: string }
  | Ended
  /** A command that goes on since so many seconds. */
  | { readonly kind: 'running'; readonly seconds: number }
  /** It was begun, so many seconds ago by the host's own count where that is known, or the host lost its marker: nobody knows. */
  | { readonly kind: 'begun'; readonly secondsAgo?: number }
  | { readonly kind: 'no-answer'; readonly detail: string };

/** The containers that the hosts of the estate are. Never throws for what a node or a cluster does. */
export interface Containers {
  /** How the Docker of a node shows these containers. */
  readonly onNode: (node: Host, names: readonly string[]) => Promise<DockerSeen>;
  readonly pods: Pods;
}

export interface Targets {
  readonly exec: RemoteExec;
  readonly sql: SqlReader;
  readonly rows: RowChanger;
  readonly http: HttpClient;
  readonly requests: RequestSender;
  readonly once: Once;
  readonly containers: Containers;
}
