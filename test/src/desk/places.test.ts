import { describe, expect, it } from 'vitest';
import { openPlaces } from '../../../src/desk/places.ts';
import { type PlaceKind, words } from '../../../src/kit/index.ts';
import type { Policy } from '../../../src/policy/policy.ts';
import { systemsOf } from '../../../src/inspecting/scope.ts';
import { estate, mq, reg } from '../inspecting/estate.ts';

const rule = { approvals: 1, roles: ['all'], self: true };
const policy: Policy = {
  version: 'v1',
  people: [],
  roles: { all: ['lin'], mq: ['chen'] },
  everyone: [],
  allow: [
    { roles: ['all'], actions: ['inspect'], systems: ['*'] },
    { roles: ['mq'], actions: ['inspect'], systems: ['MQ'] },
  ],
  deny: [],
  confirm: { low: rule, risky: rule, dangerous: rule },
  confirmMinutes: 10,
};
const lin = { id: 'lin', name: 'Lin Wei' };
const chen = { id: 'chen', name: 'Chen Bo' };
const deps = {
  estate,
  policy: () => policy,
  systemsOf: (scope: Parameters<typeof systemsOf>[0]) => systemsOf(scope, estate, [mq, reg]),
};
const offer = openPlaces(deps);
const values = (person: typeof lin, kind: PlaceKind, typed: string): readonly string[] =>
  offer(person, kind, typed).options.map(({ value }) => value);

describe('what there is to choose', () => {
  it('is everything of a kind before anything is typed, in the order of the inventory', () => {
    expect(values(lin, 'system', '')).toEqual(['MQ', 'REG']);
    expect(values(lin, 'app', '')).toEqual(['msgbroker', 'msgconsole', 'session', 'data']);
    expect(values(lin, 'host', '')).toHaveLength(6);
    expect(values(lin, 'site', '')).toEqual(['room-a', 'room-b']);
  });

  it.each([
    ['system', 'mq', ['MQ']],
    ['system', '消息', ['MQ']],
    ['system', 'Registry', ['REG']],
    ['app', '引擎', ['msgbroker']],
    ['app', 'MESSAGE b', ['msgbroker']],
    ['host', 'console', ['msgconsole-1', 'msgconsole-2']],
    ['host', '消息控制台', ['msgconsole-1', 'msgconsole-2']],
    ['host', 'ＲＯＯＭ－Ｂ', ['msgbroker-3', 'msgconsole-2', 'session-1']],
    ['host', 'session-1.bank', ['session-1']],
    ['site', 'b', ['room-b']],
    ['host', 'nothing at all', []],
  ] as const)('a %s is found by "%s", in either language', (kind, typed, expected) => {
    expect(values(lin, kind, typed)).toEqual(expected);
  });

  it('puts names that begin so before names that only hold it', () => {
    expect(values(lin, 'app', 'da')).toEqual(['data']);
    expect(values(lin, 'app', 's')).toEqual(['session', 'msgbroker', 'msgconsole']);
  });

  it('tells the like apart: a host by its app and site, a site by its hosts', () => {
    expect(offer(lin, 'host', 'msgbroker-3').options).toMatchObject([
      { title: words('msgbroker-3', 'msgbroker-3'), hint: words('msgbroker · room-b', '消息引擎 · room-b') },
    ]);
    expect(offer(lin, 'site', 'room-a').options[0]?.hint).toEqual(words('3 hosts', '3 台主机'));
    expect(offer(lin, 'app', 'session').options[0]?.title).toEqual(words('session', '会话节点 · session'));
  });

  it('shows a hundred, and says how many there are', () => {
    const hosts = Array.from({ length: 250 }, (_, n) => ({
      name: `mq-${n}`,
      app: 'msgbroker',
      site: 'room-a',
      address: `10.0.0.${n}`,
      port: 22,
    }));
    const names = hosts.map(({ name }) => name);
    const apps = estate.apps.map((app) => (app.id === 'msgbroker' ? { ...app, hosts: names } : app));
    const large = openPlaces({ ...deps, estate: { ...estate, apps, hosts } });
    const { options, all } = large(lin, 'host', 'mq');
    expect([options.length, all]).toEqual([100, 250]);
    expect(large(lin, 'host', 'mq-249').options.map(({ value }) => value)).toEqual(['mq-249']);
  });
});

describe('what a person may not look at', () => {
  it('is not offered', () => {
    expect(values(chen, 'system', '')).toEqual(['MQ']);
    expect(values(chen, 'app', '')).toEqual(['msgbroker', 'msgconsole']);
    expect(values(chen, 'host', 'session')).toEqual([]);
    expect(values(chen, 'site', '')).toEqual(['room-a', 'room-b']);
    expect(values({ id: 'nobody', name: 'Nobody' }, 'site', '')).toEqual([]);
  });
});

describe('what no manual has a check for', () => {
  it('is not offered', () => {
    const deaf = openPlaces({ ...deps, systemsOf: () => [] });
    expect(deaf(lin, 'host', '')).toEqual({ options: [], all: 0 });
  });
});
