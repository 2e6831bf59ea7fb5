import { createContainers } from '../../src/targets/index.ts';

/** For tests without nodes and clusters. */
export const noContainers = createContainers(
  { run: () => Promise.reject(new Error('there are no nodes here')) },
  undefined,
);
