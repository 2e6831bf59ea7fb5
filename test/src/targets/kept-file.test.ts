import { mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { keptFile } from '../../../src/targets/kept-file.ts';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'fettle-kept-'));
});

afterAll(() => rm(folder, { recursive: true, force: true }));

describe('a file that is kept', () => {
  it('is read once while it stays as it is', async () => {
    const file = path.join(folder, 'same');
    await writeFile(file, 'a');
    let reads = 0;
    const read = keptFile((text) => `${text}${(reads += 1)}`);
    expect([read(file), read(file)]).toEqual(['a1', 'a1']);
  });

  it('is read again when it was written, or when another took its place, of the same length too', async () => {
    const file = path.join(folder, 'changing');
    const read = keptFile((text) => text);
    await writeFile(file, 'one');
    expect(read(file)).toBe('one');
    await writeFile(file, 'longer');
    expect(read(file)).toBe('longer');
    const other = path.join(folder, 'other');
    await writeFile(other, 'placed');
    await rename(other, file);
    expect(read(file)).toBe('placed');
  });

  it('that cannot be read throws, and is read once it is there', async () => {
    const file = path.join(folder, 'late');
    const read = keptFile((text) => text);
    expect(() => read(file)).toThrow('ENOENT');
    await writeFile(file, 'here');
    expect(read(file)).toBe('here');
    await rm(file);
    expect(() => read(file)).toThrow('ENOENT');
  });
});
