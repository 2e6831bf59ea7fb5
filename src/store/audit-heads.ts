import { publishHead, type AuditHead, type AuditOptions } from './audit.ts';

/** Hands the head out every so many seconds when it has moved, whichever process moved it, and once more at the end unless told otherwise. */
export function publishHeads(
  read: () => Promise<AuditHead>,
  options: AuditOptions & { readonly headEverySeconds?: number; readonly headAtEnd?: boolean },
): { readonly stop: () => Promise<void> } {
  if (!options.onHead) return { stop: async () => undefined };
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
  return {
    stop: async () => {
      clearInterval(timer);
      if (options.headAtEnd ?? true) await look();
    },
  };
}
