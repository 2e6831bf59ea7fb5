import type { Benchmark, Setting } from './benchmark.ts';
import { startFettle } from './fettle.ts';
import { digits, median, printAim, printTable } from './figures.ts';
import { type BenchHosts, MOST_REAL, startBenchHosts } from './hosts.ts';

/** What a connection that waits for its next inspection costs: of two workers that did the same, one has kept them. */
export const memory: Benchmark = {
  name: 'memory',
  says: 'what a pooled connection costs',
  async run(setting) {
    const { runs, hosts: count = 600 } = setting;
    const hosts = await startBenchHosts(setting, Math.min(MOST_REAL, count), count);
    const figures: { readonly idle: number; readonly pooled: number }[] = [];
    for (let run = 1; run <= runs; run += 1) {
      const idle = await residentAfter(setting, hosts, false);
      const pooled = await residentAfter(setting, hosts, true);
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
async function residentAfter(setting: Setting, hosts: BenchHosts, keep: boolean): Promise<number> {
  const fettle = startFettle(setting, hosts);
  try {
    return (await fettle.inspect(hosts.hosts, { keep })).residentMb;
  } finally {
    await fettle.stop();
  }
}
