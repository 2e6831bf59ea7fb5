import { describe, expect, it } from 'vitest';
import { isSqlLike } from '../../../src/kit/index.ts';

describe('a pattern of MySQL', () => {
  it.each([
    ['orders', 'orders', true],
    ['orders', 'order', false],
    ['order', 'orders', false],
    ['ord%', 'orders', true],
    ['%ers', 'orders', true],
    ['%r%s', 'orders', true],
    ['%r%x', 'orders', false],
    ['%', '', true],
    ['_', '', false],
    ['ops_db', 'opsXdb', true],
    ['ops\\_db', 'opsXdb', false],
    ['ops\\_db', 'ops_db', true],
    ['a\\%', 'a%', true],
    ['a\\%', 'ab', false],
    ['a\\b', 'a\\b', true],
    ['%_', 'a', true],
    ['锁%', '锁表', true],
    ['a.c', 'abc', false],
    ['a%b%c', 'aXbXbXc', true],
  ])('%s stands for %s: %s', (pattern, name, is) => {
    expect(isSqlLike(pattern, name)).toBe(is);
  });

  it('from a hostile server takes no time, however it is made', () => {
    const name = 'opsware_orchestration_'.repeat(3).slice(0, 64);
    const began = performance.now();
    for (const pattern of [
      '%'.repeat(64_000),
      `${'%'.repeat(64_000)}x`,
      `${'%o'.repeat(32_000)}x`,
      '_%'.repeat(32_000),
    ])
      isSqlLike(pattern, name);
    expect(performance.now() - began).toBeLessThan(1000);
    expect(isSqlLike(`${'%'.repeat(64)}x`, name)).toBe(false);
  });
});
