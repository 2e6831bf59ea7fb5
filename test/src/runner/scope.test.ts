import { describe, expect, it } from 'vitest';
import type { Scope } from '../../../src/kit/index.ts';
import { appsOf, resolveScope, systemsOf } from '../../../src/runner/scope.ts';
import { estate } from './estate.ts';

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
      expect(systemsOf(scope, estate)).toEqual(systems);
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
