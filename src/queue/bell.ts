import type { Bell } from '../runs/ports.ts';
import { RunId } from '../runs/run.ts';
import { atOnce, connect, type QueueOptions } from './connection.ts';

export interface OpenBell extends Bell {
  /** Both directions work now. */
  readonly isUp: () => boolean;
  readonly close: () => Promise<void>;
}

/** Rings in every process of the installation, this one too. Never throws; what is rung while Redis is away is not heard. */
export function openBell(options: QueueOptions): OpenBell {
  const channel = `${options.prefix}:bell`;
  const mouth = connect(options, 'ring', atOnce);
  // Subscriptions are renewed by the client after every reconnect.
  const ear = connect(options, 'listen', { maxRetriesPerRequest: null });
  const listeners = new Set<(id: RunId) => void>();
  let subscribed = false;
  const subscribe = (): void => {
    ear.subscribe(channel).then(
      () => {
        subscribed = true;
      },
      (error: unknown) => options.log?.warn({ err: error }, 'the bell cannot be heard'),
    );
  };
  subscribe();
  ear.on('message', (_: string, text: string) => {
    const id = RunId.safeParse(text);
    if (!id.success) return;
    for (const listener of listeners) {
      try {
        listener(id.data);
      } catch (error) {
        options.log?.warn({ err: error, runId: id.data }, 'a listener of the bell failed');
      }
    }
  });
  return {
    ring: (id) => void mouth.publish(channel, id).catch(() => undefined),
    onRing(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
    isUp: () => subscribed && mouth.status === 'ready' && ear.status === 'ready',
    async close() {
      mouth.disconnect();
      ear.disconnect();
    },
  };
}
