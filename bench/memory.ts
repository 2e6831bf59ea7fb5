import type { Benchmark, Setting } from './benchmark.ts';
import { startFettle } from './fettle.ts';
import { digits, median, printAim, printTable } from './figures.ts';
import { type BenchHosts, MOST_REAL, startBenchHosts } from './hosts.ts';

/** What connections that wait for their next inspection cost, above a worker that has logged in once and kept nothing. */
export const memory: Benchmark = {
  name: 'memory',
  says: 'what a pooled connection costs',
  async run(setting) {
    const { runs, hosts: count = 600 } = setting;
    const hosts = await startBenchHosts(setting, Math.min(MOST_REAL, count), count);
    const figures: { readonly idle: number; readonly pooled: number; readonly ended: number }[] = [];
    for (let run = 1; run <= runs; run += 1) {
      const idle = await residentAfter(setting, hosts, 1, false);
      const pooled = await residentAfter(setting, hosts, count, true);
      const ended = await residentAfter(setting, hosts, count, false);
      figures.push({ idle, pooled, ended });
      console.log(
        `run ${run}: idle ${digits(idle)} MB, with ${count} connections ${digits(pooled)} MB, after they ended ${digits(ended)} MB`,
      );
    }
    const perHost = median(figures.map(({ idle, pooled }) => (pooled - idle) / count));
    console.log('\nresident memory after an inspection and a garbage collection, medians:\n');
    printTable(
      ['', 'MB'],
      [
        ['idle: one host inspected, no connection left', digits(median(figures.map(({ idle }) => idle)))],
        [
          `${count} hosts inspected, their connections pooled`,
          digits(median(figures.map(({ pooled }) => pooled))),
        ],
        [`${count} hosts inspected, no connection left`, digits(median(figures.map(({ ended }) => ended)))],
        ['each pooled connection, above idle', digits(perHost)],
      ],
    );
    printAim('memory of a pooled host', perHost, 0.1, 'MB');
  },
};

/** Of a new process, so that nothing that was freed before is used again. */
async function residentAfter(
  setting: Setting,
  hosts: BenchHosts,
  count: number,
  keep: boolean,
): Promise<number> {
  const fettle = startFettle(setting, hosts);
  try {
    return (await fettle.inspect(hosts.hosts.slice(0, count), { keep })).residentMb;
  } finally {
    await fettle.stop();
  }
}
