import { sh } from '../shell.ts';
import { words } from '../words.ts';
import { KERNEL_FILES, type ResourceOptions } from './kernel-files.ts';
import { judgeLimits, limitsOf, notUnderstood } from './limits.ts';
import type { HostProbe } from './probe.ts';

/** Share of the processors in use, over half a second; of the container's quota where that is less than the machine. */
export const cpu = (options: ResourceOptions = {}): HostProbe => ({
  on: 'host',
  command: () => sh`
p=${options.proc ?? KERNEL_FILES.proc}; g=${options.cgroup ?? KERNEL_FILES.cgroup}
sample() {
  read -r up rest <"$p/uptime" && echo "uptime $up"
  read -r line <"$p/stat" && echo "stat $line"
  if [ -r "$g/cpu.stat" ]; then awk '$1 == "usage_usec" { print "usage " $2 "000" }' "$g/cpu.stat"
  else for f in "$g/cpuacct/cpuacct.usage" "$g/cpu,cpuacct/cpuacct.usage"; do
    if [ -r "$f" ]; then echo "usage $(cat "$f")"; break; fi
  done; fi
}
if [ -r "$g/cpu.max" ]; then echo "quota $(cat "$g/cpu.max")"
else for d in "$g/cpu" "$g/cpu,cpuacct"; do
  if [ -r "$d/cpu.cfs_quota_us" ]; then echo "quota $(cat "$d/cpu.cfs_quota_us") $(cat "$d/cpu.cfs_period_us")"; break; fi
done; fi
grep -c '^cpu[0-9]' "$p/stat" | sed 's/^/cpus /'
sample
read -r before <"$p/stat"
for try in 1 2 3 4 5 6 7 8; do
  sleep 0.5 2>/dev/null || sleep 1
  read -r after <"$p/stat"
  [ "$before" = "$after" ] || break
done
sample`,
  judge({ output }, context) {
    const used = readCpu(output);
    if (!used) return notUnderstood();
    const of = used.quotaCpus === undefined ? undefined : Math.round(used.quotaCpus * 100) / 100;
    return [
      judgeLimits(
        {
          name: words('CPU', 'CPU'),
          value: used.percent,
          unit: '%',
          ...(of === undefined ? {} : { detail: words(`of ${of} CPUs`, `限额 ${of} 核`) }),
        },
        limitsOf(context),
        options.state,
      ),
    ];
  },
});

interface CpuUse {
  readonly percent: number;
  /** Processors that the container may use, when it is limited. */
  readonly quotaCpus?: number;
}

function readCpu(output: string): CpuUse | undefined {
  const of = (name: string): readonly (readonly number[])[] =>
    [...output.matchAll(new RegExp(`^${name} +(.*)$`, 'gm'))].map(([, rest = '']) =>
      rest
        .replace(/^cpu +/, '')
        .trim()
        .split(/ +/)
        .map(Number),
    );
  const [quota, period] = of('quota')[0] ?? [];
  const [[cpus = Infinity] = []] = of('cpus');
  const [[upBefore] = [], [upAfter] = []] = of('uptime');
  const [[usageBefore] = [], [usageAfter] = []] = of('usage');
  if (quota !== undefined && period !== undefined && quota > 0 && period > 0 && quota / period < cpus) {
    const seconds = (upAfter ?? NaN) - (upBefore ?? NaN);
    const quotaCpus = quota / period;
    const percent = (((usageAfter ?? NaN) - (usageBefore ?? NaN)) / 1e9 / seconds / quotaCpus) * 100;
    if (Number.isFinite(percent) && percent >= 0) return { percent: Math.min(percent, 100), quotaCpus };
  }
  const [before, after] = of('stat');
  if (!before || !after || before.length < 4 || after.length < 4) return undefined;
  // user nice system idle iowait irq softirq steal; guest time is counted in user already.
  const spent = after.slice(0, 8).map((ticks, i) => ticks - (before[i] ?? NaN));
  const total = spent.reduce((sum, ticks) => sum + ticks, 0);
  const idle = (spent[3] ?? NaN) + (spent[4] ?? 0);
  const percent = 100 * (1 - idle / total);
  return total > 0 && percent >= 0 && percent <= 100 ? { percent } : undefined;
}
