import { z } from 'zod';
import { openWorkers } from '../../src/queue/index.ts';
import { isProgram } from './is-program.ts';

/** What a process that begins changes and never ends them is told, as its one argument. */
export const Orders = z.object({ port: z.number(), prefix: z.string() });
export type Orders = z.infer<typeof Orders>;

const given = process.argv[2];
if (isProgram(import.meta.url) && given !== undefined) {
  const { port, prefix } = Orders.parse(JSON.parse(given));
  const nothing = async (): Promise<void> => undefined;
  openWorkers({
    host: '127.0.0.1',
    port,
    prefix,
    queues: ['change'],
    perform: {
      read: nothing,
      help: nothing,
      change: (id) => {
        process.stdout.write(`${id}\n`);
        return new Promise(() => undefined);
      },
    },
    concurrency: { read: 1, changes: 1 },
  });
}
