import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import type { Benchmark, Setting } from './benchmark.ts';
import { commands } from './commands.ts';
import { confirm } from './confirm.ts';
import { fanOut } from './fan-out.ts';
import { growth } from './growth.ts';
import { hang } from './hang.ts';
import { memory } from './memory.ts';
import { printMachine } from './figures.ts';
import { ready } from './ready.ts';
import { wide } from './wide.ts';

const BENCHMARKS: readonly Benchmark[] = [fanOut, memory, growth, hang, commands, confirm, wide, ready];

const USAGE = `npm run bench                          all of them
npm run bench -- <name> [--runs 5] [--hosts <number>] [--seconds <number>]
${BENCHMARKS.map(({ name, says }) => `  ${name.padEnd(10)} ${says}`).join('\n')}
`;

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      runs: { type: 'string', default: '5' },
      hosts: { type: 'string' },
      seconds: { type: 'string' },
    },
  });
  const chosen =
    positionals.length === 0 ? BENCHMARKS : BENCHMARKS.filter(({ name }) => positionals.includes(name));
  const numbers = [values.runs, values.hosts ?? '1', values.seconds ?? '1'].map(Number);
  if (
    chosen.length < positionals.length ||
    numbers.some((number) => !Number.isInteger(number) || number < 1)
  ) {
    console.log(USAGE);
    return 2;
  }
  printMachine();
  for (const benchmark of chosen) {
    console.log(`## ${benchmark.name}: ${benchmark.says}\n`);
    const whole = await perform(benchmark, {
      runs: Number(values.runs),
      ...(values.hosts === undefined ? {} : { hosts: Number(values.hosts) }),
      ...(values.seconds === undefined ? {} : { seconds: Number(values.seconds) }),
    });
    if (!whole) return 130;
    console.log('');
  }
  return 0;
}

/** False when it was interrupted. Whatever it started has ended then, too. */
async function perform(
  { run }: Benchmark,
  numbers: Pick<Setting, 'runs' | 'hosts' | 'seconds'>,
): Promise<boolean> {
  const stopping = new AbortController();
  const interrupted = new Promise<false>((resolve) => {
    for (const signal of ['SIGINT', 'SIGTERM'] as const)
      process.once(signal, () => {
        stopping.abort();
        resolve(false);
      });
  });
  const stops: (() => Promise<unknown>)[] = [];
  // Short, because the path of a socket in it has 107 characters at most.
  const folder = await mkdtemp(path.join(os.tmpdir(), 'fettle-bench-'));
  const started: Setting['started'] = (stop) => void stops.push(stop);
  try {
    const running = run({ ...numbers, folder, started, signal: stopping.signal });
    return await Promise.race([running.then(() => true), interrupted]);
  } finally {
    for (const stop of stops.reverse()) await stop();
    await rm(folder, { recursive: true, force: true });
  }
}

process.exit(await main());
