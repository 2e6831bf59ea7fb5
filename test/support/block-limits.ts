import { expect } from 'vitest';
import { checkBlocks, type Surface } from '../../lab/workspace/index.ts';

/** Fails with every rule of Slack's that these blocks would break. */
export function assertBlocks(blocks: unknown, surface: Surface = 'message'): void {
  const asSent: unknown = JSON.parse(JSON.stringify(blocks));
  expect(checkBlocks(asSent as Parameters<typeof checkBlocks>[0], surface)).toEqual([]);
}
