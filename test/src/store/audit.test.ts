import mysql from 'mysql2/promise';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { AuditEntry } from '../../../src/runs/ports.ts';
import { auditSchemaOf, StoreUnavailable, type StoreOptions } from '../../../src/store/index.ts';
import { freshSchema } from '../../support/mysql.ts';
import { proxyThatFreezesAt } from '../../support/tcp-proxy.ts';
import { ana, entry, newRun, openStore, optionsFor, type Store } from './fixtures.ts';

let schema: string;
/** The chain's schema: where `root` looks. */
let auditSchema: string;
let port: number;
let root: mysql.Connection;
let closers: (() => Promise<unknown>)[];

beforeEach(async () => {
  const fresh = await freshSchema();
  ({ schema, port } = fresh);
  auditSchema = auditSchemaOf(schema);
  root = await mysql.createConnection({ host: '127.0.0.1', port, user: 'root' });
  await root.query(`create database ${auditSchema} character set utf8mb4 collate utf8mb4_bin`);
  await root.query(`use ${auditSchema}`);
  closers = [fresh.drop, () => root.end()];
});
afterEach(async () => {
  for (const close of closers.reverse()) await close();
});

async function open(more: Partial<StoreOptions> = {}): Promise<Store> {
  const store = await openStore({ ...optionsFor(schema), ...more });
  closers.push(() => store.close());
  return store;
}

async function write(store: Store, count: number, over: Partial<AuditEntry> = {}): Promise<void> {
  for (let i = 0; i < count; i += 1)
    await store.audit.write({ actor: ana, action: 'looked', facts: { i }, ...over });
}

describe('the audit chain', () => {
  it('has no gap and no fork when several processes write', async () => {
    const stores = await Promise.all([open(), open(), open(), open()]);
    await Promise.all(stores.map((store) => write(store, 50)));
    const [rows] = await root.query<mysql.RowDataPacket[]>('select n from audit order by n');
    expect(rows.map(({ n }) => Number(n))).toEqual(Array.from({ length: 200 }, (_, i) => i + 1));
    const seen = await stores[0].audit.verify();
    expect(seen).toEqual({ rows: 200, head: (await stores[0].audit.head()).hash, problems: [] });
  });

  it('is whole after rows with everything and with nothing in them', async () => {
    const store = await open();
    expect(await store.audit.verify()).toEqual({ rows: 0, head: '0'.repeat(64), problems: [] });
    const run = newRun();
    await store.audit.write({
      actor: { id: 'U1', name: `安娜 😀 \ud800 ${'x'.repeat(300)}` },
      action: 'decided',
      runId: run.id,
      decision: 'ask',
      reason: `because\0 of "quotes", \\ and \n lines ${'长'.repeat(5000)}`,
      facts: { b: 1, a: { d: [1, { z: null, y: '\ud800' }], c: '中' }, at: new Date(0), none: undefined },
    });
    await write(store, 1, { facts: {} });
    expect(await store.audit.verify()).toMatchObject({ rows: 2, problems: [] });
    const [rows] = await root.query<mysql.RowDataPacket[]>('select facts from audit where n = 1');
    expect(String(rows[0]?.['facts'])).toMatch(
      /^\{"a":\{"c":"中","d":\[1,\{"y":".*","z":null\}\]\},"at":"1970/,
    );
  });

  const copyOf5 =
    'insert into audit select 13, at, actor_id, actor_name, action, run_id, decision, reason, facts, prev, hash from audit where n = 5';
  it.each([
    ['another actor', ["update audit set actor_name = 'Eve' where n = 5"], 5, 'edited'],
    ['another time', ['update audit set at = at + interval 1 second where n = 5'], 5, 'edited'],
    ['another decision', ["update audit set decision = 'run' where n = 5"], 5, 'edited'],
    ['other facts', ["update audit set facts = '{}' where n = 5"], 5, 'edited'],
    ['another hash', ["update audit set hash = repeat('a', 64) where n = 5"], 5, 'edited'],
    ['another hash before', ["update audit set prev = repeat('a', 64) where n = 5"], 5, 'does not follow'],
    ['a removed row', ['delete from audit where n = 5'], 5, 'row 5 is missing'],
    [
      'a removed row whose gap was closed',
      ['delete from audit where n = 5', 'update audit set n = n - 1 where n > 5 order by n'],
      5,
      'does not follow',
    ],
    [
      'two rows in another order',
      [
        'update audit set n = 100 where n = 5',
        'update audit set n = 5 where n = 6',
        'update audit set n = 6 where n = 100',
      ],
      5,
      'reordered',
    ],
    ['a row after the head', [copyOf5], 13, 'does not follow'],
    [
      'a row after the head that follows',
      [`${copyOf5.replace('prev, hash from', 'hash, hash from').replace('n = 5', 'n = 12')}`],
      13,
      'edited',
    ],
    ['newest rows that were cut off', ['delete from audit where n > 10'], 11, 'rows are missing'],
    [
      'a head that was changed',
      ["update audit_heads set hash = repeat('a', 64) where n = 12"],
      12,
      'is another',
    ],
    ['heads that were cut off', ['delete from audit_heads where n > 10'], 11, 'after the head'],
    ['all rows that are gone', ['delete from audit'], 1, 'rows are missing'],
    ['a column that is gone', ['alter table audit drop column reason'], 1, 'not as they were made'],
    ['a table that is gone', ['drop table audit'], 1, 'not as they were made'],
  ])('shows %s', async (_, statements, brokenAt, because) => {
    const store = await open();
    await write(store, 12);
    for (const statement of statements) await root.query(statement);
    expect((await store.audit.verify()).problems[0]).toEqual({
      n: brokenAt,
      because: expect.stringContaining(because),
    });
  });

  it('shows by a published head what the chain alone cannot: a clean cut and a rewrite', async () => {
    const store = await open();
    await write(store, 10);
    const tenth = await store.audit.head();
    await write(store, 2);
    const published = [tenth, await store.audit.head()];
    expect(await store.audit.verify(published)).toMatchObject({ rows: 12, problems: [] });
    await root.query('delete from audit where n > 10');
    await root.query('delete from audit_heads where n > 10');
    expect(await store.audit.verify()).toMatchObject({ rows: 10, problems: [] });
    expect((await store.audit.verify(published)).problems).toEqual([
      { n: 11, because: 'rows are missing: row 12 was published before' },
    ]);
    await root.query('delete from audit');
    await root.query('delete from audit_heads');
    expect((await store.audit.verify(published)).problems).toEqual([
      { n: 1, because: 'rows are missing: row 10 was published before' },
    ]);
    await write(store, 12, { action: 'rewritten' });
    expect(await store.audit.verify()).toMatchObject({ rows: 12, problems: [] });
    expect((await store.audit.verify(published)).problems).toEqual([
      { n: 10, because: expect.stringContaining('rewritten') },
      { n: 12, because: expect.stringContaining('rewritten') },
    ]);
  });

  it('cannot be continued or checked without its key', async () => {
    const keyed = await open({ auditKey: 'k1' });
    await write(keyed, 3);
    expect(await keyed.audit.verify()).toMatchObject({ rows: 3, problems: [] });
    const other = await open({ auditKey: 'k2' });
    expect((await other.audit.verify()).problems[0]).toEqual({
      n: 1,
      because: expect.stringContaining('another key'),
    });
    await write(await open(), 1);
    expect(await keyed.audit.verify()).toMatchObject({ problems: [{ n: 4 }] });
  });

  it('hands its head out every so many rows and every so many seconds', async () => {
    const byRows: number[] = [];
    const store = await open({ onHead: (n) => byRows.push(n), headEveryRows: 5, headEverySeconds: 3600 });
    await write(store, 11);
    expect(byRows).toEqual([5, 10]);
    const byTime: { n: number; hash: string }[] = [];
    await open({
      onHead: (n, hash) => byTime.push({ n, hash }),
      headEveryRows: 1000,
      headEverySeconds: 0.02,
    });
    await vi.waitFor(() => expect(byTime).toHaveLength(1));
    await write(store, 1);
    await vi.waitFor(async () => expect(byTime.at(-1)).toEqual(await store.audit.head()));
    expect(byTime.map(({ n }) => n)).toEqual([11, 12]);
  });
});

describe('a worker that stopped while it was writing its audit line', () => {
  it('does not keep the others from writing', async () => {
    const proxy = await proxyThatFreezesAt(port);
    const zombie = await open({ port: proxy.port });
    closers.push(async () => proxy.close());
    const store = await open();
    await write(store, 1);
    proxy.freezeAt('COMMIT');
    const stuck = zombie.audit.write(entry('never committed')).catch((error: unknown) => error);
    // InnoDB renews this table only when nobody has read it for a tenth of a second.
    await vi.waitFor(
      async () => {
        const [rows] = await root.query<mysql.RowDataPacket[]>(
          'select 1 from information_schema.innodb_trx where trx_rows_modified > 0',
        );
        expect(rows.length).toBeGreaterThan(0);
      },
      { timeout: 4000, interval: 200 },
    );
    const began = performance.now();
    await write(store, 3);
    expect(performance.now() - began).toBeLessThan(5000);
    expect(await stuck).toBeInstanceOf(StoreUnavailable);
    expect(await store.audit.verify()).toMatchObject({ rows: 4, problems: [] });
  });
});
