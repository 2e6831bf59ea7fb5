import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { sql } from '../../../src/kit/index.ts';
import { openTargets } from '../../../src/targets/index.ts';
import { type Sshd, startSshd } from '../../support/sshd.ts';

let sshd: Sshd;

beforeAll(async () => {
  sshd = await startSshd();
});
afterAll(() => sshd.stop());

describe('the targets', () => {
  it.each(['ssh2', 'system'] as const)(
    'reach hosts, databases and pages, and let go of all on close, with %s',
    async (client) => {
      const server = http.createServer((_, response) => response.end('page'));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      const targets = openTargets({
        ssh: {
          client,
          user: sshd.user,
          login: { kind: 'key-file', path: sshd.keyFile },
          hostKeys: { fingerprints: { mq: [sshd.fingerprint] } },
        },
        databases: { accounts: () => ({ read: { user: 'root', password: '' } }) },
        markerFolder: sshd.folder,
      });
      const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`;
      const host = { name: 'mq', app: 'mq', site: 'a', address: '127.0.0.1', port: sshd.port };
      const database = { name: 'own', host: '127.0.0.1', port: inject('mysqlPort'), schema: 'mysql' };
      const step = {
        kind: 'request',
        method: 'POST',
        title: { en: 'signal', zh: '信号' },
        from: { host: 'mq' },
        url,
        body: { type: 'json', text: '{}' },
      } as const;
      const once = { runId: crypto.randomUUID(), no: 1, fence: 1, deadline: new Date(Date.now() + 20_000) };
      const [said, rows, page, sent] = await Promise.all([
        targets.exec.run(host, 'echo in', { timeoutSeconds: 20, outputCapBytes: 100 }),
        targets.sql.read(database, sql`select ${'x'} as x`, { timeoutSeconds: 20, maxRows: 1 }),
        targets.http.get(url, { timeoutSeconds: 20, bodyCapBytes: 100 }),
        targets.once.run(host, step, once),
      ]);
      expect(said).toMatchObject({ stdout: 'in\n' });
      expect(rows).toEqual([{ x: 'x' }]);
      expect(page).toMatchObject({ body: 'page' });
      expect(sent).toEqual({ kind: 'done', status: 200, body: 'page' });
      await targets.close();
      await expect.poll(() => sshd.sessions(), { timeout: 10_000 }).toEqual([]);
      await new Promise((resolve) => server.close(resolve));
    },
  );
});
