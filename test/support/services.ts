import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import path from 'node:path';
import type { TestProject } from 'vitest/node';
import { startMariaDb, startRedis } from '../../lab/services.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    redisPort: number;
    mysqlPort: number;
  }
}

/** One Redis and one MariaDB for the whole test run; every test file makes its own schema and key prefix. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await mkdir('.fettle', { recursive: true });
  // A folder of its own: two test runs may go side by side. Short, because a socket path has 107 characters at most.
  const folder = await mkdtemp(path.resolve('.fettle/test-'));
  const [redis, mariadb] = await Promise.all([startRedis(folder), startMariaDb(folder)]);
  project.provide('redisPort', redis.port);
  project.provide('mysqlPort', mariadb.port);
  return async () => {
    await Promise.all([redis.stop(), mariadb.stop()]);
    await rm(folder, { recursive: true, force: true });
  };
}
