import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { CLASSES } from './classes/index.ts';
import { drawTrials, type FaultClass, type Result, runTrial } from './programme.ts';
import { randomFrom } from './random.ts';
import { type Rig, startRig } from './rig.ts';
import { table } from './table.ts';

const USAGE = `npm run faults                        300 trials, two practice estates at a time
  --trials 60                         so many in all, by the shares of the classes
  --only "worker killed"              one class; may be repeated
  --seed 7                            the same trials again
  --trial 123456                      one trial by the seed that the report names; with --only
  --estates 2                         practice estates at a time
  --out .fettle/faults                where report.md and report.json are written
Classes: ${CLASSES.map(({ name }) => name).join(', ')}
`;

process.exitCode = await main();

async function main(): Promise<number> {
  const given = read();
  if (!given) return 2;
  const only = given.only ?? [];
  const classes = CLASSES.filter(({ name }) => only.length === 0 || only.includes(name));
  const unknown = only.filter((name) => !CLASSES.some((each) => each.name === name));
  if (unknown.length > 0 || classes.length === 0) {
    process.stderr.write(`There is no class ${unknown.join(', ')}.\n\n${USAGE}`);
    return 2;
  }
  const seed = Number(given.seed ?? Date.now() % 1_000_000);
  const [first] = classes;
  const trials =
    given.trial !== undefined && first
      ? [{ of: first, seed: Number(given.trial) }]
      : drawTrials(classes, Number(given.trials ?? 300), randomFrom(seed));
  const out = path.resolve(given.out ?? path.join('.fettle', 'faults'));
  process.stderr.write(`${trials.length} trials, seed ${seed}\n`);
  const began = performance.now();
  const { results, notBegun } = await runAll(
    trials,
    Math.min(Number(given.estates ?? 2), trials.length),
    out,
  );
  const minutes = ((performance.now() - began) / 60_000).toFixed(1);
  const text = [
    table(classes, results),
    '',
    `${results.length} trials in ${minutes} minutes, seed ${seed}; ${notBegun.length} could not begin.`,
  ].join('\n');
  await mkdir(out, { recursive: true });
  await writeFile(path.join(out, 'report.md'), `${text}\n`);
  await writeFile(
    path.join(out, 'report.json'),
    JSON.stringify({ seed, minutes, notBegun, results }, null, 1),
  );
  process.stdout.write(`${text}\n`);
  return results.every(({ violations }) => violations.length === 0) && notBegun.length === 0 ? 0 : 1;
}

interface NotBegun {
  readonly of: string;
  readonly seed: number;
  readonly because: string;
}

/** Shares the trials among the estates; an estate in which a trial could not begin is started anew. */
async function runAll(
  trials: readonly { readonly of: FaultClass; readonly seed: number }[],
  estates: number,
  out: string,
): Promise<{ readonly results: readonly Result[]; readonly notBegun: readonly NotBegun[] }> {
  const results: Result[] = [];
  const notBegun: NotBegun[] = [];
  const waiting = trials.values();
  const lane = async (_: unknown, no: number): Promise<void> => {
    let rig: Rig | undefined;
    for (const { of, seed } of waiting) {
      try {
        rig ??= await startRig(path.join(out, `estate-${no}`));
        const result = await runTrial(rig, of, seed);
        results.push(result);
        tell(result, results.length, trials.length);
      } catch (error) {
        const because = error instanceof Error ? error.message : String(error);
        notBegun.push({ of: of.name, seed, because });
        process.stderr.write(`  ${of.name} ${seed}: could not begin: ${because}\n`);
        await rig?.stop();
        rig = undefined;
      }
    }
    await rig?.stop();
  };
  await Promise.all(Array.from({ length: estates }, lane));
  return { results, notBegun };
}

function tell({ of, attempt, seed, kind, restMs, violations }: Result, no: number, total: number): void {
  const rest = restMs === undefined ? '' : ` at rest after ${(restMs / 1000).toFixed(1)} s`;
  const bad = violations.map((each) => `\n    ${each.kind}: ${each.says}`).join('');
  process.stderr.write(`${no}/${total} ${of}, ${attempt} (${kind}, ${seed})${rest}${bad}\n`);
}

function read() {
  try {
    return parseArgs({
      options: {
        trials: { type: 'string' },
        only: { type: 'string', multiple: true },
        seed: { type: 'string' },
        trial: { type: 'string' },
        estates: { type: 'string' },
        out: { type: 'string' },
      },
    }).values;
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return undefined;
  }
}
