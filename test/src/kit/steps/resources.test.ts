import { describe, expect, it } from 'vitest';
import { overlaps, placeWords, type Resource } from '../../../../src/kit/index.ts';

/** The same numbers every time. */
function* numbers(seed: number): Generator<number, never> {
  for (let state = seed; ; ) {
    state = (Math.imul(state, 1_103_515_245) + 12_345) >>> 0;
    yield state >>> 8;
  }
}

const NAMES = ['a', 'b', 'ab', 'a-1', 'a-10', '甲', '甲乙'] as const;
const KINDS = ['site', 'system', 'app', 'host'] as const;

type Path = readonly string[];

/** A place of the estate, as the parts that lead to it. */
function place(random: Generator<number, never>): Path {
  const depth = 1 + (random.next().value % KINDS.length);
  return KINDS.slice(0, depth).map((kind) => `${kind}:${NAMES[random.next().value % NAMES.length] ?? ''}`);
}

const written = (path: Path): Resource => path.join('/') as Resource;
/** One lies on the way to the other. */
const isWithin = (outer: Path, inner: Path): boolean => outer.every((part, at) => inner[at] === part);

describe('two places of the estate', () => {
  it('overlap exactly when one is the other or lies within it, whatever their names begin with', () => {
    const random = numbers(16);
    let both = 0;
    for (let round = 0; round < 5000; round += 1) {
      const [one, other] = [place(random), place(random)];
      const expected = isWithin(one, other) || isWithin(other, one);
      both += expected ? 1 : 0;
      expect([one, other, overlaps(written(one), written(other))]).toEqual([one, other, expected]);
      expect(overlaps(written(other), written(one))).toBe(expected);
    }
    // The trial says something about either answer.
    expect(both).toBeGreaterThan(200);
    expect(both).toBeLessThan(4800);
  });

  it('are databases apart from hosts', () => {
    expect(overlaps('database:a', 'site:a')).toBe(false);
    expect(overlaps('database:a', 'database:a')).toBe(true);
    expect(overlaps('database:a', 'database:ab')).toBe(false);
  });

  it('are called by their narrowest part', () => {
    expect(placeWords('site:a/system:REG/app:meta/host:meta-1')).toEqual({
      en: 'host meta-1',
      zh: '主机 meta-1',
    });
    expect(placeWords('database:deps')).toEqual({ en: 'database deps', zh: '数据库 deps' });
    expect(placeWords('site:上海')).toEqual({ en: 'site 上海', zh: '机房 上海' });
  });
});
