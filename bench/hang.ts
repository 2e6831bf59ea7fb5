import type { Benchmark } from './benchmark.ts';
import { quietMachine } from './cpu.ts';
import { type Inspected, startFettle } from './fettle.ts';
import { digits, median, printAim, printTable } from './figures.ts';
import { startBenchHosts } from './hosts.ts';

/** Of ten hosts one hangs. */
const SHARE = 10;
/** Limit of one host, so that a run has an end soon. */
const LIMIT_SECONDS = 12;

/** Whether hosts that accept a connection and then say nothing change the times of the others, before the login and after it. */
export const hang: Benchmark = {
  name: 'hang',
  says: 'hosts that hang, and the times of the others',
  async run(setting) {
    const { runs, hosts: count = 60 } = setting;
    const hosts = await startBenchHosts(setting, count);
    const fettle = startFettle(setting, hosts);
    const bad = hosts.hosts.slice(0, Math.ceil(count / SHARE));
    const good = hosts.hosts.slice(bad.length);
    // Those that hang are asked first: that is the worst for those that wait for their turn.
    const inspect = async (hanging: boolean): Promise<number> => {
      await quietMachine();
      return lastOf(
        await fettle.inspect([...(hanging ? bad : []), ...good], { perHostTimeoutSeconds: LIMIT_SECONDS }),
        good,
      );
    };
    await inspect(false);
    const figures: Record<'cold' | 'warm', { readonly alone: number; readonly beside: number }[]> = {
      cold: [],
      warm: [],
    };
    for (let run = 1; run <= runs; run += 1) {
      await hosts.slow([]);
      await fettle.close();
      const coldAlone = await inspect(false);
      const warmAlone = await inspect(false);

      await fettle.close();
      await hosts.slow(bad.map(({ name }) => name));
      const coldBeside = await inspect(true);

      await hosts.slow([]);
      await fettle.inspect(hosts.hosts);
      await hosts.slow(bad.map(({ name }) => name));
      const warmBeside = await inspect(true);

      figures.cold.push({ alone: coldAlone, beside: coldBeside });
      figures.warm.push({ alone: warmAlone, beside: warmBeside });
      console.log(
        `run ${run}: cold ${digits(coldAlone)} s, beside hanging hosts ${digits(coldBeside)} s; warm ${digits(warmAlone)} s, beside hanging hosts ${digits(warmBeside)} s`,
      );
    }
    console.log(`\n${good.length} hosts, until the last of them had answered, medians:\n`);
    const rows = Object.entries(figures).map(([name, all]) => ({
      name,
      alone: median(all.map(({ alone }) => alone)),
      beside: median(all.map(({ beside }) => beside)),
    }));
    printTable(
      ['', 'alone s', `beside ${bad.length} that hang s`, 'ratio'],
      rows.map(({ name, alone, beside }) => [name, digits(alone), digits(beside), digits(beside / alone)]),
    );
    for (const { name, alone, beside } of rows)
      printAim(`${name}, time of the others beside hosts that hang`, beside / alone, 1.15);
  },
};

/** When the last of these hosts had answered. */
function lastOf({ answered }: Inspected, hosts: readonly { readonly name: string }[]): number {
  return Math.max(...hosts.map(({ name }) => answered[name] ?? Number.NaN));
}
