import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink, utimes } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const ROOT = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const BUILDS = path.join(ROOT, '.fettle', 'compiled');
const SOURCES = ['src', 'commands', 'playbooks', 'lab', 'scripts', 'test/support'] as const;
/** What the sources read beside them. */
const BESIDE = 'manuals';
/** A build that nobody asked for as long as this is forgotten. */
const KEPT_MS = 24 * 60 * 60 * 1000;

let compiling: Promise<string> | undefined;

/**
 * A file of the sources compiled, as arguments of Node: it starts in less than half the time that the source takes. The
 * build is named by what it was made of, so it is never an old one, and nobody's build changes while it runs.
 * @throws when the compiler cannot be run; what it says about types is left to `npm run check`.
 */
export async function compiled(file: `${string}.ts`): Promise<readonly string[]> {
  compiling ??= compile();
  return ['--enable-source-maps', path.join(await compiling, file.replace(/\.ts$/, '.js'))];
}

/** The command line, compiled. */
export const compiledCli = (): Promise<readonly string[]> => compiled('src/cli.ts');

async function compile(): Promise<string> {
  const files = (await Promise.all(SOURCES.map(filesBelow))).flat().sort();
  const build = path.join(BUILDS, await hashOf([...files, 'tsconfig.json', 'package-lock.json']));
  if (await isThere(build)) {
    await utimes(build, new Date(), new Date());
    return build;
  }
  await mkdir(BUILDS, { recursive: true });
  const making = await mkdtemp(path.join(BUILDS, 'making-'));
  try {
    await emit(making);
    for (const file of files)
      if (!file.endsWith('.ts')) await cp(path.join(ROOT, file), path.join(making, file));
    await symlink(path.join(ROOT, BESIDE), path.join(making, BESIDE));
    // Another process may have made the same meanwhile.
    await rename(making, build).catch(async (error: unknown) => {
      if (!(await isThere(build))) throw error;
    });
  } finally {
    await rm(making, { recursive: true, force: true });
  }
  await forgetOld();
  return build;
}

async function filesBelow(folder: string): Promise<readonly string[]> {
  const found = await readdir(path.join(ROOT, folder), { recursive: true, withFileTypes: true });
  return found
    .filter((entry) => entry.isFile())
    .map((entry) => path.relative(ROOT, path.join(entry.parentPath, entry.name)));
}

async function hashOf(files: readonly string[]): Promise<string> {
  const hash = createHash('sha256');
  for (const file of files) hash.update(`${file}\0`).update(await readFile(path.join(ROOT, file)));
  return hash.digest('hex').slice(0, 16);
}

/** Types are not looked at, so that something half-written can be tried. */
async function emit(to: string): Promise<void> {
  const compiler = fileURLToPath(import.meta.resolve('typescript/package.json'));
  const tsc = path.join(path.dirname(compiler), 'bin', 'tsc');
  const options = ['--noCheck', '--sourceMap', '--outDir', to, '--rootDir', ROOT];
  const config = path.join(ROOT, 'tsconfig.compiled.json');
  await promisify(execFile)(process.execPath, [tsc, '-p', config, ...options]);
}

async function forgetOld(): Promise<void> {
  for (const name of await readdir(BUILDS)) {
    const build = path.join(BUILDS, name);
    const used = (await stat(build).catch(() => undefined))?.mtimeMs ?? Date.now();
    if (Date.now() - used > KEPT_MS) await rm(build, { recursive: true, force: true });
  }
}

const isThere = (folder: string): Promise<boolean> =>
  stat(folder).then(
    () => true,
    () => false,
  );
