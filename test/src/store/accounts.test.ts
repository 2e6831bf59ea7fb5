import type mysql from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { words } from '../../../src/kit/index.ts';
import { grantsOf, inspectGrants, migrateStore } from '../../../src/store/index.ts';
import { type SeparateAccounts, separateAccounts } from '../../support/accounts.ts';
import { entry, newRun, openStore, type Store } from './fixtures.ts';

let accounts: SeparateAccounts;
let store: Store;
let service: mysql.Connection;
let writer: mysql.Connection;
let keeper: mysql.Connection;

beforeAll(async () => {
  accounts = await separateAccounts();
  await migrateStore(accounts.migrating);
  store = await openStore(accounts.options);
  for (const action of ['asked', 'planned', 'confirmed', 'claimed', 'ended'])
    await store.audit.write(entry(action));
  service = await accounts.as('app');
  writer = await accounts.as('audit');
  keeper = await accounts.as('migrate');
});
afterAll(async () => {
  await store.close();
  await accounts.close();
});

/** Refused for lack of a right, and for nothing else. */
async function refusal(session: mysql.Connection, statement: string): Promise<string> {
  const code = await session.query(statement).then(
    () => 'was allowed',
    (error: NodeJS.ErrnoException) => error.code ?? String(error),
  );
  return DENIED.test(code) ? 'denied' : code;
}
const DENIED =
  /^ER_(TABLEACCESS_DENIED_ERROR|DBACCESS_DENIED_ERROR|SPECIFIC_ACCESS_DENIED_ERROR|ACCESS_DENIED_ERROR|PROCACCESS_DENIED_ERROR|CANT_CREATE_USER_WITH_GRANT|KILL_DENIED_ERROR|NONEXISTING_GRANT|NONEXISTING_TABLE_GRANT)$/;

/** Ways to change, remove, hide, move, copy over or stand in for the chain, in a schema. */
const AGAINST_THE_CHAIN = (audit: string): readonly string[] => [
  `update ${audit}.audit set reason = 'x'`,
  `update ${audit}.audit set reason = reason`,
  `update ${audit}.audit_heads set n = 0`,
  `delete from ${audit}.audit`,
  `delete from ${audit}.audit_heads where n > 2`,
  `delete l, h from ${audit}.audit l join ${audit}.audit_heads h on l.n = h.n`,
  `truncate ${audit}.audit`,
  `truncate table ${audit}.audit_heads`,
  `drop table ${audit}.audit`,
  `drop table if exists ${audit}.audit_heads`,
  `drop schema ${audit}`,
  `alter schema ${audit} character set latin1`,
  `rename table ${audit}.audit to ${audit}.audit2`,
  `rename table ${audit}.audit to audit2`,
  `alter table ${audit}.audit rename to ${audit}.zz`,
  `alter table ${audit}.audit_heads drop primary key`,
  `alter table ${audit}.audit drop column reason`,
  `alter table ${audit}.audit modify reason varchar(1)`,
  `alter table ${audit}.audit add column z int`,
  `alter table ${audit}.audit engine = memory`,
  `alter table ${audit}.audit discard tablespace`,
  `alter table ${audit}.audit auto_increment = 1`,
  `alter table ${audit}.audit partition by range (n) (partition p0 values less than (3), partition p1 values less than maxvalue)`,
  `alter table ${audit}.audit drop partition p1`,
  `alter table ${audit}.audit truncate partition p1`,
  `alter table ${audit}.audit exchange partition p1 with table run`,
  `alter table ${audit}.audit modify actor_id varchar(190) as ('zhao') virtual`,
  `create index z on ${audit}.audit (action)`,
  `drop index by_run on ${audit}.audit`,
  `create trigger ${audit}.t before insert on ${audit}.audit for each row set new.reason = null`,
  `create or replace view ${audit}.audit as select 1`,
  `create view ${audit}.shadow as select * from ${audit}.audit`,
  `create table ${audit}.z like ${audit}.audit`,
  `create table ${audit}.z as select * from ${audit}.audit`,
  `create event ${audit}.e on schedule every 1 second do delete from ${audit}.audit`,
  `create procedure ${audit}.p() sql security definer delete from ${audit}.audit`,
  `create function ${audit}.f() returns int deterministic return 1`,
  `replace into ${audit}.audit select * from ${audit}.audit`,
  `replace into ${audit}.audit_heads select * from ${audit}.audit_heads`,
  `insert into ${audit}.audit_heads (n, hash) values (1, 'x') on duplicate key update n = 0`,
  `lock tables ${audit}.audit write`,
  `load data infile '/etc/hostname' replace into table ${audit}.audit`,
  `select * from ${audit}.audit into outfile '/tmp/never'`,
  `grant update on ${audit}.audit to current_user()`,
  `create user eve@'%'`,
  `set global foreign_key_checks = 0`,
  `set global general_log = 1`,
  `flush tables ${audit}.audit with read lock`,
  `update mysql.global_priv set priv = '{}'`,
];

/** Beyond that, of the service: its own schema has no tables made or changed by it, and the chain no rows. */
const OF_THE_SERVICE = (schema: string, audit: string): readonly string[] => [
  `insert into ${audit}.audit select * from ${audit}.audit`,
  `insert ignore into ${audit}.audit select * from ${audit}.audit limit 1`,
  `insert into ${audit}.audit_heads values (99, repeat('a', 64))`,
  `insert into ${audit}.audit_heads select n + 100, hash from ${audit}.audit`,
  `set statement foreign_key_checks = 0 for insert into ${audit}.audit_heads values (98, 'x')`,
  `optimize table ${audit}.audit`,
  `load data local infile '/etc/hostname' into table ${audit}.audit`,
  `create table audit as select * from ${audit}.audit`,
  'create table audit (n int)',
  `create temporary table audit like ${audit}.audit`,
  `create or replace view audit as select * from ${audit}.audit`,
  `create view audit_heads as select 1 as n`,
  'create trigger t before update on run for each row set new.body = old.body',
  'create event e on schedule every 1 second do delete from run',
  'create procedure p() delete from run',
  'alter table run add column z int',
  'alter table run drop column format',
  'create index z on run (kind)',
  'drop table run',
  'truncate table run',
  'rename table run to run2',
  `drop schema ${schema}`,
  'lock tables run write',
];

describe('with three accounts', () => {
  it('everything of the service works, and its lines are in the chain', async () => {
    const run = newRun();
    const before = (await store.audit.verify()).rows;
    await store.runs.create(run, run.id, entry('asked', run.id));
    await store.runs.apply(run.id, { kind: 'begun' }, entry('begun', run.id));
    await store.runs.apply(run.id, { kind: 'cancelled', by: { id: 'U1', name: 'Ana' } }, entry('x', run.id));
    await store.runs.apply(run.id, { kind: 'noted', says: words('n', 'n') });
    expect(await store.history.forget()).toBe(0);
    expect(await store.audit.verify()).toMatchObject({ rows: before + 3, problems: [] });
  });

  it('the service can do nothing to the chain and makes no table', async () => {
    const { schema, auditSchema } = accounts;
    const told = new Map<string, string>();
    for (const statement of [...AGAINST_THE_CHAIN(auditSchema), ...OF_THE_SERVICE(schema, auditSchema)])
      told.set(statement, await refusal(service, statement));
    expect([...told].filter(([, code]) => code !== 'denied')).toEqual([]);
    expect(told.size).toBeGreaterThan(60);
    expect((await store.audit.verify()).problems).toEqual([]);
  });

  it('the audit account adds rows to the chain and does nothing else', async () => {
    const { schema, auditSchema } = accounts;
    const told = new Map<string, string>();
    for (const statement of [
      ...AGAINST_THE_CHAIN(auditSchema),
      `select * from ${schema}.run`,
      `insert into ${schema}.run (id) values ('x')`,
      `update ${schema}.run set state = 'approved'`,
      `delete from ${schema}.button`,
    ])
      told.set(statement, await refusal(writer, statement));
    expect([...told].filter(([, code]) => code !== 'denied')).toEqual([]);
    // Switching off what a session may switch off changes no row either.
    await writer.query('set foreign_key_checks = 0, unique_checks = 0');
    await expect(writer.query('insert into audit select * from audit')).rejects.toThrow('Duplicate');
    await expect(
      writer.query('insert into audit_heads select n, hash from audit_heads limit 1'),
    ).rejects.toThrow('Duplicate');
    expect((await store.audit.verify()).problems).toEqual([]);
  });

  it('the account of migrations changes and removes no row of the chain', async () => {
    const { auditSchema: audit } = accounts;
    const told = new Map<string, string>();
    for (const statement of [
      `update ${audit}.audit set reason = 'x'`,
      `delete from ${audit}.audit`,
      `truncate ${audit}.audit`,
      `drop table ${audit}.audit`,
      `drop schema ${audit}`,
      `rename table ${audit}.audit to ${audit}.away`,
      `replace into ${audit}.audit select * from ${audit}.audit`,
      `create trigger ${audit}.t before insert on ${audit}.audit for each row set new.reason = null`,
      `create view ${audit}.v as select 1`,
      `grant update on ${audit}.audit to current_user()`,
      `lock tables ${audit}.audit write`,
    ])
      told.set(statement, await refusal(keeper, statement));
    expect([...told].filter(([, code]) => code !== 'denied')).toEqual([]);
  });

  it('reading the chain, by handler or by a locking read, changes nothing and stops nobody', async () => {
    const { auditSchema } = accounts;
    await service.query(`handler ${auditSchema}.audit open as h`).catch(() => undefined);
    await service.query('handler h read first').catch(() => undefined);
    await service.query('start transaction');
    await service.query(`select * from ${auditSchema}.audit where n = 1 for update`).catch(() => undefined);
    await store.audit.write(entry('written meanwhile'));
    await service.query('rollback');
    await service.query('handler h close').catch(() => undefined);
    expect((await store.audit.verify()).problems).toEqual([]);
  });

  it('a start refuses a schema that is not up to date, and says who mends it', async () => {
    const fresh = await separateAccounts();
    try {
      await expect(openStore(fresh.options)).rejects.toThrow('Run "fettle migrate"');
      await migrateStore(fresh.migrating);
      await (await openStore(fresh.options)).close();
      expect(await migrateStore(fresh.migrating)).toEqual([]);
      await fresh.root.query('delete from migration where no = 10');
      await expect(openStore(fresh.options)).rejects.toThrow('missing: 0010-formats.sql');
    } finally {
      await fresh.close();
    }
  });

  it('stops every recorded change while the chain cannot be written', async () => {
    const { root, auditSchema, users } = accounts;
    const run = newRun();
    await store.runs.create(run, run.id, entry('asked', run.id));
    await root.query(`revoke insert on ${pattern(auditSchema)}.* from '${users.audit}'@'%'`);
    try {
      // A right that is taken away counts for sessions that open their schema anew.
      const other = await openStore(accounts.options);
      await expect(other.runs.apply(run.id, { kind: 'begun' }, entry('begun', run.id))).rejects.toThrow(
        'DENIED',
      );
      await expect(other.runs.create(newRun(), 'k', entry('asked'))).rejects.toThrow('DENIED');
      await other.close();
    } finally {
      await root.query(`grant insert on ${pattern(auditSchema)}.* to '${users.audit}'@'%'`);
    }
    expect(await store.runs.get(run.id)).toMatchObject({ state: 'queued', revision: 1 });
    await store.runs.apply(run.id, { kind: 'begun' }, entry('begun', run.id));
    expect((await store.audit.verify()).problems).toEqual([]);
  });
});

describe('the rights of an account', () => {
  const seen = (role: 'app' | 'audit' | 'migrate') =>
    inspectGrants(
      role,
      {
        host: accounts.options.host,
        port: accounts.options.port,
        user: accounts.users[role],
        password: 'pw',
      },
      { database: accounts.schema },
    );

  it('are right as grants.sql gives them', async () => {
    for (const role of ['app', 'audit', 'migrate'] as const)
      expect(await seen(role)).toEqual({
        account: `${accounts.users[role]}@%`,
        tooWide: [],
        missing: [],
      });
  });

  it('are too wide, one by one', async () => {
    const { root, users, schema, auditSchema } = accounts;
    const who = `'${users.app}'@'%'`;
    for (const [right, on, says] of [
      ['alter', `${pattern(schema)}.*`, 'ALTER on'],
      ['insert', `${pattern(auditSchema)}.*`, 'INSERT on'],
      ['update', `${auditSchema}.audit`, 'UPDATE on'],
      ['update (reason)', `${auditSchema}.audit`, 'UPDATE'],
      ['all', '*.*', 'ALL PRIVILEGES on *.*'],
      ['select', '`mysql`.*', 'SELECT on mysql.*'],
      ['select, insert', '`t%`.*', 'INSERT on t%.*'],
      ['create temporary tables, event', `${pattern(schema)}.*`, 'CREATE TEMPORARY TABLES, EVENT on'],
    ] as const) {
      await root.query(`grant ${right} on ${on} to ${who}`);
      expect((await seen('app')).tooWide.join()).toContain(says);
      await root.query(`revoke ${right} on ${on} from ${who}`);
      expect((await seen('app')).tooWide).toEqual([]);
    }
    await root.query(`grant select on ${pattern(schema)}.* to ${who} with grant option`);
    expect((await seen('app')).tooWide.join()).toContain('GRANT OPTION');
    await root.query(`revoke grant option on ${pattern(schema)}.* from ${who}`);
    await root.query(`create role r_${users.app}`);
    await root.query(`grant r_${users.app} to ${who}`);
    expect((await seen('app')).tooWide.join()).toContain(`r_${users.app}`);
    await root.query(`drop role r_${users.app}`);
    expect((await seen('app')).tooWide).toEqual([]);
  });

  it('are missing, by name', async () => {
    const { root, users, schema, auditSchema } = accounts;
    await root.query(`revoke delete on ${pattern(schema)}.* from '${users.app}'@'%'`);
    await root.query(`revoke select on ${pattern(auditSchema)}.* from '${users.app}'@'%'`);
    expect((await seen('app')).missing).toEqual([`DELETE on ${schema}.*`, `SELECT on ${auditSchema}.*`]);
    for (const grant of await grantsOf('app', { database: schema }, users.app)) await root.query(grant);
    expect((await seen('app')).missing).toEqual([]);
  });

  it('take no name that could be more than a name', async () => {
    await expect(grantsOf('app', { database: 'fettle' }, "x'@'%'; drop user root; --")).rejects.toThrow(
      'not a name',
    );
    await expect(grantsOf('app', { database: 'a`b' }, 'x')).rejects.toThrow('not a name');
    expect(await grantsOf('audit', { database: 'fettle' }, 'writer@10.0.0.%')).toEqual([
      "grant select, insert on `fettle\\_audit`.* to 'writer'@'10.0.0.%'",
    ]);
  });
});

/** A schema's name in a grant, where "_" would stand for any character. */
const pattern = (schema: string): string => `\`${schema.replaceAll('_', '\\_')}\``;
