import type { Benchmark } from './benchmark.ts';
import { quietMachine } from './cpu.ts';
import { startFettle } from './fettle.ts';
import { digits, median, printAim, printTable, spread } from './figures.ts';
import { MOST_REAL, startBenchHosts } from './hosts.ts';

const SIZES = [50, 100, 200, 500, 1000] as const;

/** Whether an inspection of ever more hosts, each logged in to anew, takes ever longer for each. */
export const growth: Benchmark = {
  name: 'growth',
  says: 'wall time from 50 to 1000 hosts',
  async run(setting) {
    const { runs, hosts: most = 1000 } = setting;
    const sizes = SIZES.filter((size) => size <= most);
    if (sizes.length < 2) {
      console.log(`at least ${SIZES[1]} hosts are needed`);
      return;
    }
    const hosts = await startBenchHosts(setting, Math.min(MOST_REAL, most), most);
    const fettle = startFettle(setting, hosts);
    await fettle.inspect(hosts.hosts.slice(0, 20));
    const walls = new Map<number, number[]>(sizes.map((size) => [size, []]));
    for (let run = 1; run <= runs; run += 1) {
      for (const size of sizes) {
        await fettle.close();
        await quietMachine();
        const { wallSeconds, cpuSeconds } = await fettle.inspect(hosts.hosts.slice(0, size));
        walls.get(size)?.push(wallSeconds);
        console.log(
          `run ${run}, ${size} hosts: ${digits(wallSeconds)} s, client CPU ${digits(cpuSeconds)} s`,
        );
      }
    }
    const perHost = (size: number): number => (median(walls.get(size) ?? []) / size) * 1000;
    console.log('\nmedians:\n');
    printTable(
      ['hosts', 'wall s', 'from–to', 'ms a host'],
      [...walls].map(([size, all]) => [
        String(size),
        digits(median(all)),
        spread(all),
        digits(perHost(size)),
      ]),
    );
    const [first = 0, last = 0] = [sizes[0], sizes.at(-1)];
    printAim(`time for each host, of ${last} against of ${first}`, perHost(last) / perHost(first), 1.2);
  },
};
