import { describe, expect, it } from 'vitest';
import dbp from '../../../playbooks/dbp/inspection.ts';
import type { HostContext, ShellAnswer } from '../../../src/kit/index.ts';
import { appOf, estateOf } from '../../support/estates.ts';
import { citedRows, flawsOf, limitsByRow, rowsUpTo } from '../../support/inspection-rows.ts';

describe('the checks of DBP', () => {
  it('answer every check, metric and log of the manual, and nothing else', () => {
    expect(citedRows(dbp)).toEqual([
      ...rowsUpTo('DBP', 'C', 16),
      ...rowsUpTo('DBP', 'L', 5),
      ...rowsUpTo('DBP', 'M', 19),
    ]);
  });

  it('are written down in order', () => {
    expect(flawsOf(dbp)).toEqual([]);
  });

  it('have the limits of the manual', () => {
    expect(limitsByRow(dbp)).toEqual({
      'DBP-M01': 600_000,
      'DBP-M02': 20,
      'DBP-M03': 100,
      'DBP-M04': 15,
      'DBP-M05': 10,
      'DBP-M06': 97,
      'DBP-M07': 200,
      'DBP-M08': 0,
      'DBP-M09': 100,
      'DBP-M14': 80,
      'DBP-M15': 80,
      'DBP-M16': 80,
      'DBP-M17': 3,
      'DBP-L03': 0,
    });
  });

  it('ask a person for what no host can tell', () => {
    const asked = dbp.checks.filter(({ on }) => on === 'person').flatMap(({ rows }) => rows);
    expect(asked).toEqual(['DBP-C05', 'DBP-C09', 'DBP-C13']);
  });

  it('look for the console where the inventory says; the manual prints no address', () => {
    const [page] = dbp.checks.filter((check) => check.on === 'page');
    const app = appOf('dbpconsole', 'DBP');
    expect(page?.url({ estate: estateOf(), app, limits: {} })).toBeUndefined();
    const own = estateOf({ consoles: { DBP: 'https://dbp.bank.example/' } });
    expect(page?.url({ estate: own, app, limits: {} })).toBe('https://dbp.bank.example/');
  });

  it('reach the load balancer at the address and the port of the inventory', () => {
    const check = dbp.checks.find(({ id }) => id === 'load-balancer');
    if (check?.on !== 'host') throw new Error('no host check');
    const server = appOf('dbpserver', 'DBP', { ports: { 8066: 18_066 } });
    const context = (addresses: Readonly<Record<string, string>>): HostContext => ({
      estate: estateOf({ apps: [server], addresses }),
      app: appOf('dbpconsole', 'DBP'),
      host: { name: 'dbpconsole-1', app: 'dbpconsole', site: 'a', address: '10.0.0.1', port: 2022 },
      limits: {},
    });
    const known = context({ 'dbp-lb': '10.0.0.9' });
    expect(check.command(known)).toMatch(/ 10\.0\.0\.9 18066;/);
    const open: ShellAnswer = {
      output: 'ping silent\ntcp open\n',
      exitCode: 0,
      truncated: false,
      timedOut: false,
    };
    expect(check.judge(open, known)).toMatchObject([
      { state: 'ok', says: { zh: 'DBP 负载均衡（10.0.0.9）端口 18066 可连接，ping 无应答' } },
    ]);
    expect(check.judge(open, context({}))).toMatchObject([
      { state: 'unknown', says: { en: expect.stringContaining('addresses: { dbp-lb: … }') as string } },
    ]);
  });
});
