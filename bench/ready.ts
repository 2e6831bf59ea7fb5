import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { setTimeout as pause } from 'node:timers/promises';
import { FEW_APPS } from '../lab/estate/apps/index.ts';
import { freePort } from '../lab/services.ts';
import type { Practice } from '../scripts/practice.ts';
import type { Benchmark } from './benchmark.ts';
import { digits, median, printTable, spread } from './figures.ts';
import { practiceFor } from './on-practice.ts';

/** From the start of a process until it can take work, beside nothing but loading the same modules. */
export const ready: Benchmark = {
  name: 'ready',
  says: 'from the start of a process until /readyz says yes',
  async run(setting) {
    const { runs } = setting;
    const practice = await practiceFor(setting, { estate: { apps: FEW_APPS.slice(0, 1) }, schedules: [] });
    const figures = { bot: [] as number[], worker: [] as number[], bare: [] as number[] };
    for (let run = 1; run <= runs; run += 1) {
      figures.bare.push(await seconds(importOnly));
      figures.bot.push(await secondsUntilReady(practice.startBot));
      figures.worker.push(await secondsUntilReady(practice.startWorker));
      console.log(
        `run ${run}: ${Object.entries(figures)
          .map(([name, all]) => `${name} ${digits(all.at(-1) ?? Number.NaN)} s`)
          .join(', ')}`,
      );
    }
    const bare = median(figures.bare);
    console.log('');
    printTable(
      ['', 'wall s', 'from–to', '÷ loading the modules'],
      (
        [
          ['loading the modules', figures.bare],
          ['bot', figures.bot],
          ['worker with its changer', figures.worker],
        ] as const
      ).map(([name, all]) => [name, digits(median(all)), spread(all), digits(median(all) / bare)]),
    );
  },
};

async function seconds(work: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await work();
  return (performance.now() - began) / 1000;
}

/** Starts one more process, and ends it when it has said yes. */
async function secondsUntilReady(start: Practice['startBot']): Promise<number> {
  const port = await freePort();
  const began = performance.now();
  const starting = start({ FETTLE_HTTP_PORT: String(port) });
  const isReady = async (): Promise<boolean> =>
    fetch(`http://127.0.0.1:${port}/readyz`).then(
      ({ status }) => status === 200,
      () => false,
    );
  while (!(await isReady())) await Promise.race([pause(LOOK_MS), failed(starting)]);
  const took = (performance.now() - began) / 1000;
  const child = await starting;
  child.kill('SIGTERM');
  await once(child, 'exit');
  return took;
}

const LOOK_MS = 10;

/** Throws what a start throws; otherwise it never ends. */
const failed = (starting: Promise<unknown>): Promise<never> =>
  new Promise((_, reject) => {
    starting.catch(reject);
  });

/** A process that loads what every role loads, definitions included, and ends. */
async function importOnly(): Promise<void> {
  const file = (name: string): string => fileURLToPath(new URL(`../${name}`, import.meta.url));
  const script = `const { CODE } = await import(${JSON.stringify(file('src/main.ts'))});
    const { loadCatalog } = await import(${JSON.stringify(file('src/catalog/catalog.ts'))});
    await loadCatalog(CODE);
    process.exit();`;
  const child = spawn(
    process.execPath,
    ['--import', import.meta.resolve('tsx'), '--input-type=module', '--eval', script],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const [code] = (await once(child, 'exit')) as [number | null];
  if (code !== 0) throw new Error(`loading the modules ended with ${code}`);
}
