import { sh } from '../shell.ts';
import { words } from '../words.ts';
import type { ResourceOptions } from './kernel-files.ts';
import { cannotAsk, judgeLimits, limitsOf, notUnderstood } from './limits.ts';
import type { HostProbe } from './probe.ts';
import { showSize } from './size.ts';

/** Every mounted disk, the fullest first, each a judgement of its own. Pseudo file systems are skipped. */
export const disk = ({ state }: Pick<ResourceOptions, 'state'> = {}): HostProbe => ({
  on: 'host',
  command: () => sh`command -v df >/dev/null 2>&1 || { echo none; exit 127; }
df -Pk 2>/dev/null`,
  judge({ output, exitCode }, context) {
    if (exitCode === 127) return cannotAsk(['df']);
    const disks = readDisks(output);
    if (disks.length === 0) return notUnderstood();
    return disks.map(({ mount, usedPercent, totalKb, line }) => {
      const total = showSize(totalKb);
      return judgeLimits(
        {
          name: words(mount, mount),
          part: mount,
          value: usedPercent,
          unit: '%',
          detail: words(`of ${total}`, `共 ${total}`),
          evidence: line,
        },
        limitsOf(context),
        state,
      );
    });
  },
});

interface Disk {
  readonly mount: string;
  readonly usedPercent: number;
  readonly totalKb: number;
  readonly line: string;
}

/** Smaller ones are mounts of single files. */
const SMALLEST_KB = 1024;

const PSEUDO =
  /^(tmpfs|devtmpfs|udev|none|shm|proc|sysfs|cgroup2?|cgmfs|devpts|mqueue|securityfs|debugfs|tracefs|pstore|bpf|efivarfs|configfs|fusectl|hugetlbfs|systemd-1|nsfs|ramfs|\/dev\/(loop|sr)\d+)$/;
/** A tmpfs under a data folder is a disk to those who write there; under these it is the system's own. */
const SYSTEM_MOUNT = /^\/(dev|proc|sys|run|snap|tmp|etc|usr|boot\/efi|var\/(run|lock))(\/|$)/;

/** What follows the name of a device, which may have blanks in it. */
const SIZES = /(?<=\S) +(\d+) +\d+ +-?\d+ +(\d+)% +(\/[^]*)$/;

function readDisks(output: string): readonly Disk[] {
  const disks = new Map<string, Disk>();
  for (const line of output.split('\n')) {
    const found = SIZES.exec(line);
    const [, total = '', percent = '', mount = ''] = found ?? [];
    const device = line.slice(0, found?.index);
    const totalKb = Number(total);
    if (mount === '' || /^\s/.test(device) || totalKb < SMALLEST_KB || SYSTEM_MOUNT.test(mount)) continue;
    const isTmpfs = device === 'tmpfs' && mount !== '/' && !mount.startsWith('/var/lib/');
    if (PSEUDO.test(device) && !isTmpfs) continue;
    // A container shows one disk several times, for every file bound into it.
    const key = isTmpfs ? mount : `${device} ${total}`;
    const known = disks.get(key);
    if (known && known.mount.length <= mount.length) continue;
    disks.set(key, { mount, usedPercent: Number(percent), totalKb, line });
  }
  return [...disks.values()].sort((a, b) => b.usedPercent - a.usedPercent);
}
