import path from 'node:path';
import type { Benchmark } from './benchmark.ts';
import { startFettle } from './fettle.ts';
import { digits, median, printAim, printTable } from './figures.ts';
import { type BenchHosts, MOST_REAL, startBenchHosts } from './hosts.ts';

/** What a connection that waits for its next inspection costs: of two workers that did the same, one has kept them. */
export const memory: Benchmark = {
  name: 'memory',
  says: 'what a pooled connection costs',
  async run({ folder, started, runs, hosts: count = 600 }) {
    const hosts = await startBenchHosts({
      folder: path.join(folder, 'hosts'),
      hosts: Math.min(MOST_REAL, count),
      addresses: count,
    });
    started(() => hosts.stop());
    const figures: { readonly idle: number; readonly pooled: number }[] = [];
    for (let run = 1; run <= runs; run += 1) {
      const idle = await residentAfter(hosts, false);
      const pooled = await residentAfter(hosts, true);
      figures.push({ idle, pooled });
      console.log(`run ${run}: idle ${digits(idle)} MB, with ${count} connections ${digits(pooled)} MB`);
    }
    const perHost = figures.map(({ idle, pooled }) => (pooled - idle) / count);
    console.log('\nresident memory after an inspection and a garbage collection, medians:\n');
    printTable(
      ['', 'MB'],
      [
        ['no connection left', digits(median(figures.map(({ idle }) => idle)))],
        [`${count} connections pooled`, digits(median(figures.map(({ pooled }) => pooled)))],
        ['each of them', digits(median(perHost))],
      ],
    );
    printAim('memory of a pooled host', median(perHost), 0.1, 'MB');
  },
};

/** Of a new process, so that nothing that was freed before is used again. */
async function residentAfter(hosts: BenchHosts, keep: boolean): Promise<number> {
  const fettle = startFettle(hosts);
  try {
    return (await fettle.inspect(hosts.hosts, { keep })).residentMb;
  } finally {
    await fettle.stop();
  }
}
