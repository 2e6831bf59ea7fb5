import type { RunNotifier } from '../runs/ports.ts';
import { RunId } from '../runs/run.ts';
import { atOnce, connect, type QueueOptions } from './connection.ts';

export interface OpenRunNotifier extends RunNotifier {
  /** Both directions work now. */
  readonly isUp: () => boolean;
  readonly close: () => Promise<void>;
}

/** Notifies every process of the installation, this one too. Never throws; notifications are lost while Redis is away. */
export function openRunNotifier(options: QueueOptions): OpenRunNotifier {
  // Versions side by side hear each other: the name stays.
  const channel = `${options.prefix}:bell`;
  const mouth = connect(options, 'notify', atOnce);
  // Subscriptions are renewed by the client after every reconnect.
  const ear = connect(options, 'listen', { maxRetriesPerRequest: null });
  const listeners = new Set<(id: RunId) => void>();
  let subscribed = false;
  const subscribe = (): void => {
    ear.subscribe(channel).then(
      () => {
        subscribed = true;
      },
      (error: unknown) => options.log?.warn({ err: error }, 'notifications of runs cannot be heard'),
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
        options.log?.warn({ err: error, runId: id.data }, 'a listener to notifications of runs failed');
      }
    }
  });
  return {
    notify: (id) => void mouth.publish(channel, id).catch(() => undefined),
    onNotify(listener) {
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
