import { describe, expect, it } from 'vitest';
import { drawTrials, type FaultClass, type Result } from './programme.ts';
import { randomFrom } from './random.ts';
import { table } from './table.ts';

const fault = (name: string, share: number): FaultClass => ({
  name,
  title: `${name} breaks`,
  share,
  tries: [],
});
const classes = [fault('often', 3), fault('seldom', 1)];

describe('the trials of a programme', () => {
  it('follow from the seed, share by share, each with a seed of its own', () => {
    const drawn = drawTrials(classes, 40, randomFrom(7));
    expect(drawTrials(classes, 40, randomFrom(7))).toEqual(drawn);
    expect(drawTrials(classes, 40, randomFrom(8))).not.toEqual(drawn);
    expect(drawn.filter(({ of }) => of.name === 'often')).toHaveLength(30);
    expect(new Set(drawn.map(({ seed }) => seed)).size).toBe(40);
  });

  it('try every class at least once', () => {
    expect(new Set(drawTrials(classes, 1, randomFrom(7)).map(({ of }) => of.name)).size).toBe(2);
  });

  it('are counted by class and kind, with the time to rest', () => {
    const result = (of: string, restMs: number, ...kinds: readonly ('doubled' | 'lost')[]): Result => ({
      of,
      attempt: 'x',
      seed: 1,
      kind: 'rows',
      restMs,
      violations: kinds.map((kind) => ({ kind, says: '' })),
    });
    const lines = table(classes, [
      result('often', 1000),
      result('often', 9000, 'lost', 'lost'),
      result('seldom', 500),
    ]).split('\n');
    expect(lines.slice(2)).toEqual([
      '| **often**: often breaks | 2 | 0 | 0 | 0 | 0 | 1 | 0 | 0 | 0 | 9.0 / 9.0 |',
      '| **seldom**: seldom breaks | 1 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0 | 0.5 / 0.5 |',
      '| all | 3 | 0 | 0 | 0 | 0 | 1 | 0 | 0 | 0 | 1.0 / 9.0 |',
    ]);
  });

  it('draw every number of a range, and nothing beside it', () => {
    const random = randomFrom(3);
    const seen = new Set(Array.from({ length: 500 }, () => random.between(2, 6)));
    expect([...seen].sort((a, b) => a - b)).toEqual([2, 3, 4, 5, 6]);
    expect(() => random.pick([])).toThrow('nothing to pick');
  });
});
