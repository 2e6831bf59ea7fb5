import { mkdtemp, rm } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import mysql from 'mysql2/promise';
import { afterAll, describe, expect, inject, it, vi } from 'vitest';
import { freePort, startMariaDb } from '../../../lab/services.ts';
import { StoreFailed, StoreUnavailable } from '../../../src/store/index.ts';
import { openPool } from '../../../src/store/pool.ts';
import { freshSchema } from '../../support/mysql.ts';
import { ana, entry, newRun, openStore, optionsFor } from './fixtures.ts';

const closers: (() => unknown)[] = [];
afterAll(async () => {
  for (const close of closers.reverse()) await close();
});

async function refusal(work: Promise<unknown>): Promise<{ error: unknown; tookMs: number }> {
  const began = performance.now();
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  return { error, tookMs: performance.now() - began };
}

describe('the connection to the database', () => {
  it('fails fast while the server is away and works again when it is back', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'fettle-mariadb-'));
    closers.push(() => rm(folder, { recursive: true, force: true }));
    const port = await freePort();
    let server = await startMariaDb(folder, port);
    closers.push(() => server.stop());
    const root = await mysql.createConnection({ host: '127.0.0.1', port, user: 'root' });
    await root.query('create database own');
    await root.end();
    const store = await openStore({ ...optionsFor('own'), port });
    closers.push(() => store.close());
    const run = newRun();
    await store.runs.create(run, run.id, entry('asked', run.id));

    await server.stop();
    for (const call of [
      () => store.ping(),
      () => store.runs.get(run.id),
      () => store.runs.apply(run.id, { kind: 'begun' }, entry('begun', run.id)),
      () => store.buttons.take('x', ana),
    ]) {
      const { error, tookMs } = await refusal(call());
      expect(error).toBeInstanceOf(StoreUnavailable);
      expect(tookMs).toBeLessThan(1000);
    }

    server = await startMariaDb(folder, port);
    await store.ping();
    expect(await store.runs.apply(run.id, { kind: 'begun' }, entry('begun', run.id))).toMatchObject({
      ok: true,
    });
    expect(await store.audit.verify()).toMatchObject({ rows: 2, problems: [] });
  });

  it('waits at most some seconds for a server that accepts and says nothing', async () => {
    const silent = net.createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
    closers.push(() => silent.close());
    const { port } = silent.address() as net.AddressInfo;
    const { error, tookMs } = await refusal(openStore({ ...optionsFor('any'), port }));
    expect(error).toBeInstanceOf(StoreUnavailable);
    // Five seconds, and what a full machine adds.
    expect(tookMs).toBeLessThan(15_000);
  });

  it('waits at most some seconds for a row that somebody holds, and for a free connection', async () => {
    const { schema, drop } = await freshSchema();
    closers.push(drop);
    const store = await openStore({ ...optionsFor(schema), connections: 2 });
    closers.push(() => store.close());
    const run = newRun();
    await store.runs.create(run, run.id, entry('asked', run.id));
    const holder = await mysql.createConnection({ ...optionsFor(schema) });
    closers.push(() => holder.end());
    await holder.beginTransaction();
    await holder.execute('select * from run where id = ? for update', [run.id]);
    const calls = Array.from({ length: 6 }, () => refusal(store.runs.apply(run.id, { kind: 'begun' })));
    for (const { error, tookMs } of await Promise.all(calls)) {
      expect(error).toBeInstanceOf(StoreUnavailable);
      // Five seconds, and what a full machine adds.
      expect(tookMs).toBeLessThan(15_000);
    }
    await holder.rollback();
    await vi.waitFor(
      async () =>
        expect(await store.runs.apply(run.id, { kind: 'begun' })).toMatchObject({
          ok: true,
          run: { revision: 2 },
        }),
      5000,
    );
  });

  it('takes so many calls and no more, and says so in a sentence', async () => {
    const { schema, drop } = await freshSchema();
    closers.push(drop);
    const pool = openPool(optionsFor(schema), 1);
    closers.push(() => pool.close());
    const answers = await Promise.allSettled(
      Array.from({ length: 700 }, () => pool.rows('select sleep(0.001)')),
    );
    const refused = answers.flatMap((answer): unknown[] =>
      answer.status === 'rejected' ? [answer.reason] : [],
    );
    expect(refused.length).toBeGreaterThan(100);
    expect(refused.length).toBeLessThan(300);
    for (const error of refused)
      expect(error).toMatchObject({
        name: 'StoreUnavailable',
        code: 'TOO_MANY_CALLS',
        says: { en: expect.stringContaining('not recorded') },
      });
  });

  it('ends a statement on the server when nobody waits for it any more', async () => {
    const { schema, drop, port } = await freshSchema();
    closers.push(drop);
    const pool = openPool(optionsFor(schema), 1);
    closers.push(() => pool.close());
    const root = await mysql.createConnection({ host: '127.0.0.1', port, user: 'root' });
    closers.push(() => root.end());
    const { error } = await refusal(pool.rows("select sleep(60) as 'nobody waits'"));
    expect(error).toMatchObject({ code: 'TIMEOUT' });
    await vi.waitFor(async () => {
      const [left] = await root.query<mysql.RowDataPacket[]>(
        "select id from information_schema.processlist where info like '%nobody waits%' and id <> connection_id()",
      );
      expect(left).toEqual([]);
    }, 4000);
  }, 15_000);

  it('gives the session that somebody waited for too long to whoever is next', async () => {
    const { schema, drop } = await freshSchema();
    closers.push(drop);
    const pool = openPool(optionsFor(schema), 1);
    closers.push(() => pool.close());
    const id = async (): Promise<unknown> => (await pool.rows('select connection_id() as id'))[0];
    const first = await id();
    const long = pool.session(10, (session) => session.rows('select sleep(5.5)'));
    const { error } = await refusal(id());
    expect(error).toMatchObject({ code: 'TIMEOUT' });
    await long;
    expect(await id()).toEqual(first);
  }, 15_000);

  it('names a wrong login or a missing schema, and keeps values out of what it says', async () => {
    const wrong = await refusal(openStore({ ...optionsFor('no_such_schema') }));
    expect(wrong.error).toBeInstanceOf(StoreFailed);
    expect(String(wrong.error)).toContain('ER_BAD_DB_ERROR');
    const login = await refusal(openStore({ ...optionsFor('mysql'), user: 'nobody', password: 'hunter2' }));
    expect(login.error).toBeInstanceOf(StoreFailed);
    expect(JSON.stringify(login.error) + String(login.error)).not.toContain('hunter2');
    const { schema, drop } = await freshSchema();
    closers.push(drop);
    const pool = openPool(optionsFor(schema), 2);
    closers.push(() => pool.close());
    await pool.change('create table a (x varchar(40) primary key)');
    await pool.change('insert into a values (?)', ['4111111111111111']);
    const twice = await refusal(pool.change('insert into a values (?)', ['4111111111111111']));
    expect(String(twice.error)).toContain('ER_DUP_ENTRY');
    expect(JSON.stringify(twice.error) + String(twice.error)).not.toContain('4111');
  });

  it('keeps all or nothing of a transaction, also when a deadlock makes it start again', async () => {
    const { schema, drop } = await freshSchema();
    closers.push(drop);
    const pool = openPool(optionsFor(schema), 4);
    closers.push(() => pool.close());
    await pool.change('create table a (id int primary key, x int not null)');
    await pool.change('insert into a values (1, 0), (2, 0)');
    await expect(
      pool.transaction(async (tx) => {
        await tx.change('update a set x = 100');
        throw new Error('changed my mind');
      }),
    ).rejects.toThrow('changed my mind');
    let attempts = 0;
    const crossing = (first: string, second: string): Promise<void> =>
      pool.transaction(async (tx) => {
        attempts += 1;
        await tx.change('update a set x = x + 1 where id = ?', [first]);
        await pool.rows('select sleep(0.05)');
        await tx.change('update a set x = x + 1 where id = ?', [second]);
      });
    await Promise.all([crossing('1', '2'), crossing('2', '1')]);
    expect(attempts).toBe(3);
    expect(await pool.rows('select x from a')).toEqual([{ x: 2 }, { x: 2 }]);
  });

  it('speaks UTC, strictly, whatever the server is set to', async () => {
    const pool = openPool({ ...optionsFor('mysql'), port: inject('mysqlPort') }, 1);
    closers.push(() => pool.close());
    const [row] = await pool.rows(
      `select @@session.time_zone as zone, @@session.sql_mode like '%STRICT_ALL_TABLES%' as strict,
         @@session.innodb_lock_wait_timeout as wait, @@session.idle_transaction_timeout as idle`,
    );
    expect(row).toMatchObject({ zone: '+00:00', strict: 1, wait: '2', idle: '8' });
  });
});
