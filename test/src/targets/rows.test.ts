import { isDeepStrictEqual } from 'node:util';
import mysql from 'mysql2/promise';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type Database,
  type DeleteRowsStep,
  type InsertRowsStep,
  type Row,
  sql,
} from '../../../src/kit/index.ts';
import { createSqlReader } from '../../../src/targets/mysql.ts';
import { createRowChanger } from '../../../src/targets/rows.ts';
import { freshSchema } from '../../support/mysql.ts';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';

const options = {
  accounts: () => ({ read: { user: 'root', password: '' }, change: { user: 'root', password: '' } }),
};
const title = { en: 'locks', zh: '锁' };

let schema: Awaited<ReturnType<typeof freshSchema>>;
let root: mysql.Connection;
let database: Database;
let proxy: TcpProxy;
const changer = createRowChanger(options, { changeSeconds: 1, lookSeconds: 1 });
const reader = createSqlReader(options);
let lock = '';
let shown: readonly Row[] = [];

beforeAll(async () => {
  schema = await freshSchema();
  database = { name: 'orders', host: '127.0.0.1', port: schema.port, schema: schema.schema };
  proxy = await startTcpProxy(schema.port);
  root = await mysql.createConnection({
    host: '127.0.0.1',
    port: schema.port,
    user: 'root',
    database: schema.schema,
  });
  await root.query('set session innodb_lock_wait_timeout = 5');
  await root.query(`create table control_lock (id bigint primary key, target varchar(80) collate utf8mb4_general_ci,
    holder varchar(80), at datetime(3), load_ float, raw varbinary(20), bits bit(9), note text) engine=innodb`);
});

afterAll(async () => {
  await proxy.stop();
  await reader.close();
  await root.end();
  await schema.drop();
});

beforeEach(async () => {
  proxy.hooks = {};
  lock = `fettle:${Math.random()}`;
  await root.query('delete from control_lock');
  await root.query(`insert into control_lock values
    (1, 't1', 'r1_1', '2026-11-21 01:02:03', 0.1, x'00ff', b'101', 'it''s'),
    (2, 't2', 'r1_1', '2026-11-21 01:02:03.5', null, null, null, null),
    (9, 't9', 'other', null, 1e10, x'', b'0', '')`);
  shown = await reader.read(database, sql`select * from control_lock where holder = ${'r1_1'} order by id`, {
    timeoutSeconds: 10,
    maxRows: 10,
  });
  if (shown.length !== 2) throw new Error('the test has not the rows it needs');
});

const removal = (more: Partial<DeleteRowsStep> = {}): DeleteRowsStep => ({
  kind: 'delete-rows',
  title,
  database: 'orders',
  table: 'control_lock',
  key: ['id'],
  rows: shown,
  ...more,
});
const putBack = (more: Partial<InsertRowsStep> = {}): InsertRowsStep => ({
  ...removal(),
  kind: 'insert-rows',
  ...more,
});

const always = async (): Promise<boolean> => true;

async function idsNow(): Promise<readonly number[]> {
  const [rows] = await root.query<mysql.RowDataPacket[]>('select id from control_lock order by id');
  return rows.map((row) => Number(row['id']));
}

describe('deleting rows', () => {
  it('deletes exactly those that were shown, and puts them back as they were', async () => {
    expect(await changer.deleteRows(database, removal(), lock, always)).toEqual({ kind: 'done', rows: 2 });
    expect(await idsNow()).toEqual([9]);
    expect(await changer.insertRows(database, putBack(), lock, always)).toEqual({ kind: 'done', rows: 2 });
    expect(await changer.lookAtRows(database, putBack(), lock)).toEqual({
      present: shown,
      changed: [],
      absent: [],
    });
  });

  it.each([
    ['a value changed', 'update control_lock set note = null where id = 1'],
    ['only the case changed', "update control_lock set target = 'T1' where id = 1"],
    [
      'a space was added that the collation does not see',
      "update control_lock set target = 't1 ' where id = 1",
    ],
    ['an empty text took the place of null', "update control_lock set note = '' where id = 2"],
    ['another owner has the lock', "update control_lock set holder = 'r1_2' where id = 2"],
    ['a row is gone', 'delete from control_lock where id = 2'],
    ['rows were swapped', 'update control_lock set id = case id when 1 then -2 else -1 end where id < 9'],
    ['a float differs in its last digit', 'update control_lock set load_ = 0.10000001 where id = 1'],
    [
      'a thousandth of a second passed',
      "update control_lock set at = '2026-11-21 01:02:03.001' where id = 1",
    ],
    ['a bit fell over', "update control_lock set bits = b'100' where id = 1"],
    ['a column was added', 'alter table control_lock add column extra int'],
  ])('changes nothing when %s', async (_, drift) => {
    await root.query(drift);
    if (drift.includes('-2')) await root.query('update control_lock set id = -id where id < 0');
    const before = await idsNow();
    const answer = await changer.deleteRows(database, removal(), lock, always);
    expect(answer.kind).toBe('differs');
    expect(await idsNow()).toEqual(before);
    if (drift.includes('extra')) await root.query('alter table control_lock drop column extra');
  });

  it('says how the rows are now when they differ', async () => {
    await root.query("update control_lock set holder = 'r1_2' where id = 2");
    const answer = await changer.deleteRows(database, removal(), lock, always);
    expect(answer).toMatchObject({ kind: 'differs', found: [shown[0], { id: '2', holder: 'r1_2' }] });
  });

  it('takes one row out of many that share half of their key', async () => {
    await root.query(
      'create table pairs (a varchar(9), b varbinary(9), c int, primary key (a, b)) engine=innodb',
    );
    await root.query("insert into pairs values ('x', x'01', 1), ('x', x'02', 2), ('y', x'01', 3)");
    const step = removal({ table: 'pairs', key: ['a', 'b'], rows: [{ a: 'x', b: '0x02', c: '2' }] });
    expect(await changer.deleteRows(database, step, lock, always)).toEqual({ kind: 'done', rows: 1 });
    const [rows] = await root.query<mysql.RowDataPacket[]>('select c from pairs order by c');
    expect(rows.map(({ c }) => Number(c))).toEqual([1, 3]);
  });

  it.each([
    ['a name that is none', { table: 'control_lock where 1=1 --' }],
    ['a key that is none', { key: ['id` or 1=1 -- '] as const }],
    ['no rows', { rows: [] }],
    ['a row without its key', { rows: [{ id: null, target: 't1' }] }],
    ['the same key twice', { rows: [{ id: '1' }, { id: '1' }] }],
    ['rows of different shape', { rows: [{ id: '1' }, { id: '2', target: 't2' }] }],
    ['too many rows', { rows: Array.from({ length: 201 }, (_, n) => ({ id: String(n) })) }],
  ])('refuses a step with %s', async (_, more) => {
    const answer = await changer.deleteRows(database, removal(more), lock, always);
    expect(answer.kind).toBe('failed');
    expect(await idsNow()).toEqual([1, 2, 9]);
  });

  it('refuses a table whose changes could not be undone', async () => {
    await root.query('create table flat (id int primary key) engine=myisam');
    await root.query('insert into flat values (1)');
    const step = removal({ table: 'flat', rows: [{ id: '1' }] });
    expect(await changer.deleteRows(database, step, lock, always)).toMatchObject({
      kind: 'failed',
      detail: expect.stringContaining('cannot undo'),
    });
    const [rows] = await root.query<mysql.RowDataPacket[]>('select * from flat');
    expect(rows).toHaveLength(1);
  });

  it('fails, and changes nothing, without a change account or a connection', async () => {
    const none = createRowChanger({ accounts: () => ({ read: { user: 'root', password: '' } }) });
    expect(await none.deleteRows(database, removal(), lock, always)).toMatchObject({ kind: 'failed' });
    const away = { ...database, port: 1 };
    expect(await changer.deleteRows(away, removal(), lock, always)).toMatchObject({ kind: 'failed' });
  });

  it('undoes everything when it is the victim of a deadlock', async () => {
    const rival = await mysql.createConnection({
      host: '127.0.0.1',
      port: schema.port,
      user: 'root',
      database: schema.schema,
    });
    await rival.query('create table ballast (n int primary key) engine=innodb');
    await rival.beginTransaction();
    // The heavier transaction wins, so ours is the victim.
    await rival.query('insert into ballast select seq from seq_1_to_500');
    await rival.query('select * from control_lock where id = 2 for update');
    const deleting = changer.deleteRows(database, removal(), lock, always);
    // InnoDB shows the same picture for a tenth of a second after each look.
    await expect.poll(waitingForRow, { interval: 250, timeout: 5000 }).toBe(true);
    await rival.query("update control_lock set note = 'rival' where id = 1");
    expect(await deleting).toMatchObject({ kind: 'failed' });
    await rival.rollback();
    await rival.end();
    expect(await idsNow()).toEqual([1, 2, 9]);
  });

  it('does not begin while another session holds the lock of the step', async () => {
    await root.query('select get_lock(?, 0)', [lock]);
    expect(await changer.deleteRows(database, removal(), lock, always)).toMatchObject({ kind: 'failed' });
    await root.query('select release_lock(?)', [lock]);
    expect(await idsNow()).toEqual([1, 2, 9]);
  });
});

describe('putting rows back', () => {
  it('changes nothing when one of the keys exists again', async () => {
    await changer.deleteRows(database, removal(), lock, always);
    await root.query("insert into control_lock (id, target) values (2, 'new')");
    const answer = await changer.insertRows(database, putBack(), lock, always);
    expect(answer).toMatchObject({ kind: 'differs', found: [{ id: '2', target: 'new' }] });
    expect(await idsNow()).toEqual([2, 9]);
  });

  it('changes nothing when the table would not hold the rows as they were', async () => {
    await changer.deleteRows(database, removal(), lock, always);
    await root.query(
      "create trigger touched before insert on control_lock for each row set new.note = 'touched'",
    );
    const answer = await changer.insertRows(database, putBack(), lock, always);
    await root.query('drop trigger touched');
    expect(answer).toMatchObject({ kind: 'failed' });
    expect(await idsNow()).toEqual([9]);
  });

  it('fails without telling the value that stood in the way', async () => {
    await root.query('alter table control_lock add unique key once (holder)').catch(() => undefined);
    await root.query('create table seats (id int primary key, owner varchar(40) unique) engine=innodb');
    await root.query("insert into seats values (1, 'CANARY-4929')");
    const step = putBack({ table: 'seats', rows: [{ id: '2', owner: 'CANARY-4929' }] });
    const answer = await changer.insertRows(database, step, lock, always);
    expect(answer).toMatchObject({ kind: 'failed' });
    expect(JSON.stringify(answer)).not.toContain('CANARY');
  });
});

describe('a connection that is lost', () => {
  const through = (): Database => ({ ...database, port: proxy.port });

  it('before COMMIT has changed nothing, and says so', async () => {
    proxy.hooks.up = (data, link) => {
      if (!data.includes('DELETE FROM')) return true;
      link.cut();
      return false;
    };
    expect(await changer.deleteRows(through(), removal(), lock, always)).toMatchObject({ kind: 'failed' });
    expect(await idsNow()).toEqual([1, 2, 9]);
  });

  it('with the COMMIT on its way is unknown, and a look afterwards finds that nothing happened', async () => {
    proxy.hooks.up = (data, link) => {
      if (!/COMMIT/i.test(data.toString('latin1'))) return true;
      link.cut();
      return false;
    };
    expect(await changer.deleteRows(through(), removal(), lock, always)).toMatchObject({ kind: 'unknown' });
    proxy.hooks = {};
    expect(await changer.lookAtRows(database, removal(), lock)).toEqual({
      present: shown,
      changed: [],
      absent: [],
    });
  });

  it('with the answer to COMMIT on its way is unknown, and a look afterwards finds that it happened', async () => {
    let committed = false;
    proxy.hooks = {
      up(data) {
        committed ||= /COMMIT/i.test(data.toString('latin1'));
        return true;
      },
      down(_, link) {
        if (committed) link.cut();
        return !committed;
      },
    };
    expect(await changer.deleteRows(through(), removal(), lock, always)).toMatchObject({ kind: 'unknown' });
    proxy.hooks = {};
    expect(await changer.lookAtRows(database, removal(), lock)).toEqual({
      present: [],
      changed: [],
      absent: shown,
    });
  });

  it('without the server noticing holds rows and lock, until a look ends its session', async () => {
    let frozen = false;
    proxy.hooks = {
      up(data) {
        frozen ||= /COMMIT/i.test(data.toString('latin1'));
        return !frozen;
      },
    };
    const deleting = changer.deleteRows(through(), removal(), lock, always);
    await expect.poll(() => frozen).toBe(true);
    expect(await changer.lookAtRows(database, removal(), lock)).toEqual({
      present: shown,
      changed: [],
      absent: [],
    });
    expect(await deleting).toMatchObject({ kind: 'unknown' });
    expect(await idsNow()).toEqual([1, 2, 9]);
  });

  it('leaves a lock that a stranger holds alone', async () => {
    const [[stranger]] = [await strangerHolding(lock)];
    await expect(changer.lookAtRows(database, removal(), lock)).rejects.toMatchObject({
      name: 'SqlFailed',
      reason: 'timeout',
    });
    expect(await stranger.query('select 1')).toBeDefined();
    await stranger.end();
  });

  it('may have left rows that somebody changed since; a look tells them apart', async () => {
    await root.query("update control_lock set holder = 'new' where id = 2");
    const step = removal({ rows: [...shown, { ...shown[0], id: '77' }] });
    const seen = await changer.lookAtRows(database, step, lock);
    expect(seen).toMatchObject({
      present: [shown[0]],
      changed: [{ id: '2', holder: 'new' }],
      absent: [{ id: '77' }],
    });
  });

  it('cut at any packet of forty runs never leaves a wrong answer', async () => {
    const kinds = new Set<string>();
    for (let cutAt = 1; cutAt <= 40; cutAt += 1) {
      await root.query('delete from control_lock where id < 9');
      await changer.insertRows(database, putBack(), lock, always);
      let packets = 0;
      const count = (_: Buffer, link: { readonly cut: () => void }): boolean => {
        packets += 1;
        if (packets === cutAt) link.cut();
        return packets < cutAt;
      };
      proxy.hooks = { up: count, down: count };
      const answer = await changer.deleteRows(through(), removal(), lock, always);
      proxy.hooks = {};
      const { present, absent } = await changer.lookAtRows(database, removal(), lock);
      const rows = { present: present.length, absent: absent.length };
      const kept = { present: 2, absent: 0 };
      const gone = { present: 0, absent: 2 };
      const right = { failed: [kept], done: [gone], unknown: [kept, gone], differs: [], fenced: [] }[
        answer.kind
      ];
      expect({
        cutAt,
        answer,
        rows,
        isRight: right.some((one) => isDeepStrictEqual(one, rows)),
      }).toMatchObject({
        isRight: true,
      });
      kinds.add(answer.kind);
    }
    expect(kinds).toEqual(new Set(['failed', 'unknown', 'done']));
  });
});

describe('a change that is asked for its permit', () => {
  it('under the lock does nothing without it, before the first statement and before COMMIT', async () => {
    for (const answers of [[false], [true, false]]) {
      const asked: boolean[] = [];
      const permit = async (): Promise<boolean> => {
        const [row] = await root
          .query<mysql.RowDataPacket[]>('select is_free_lock(?) as free', [lock])
          .then(([rows]) => rows);
        expect(Number(row?.['free'])).toBe(0);
        const answer = answers[asked.length] ?? false;
        asked.push(answer);
        return answer;
      };
      expect(await changer.deleteRows(database, removal(), lock, permit)).toEqual({ kind: 'fenced' });
      expect(asked).toEqual(answers);
      expect(await idsNow()).toEqual([1, 2, 9]);
    }
    expect(await changer.deleteRows(database, removal(), lock, always)).toMatchObject({ kind: 'done' });
    const none = await changer.insertRows(database, putBack(), lock, async () => false);
    expect(none).toEqual({ kind: 'fenced' });
    expect(await idsNow()).toEqual([9]);
  });

  it('and sleeps over the answer has no effect once somebody has looked, whenever it fell asleep', async () => {
    for (const asleepAt of [1, 2]) {
      let asked = 0;
      let wake: () => void = () => undefined;
      const asleep = new Promise<void>((resolve) => (wake = resolve));
      const permit = async (): Promise<boolean> => {
        asked += 1;
        if (asked === asleepAt) await asleep;
        return true;
      };
      const deleting = changer.deleteRows(database, removal(), lock, permit);
      await expect.poll(() => asked).toBe(asleepAt);
      expect(await changer.lookAtRows(database, removal(), lock)).toMatchObject({
        present: shown,
        absent: [],
      });
      wake();
      expect(['failed', 'unknown']).toContain((await deleting).kind);
      expect(await idsNow()).toEqual([1, 2, 9]);
    }
  });

  it('rolls back when the answer cannot be had', async () => {
    const permit = async (): Promise<boolean> => {
      throw new Error('the journal is away');
    };
    expect(await changer.deleteRows(database, removal(), lock, permit)).toMatchObject({ kind: 'failed' });
    expect(await idsNow()).toEqual([1, 2, 9]);
  });
});

async function waitingForRow(): Promise<boolean> {
  const [rows] = await root.query<mysql.RowDataPacket[]>(
    "select 1 from information_schema.innodb_trx where trx_state = 'LOCK WAIT'",
  );
  return rows.length > 0;
}

async function strangerHolding(name: string): Promise<[mysql.Connection]> {
  const user = `s_${schema.schema.slice(2, 10)}`;
  await root.query(`create user if not exists '${user}'@'%' identified by 'x'`);
  const stranger = await mysql.createConnection({
    host: '127.0.0.1',
    port: schema.port,
    user,
    password: 'x',
  });
  await stranger.query('select get_lock(?, 0)', [name]);
  return [stranger];
}
