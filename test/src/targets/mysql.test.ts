import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { inspect, promisify } from 'node:util';
import mysql from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Database, type Row, sql, type SqlQuery } from '../../../src/kit/index.ts';
import { SqlFailed } from '../../../src/kit/targets.ts';
import { createSqlReader } from '../../../src/targets/mysql.ts';
import { freshSchema } from '../../support/mysql.ts';
import { startTcpProxy } from '../../support/tcp-proxy.ts';
import { startMariaDbWithTls, type TlsMariaDb } from '../../support/tls-mariadb.ts';

const limits = { timeoutSeconds: 10, maxRows: 100 };
const run = promisify(execFile);

let schema: Awaited<ReturnType<typeof freshSchema>>;
let root: mysql.Connection;
let database: Database;
const reader = createSqlReader({ accounts: () => ({ read: { user: 'root', password: '' } }) });

beforeAll(async () => {
  schema = await freshSchema();
  database = { name: 'orders', host: '127.0.0.1', port: schema.port, schema: schema.schema };
  root = await mysql.createConnection({
    host: '127.0.0.1',
    port: schema.port,
    user: 'root',
    database: schema.schema,
  });
  await root.query(
    'create table control_lock (id bigint primary key auto_increment, target varchar(80)) engine=innodb',
  );
  await root.query("insert into control_lock (target) values ('r1_1'), ('other'), ('it''s'), ('ab')");
});

afterAll(async () => {
  await reader.close();
  await root.end();
  await schema.drop();
});

describe('a question to a database', () => {
  it('comes back as the server writes every value', async () => {
    await root.query(`create table kinds (id int primary key, big bigint unsigned, dec_ decimal(20,4), f float, d double,
      t0 datetime, t3 datetime(3), ts timestamp(6) null, da date, ti time(2), y year, txt text, j json, bl blob, vb varbinary(8),
      bi bit(12), en enum('a','b'), e varchar(5), n varchar(5), flag tinyint(1), z date)`);
    await root.query(`insert into kinds values (1, 18446744073709551615, -12.5, 0.1, 1e300, '2026-11-21 00:00:00', '2026-11-21 01:02:03',
      '2026-11-21 01:02:03.5', '2026-02-03', '-101:02:03.5', 2026, '锁 it''s', '{"a": 9007199254740993}', x'00ff', x'', b'101', 'b', '', null, 1, '0000-00-00')`);
    const [row] = await reader.read(database, sql`select * from kinds where id = ${'1'}`, limits);
    expect(row).toEqual({
      id: '1',
      big: '18446744073709551615',
      dec_: '-12.5000',
      f: '0.1',
      d: '1e+300',
      t0: '2026-11-21 00:00:00',
      t3: '2026-11-21 01:02:03.000',
      ts: '2026-11-21 01:02:03.500000',
      da: '2026-02-03',
      ti: '-101:02:03.50',
      y: '2026',
      txt: "锁 it's",
      j: '{"a": 9007199254740993}',
      bl: '0x00FF',
      vb: '0x',
      bi: '0x0005',
      en: 'b',
      e: '',
      n: null,
      flag: '1',
      z: '0000-00-00',
    });
  });

  it('tells two floats apart however close they are', async () => {
    await root.query('create table floats (f float)');
    await root.query('insert into floats values (16777216), (16777214), (0.30000001), (0.3)');
    const rows = await reader.read(database, sql`select f from floats`, limits);
    expect(rows.map(({ f }) => f)).toEqual(['16777216', '16777214', '0.3', '0.3']);
  });

  it('may bind nothing but strings: a number would match every text that converts to it', async () => {
    const typed: SqlQuery = { text: 'select * from control_lock where target = ?', values: ['0'] };
    expect(await reader.read(database, typed, limits)).toEqual([]);
    for (const value of [0, [0], null, undefined, { target: 1 }, true]) {
      // What arrives when a caller got around the types.
      const query: SqlQuery = JSON.parse(JSON.stringify({ text: typed.text, values: [value ?? null] }));
      await expect(reader.read(database, query, limits)).rejects.toThrow('is not a string');
    }
  });

  it('cannot change anything, nor carry a second statement', async () => {
    const change = reader.read(database, sql`delete from control_lock`, limits);
    await expect(change).rejects.toMatchObject({ name: 'SqlFailed', reason: 'statement' });
    const stacked = reader.read(database, sql`select 1; delete from control_lock`, limits);
    await expect(stacked).rejects.toMatchObject({ reason: 'statement' });
    expect(await reader.read(database, sql`select count(*) as n from control_lock`, limits)).toEqual([
      { n: '4' },
    ]);
  });

  it('is refused when it finds more rows than asked for, and answered when it finds as many', async () => {
    const query = sql`select * from control_lock`;
    expect(await reader.read(database, query, { ...limits, maxRows: 4 })).toHaveLength(4);
    await expect(reader.read(database, query, { ...limits, maxRows: 3 })).rejects.toMatchObject({
      reason: 'too-many-rows',
    });
    const own = sql`select * from control_lock limit 4`;
    await expect(reader.read(database, own, { ...limits, maxRows: 3 })).rejects.toMatchObject({
      reason: 'too-many-rows',
    });
  });

  it('is ended on the server at its time limit', async () => {
    const asked = reader.read(database, sql`select sleep(61)`, { ...limits, timeoutSeconds: 1 });
    await expect(asked).rejects.toMatchObject({ reason: 'timeout' });
    expect(await runningNow('sleep(61)')).toEqual([]);
  });

  it('is ended on the server from a second connection when the server does not keep the limit itself', async () => {
    const query = sql`set statement max_statement_time=0 for select sleep(62)`;
    const asked = reader.read(database, query, { ...limits, timeoutSeconds: 1 });
    const caught = asked.catch((error: unknown) => error);
    await expect.poll(() => runningNow('sleep(62)')).toHaveLength(1);
    expect(await caught).toMatchObject({ reason: 'timeout' });
    expect(String(await caught)).toContain('ended on the server');
    await expect.poll(() => runningNow('sleep(62)')).toEqual([]);
  });

  it('is asked again on a fresh connection when the pooled one is gone', async () => {
    const proxy = await startTcpProxy(schema.port);
    const away = { ...database, port: proxy.port };
    await reader.read(away, sql`select 1 as one`, limits);
    proxy.hooks.up = (_, link) => {
      proxy.hooks = {};
      link.cut();
      return false;
    };
    expect(await reader.read(away, sql`select 2 as two`, limits)).toEqual([{ two: '2' }]);
    expect(proxy.accepted()).toBe(2);
    await proxy.stop();
    await expect(reader.read(away, sql`select 3`, limits)).rejects.toMatchObject({ reason: 'unreachable' });
  });

  it('fails without telling values or passwords', async () => {
    const secret = 'CANARY-4929-5820';
    const errors = await Promise.all([
      failure(
        reader.read(
          database,
          sql`select cast(${secret} as date) + extractvalue(${'<a/>'}, ${`$${secret}`})`,
          limits,
        ),
      ),
      failure(
        reader.read(database, sql`select * from control_lock where ${secret} regexp ${`[${secret}`}`, limits),
      ),
      failure(
        createSqlReader({ accounts: () => ({ read: { user: 'nobody', password: secret } }) }).read(
          database,
          sql`select 1`,
          limits,
        ),
      ),
    ]);
    for (const error of errors) {
      expect(error).toBeInstanceOf(SqlFailed);
      expect(inspect(error, { showHidden: true, depth: 9 })).not.toContain('CANARY');
    }
    expect(errors[2]?.reason).toBe('login-refused');
  });

  it('names the table or column that is missing', async () => {
    const gone = await failure(reader.read(database, sql`select * from gone`, limits));
    expect(gone.message).toContain('gone');
  });

  it('is not asked without an account', async () => {
    const none = createSqlReader({ accounts: () => undefined });
    await expect(none.read(database, sql`select 1`, limits)).rejects.toMatchObject({
      reason: 'login-refused',
    });
  });
});

describe('a database behind TLS', () => {
  let tls: TlsMariaDb;
  const read = (host: string, ca: string, port = tls.port): Promise<unknown> => {
    const secure = createSqlReader({
      accounts: () => ({ read: { user: 'root', password: '' } }),
      tls: { ca },
    });
    return secure
      .read(
        { name: 'orders', host, port, schema: 'mysql' },
        sql`show session status like 'Ssl_version'`,
        limits,
      )
      .finally(() => void secure.close());
  };

  beforeAll(async () => {
    tls = await startMariaDbWithTls('localhost', '--sql-mode=NO_BACKSLASH_ESCAPES');
  });

  afterAll(() => tls.stop());

  it('is read when its certificate is for its name', async () => {
    expect(await read('localhost', tls.ca)).toEqual([
      { Variable_name: 'Ssl_version', Value: expect.stringMatching(/^TLSv1\.[23]$/) },
    ]);
  });

  it('keeps hostile values values, also where backslashes are no escapes', async () => {
    const plain = createSqlReader({ accounts: () => ({ read: { user: 'root', password: '' } }) });
    const there = { name: 'orders', host: '127.0.0.1', port: tls.port, schema: 'information_schema' };
    const ask = (query: SqlQuery): Promise<readonly Row[]> => plain.read(there, query, limits);
    expect(await ask(sql`select @@sql_mode as mode`)).toEqual([
      { mode: expect.stringContaining('NO_BACKSLASH_ESCAPES') },
    ]);
    for (const value of [
      "x' or 1=1 -- ",
      "\\' or 1=1 -- ",
      '%',
      "it\\'s",
      '"',
      '`',
      '锁\0',
      "\u00bf' or 1=1 -- ",
    ]) {
      const found = await ask(sql`select count(*) as n from engines where engine = ${value}`);
      expect({ value, found }).toEqual({ value, found: [{ n: '0' }] });
      const [echo] = await ask(sql`select hex(${value}) as h`);
      expect(echo?.['h']).toBe(Buffer.from(value).toString('hex').toUpperCase());
    }
    await plain.close();
  });

  it('is not read by IP address, where no name could be checked', async () => {
    await expect(read('127.0.0.1', tls.ca)).rejects.toMatchObject({ reason: 'unreachable' });
  });

  it('is not read when its certificate is for another name', async () => {
    const wrong = await startMariaDbWithTls('other.example');
    await expect(read('localhost', wrong.ca, wrong.port)).rejects.toThrow('does not match certificate');
    await wrong.stop();
  });

  it('is not read when somebody else signed its certificate', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'ca-'));
    const subject = ['-subj', '/CN=stranger', '-days', '2'];
    await run('openssl', [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-keyout',
      `${folder}/key`,
      '-out',
      `${folder}/ca`,
      ...subject,
    ]);
    await expect(read('localhost', await readFile(`${folder}/ca`, 'utf8'))).rejects.toMatchObject({
      reason: 'unreachable',
    });
    await rm(folder, { recursive: true });
  });

  it('is not read in the clear when it offers no TLS', async () => {
    await expect(read('localhost', tls.ca, schema.port)).rejects.toMatchObject({ reason: 'unreachable' });
  });
});

async function runningNow(text: string): Promise<readonly unknown[]> {
  const [rows] = await root.execute<mysql.RowDataPacket[]>(
    "select id from information_schema.processlist where info like concat('%', ?, '%') and id <> connection_id()",
    [text],
  );
  return rows;
}

async function failure(asked: Promise<unknown>): Promise<SqlFailed> {
  const error = await asked.then(
    () => undefined,
    (reason: unknown) => reason,
  );
  if (!(error instanceof SqlFailed)) throw new Error('it did not fail as expected');
  return error;
}
