import { describe, expect, it } from 'vitest';
import { hostsOf, optionOf, pathOf, portOf } from '../../../src/kit/index.ts';
import { appOf, estateOf } from '../../support/estates.ts';

describe('what is elsewhere here', () => {
  const app = appOf('msgbroker', 'MQ', {
    ports: { 9529: 19529 },
    paths: { '/home/admin/logs': '/data/logs', '/home/admin/logs/mq': '/fast/mq' },
  });

  it('is a port of the app', () => {
    expect([portOf(app, 9529), portOf(app, 2022)]).toEqual([19529, 2022]);
  });

  it.each([
    ['/home/admin/logs/a.log', '/data/logs/a.log'],
    ['/home/admin/logs', '/data/logs'],
    ['/home/admin/logs/mq/a.log', '/fast/mq/a.log'],
    ['/home/admin/logsold/a.log', '/home/admin/logsold/a.log'],
    ['/etc/hosts', '/etc/hosts'],
  ])('is a folder, the longest that holds the path: %s', (path, here) => {
    expect(pathOf(app, path)).toBe(here);
  });
});

describe('an option', () => {
  it('is what the installation chose, of those that the system declares', () => {
    const estate = estateOf({ options: { REG: { version: 'v6' } } });
    expect(optionOf(estate, 'REG', 'version')).toBe('v6');
    expect(() => optionOf(estate, 'REG', 'colour')).toThrow('REG has no option "colour"');
    expect(() => optionOf(estate, 'MQ', 'version')).toThrow('MQ has no option "version"');
  });
});

describe('the hosts of an app', () => {
  it('are those it runs on, whatever app the inventory names them under', () => {
    const host = (name: string) => ({ name, app: 'ledger', site: 'a', address: '127.0.0.1', port: 22 });
    const hosts = [host('h-1'), host('h-2'), host('h-3')];
    expect(hostsOf({ hosts }, appOf('staragent', 'STAR', { hosts: ['h-3', 'h-1'] }))).toEqual([
      host('h-1'),
      host('h-3'),
    ]);
  });
});
