import type { Logger } from 'pino';
import type { AuditHead, AuditOptions } from './audit.ts';

/** Hands the head out every so many seconds when it has moved, whoever of the processes moved it. */
export function publishHeads(
  read: () => Promise<AuditHead>,
  {
    onHead,
    headEverySeconds = 60,
    log,
  }: AuditOptions & { readonly headEverySeconds?: number; readonly log?: Pick<Logger, 'warn'> },
): { readonly stop: () => void } {
  if (!onHead) return { stop: () => undefined };
  let published = 0;
  const look = async (): Promise<void> => {
    try {
      const { n, hash } = await read();
      if (n > published) onHead(n, hash);
      published = n;
    } catch (error) {
      log?.warn({ err: error }, 'the audit head could not be published');
    }
  };
  const timer = setInterval(() => void look(), headEverySeconds * 1000);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
