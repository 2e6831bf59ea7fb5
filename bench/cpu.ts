import { readdirSync, readFileSync } from 'node:fs';
import os from 'node:os';
import { setTimeout as pause } from 'node:timers/promises';

/** What /proc counts in: hundredths of a second on every Linux. */
const TICKS_PER_SECOND = 100;

interface ProcessTimes {
  readonly parent: number;
  /** Seconds of its own and of all its descendants that have ended. */
  readonly seconds: number;
  /** Seconds of those descendants alone. */
  readonly ofEnded: number;
}

function timesOf(pid: string): ProcessTimes | undefined {
  let stat: string;
  try {
    stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  } catch {
    return undefined;
  }
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const field = (at: number): number => Number(fields[at]);
  const own = field(11) + field(12);
  const ofEnded = field(13) + field(14);
  return {
    parent: field(1),
    seconds: (own + ofEnded) / TICKS_PER_SECOND,
    ofEnded: ofEnded / TICKS_PER_SECOND,
  };
}

/**
 * CPU seconds that a process and everything that ever descended from it have used; two readings give what lies between.
 * Each process that still lives is counted in whole hundredths, so short-lived ones are best read when they have ended.
 */
export function treeSeconds(root: number): number {
  const all = new Map<number, ProcessTimes>();
  for (const name of readdirSync('/proc')) {
    const times = /^\d+$/.test(name) ? timesOf(name) : undefined;
    if (times) all.set(Number(name), times);
  }
  const within = (pid: number): boolean => {
    for (let at: number | undefined = pid; at !== undefined && at > 0; at = all.get(at)?.parent)
      if (at === root) return true;
    return false;
  };
  return [...all].reduce((sum, [pid, { seconds }]) => (within(pid) ? sum + seconds : sum), 0);
}

/** CPU seconds of the processes that this one started and that have ended. */
export const endedChildrenSeconds = (): number => timesOf('self')?.ofEnded ?? 0;

/** CPU seconds that the whole machine has used. */
export function machineSeconds(): number {
  const [, ...counts] = (readFileSync('/proc/stat', 'utf8').split('\n')[0] ?? '').split(/\s+/).map(Number);
  const [user = 0, nice = 0, system = 0, , , irq = 0, softirq = 0, steal = 0] = counts;
  return (user + nice + system + irq + softirq + steal) / TICKS_PER_SECOND;
}

/** Share of the machine that others may use while something is measured, 0 to 1. */
export const QUIET_SHARE = 0.15;
const MOST_LOOKS = 60;
const LOOK_MS = 500;

/** Waits, half a minute at most, until nothing much runs on this machine. Call it when nothing of ours does. */
export async function quietMachine(): Promise<void> {
  for (let look = 0; look < MOST_LOOKS; look += 1) {
    const before = machineSeconds();
    await pause(LOOK_MS);
    const used = (machineSeconds() - before) / (LOOK_MS / 1000) / os.availableParallelism();
    if (used < QUIET_SHARE) return;
  }
}
