import { LogLevel, type Logger as BoltLogger } from '@slack/bolt';
import type { Logger } from 'pino';

export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error'>;

/** Bolt's own messages in our log: warnings and errors only, for its debug lines carry message texts. */
export function boltLogger(log: Log): BoltLogger {
  const text = (parts: readonly unknown[]): string =>
    parts.map((part) => (part instanceof Error ? part.message : String(part))).join(' ');
  return {
    debug: () => undefined,
    info: () => undefined,
    warn: (...parts: unknown[]) => log.warn({ said: text(parts) }, 'slack library warned'),
    error: (...parts: unknown[]) => log.error({ said: text(parts) }, 'slack library reported an error'),
    setLevel: () => undefined,
    getLevel: () => LogLevel.WARN,
    setName: () => undefined,
  };
}
