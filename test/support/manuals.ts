import path from 'node:path';
import { loadManuals, type Manuals } from '../../src/catalog/manuals.ts';

/** The rows of the manuals as the project has them. */
export async function readManuals(root: string = path.resolve('.')): Promise<Manuals> {
  const read = await loadManuals(root);
  if (!read.ok) throw new Error(read.problems.join('\n'));
  return read.manuals;
}
