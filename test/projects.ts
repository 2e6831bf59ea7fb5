import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';

/** The test files of the project, apart: those that use the shared Redis or MariaDB, themselves or through what they import, and the others. */
export function testsByNeed(root: string): {
  readonly services: readonly string[];
  readonly pure: readonly string[];
} {
  const needs = new Map<string, boolean>();
  const read = (file: string): boolean => {
    const known = needs.get(file);
    if (known !== undefined) return known;
    // A file that imports itself, however far round, needs nothing by that.
    needs.set(file, false);
    const text = readFileSync(file, 'utf8');
    const found =
      /\binject\(/.test(text) ||
      importsOf(text, file)
        .filter((imported) => imported.startsWith(path.join(root, 'test')))
        .some(read);
    needs.set(file, found);
    return found;
  };
  const files = readdirSync(path.join(root, 'test'), { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.test.ts'))
    .map((file) => path.posix.join('test', file))
    .sort();
  const isServed = (file: string): boolean => read(path.join(root, file));
  return { services: files.filter(isServed), pure: files.filter((file) => !isServed(file)) };
}

/** Files beside or around it that a file names in quotes; one that starts another process names it, too. */
function importsOf(text: string, file: string): readonly string[] {
  return Array.from(text.matchAll(/['"](\.{1,2}\/[^'"]+\.ts)['"]/g), ([, name = '']) =>
    path.resolve(path.dirname(file), name),
  ).filter((name) => existsSync(name));
}
