import mysql, { type RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, inject, it } from 'vitest';
import { isOnlyOn, reaches, readGrant } from '../../../src/kit/grant.ts';
import { compare } from '../../../src/store/grants-seen.ts';
import { mayOn, rightsIn } from '../../../src/targets/rights.ts';

const of = (line: string) => {
  const grant = readGrant(line);
  return (
    grant && [
      grant.rights.map(({ right, onColumns }) => (onColumns ? `${right}(…)` : right)).join(' '),
      `${grant.schema} ${grant.table}`,
      grant.withOption,
    ]
  );
};

describe('a line of SHOW GRANTS', () => {
  it.each([
    ["GRANT USAGE ON *.* TO `u`@`%` IDENTIFIED BY PASSWORD '*0'", ['USAGE', '* *', false]],
    ['GRANT SELECT, INSERT ON `fettle\\_audit`.* TO `u`@`%`', ['SELECT INSERT', 'fettle\\_audit *', false]],
    ['GRANT ALL ON `a`.`t` TO `u`@`%`', ['ALL PRIVILEGES', 'a t', false]],
    ["GRANT SELECT (a, b), UPDATE (a) ON `a`.`t` TO 'u'@'%'", ['SELECT(…) UPDATE(…)', 'a t', false]],
    ['GRANT SELECT (`a, (b``)`), INSERT ON `a`.`t` TO `u`@`%`', ['SELECT(…) INSERT', 'a t', false]],
    ['GRANT SELECT ON "a"."t""u" TO "u"@"%"', ['SELECT', 'a t"u', false]],
    ['GRANT SELECT ON a.t TO u@localhost', ['SELECT', 'a t', false]],
    ['GRANT SELECT ON `a.b`.`t``c` TO `u`@`%` WITH GRANT OPTION', ['SELECT', 'a.b t`c', true]],
    [
      'GRANT CREATE TEMPORARY TABLES ON `a`.* TO `u`@`%` REQUIRE SSL WITH MAX_USER_CONNECTIONS 5 GRANT OPTION',
      ['CREATE TEMPORARY TABLES', 'a *', true],
    ],
    ['GRANT SELECT ON `a`.* TO `u`@`%` WITH GRANT OPTION MAX_QUERIES_PER_HOUR 5', ['SELECT', 'a *', true]],
  ] as const)('says which rights on which tables: %s', (line, wanted) => {
    expect(of(line)).toEqual(wanted);
  });

  it.each([
    'GRANT `role` TO `u`@`%`',
    'GRANT EXECUTE ON PROCEDURE `a`.`p` TO `u`@`%`',
    'GRANT EXECUTE ON FUNCTION a.p TO u@localhost',
    "GRANT PROXY ON 'root'@'a.b' TO 'u'@'%' WITH GRANT OPTION",
    'GRANT PROXY ON `root`@`a.b` TO `u`@`%`',
    'SET DEFAULT ROLE `role` FOR `u`@`%`',
    'REVOKE SELECT ON `a`.* FROM `u`@`%`',
    'GRANT SELECT ON `a`.*',
    '',
  ])('is not taken for rights on tables: %s', (line) => {
    expect(readGrant(line)).toBeUndefined();
  });

  it.each([
    ['GRANT SELECT ON `a_b`.* TO u', 'axb', true, false],
    ['GRANT SELECT ON `a\\_b`.* TO u', 'a_b', true, true],
    ['GRANT SELECT ON `a\\_b`.* TO u', 'axb', false, false],
    ['GRANT SELECT ON `a_b`.`t` TO u', 'axb', false, false],
    ['GRANT SELECT ON `a_b`.`t` TO u', 'a_b', true, true],
    ['GRANT SELECT ON `%`.* TO u', 'a', true, false],
    ['GRANT SELECT ON *.* TO u', 'a', true, false],
  ])('reaches by the pattern of the server: %s, %s', (line, schema, isReached, isOnly) => {
    const grant = readGrant(line);
    expect(grant && [reaches(grant, schema), isOnlyOn(grant, schema)]).toEqual([isReached, isOnly]);
  });

  it('with rights on columns, or with rights that may be passed on, is too wide for an account of Fettle', () => {
    const wanted = [readGrant('GRANT SELECT ON `a`.* TO u')].flatMap((grant) => grant ?? []);
    const told = (line: string) => compare([line], wanted, ['a', 'b']).tooWide;
    expect(told('GRANT SELECT ON `a`.* TO u')).toEqual([]);
    expect(told('GRANT SELECT (x) ON `a`.`t` TO u')).toHaveLength(1);
    expect(told('GRANT SELECT ON `a`.* TO u WITH GRANT OPTION MAX_QUERIES_PER_HOUR 5')).toEqual([
      'GRANT OPTION on a.*',
    ]);
  });
});

describe('what a server says of an account', () => {
  const user = `g${Math.random().toString(36).slice(2, 12)}`;
  let root: mysql.Connection;
  beforeAll(async () => {
    root = await mysql.createConnection({ host: '127.0.0.1', port: inject('mysqlPort'), user: 'root' });
    await root.query(`create user '${user}'@'%' identified by 'secret'`);
    await root.query(`grant select, insert on \`${user}\\_x\`.* to '${user}'@'%' with grant option`);
  });
  afterAll(async () => {
    await root.query(`drop user '${user}'@'%'`);
    await root.end();
  });

  it.each(['', 'ANSI_QUOTES'])('is read whichever way it quotes names: sql_mode "%s"', async (mode) => {
    await root.query(`set session sql_mode = '${mode}'`);
    const [rows] = await root.query<RowDataPacket[]>(`show grants for '${user}'@'%'`);
    const lines = rows.flatMap((row) => Object.values(row).map(String));
    const rights = rightsIn(`${user}_x`, lines);
    expect(rights?.map(({ table }) => table)).toContain('*');
    expect(['SELECT', 'INSERT', 'DELETE'].map((right) => mayOn(rights ?? [], 't', right))).toEqual([
      true,
      true,
      false,
    ]);
    expect(compare(lines, [], [`${user}_x`]).tooWide).toEqual([`GRANT OPTION on ${user}\\_x.*`]);
  });
});
