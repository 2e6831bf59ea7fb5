import { type Captured, captureWhole } from '../../src/kit/index.ts';

/** Evidence of a test. */
export const captured = (text: string): Captured => captureWhole(text);
