import { execFile } from 'node:child_process';
import { compiledCli } from '../../scripts/compiled.ts';

export interface Reply {
  readonly code: number;
  readonly out: string;
  readonly error: string;
}

/** The command line without a terminal and without the environment of the tests. */
export async function typeFettle(words: readonly string[], folder = process.cwd()): Promise<Reply> {
  const cli = await compiledCli();
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      [...cli, ...words],
      {
        cwd: folder,
        env: { PATH: process.env['PATH'], HOME: process.env['HOME'] },
        maxBuffer: 64 * 1024 * 1024,
      },
      (failed, out, error) =>
        resolve({ code: typeof failed?.code === 'number' ? failed.code : failed ? -1 : 0, out, error }),
    );
    child.stdin?.end();
  });
}
