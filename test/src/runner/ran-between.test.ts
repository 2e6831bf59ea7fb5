import { describe, expect, it } from 'vitest';
import { ranBetween } from '../../../src/runner/ran-between.ts';

const at = (seconds: number): Date => new Date(Date.UTC(2026, 0, 1, 12) + seconds * 1000);
const whole = { from: at(0), to: at(20) };
const before = { from: 1000, until: 1006 };
const own = { from: 1006, until: 1007 };
const after = { from: 1007, until: 1016 };

describe('the moments between which a command ran', () => {
  it('lie nearer to each other than those of the batch by what ran before and after it, less a hundredth of a second each', () => {
    expect(ranBetween(own, [before, own, after], whole)).toEqual({ from: at(5.99), to: at(11.01) });
  });

  it('are those of the batch when it ran alone, and when the host does not count', () => {
    expect(ranBetween(own, [own], whole)).toEqual(whole);
    expect(ranBetween(undefined, [before, own, after], whole)).toEqual(whole);
  });

  it('are those of the batch when the host counts more seconds than passed here', () => {
    expect(ranBetween(own, [{ from: 900, until: 901 }, own], whole)).toEqual(whole);
  });
});
