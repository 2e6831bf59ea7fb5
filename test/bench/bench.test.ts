import { execFile } from 'node:child_process';
import { readdir } from 'node:fs/promises';
import os from 'node:os';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

const run = promisify(execFile);

const bench = async (...words: readonly string[]): Promise<string> =>
  (await run(process.execPath, ['--import', 'tsx', 'bench/main.ts', ...words])).stdout;

const leftovers = async (): Promise<readonly string[]> =>
  (await readdir(os.tmpdir())).filter((name) => name.startsWith('fettle-bench-'));

it('compares with other tools, or says how to install them', { timeout: 120_000 }, async () => {
  const before = await leftovers();
  const said = await bench('fan-out', '--runs', '1', '--hosts', '2');
  const compared = !said.includes('apt-get install');
  expect(said).toMatch(
    compared
      ? /\| Fettle, cold \| 1 of 1 \| [\d.]+ \|[\s\S]*(reached|missed): cold, wall time against pdsh: [\d.]+ ×/
      : /Not installed here: \w+/,
  );
  // Every one of them brought all its answers.
  expect(said).not.toMatch(/only \d+ of \d+ answers/);
  expect(await leftovers()).toEqual(before);
});

it('measures without any other tool', { timeout: 120_000 }, async () => {
  expect(await bench('memory', '--runs', '1', '--hosts', '3')).toMatch(
    /(reached|missed): memory of a pooled host: -?[\d.e-]+ MB/,
  );
});

it('lists what there is when it is asked for something else', async () => {
  const answer = await run(process.execPath, ['--import', 'tsx', 'bench/main.ts', 'speed']).catch(
    (error: { code: number; stdout: string }) => error,
  );
  expect(answer).toMatchObject({ code: 2, stdout: expect.stringMatching(/fan-out[\s\S]*commands/) });
});
