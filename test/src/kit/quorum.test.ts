import { describe, expect, it } from 'vitest';
import { type Host, keepHalf, moreThanHalf, onPeers } from '../../../src/kit/index.ts';
import { appOf, estateOf } from '../../support/estates.ts';

const hosts = (count: number, site: string): Host[] =>
  Array.from({ length: count }, (_, k) => ({
    name: `${site}-${k + 1}`,
    app: 'data',
    site,
    address: '127.0.0.1',
    port: 22,
  }));
const estateWith = (count: number) => {
  const all = [...hosts(count, 'a'), ...hosts(2, 'b')];
  return estateOf({
    apps: [appOf('data', 'REG', { hosts: all.map(({ name }) => name) })],
    hosts: all,
  });
};
const guarded = { app: 'data', target: 'a-1', checks: ['health'] } as const;

describe('the guard that keeps half', () => {
  it('asks of the others of the site that they are at least half of all', () => {
    for (let n = 2; n <= 9; n += 1) {
      const [quorum] = keepHalf(estateWith(n), guarded);
      const needs = quorum?.needs ?? 0;
      expect(quorum?.hosts).toEqual(Array.from({ length: n - 1 }, (_, k) => `a-${k + 2}`));
      expect(quorum).toMatchObject({ system: 'REG', unlessRed: 'a-1' });
      expect(needs >= n / 2 && needs - 1 < n / 2).toBe(true);
    }
  });

  it('lets the only one of a site be touched only when it is red, or when it may be down', () => {
    const [alone] = keepHalf(estateWith(1), guarded);
    expect(alone).toMatchObject({ needs: 1, hosts: [], unlessRed: 'a-1' });
    expect(keepHalf(estateWith(1), { ...guarded, alone: 'may-be-down' })).toEqual([]);
    expect(keepHalf(estateWith(2), { ...guarded, alone: 'may-be-down' })).toHaveLength(1);
  });

  it('does not guard what it does not know', () => {
    expect(() => keepHalf(estateWith(2), { ...guarded, target: 'c-1' })).toThrow('c-1 is no host of data');
    expect(() => keepHalf(estateWith(2), { ...guarded, app: 'date' })).toThrow('no app date');
  });
});

describe('the guard that keeps more than half', () => {
  it('asks of the others that they are more than half of all, whatever the target is', () => {
    for (let n = 1; n <= 9; n += 1) {
      const [quorum] = moreThanHalf(estateWith(n), guarded);
      const needs = quorum?.needs ?? 0;
      expect(quorum).not.toHaveProperty('unlessRed');
      expect(needs > n / 2 && needs - 1 <= n / 2).toBe(true);
    }
  });

  it('is never met by one of two, nor by a single one', () => {
    for (const n of [1, 2]) {
      const [quorum] = moreThanHalf(estateWith(n), guarded);
      expect(quorum?.needs ?? 0).toBeGreaterThan(quorum?.hosts.length ?? 0);
    }
  });
});

it('peers are the other hosts of the app, of its site where that is wanted', () => {
  const peers = (within: 'app' | 'site') =>
    onPeers(estateWith(2), { app: 'data', target: 'a-1', within }, 'REG', ['health', 'ports']);
  expect(peers('site').map(({ on, check }) => [on, check])).toEqual([
    [{ host: 'a-2' }, 'health'],
    [{ host: 'a-2' }, 'ports'],
  ]);
  expect(peers('app').map(({ on }) => on)).toEqual(
    ['a-2', 'a-2', 'b-1', 'b-1', 'b-2', 'b-2'].map((host) => ({ host })),
  );
});
