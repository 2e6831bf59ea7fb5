import { isDeepStrictEqual } from 'node:util';
import { expect, it } from 'vitest';
import { HEALTHY } from '../../../lab/estate/conditions.ts';
import { appState } from '../../../lab/estate/app-state.ts';

const broker = appState({ beats: 5, failing: false });
const console = appState({ beats: 1 });

it('are healthy until something changes them, and each app has its own', () => {
  const slow = broker.with(HEALTHY, { beats: 20 });
  expect(broker.of(HEALTHY)).toEqual({ beats: 5, failing: false });
  expect(broker.of(slow)).toEqual({ beats: 20, failing: false });
  expect(console.of(slow)).toEqual({ beats: 1 });
});

it('keep what was changed before, theirs and that of others, and what every host has', () => {
  const loaded = { ...console.with(broker.with(HEALTHY, { failing: true }), { beats: 2 }), load: 9 };
  const both = broker.with(loaded, { beats: 20 });
  expect(broker.of(both)).toEqual({ beats: 20, failing: true });
  expect(console.of(both)).toEqual({ beats: 2 });
  expect(both.load).toBe(9);
});

it('tell conditions apart that differ in them only', () => {
  const [one, same, other] = [20, 20, 30].map((beats) => broker.with(HEALTHY, { beats }));
  expect(isDeepStrictEqual(one, same)).toBe(true);
  expect(isDeepStrictEqual(one, other)).toBe(false);
});
