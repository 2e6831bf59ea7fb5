import mysql from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { freePort } from '../../../../lab/services.ts';
import { diagnoseDatabases } from '../../../../src/cli/doctor/databases.ts';
import type { Database } from '../../../../src/kit/index.ts';
import { startTcpProxy } from '../../../support/tcp-proxy.ts';
import { tryLogin } from '../../../../src/targets/index.ts';
import { rightsIn } from '../../../../src/targets/rights.ts';
import { freshSchema } from '../../../support/mysql.ts';

type Account = { readonly user: string; readonly password: string };
let fresh: Awaited<ReturnType<typeof freshSchema>>;
let root: mysql.Connection;
const users: string[] = [];

beforeAll(async () => {
  fresh = await freshSchema();
  root = await mysql.createConnection({ host: '127.0.0.1', port: inject('mysqlPort'), user: 'root' });
  await root.query(`create table \`${fresh.schema}\`.control_lock (id varchar(64) primary key)`);
});
afterAll(async () => {
  for (const user of users) await root.query(`drop user if exists '${user}'@'%'`);
  await root.end();
  await fresh.drop();
});

/** An account with these rights in the schema. */
async function account(...grants: readonly string[]): Promise<Account> {
  const user = `d${Math.random().toString(36).slice(2, 12)}`;
  users.push(user);
  await root.query(`create user '${user}'@'%' identified by 'secret'`);
  for (const each of grants)
    await root.query(`grant ${each.replaceAll('SCHEMA', `\`${fresh.schema}\``)} to '${user}'@'%'`);
  return { user, password: 'secret' };
}

const here = (over: Partial<Database> = {}): Database => ({
  name: 'orders',
  host: '127.0.0.1',
  port: fresh.port,
  schema: fresh.schema,
  ...over,
});

async function lines(
  databases: readonly Database[],
  accounts: { readonly read: Account; readonly change?: Account } | undefined,
): Promise<readonly string[]> {
  const options = { accounts: () => accounts, connectSeconds: 2 };
  const seen = await diagnoseDatabases(
    { databases },
    { accounts: options.accounts, tryLogin: (database, purpose) => tryLogin(database, options, purpose) },
  );
  return seen.map(({ ok, name, says }) => `${ok ? 'ok' : 'FAILED'} ${name}: ${says}`);
}

describe('databases that the doctor logs in to', () => {
  it('are one line when both accounts log in and may do what they are for', async () => {
    const read = await account('select on SCHEMA.*');
    const change = await account('select on SCHEMA.*', 'insert, delete on SCHEMA.control_lock');
    expect(await lines([here(), here({ name: 'second' })], { read, change })).toEqual([
      'ok 2 of 2 databases (orders, second): log in with both accounts',
    ]);
    expect(await lines([here()], { read })).toEqual([
      'ok 1 of 1 databases (orders): log in with the account for looking',
      'ok DB_CHANGE_USER: is not set: fixes that change rows are refused',
    ]);
  });

  it('are told of within some seconds when a server says nothing more after the login', async () => {
    const read = await account('select on SCHEMA.*');
    const proxy = await startTcpProxy(fresh.port);
    proxy.hooks.up = (data) => !data.includes('SHOW GRANTS');
    expect(await lines([here({ port: proxy.port })], { read })).toEqual([
      expect.stringMatching(/^FAILED database orders: .*no answer within \d+ s/),
    ]);
    await proxy.stop();
  });

  it('name the one of the two accounts whose password is wrong, once for all databases of the server', async () => {
    const read = await account('select on SCHEMA.*');
    const change = await account('select on SCHEMA.*');
    const at = `127.0.0.1:${fresh.port}`;
    expect(
      await lines([here(), here({ name: 'second' })], { read: { ...read, password: 'no' }, change }),
    ).toEqual([
      `FAILED 2 databases (orders, second): ${at} as ${read.user} (account for looking): wrong user or password. Correct DB_READ_USER and DB_READ_PASSWORD, or the account there.`,
    ]);
    expect(await lines([here()], { read, change: { ...change, password: 'no' } })).toEqual([
      `FAILED database orders: ${at} as ${change.user} (account for changes): wrong user or password. Correct DB_CHANGE_USER and DB_CHANGE_PASSWORD, or the account there.`,
    ]);
  });

  it('say which grant lacks', async () => {
    const none = await account();
    const elsewhere = await account('select on mysql.user');
    const [first] = await lines([here()], { read: none });
    expect(first).toMatch(
      /no right to the schema .*An administrator runs: grant select on `t_\w+`\.\* to 'd\w+'@'%'$/,
    );
    expect(await lines([here()], { read: elsewhere })).toHaveLength(1);
    const read = await account('select on SCHEMA.*');
    const change = await account('select on SCHEMA.*', 'delete on SCHEMA.control_lock');
    const [half] = await lines([here()], { read, change });
    expect(half).toMatch(/lacks INSERT on t_\w+\.control_lock.*grant insert on `t_\w+`\.`control_lock` to/);
  });

  it('say that the account for looking may change', async () => {
    const read = await account('select, insert on SCHEMA.*');
    expect(await lines([here()], { read })).toEqual([
      expect.stringMatching(
        /^FAILED .*\(account for looking\): may change rows \(INSERT\)\. Give .* SELECT only\.$/,
      ),
    ]);
  });

  it('say that nothing listens, that the name is unknown, that the schema is not there, and that no account is set', async () => {
    const read = { user: 'root', password: '' };
    const closed = await freePort();
    expect((await lines([here({ port: closed })], { read }))[0]).toBe(
      `FAILED database orders: 127.0.0.1:${closed}: connection refused. Check that the database runs there and its port in the inventory.`,
    );
    expect((await lines([here({ host: 'no-such-host.invalid' })], { read }))[0]).toMatch(
      /^FAILED database orders: no-such-host\.invalid:\d+: the name of the database host could not be resolved\./,
    );
    expect((await lines([here({ schema: 'nowhere' })], { read }))[0]).toContain('there is no schema nowhere');
    expect((await lines([here()], undefined))[0]).toContain('DB_READ_USER is not set');
  });
});

describe('the lines of SHOW GRANTS', () => {
  const rights = (...grants: readonly string[]) =>
    rightsIn('orders', grants)?.map(({ table, rights: on }) => [table, [...on].sort()]);

  it('are read for one schema: of all, of a pattern, of a table, of columns', () => {
    expect(
      rights(
        "GRANT USAGE ON *.* TO `u`@`%` IDENTIFIED BY PASSWORD '*1'",
        'GRANT SELECT, INSERT (a, b) ON `orders`.`t` TO `u`@`%`',
        'GRANT DELETE ON `ord%`.* TO `u`@`%`',
        'GRANT UPDATE ON `ord\\_rs`.* TO `u`@`%`',
        'GRANT ALL PRIVILEGES ON `other`.* TO `u`@`%`',
      ),
    ).toEqual([
      ['*', ['DELETE', 'USAGE']],
      ['t', ['INSERT', 'SELECT']],
    ]);
  });

  it('say nothing certain where a role gives rights', () => {
    expect(rights('GRANT `reader`@`%` TO `u`@`%`', 'GRANT USAGE ON *.* TO `u`@`%`')).toBeUndefined();
  });
});
