import { describe, expect, it } from 'vitest';
import { findScope, readScope, scopeFields, type Estate, words } from '../../../../src/kit/index.ts';
import { appOf, estateOf } from '../../../support/estates.ts';

const hosts = ['odp-1', 'odp-2', 'broker-1'].map((name) => ({
  name,
  app: name.slice(0, -2) === 'odp' ? 'odp' : 'msgbroker',
  site: name === 'odp-2' ? 'room b' : 'room-a',
  address: `${name}.example`,
  port: 22,
}));
/** A system and an app of it share their name. */
const estate: Estate = estateOf({
  systems: [
    { id: 'ODP', title: words('Data proxy', '数据访问代理'), names: ['odp'] },
    { id: 'MQ', title: words('Message queue', '消息队列'), names: ['mq'] },
  ],
  apps: [
    appOf('odp', 'ODP', { hosts: ['odp-1', 'odp-2'] }),
    appOf('msgbroker', 'MQ', { names: ['mq msgbroker'], hosts: ['broker-1'] }),
  ],
  hosts,
});

const read = (values: Parameters<typeof readScope>[0]) => readScope(values, estate);

describe('the form of a scope', () => {
  it('has a field for each kind of place, and one for everything', () => {
    expect(scopeFields.map(({ id }) => id)).toEqual(['system', 'app', 'host', 'site', 'all']);
  });

  it.each([
    [{ system: ['MQ'] }, 'mq', { kind: 'system', ids: ['MQ'] }],
    [{ app: ['msgbroker'] }, 'msgbroker', { kind: 'app', ids: ['msgbroker'] }],
    [{ app: ['odp'] }, 'app:odp', { kind: 'app', ids: ['odp'] }],
    [{ system: ['ODP', 'MQ'] }, 'odp, mq', { kind: 'system', ids: ['ODP', 'MQ'] }],
    [{ host: ['odp-1', 'broker-1'] }, 'odp-1, broker-1', { kind: 'host', ids: ['odp-1', 'broker-1'] }],
    [{ site: ['room b'] }, 'room b', { kind: 'site', ids: ['room b'] }],
    [{ system: ['MQ'], app: ['odp'] }, 'mq, app:odp', { kind: 'app', ids: ['odp', 'msgbroker'] }],
    // Two names, though together they are the name of one app.
    [{ system: ['MQ'], app: ['msgbroker'] }, 'mq, msgbroker', { kind: 'system', ids: ['MQ'] }],
    [{ all: ['all'] }, 'all', { kind: 'all' }],
  ] as const)('%j is what would have been typed: %s', (values, typed, scope) => {
    expect(read(values)).toEqual({ ok: true, meant: typed });
    expect(findScope(typed, estate)).toEqual({ ok: true, scope });
  });

  it.each([
    ['nothing', {}, 'system', 'Choose at least one'],
    ['everything and single ones', { all: ['all'], host: ['odp-1'] }, 'all', 'Take one of the two away'],
    ['what the inventory no longer has', { host: ['gone-1'] }, 'host', '"gone-1"'],
  ] as const)('%s is a mistake at its field', (_, values, field, says) => {
    const found = read(values);
    expect(found).toMatchObject({ ok: false, problems: [{ field }] });
    expect(!found.ok && found.problems[0].says.en).toContain(says);
  });
});

describe('a name with its kind before it', () => {
  it.each([
    ['app:odp', 'app', ['odp']],
    ['APP: odp', 'app', ['odp']],
    ['应用：odp', 'app', ['odp']],
    ['system:odp', 'system', ['ODP']],
    ['系统：数据访问代理', 'system', ['ODP']],
    ['host:odp-1', 'host', ['odp-1']],
    ['机房:room-a', 'site', ['room-a']],
  ])('%s means nothing else', (typed, kind, ids) => {
    expect(findScope(typed, estate)).toEqual({ ok: true, scope: { kind, ids } });
  });
});
