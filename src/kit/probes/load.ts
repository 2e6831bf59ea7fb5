import { sh } from '../shell.ts';
import { words } from '../words.ts';
import { KERNEL_FILES, type ResourceOptions } from './kernel-files.ts';
import { judgeLimits, limitsOf, notUnderstood } from './limits.ts';
import type { HostProbe } from './probe.ts';

/** The load average of one or five minutes, as it is: the manuals do not divide it by the processors. */
export const load = (minutes: 1 | 5, options: Omit<ResourceOptions, 'cgroup'> = {}): HostProbe => ({
  on: 'host',
  command: () => {
    const { proc = KERNEL_FILES.proc } = options;
    return sh`cat ${proc}/loadavg
grep -c ^processor ${proc}/cpuinfo 2>/dev/null || true`;
  },
  judge({ output }, context) {
    const [, one, five, processors] = /^([\d.]+) ([\d.]+) [\d.]+ \S+ \d+\s*(\d+)?/.exec(output) ?? [];
    const value = Number(minutes === 1 ? one : five);
    if (one === undefined || !Number.isFinite(value)) return notUnderstood();
    const detail =
      processors === undefined ? {} : { detail: words(`on ${processors} CPUs`, `${processors} 核`) };
    return [
      judgeLimits(
        { name: words(`load${minutes}`, `load${minutes}`), value, unit: '', ...detail },
        limitsOf(context),
        options.state,
      ),
    ];
  },
});
