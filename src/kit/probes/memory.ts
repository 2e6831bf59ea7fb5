import { sh } from '../shell.ts';
import { words } from '../words.ts';
import { KERNEL_FILES, type ResourceOptions } from './kernel-files.ts';
import { judgeLimits, limitsOf, notUnderstood } from './limits.ts';
import type { HostProbe } from './probe.ts';

/** Memory that programs hold and the kernel cannot take back, against the container's limit or the machine. */
export const memory = (options: ResourceOptions = {}): HostProbe => ({
  on: 'host',
  command: () => sh`
g=${options.cgroup ?? KERNEL_FILES.cgroup}
grep -E '^(MemTotal|MemFree|MemAvailable|Buffers|Cached):' ${options.proc ?? KERNEL_FILES.proc}/meminfo
if [ -r "$g/memory.max" ] && [ -r "$g/memory.current" ]; then
  echo "limit $(cat "$g/memory.max")"; echo "used $(cat "$g/memory.current")"
  awk '$1 == "inactive_file" { print "inactive " $2 }' "$g/memory.stat" 2>/dev/null
elif [ -r "$g/memory/memory.limit_in_bytes" ]; then
  echo "limit $(cat "$g/memory/memory.limit_in_bytes")"; echo "used $(cat "$g/memory/memory.usage_in_bytes")"
  awk '$1 == "total_inactive_file" { print "inactive " $2 }' "$g/memory/memory.stat" 2>/dev/null
fi`,
  judge({ output }, context) {
    const seen = readMemory(output);
    if (!seen) return notUnderstood();
    const total = gigabytes(seen.totalBytes);
    return [
      judgeLimits(
        {
          name: words('memory', '内存'),
          value: (100 * seen.usedBytes) / seen.totalBytes,
          unit: '%',
          detail: words(`of ${total} GB`, `共 ${total} GB`),
        },
        limitsOf(context),
        options.state,
      ),
    ];
  },
});

function readMemory(output: string): { readonly usedBytes: number; readonly totalBytes: number } | undefined {
  const kilobytes = (name: string): number | undefined => numberAfter(output, `${name}:`);
  const total = kilobytes('MemTotal');
  const free = kilobytes('MemFree');
  if (total === undefined || total <= 0) return undefined;
  const limit = numberAfter(output, 'limit');
  const used = numberAfter(output, 'used');
  // An unlimited group says "max" or a number larger than the machine.
  if (limit !== undefined && limit > 0 && limit < total * 1024 && used !== undefined) {
    const held = Math.max(0, used - (numberAfter(output, 'inactive') ?? 0));
    return { usedBytes: Math.min(held, limit), totalBytes: limit };
  }
  const available =
    kilobytes('MemAvailable') ??
    (free === undefined ? undefined : free + (kilobytes('Buffers') ?? 0) + (kilobytes('Cached') ?? 0));
  if (available === undefined) return undefined;
  return { usedBytes: Math.max(0, total - available) * 1024, totalBytes: total * 1024 };
}

function numberAfter(output: string, name: string): number | undefined {
  const [, digits] = new RegExp(`^${name} +(\\d+)`, 'm').exec(output) ?? [];
  return digits === undefined ? undefined : Number(digits);
}

const gigabytes = (bytes: number): string => (bytes / 1024 ** 3).toFixed(1).replace(/\.0$/, '');
