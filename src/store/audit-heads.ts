import { publishHead, type AuditHead, type AuditOptions } from './audit.ts';

/** Hands the head out every so many seconds when it has moved, whoever of the processes moved it. */
export function publishHeads(
  read: () => Promise<AuditHead>,
  options: AuditOptions & { readonly headEverySeconds?: number },
): { readonly stop: () => void } {
  if (!options.onHead) return { stop: () => undefined };
  let published = 0;
  const look = async (): Promise<void> => {
    try {
      const head = await read();
      if (head.n > published) publishHead(options, head);
      published = head.n;
    } catch (error) {
      options.log?.warn({ err: error }, 'the audit head could not be read');
    }
  };
  const timer = setInterval(() => void look(), (options.headEverySeconds ?? 60) * 1000);
  timer.unref();
  return { stop: () => clearInterval(timer) };
}
