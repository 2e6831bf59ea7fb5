import type { Span } from './check.ts';
import type { Host } from './estate.ts';

/** Runs one shell script on a host. ssh2 and the system `ssh` client both stand behind it. Never throws for what a host does. */
export interface RemoteExec {
  readonly run: (host: Host, script: string, limits: ExecLimits, signal?: AbortSignal) => Promise<ExecAnswer>;
}

export interface ExecLimits {
  /** Wall-clock limit of connect + run together. */
  readonly timeoutSeconds: number;
  /** Bytes of standard output kept; the rest is dropped and `truncated` set. */
  readonly outputCapBytes: number;
}

/** `between`: from just before the script was sent until the last of its output had come; only when it was sent. */
export type ExecAnswer =
  | {
      readonly kind: 'answered';
      readonly exitCode: number | null;
      readonly stdout: string;
      readonly stderr: string;
      readonly truncated: boolean;
      readonly tookMs: number;
      readonly between?: Span;
    }
  /**
   * `stdout` holds what had arrived. `sent` is false only when the script certainly never reached the host. `ended`: it was cut off
   * after it was sent, and whether the host confirmed that nothing of it runs any more.
   */
  | {
      readonly kind: 'no-answer';
      readonly reason: NoAnswer;
      readonly detail: string;
      readonly stdout: string;
      readonly sent: boolean;
      readonly ended?: boolean;
      readonly tookMs: number;
      readonly between?: Span;
    };

export type NoAnswer =
  | 'unreachable'
  | 'refused'
  | 'timeout'
  | 'host-key-changed'
  | 'host-key-unknown'
  | 'login-refused'
  | 'closed'
  | 'cancelled';
