// Format, lint and types, side by side; `--fast` leaves out the rules that need types and checks only what changed since it ran last.
import { spawn } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
const isFast = process.argv.includes('--fast');

mkdirSync(path.join(root, '.fettle'), { recursive: true });
const CHECKS = [
  ['biome', 'format', '.'],
  ['oxlint', '--deny-warnings', ...(isFast ? ['-c', '.oxlintrc.fast.json'] : [])],
  ['tsc', '--noEmit', ...(isFast ? ['--incremental', '--tsBuildInfoFile', '.fettle/tsc.json'] : [])],
];

/** Runs one tool to its end; its output comes in one piece, and only when something is wrong. */
const run = ([tool, ...args]) =>
  new Promise((resolve) => {
    const child = spawn(path.join(root, 'node_modules/.bin', tool), args, { cwd: root });
    const said = [];
    child.stdout.on('data', (data) => said.push(data));
    child.stderr.on('data', (data) => said.push(data));
    child.on('error', (error) => said.push(Buffer.from(`${error.message}\n`)));
    child.on('close', (code) => {
      if (code !== 0) process.stdout.write(`${tool}:\n${Buffer.concat(said)}\n`);
      resolve(code === 0);
    });
  });

const results = await Promise.all(CHECKS.map(run));
process.exitCode = results.every(Boolean) ? 0 : 1;
