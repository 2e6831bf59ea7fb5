import { describe, expect, it } from 'vitest';
import { type Host, keepHalf, moreThanHalf, wouldHold } from '../../../src/kit/index.ts';
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

  it('counts those of the other sites for the only one of a site, unless only its site is meant', () => {
    const [alone] = keepHalf(estateWith(1), guarded);
    expect(alone).toMatchObject({ needs: 2, hosts: ['b-1', 'b-2'], unlessRed: 'a-1' });
    const [strict] = keepHalf(estateWith(1), { ...guarded, within: 'site' });
    expect(strict).toMatchObject({ needs: 1, hosts: [], unlessRed: 'a-1' });
  });

  it('lets the only one of all be touched only when it is red, or when it may be down', () => {
    const { apps, hosts: all } = estateWith(1);
    const single = { apps, hosts: all.filter(({ name }) => name === 'a-1') };
    expect(keepHalf(single, guarded)).toMatchObject([{ needs: 1, hosts: [], unlessRed: 'a-1' }]);
    expect(keepHalf(single, { ...guarded, alone: 'may-be-down' })).toEqual([]);
    expect(keepHalf(estateWith(1), { ...guarded, alone: 'may-be-down' })).toHaveLength(1);
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

describe('a guard, while planning', () => {
  const [half] = keepHalf(estateWith(4), guarded);
  const planned = (states: Readonly<Record<string, 'well' | 'red'>>, before: readonly string[] = []) =>
    half &&
    wouldHold(half, {
      isWell: (host) => states[host] === 'well',
      isRed: (host) => states[host] === 'red',
      before,
    }).holds;

  it('holds by those that are well, and by those that are down and back before its turn', () => {
    expect(planned({ 'a-2': 'well', 'a-3': 'well' })).toBe(true);
    expect(planned({ 'a-2': 'well', 'a-3': 'red' })).toBe(false);
    expect(planned({ 'a-2': 'well', 'a-3': 'red' }, ['a-3'])).toBe(true);
  });

  it('does not count whom nobody knows, and lets one that is red be touched where the guard does', () => {
    expect(planned({ 'a-2': 'well' }, ['a-3'])).toBe(false);
    expect(planned({ 'a-1': 'red' })).toBe(true);
    const [strict] = keepHalf(estateWith(4), { ...guarded, alsoRed: true });
    expect(strict).not.toHaveProperty('unlessRed');
    expect(strict).toMatchObject({ needs: 2, hosts: ['a-2', 'a-3', 'a-4'] });
  });

  it('counts the peers of all sites where the app is one', () => {
    const [quorum] = moreThanHalf(estateWith(2), { ...guarded, within: 'app' });
    expect(quorum).toMatchObject({ needs: 3, hosts: ['a-2', 'b-1', 'b-2'] });
  });
});
