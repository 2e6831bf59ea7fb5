import { readFileSync } from 'node:fs';
import type { Conditions } from './conditions.ts';

/** Kernel clock ticks per second, as /proc/stat counts them. */
const TICKS = 100;

/** What a host's /proc/stat, /proc/loadavg and /proc/meminfo say. The counters only ever grow, like the kernel's. */
export class ProcFiles {
  readonly #cores: number;
  readonly #memoryKb: number;
  #busy: number;
  #idle: number;
  #seconds = 0;

  constructor(cores: number, memoryGb: number) {
    this.#cores = cores;
    this.#memoryKb = memoryGb * 1024 * 1024;
    const up = 21 * 24 * 3600 * TICKS * cores;
    this.#busy = up * 0.08;
    this.#idle = up * 0.92;
  }

  /** Lets the time pass that the counters count. */
  pass(seconds: number, { cpuBusy }: Conditions): void {
    const ticks = seconds * TICKS * this.#cores;
    this.#busy += ticks * cpuBusy;
    this.#idle += ticks * (1 - cpuBusy);
    this.#seconds += seconds;
  }

  stat(): string {
    const core = (share: number): string => {
      const busy = this.#busy / share;
      const user = Math.floor(busy * 0.7);
      const kernel = Math.floor(busy * 0.28);
      const soft = Math.floor(busy * 0.02);
      return `${user} 0 ${kernel} ${Math.floor(this.#idle / share)} 0 0 ${soft} 0 0 0`;
    };
    const cores = Array.from({ length: this.#cores }, (_, k) => `cpu${k} ${core(this.#cores)}`);
    const switches = Math.floor(this.#busy * 40);
    return `cpu  ${core(1)}\n${cores.join('\n')}\nintr 0\nctxt ${switches}\nbtime ${bootTime()}\nprocesses ${Math.floor(switches / 900)}\nprocs_running 1\nprocs_blocked 0\n`;
  }

  files(conditions: Conditions): Readonly<Record<'stat' | 'loadavg' | 'meminfo', string>> {
    return { stat: this.stat(), loadavg: this.#loadavg(conditions), meminfo: this.#meminfo(conditions) };
  }

  #loadavg({ load }: Conditions): string {
    const now = load * (1 + 0.04 * Math.sin(this.#seconds / 7));
    return `${now.toFixed(2)} ${load.toFixed(2)} ${(load * 0.97).toFixed(2)} 1/214 4211\n`;
  }

  #meminfo({ memoryUsed }: Conditions): string {
    const total = this.#memoryKb;
    const available = Math.floor(total * (1 - memoryUsed));
    const cached = Math.floor(available * 0.55);
    const free = Math.floor(available * 0.4);
    const rows: readonly (readonly [string, number])[] = [
      ['MemTotal', total],
      ['MemFree', free],
      ['MemAvailable', available],
      ['Buffers', available - cached - free],
      ['Cached', cached],
      ['SwapCached', 0],
      ['Active', Math.floor(total * memoryUsed)],
      ['Inactive', cached],
      ['SwapTotal', 0],
      ['SwapFree', 0],
      ['Shmem', 1024],
      ['SReclaimable', 0],
    ];
    return rows.map(([name, kb]) => `${`${name}:`.padEnd(16)}${String(kb).padStart(8)} kB\n`).join('');
  }
}

/** `ps` reckons start times from it, so it is the machine's own. */
const bootTime = (): string => /^btime (\d+)$/m.exec(readFileSync('/proc/stat', 'utf8'))?.[1] ?? '0';
