import { execFile } from 'node:child_process';

/** What an awk expression over a line gives for each of the lines. */
export const awkKeys = (expression: string, lines: readonly string[]): Promise<readonly string[]> =>
  new Promise((resolve, reject) => {
    const child = execFile('awk', [`{ print ${expression} }`], (error, stdout) =>
      error ? reject(error) : resolve(stdout.split('\n').slice(0, -1)),
    );
    child.stdin?.end(lines.map((line) => `${line}\n`).join(''));
  });
