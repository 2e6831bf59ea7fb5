import os from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import type { Benchmark } from './benchmark.ts';
import { endedChildrenSeconds, machineSeconds, QUIET_SHARE, quietMachine, treeSeconds } from './cpu.ts';
import { startFettle } from './fettle.ts';
import { digits, median, printAim, printTable, spread } from './figures.ts';
import { type BenchHosts, startBenchHosts } from './hosts.ts';
import { missingTools, preparePeers, runPeer } from './peers.ts';
import { MARKS_PER_HOST } from './script.ts';

/** What the one who asks knows by itself. */
interface Asked {
  readonly wallSeconds: number;
  readonly clientSeconds: number;
  readonly answers: number;
}

interface Measured extends Asked {
  /** The hosts' own: sshd, its key exchange and login, and the commands. */
  readonly hostSeconds: number;
  /** What others used of this machine meanwhile. */
  readonly foreignSeconds: number;
}

interface Contender {
  readonly name: string;
  readonly run: () => Promise<Measured>;
}

/** The same twelve commands on many hosts at once, by Fettle and by other tools, in turn. */
export const fanOut: Benchmark = {
  name: 'fan-out',
  says: 'twelve commands on every host, against pdsh, clush and Ansible',
  async run(setting) {
    const { signal, runs, hosts: count = 200 } = setting;
    const missing = missingTools();
    if (missing) {
      console.log(missing);
      return;
    }
    const hosts = await startBenchHosts(setting, count);
    const fettle = startFettle(setting, hosts);
    const ofFettle = async (): Promise<Asked> => {
      const { wallSeconds, cpuSeconds, ok } = await fettle.inspect(hosts.hosts);
      return { wallSeconds, clientSeconds: cpuSeconds, answers: ok };
    };
    // A worker has been running for a while when it is asked.
    await fettle.inspect(hosts.hosts.slice(0, 20));
    await fettle.close();
    const contenders: readonly Contender[] = [
      {
        name: COLD,
        // The logins end within the measurement, as those of the other tools do.
        async run() {
          return measure(hosts, async () => {
            const measured = await ofFettle();
            await fettle.close();
            return measured;
          });
        },
      },
      {
        name: WARM,
        async run() {
          await fettle.inspect(hosts.hosts);
          const measured = await measure(hosts, ofFettle);
          await fettle.close();
          return measured;
        },
      },
      ...(await preparePeers(path.join(setting.folder, 'peers'), hosts)).map((peer) => ({
        name: peer.name,
        async run() {
          const before = endedChildrenSeconds();
          return measure(hosts, async () => {
            const { wallSeconds, marks, tail } = await runPeer(peer, signal);
            if (marks !== count * MARKS_PER_HOST) console.log(`${peer.name} said last:\n${tail}`);
            const clientSeconds = endedChildrenSeconds() - before;
            return { wallSeconds, clientSeconds, answers: marks };
          });
        },
      })),
    ];
    const figures = new Map<string, Measured[]>(contenders.map(({ name }) => [name, []]));
    for (let run = 1; run <= runs; run += 1) {
      for (const { name, run: perform } of contenders) {
        const measured = await perform();
        signal.throwIfAborted();
        figures.get(name)?.push(measured);
        console.log(`run ${run}, ${name}: ${describe(measured, count)}`);
      }
    }
    report(figures, count);
  },
};

const COLD = 'Fettle, cold';
const WARM = 'Fettle, warm';

/** Waits until the hosts rest, before and after. */
async function measure({ pid }: BenchHosts, work: () => Promise<Asked>): Promise<Measured> {
  await restingSeconds(pid);
  await quietMachine();
  const hostsBefore = treeSeconds(pid);
  const machineBefore = machineSeconds();
  const measured = await work();
  const machine = machineSeconds() - machineBefore;
  const hostSeconds = (await restingSeconds(pid)) - hostsBefore;
  const foreignSeconds = Math.max(0, machine - hostSeconds - measured.clientSeconds);
  return { ...measured, hostSeconds, foreignSeconds };
}

const MOST_PAUSES = 40;

async function restingSeconds(pid: number): Promise<number> {
  let seconds = treeSeconds(pid);
  for (let k = 0; k < MOST_PAUSES; k += 1) {
    await pause(250);
    const now = treeSeconds(pid);
    if (now - seconds < 0.02) return now;
    seconds = now;
  }
  return seconds;
}

function describe(
  { wallSeconds, clientSeconds, hostSeconds, foreignSeconds, answers }: Measured,
  hosts: number,
): string {
  const whole = hosts * MARKS_PER_HOST;
  return [
    `${digits(wallSeconds)} s, client CPU ${digits(clientSeconds)} s, hosts' CPU ${digits(hostSeconds)} s`,
    ...(answers === whole ? [] : [`only ${answers} of ${whole} answers`]),
    ...(isQuiet({ wallSeconds, foreignSeconds })
      ? []
      : [`others used ${digits(foreignSeconds)} s of this machine`]),
  ].join('; ');
}

const isQuiet = ({
  wallSeconds,
  foreignSeconds,
}: Pick<Measured, 'wallSeconds' | 'foreignSeconds'>): boolean =>
  foreignSeconds < QUIET_SHARE * wallSeconds * os.availableParallelism();

/** Runs beside which others were busy say little; they count when there are too few of the quiet ones. */
function counted(all: readonly Measured[]): readonly Measured[] {
  const quiet = all.filter(isQuiet);
  return quiet.length >= Math.min(3, all.length) ? quiet : all;
}

function report(figures: ReadonlyMap<string, readonly Measured[]>, hosts: number): void {
  const of = (name: string, what: (measured: Measured) => number): number =>
    median(counted(figures.get(name) ?? []).map(what));
  const wall = (name: string): number => of(name, ({ wallSeconds }) => wallSeconds);
  const client = (name: string): number => of(name, ({ clientSeconds }) => clientSeconds);
  // Both cores on nothing but what the hosts themselves have to do.
  const limit = (name: string): number =>
    of(name, ({ hostSeconds }) => hostSeconds) / os.availableParallelism();
  console.log(`\n${hosts} hosts, ${MARKS_PER_HOST} commands on each, medians of the quiet runs:\n`);
  printTable(
    ['', 'runs', 'wall s', 'from–to', 'client CPU s', "hosts' CPU s", "wall ÷ hosts' CPU on all cores"],
    [...figures].map(([name, all]) => [
      name,
      `${counted(all).length} of ${all.length}`,
      digits(wall(name)),
      spread(counted(all).map(({ wallSeconds }) => wallSeconds)),
      digits(client(name)),
      digits(of(name, ({ hostSeconds }) => hostSeconds)),
      digits(wall(name) / limit(name)),
    ]),
  );
  for (const peer of ['pdsh', 'clush'])
    printAim(`cold, wall time against ${peer}`, wall(COLD) / wall(peer), 0.6);
  printAim('cold, wall time against pdsh, curve25519', wall(COLD) / wall('pdsh, curve25519'), 1.05);
  printAim('cold, wall time against ansible shell', wall(COLD) / wall('ansible shell'), 0.25);
  for (const peer of [...figures.keys()].filter((name) => name !== COLD && name !== WARM))
    printAim(`cold, client CPU against ${peer}`, client(COLD) / client(peer), 1);
  printAim("warm, wall time against the hosts' own CPU on all cores", wall(WARM) / limit(WARM), 1.2);
}
