import { randomBytes } from 'node:crypto';
import mysql from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { administratorSql } from '../../../src/cli/migrate.ts';
import { accountFacts } from '../../../src/config/accounts.ts';
import { type Environment, readEnvironment } from '../../../src/config/environment.ts';
import { migrateStore, openStore } from '../../../src/store/index.ts';
import { ana } from '../store/fixtures.ts';

const id = randomBytes(4).toString('hex');
const NEEDED = { MYSQL_USER: `app_${id}`, MYSQL_DATABASE: `own_${id}`, SSH_USER: 'a', SSH_KEY_FILE: '/k' };

function envOf(over: Readonly<Record<string, string>>): Environment {
  const read = readEnvironment({ ...NEEDED, ...over });
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.env;
}

describe('what an administrator runs', () => {
  let root: mysql.Connection;
  beforeAll(async () => {
    root = await mysql.createConnection({ host: '127.0.0.1', port: inject('mysqlPort'), user: 'root' });
  });
  afterAll(async () => {
    for (const schema of [`own_${id}`, `own_${id}_audit`])
      await root.query(`drop database if exists ${schema}`);
    for (const user of ['', '_audit', '_migrate']) await root.query(`drop user if exists app_${id}${user}`);
    await root.end();
  });

  it('makes schemas and three accounts with which everything works, also when it is run twice', async () => {
    const sql = (await administratorSql(envOf({}))).replaceAll('<password>', 'pw');
    for (let times = 0; times < 2; times += 1)
      for (const statement of sql.split(/;\n/)) await root.query(statement.replace(/^--.*\n/, ''));
    const where = { host: '127.0.0.1', port: inject('mysqlPort'), password: 'pw', database: `own_${id}` };
    await migrateStore({ ...where, user: `app_${id}_migrate` });
    const auditAccount = { user: `app_${id}_audit`, password: 'pw' };
    const store = await openStore({ ...where, user: `app_${id}`, auditAccount });
    await store.audit.write({ actor: ana, action: 'looked' });
    expect(await store.audit.verify()).toMatchObject({ rows: 1, problems: [] });
    await store.close();
  });
});

describe('the accounts of the database', () => {
  it('are one unless others are named', () => {
    expect(accountFacts(envOf({}))).toEqual({
      hasAuditKey: false,
      hasAuditAccount: false,
      areApart: false,
      holdsMigrateAccount: false,
    });
  });

  it('are apart with a key, another account and another schema', () => {
    const apart = { FETTLE_AUDIT_KEY: 'x'.repeat(32), MYSQL_AUDIT_USER: 'chain' };
    expect(accountFacts(envOf(apart))).toEqual({
      hasAuditKey: true,
      hasAuditAccount: true,
      areApart: true,
      holdsMigrateAccount: false,
    });
    for (const not of [
      { MYSQL_AUDIT_USER: NEEDED.MYSQL_USER },
      { MYSQL_AUDIT_DATABASE: NEEDED.MYSQL_DATABASE },
    ])
      expect(accountFacts(envOf({ ...apart, ...not })).hasAuditAccount).toBe(false);
    expect(accountFacts(envOf({ MYSQL_MIGRATE_USER: 'tables' })).areApart).toBe(true);
  });

  it('need a name for the schema of the chain where none can be made', () => {
    const long = readEnvironment({ ...NEEDED, MYSQL_DATABASE: 'x'.repeat(60) });
    expect(long.ok ? [] : long.problems.map(({ path }) => path)).toEqual(['MYSQL_AUDIT_DATABASE']);
  });
});
