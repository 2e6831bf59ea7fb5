import { describe, expect, it } from 'vitest';
import { showSize } from '../../../../src/kit/index.ts';

describe('a size', () => {
  it.each([
    [0, '0 KB'],
    [12.4, '12 KB'],
    [1024, '1 MB'],
    [900 * 1024, '900 MB'],
    [5.3 * 1024 ** 2, '5.3 GB'],
    [120 * 1024 ** 2, '120 GB'],
  ])('of %d kilobytes is %s', (kilobytes, shown) => {
    expect(showSize(kilobytes)).toBe(shown);
  });
});
