import { nearest } from '../kit/index.ts';

/** ` (near: msgbroker-1)`: as many of the names as are alike and wanted; empty where none is. */
export function near(word: string, names: readonly string[], most: number): string {
  const found = nearest(word, names, most);
  return found.length === 0 ? '' : ` (near: ${found.join(', ')})`;
}
