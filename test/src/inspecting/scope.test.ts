import { describe, expect, it } from 'vitest';
import { type Estate, type Inspection, type Scope, words } from '../../../src/kit/index.ts';
import { appsOf, looksOf, resolveScope, systemsOf } from '../../../src/inspecting/scope.ts';
import { estate, mq, reg } from './estate.ts';

const scopes: readonly (readonly [Scope, readonly string[], readonly string[], readonly string[]])[] = [
  [
    { kind: 'all' },
    ['MQ', 'REG'],
    ['msgbroker', 'msgconsole', 'session', 'data'],
    ['msgbroker-1', 'msgbroker-2', 'msgbroker-3', 'msgconsole-1', 'msgconsole-2', 'session-1'],
  ],
  [{ kind: 'system', ids: ['REG'] }, ['REG'], ['session', 'data'], ['session-1']],
  [
    { kind: 'app', ids: ['session', 'msgconsole'] },
    ['MQ', 'REG'],
    ['msgconsole', 'session'],
    ['msgconsole-1', 'msgconsole-2', 'session-1'],
  ],
  [
    { kind: 'host', ids: ['msgbroker-2', 'session-1'] },
    ['MQ', 'REG'],
    ['msgbroker', 'session'],
    ['msgbroker-2', 'session-1'],
  ],
  [
    { kind: 'site', ids: ['room-b'] },
    ['MQ', 'REG'],
    ['msgbroker', 'msgconsole', 'session'],
    ['msgbroker-3', 'msgconsole-2', 'session-1'],
  ],
  [{ kind: 'host', ids: ['gone-1'] }, [], [], []],
];

describe('a scope', () => {
  it.each(scopes)(
    '%j means its systems, apps and hosts, in the order of the estate',
    (scope, systems, apps, hosts) => {
      expect(systemsOf(scope, estate, [mq, reg])).toEqual(systems);
      expect(appsOf(scope, estate)).toEqual(apps);
      expect(resolveScope(scope, estate).hosts.map(({ name }) => name)).toEqual(hosts);
    },
  );

  it('holds an app as a whole only when the app or its system is meant', () => {
    const whole = (scope: Scope) => resolveScope(scope, estate).apps.map((each) => each.whole);
    expect(whole({ kind: 'app', ids: ['session'] })).toEqual([true]);
    expect(whole({ kind: 'host', ids: ['session-1'] })).toEqual([false]);
    expect(whole({ kind: 'site', ids: ['room-a', 'room-b'] })).toEqual([false, false, false]);
  });
});

describe('what is looked at', () => {
  const rmc: Inspection = {
    ...reg,
    system: { id: 'RMC', title: words('Resources', '资源'), names: ['rmc'] },
    apps: [],
    checks: reg.checks.map((check) => ({ ...check, id: 'errors', apps: ['msgconsole', 'session'] })),
  };
  const gen: Inspection = { ...reg, system: { ...reg.system, id: 'GEN' }, apps: [], checks: [] };
  const all = [mq, reg, rmc, gen];
  const seen = (scope: Scope, only?: readonly string[], of: Estate = estate) =>
    looksOf(scope, of, all, only).map(({ system, app, check }) => `${system} ${app.id} ${check.id}`);

  it('of a system is what its own manual says, on whichever apps', () => {
    expect(seen({ kind: 'system', ids: ['RMC'] })).toEqual(['RMC msgconsole errors', 'RMC session errors']);
    expect(systemsOf({ kind: 'system', ids: ['RMC'] }, estate, all)).toEqual(['RMC']);
  });

  it('of a system without a check of its own is what the others say of its apps', () => {
    const own = { ...estate, apps: estate.apps.map((app) => ({ ...app, system: 'GEN' })) };
    expect(seen({ kind: 'system', ids: ['GEN'] }, undefined, own)).toContain('RMC session errors');
  });

  it('of an app or a host is what every manual says of it', () => {
    expect(seen({ kind: 'app', ids: ['session'] })).toEqual(['REG session process', 'RMC session errors']);
    expect(systemsOf({ kind: 'host', ids: ['session-1'] }, estate, all)).toEqual(['REG', 'RMC']);
  });

  it('of an app under a name of its own is what the manuals say of its kind', () => {
    const own = { ...estate, apps: estate.apps.map((app) => ({ ...app, id: `${app.id}-of-ours` })) };
    expect(seen({ kind: 'app', ids: ['session-of-ours'] }, undefined, own)).toEqual([
      'REG session-of-ours process',
      'RMC session-of-ours errors',
    ]);
    expect(seen({ kind: 'app', ids: ['session'] }, undefined, own)).toHaveLength(2);
  });

  it('leaves out the systems that may not be looked at', () => {
    expect(seen({ kind: 'app', ids: ['session'] }, ['RMC'])).toEqual(['RMC session errors']);
  });
});
