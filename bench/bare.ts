import { Queue, Worker } from 'bullmq';
import mysql from 'mysql2/promise';
import type { Practice } from '../scripts/practice.ts';
import type { Setting } from './benchmark.ts';

/** Measures the calls that no command and no change can do without, each alone, in the same estate at the same moment. Milliseconds of one. */
export interface Bare {
  /** A call of Slack, there and back. */
  readonly slack: () => Promise<number>;
  /** A row in MySQL, committed. */
  readonly commit: () => Promise<number>;
  /** A job, from the queue into the hands of a worker. */
  readonly queue: () => Promise<number>;
}

/** Opens connections of its own; they end with the measurement. */
export async function openBare(
  { started }: Pick<Setting, 'started'>,
  { workspace, redisPort, mysqlPort }: Practice,
): Promise<Bare> {
  const connection = { host: '127.0.0.1', port: redisPort };
  const queue = new Queue<{ readonly no: number }>('measured', { connection });
  const waiting = new Map<number, () => void>();
  const worker = new Worker<{ readonly no: number }>(
    'measured',
    async ({ data }) => waiting.get(data.no)?.(),
    {
      connection,
    },
  );
  const root = await mysql.createConnection({ host: '127.0.0.1', port: mysqlPort, user: 'root' });
  started(async () => {
    await worker.close(true);
    await queue.close();
    await root.end();
  });
  await root.query('create database measured');
  await root.query('create table measured.line (n int primary key auto_increment, at datetime(3) not null)');
  await worker.waitUntilReady();
  let no = 0;
  return {
    slack: () =>
      timed(async () => {
        const answer = await fetch(`${workspace.apiUrl}auth.test`, {
          method: 'POST',
          headers: { authorization: `Bearer ${workspace.botToken}` },
        });
        await answer.text();
      }),
    commit: () => timed(() => root.execute('insert into measured.line (at) values (now(3))')),
    queue: () =>
      timed(async () => {
        no += 1;
        const taken = new Promise<void>((resolve) => waiting.set(no, resolve));
        await queue.add('measured', { no }, { removeOnComplete: true });
        await taken;
        waiting.delete(no);
      }),
  };
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return performance.now() - began;
}
