import { describe, expect, it } from 'vitest';
import { fewestMilliseconds, filled, SHAPES } from '../support/hostile.ts';
import { type Pattern, patternsIn, sampleOf } from '../support/patterns.ts';

/** Milliseconds that one pattern may take for all of one text. */
const MOST_MS = 250;

const patterns = patternsIn(['src', 'commands', 'playbooks']);

describe('every pattern in the source', () => {
  it('is found, and for nearly all of them a text that it is meant for', () => {
    expect(patterns.length).toBeGreaterThan(200);
    expect(
      patterns.filter((pattern) => sampleOf(pattern) !== undefined).length / patterns.length,
    ).toBeGreaterThan(0.8);
  });

  it('takes no more than linear time, whatever the text', { timeout: 300_000 }, () => {
    const slow: string[] = [];
    for (const pattern of distinct(patterns)) {
      const regex = new RegExp(
        pattern.source,
        pattern.flags.includes('g') ? pattern.flags : `${pattern.flags}g`,
      );
      for (const [name, text] of [...SHAPES, ...ownShapes(pattern)]) {
        const ms = fewestMilliseconds(() => text.replace(regex, ''), MOST_MS);
        if (ms <= MOST_MS) continue;
        slow.push(`${pattern.at} ${String(regex)} on ${name}: ${Math.round(ms)} ms`);
        break;
      }
    }
    expect(slow).toEqual([]);
  });
});

const distinct = (all: readonly Pattern[]): readonly Pattern[] => [
  ...new Map(all.map((pattern) => [`${pattern.source}/${pattern.flags}`, pattern])).values(),
];

/** What it is meant for over and over: whole, begun again and again, and without the end that it waits for. */
function ownShapes(pattern: Pattern): readonly (readonly [string, string])[] {
  const sample = sampleOf(pattern);
  if (sample === undefined) return [];
  const cuts = [
    ...new Set([sample, sample.slice(0, -1), sample.slice(0, Math.ceil(sample.length / 2)), sample.slice(1)]),
  ];
  return cuts
    .filter((piece) => piece !== '')
    .flatMap((piece) => [
      [JSON.stringify(piece), filled(piece)] as const,
      [`${JSON.stringify(piece)} and a return`, `${filled(piece).slice(0, -1)}\r`] as const,
      [`${JSON.stringify(piece)} in lines`, filled(`${piece}\n`)] as const,
    ]);
}
