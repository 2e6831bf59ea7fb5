import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';

/** A process of ours that answers one order at a time. It ends with this one, however that ends. */
export interface Child {
  readonly pid: number;
  /** The next thing that it says, after the order if there is one. Throws when it has ended. */
  readonly ask: (order?: object) => Promise<unknown>;
  readonly stop: () => Promise<void>;
}

/** Starts a file of this folder. */
export function startChild(file: string, args: readonly string[] = []): Child {
  const path = fileURLToPath(new URL(file, import.meta.url));
  const child = fork(path, args, { execArgv: ['--expose-gc', ...process.execArgv] });
  const gone = once(child, 'exit');
  return {
    pid: child.pid ?? 0,
    async ask(order) {
      const said = once(child, 'message');
      if (order) child.send(order);
      const first: readonly unknown[] | 'gone' = await Promise.race([said, gone.then(() => 'gone' as const)]);
      if (first === 'gone') throw new Error(`the process ${file} ended`);
      return first[0];
    },
    async stop() {
      if (child.connected) child.disconnect();
      await gone;
    },
  };
}

/** In the child: ends it, after what is to be done first, when the process that started it lets go of it. */
export function endWithParent(first: () => Promise<unknown>): void {
  // Ctrl-C in a terminal reaches every process of it; the one that measures then lets go of this one.
  process.on('SIGINT', () => undefined);
  process.once('disconnect', () => {
    void first().then(() => process.exit());
  });
}
