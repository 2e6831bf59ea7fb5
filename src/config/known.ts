import type { Inspection } from '../kit/index.ts';

/** What the definitions know: an inventory is read against it. */
export type Known = readonly (Pick<Inspection, 'system' | 'apps' | 'options'> &
  Partial<Pick<Inspection, 'checks'>>)[];
