import { afterEach, describe, expect, it } from 'vitest';
import { cpu, disk, load, memory } from '../../../../src/kit/index.ts';
import { aContext, answer, ask, folderWith, look } from './ask.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

type Files = Readonly<Record<string, string>>;

/** A machine made of files: `proc/…` and `cgroup/…`. */
async function machine(files: Files): Promise<{
  readonly proc: string;
  readonly cgroup: string;
  readonly put: (name: string, text: string) => Promise<void>;
}> {
  const folder = await folderWith(files);
  ends.push(folder.remove);
  return { proc: folder.at('proc'), cgroup: folder.at('cgroup'), put: folder.put };
}

const LIMIT = aContext({ most: 80 });
const MEMINFO = `MemTotal:       16000000 kB
MemFree:         1000000 kB
MemAvailable:    4000000 kB
Buffers:          500000 kB
Cached:          2500000 kB
SwapTotal:             0 kB
`;

describe('cpu', () => {
  const CPUS = 'cpu0 1 0 0 1\ncpu1 1 0 0 1\ncpu2 1 0 0 1\ncpu3 1 0 0 1\n';
  const stat = (busy: number, idle: number): string => `cpu  ${busy} 0 0 ${idle} 0 0 0 0 0 0\n${CPUS}`;

  it('measures this machine', async () => {
    const [seen] = await look(cpu(), LIMIT);
    expect(seen?.unit).toBe('%');
    expect(seen?.value).toBeGreaterThanOrEqual(0);
    expect(seen?.value).toBeLessThanOrEqual(100);
    expect(['ok', 'warning']).toContain(seen?.state);
  });

  it('is busy when this machine is', async () => {
    const spin = `for n in 1 2 3 4 5 6 7 8; do (end=$(($(date +%s) + 2)); while [ $(date +%s) -lt $end ]; do :; done) & done; `;
    const context = aContext({ most: 80 });
    const seen = cpu({ state: 'critical' }).judge(
      await ask(`${spin}${cpu().command(context)}\nwait`),
      context,
    );
    expect(seen).toMatchObject([{ state: 'critical' }]);
    expect(seen[0]?.value).toBeGreaterThan(80);
  });

  it('counts waiting for the disk as idle, and guests once', () => {
    const output = 'stat cpu  100 0 100 1000 100 0 0 0 50 0\nstat cpu  150 0 125 1100 125 0 0 0 90 0\n';
    expect(cpu().judge(answer(output), LIMIT)).toMatchObject([{ state: 'ok', value: 37.5 }]);
  });

  it.each([
    [
      'cgroup 2',
      { 'cgroup/cpu.max': '200000 100000\n', 'cgroup/cpu.stat': 'usage_usec 5000000\nuser_usec 1\n' },
    ],
    [
      'cgroup 1',
      {
        'cgroup/cpu/cpu.cfs_quota_us': '200000\n',
        'cgroup/cpu/cpu.cfs_period_us': '100000\n',
        'cgroup/cpuacct/cpuacct.usage': '5000000000\n',
      },
    ],
  ])('holds the use of a container against its quota, %s', async (_, files: Files) => {
    const at = await machine({ ...files, 'proc/stat': stat(10, 100), 'proc/uptime': '1000.00 1\n' });
    const { output } = await ask(cpu(at).command(LIMIT));
    // One second later, 1.8 of 2 processors used.
    const later = output
      .replace(/uptime 1000.00(?![^]*uptime 1000.00)/, 'uptime 1001.00')
      .replace(/usage 5000000000(?![^]*usage 5)/, 'usage 6800000000');
    expect(cpu().judge(answer(later), LIMIT)).toMatchObject([
      { state: 'warning', value: 90, says: { en: 'CPU 90 % of 2 CPUs, above the limit of 80 % (MQ-M04)' } },
    ]);
  });

  it.each(['max 100000', '-1 100000', '800000 100000', '400000 100000'])(
    'looks at the machine when the quota is %s of four processors',
    async (quota) => {
      const [amount = '', period = ''] = quota.split(' ');
      const at = await machine({
        'cgroup/cpu.max': `${amount} ${period}\n`,
        'cgroup/cpu.stat': 'usage_usec 5000000\n',
        'proc/stat': stat(10, 100),
        'proc/uptime': '1000.00 1\n',
      });
      const { output } = await ask(cpu(at).command(LIMIT));
      const later = output.replace(/stat cpu {2}10 0 0 100(?![^]*stat cpu)/, 'stat cpu  20 0 0 130');
      expect(cpu().judge(answer(later), LIMIT)).toMatchObject([{ state: 'ok', value: 25 }]);
    },
  );

  it.each(['', 'stat cpu 1 2 3 4 5\n', 'stat cpu a b c d\nstat cpu a b c d', 'sh: cannot open /proc/stat\n'])(
    'knows nothing from %j',
    (output) => {
      expect(cpu().judge(answer(output), LIMIT)).toMatchObject([{ state: 'unknown' }]);
    },
  );
});

describe('memory', () => {
  it('measures this machine', async () => {
    const [seen] = await look(memory(), LIMIT);
    expect(seen?.value).toBeGreaterThan(0);
    expect(seen?.value).toBeLessThanOrEqual(100);
  });

  it('counts what the kernel can take back as free', async () => {
    const at = await machine({ 'proc/meminfo': MEMINFO });
    expect(await look(memory(at), LIMIT)).toMatchObject([{ state: 'ok', value: 75, unit: '%' }]);
  });

  it('reckons without MemAvailable on an old kernel', async () => {
    const at = await machine({ 'proc/meminfo': MEMINFO.replace(/^MemAvailable.*\n/m, '') });
    expect(await look(memory(at), LIMIT)).toMatchObject([{ state: 'ok', value: 75 }]);
  });

  it.each([
    [
      'cgroup 2',
      {
        'cgroup/memory.max': '4294967296\n',
        'cgroup/memory.current': '4080218931\n',
        'cgroup/memory.stat': 'anon 1\ninactive_file 429496730\n',
      },
    ],
    [
      'cgroup 1',
      {
        'cgroup/memory/memory.limit_in_bytes': '4294967296\n',
        'cgroup/memory/memory.usage_in_bytes': '4080218931\n',
        'cgroup/memory/memory.stat': 'inactive_file 1\ntotal_inactive_file 429496730\n',
      },
    ],
  ])(
    'holds a container against its limit, without pages that can be dropped, %s',
    async (_, files: Files) => {
      const at = await machine({ 'proc/meminfo': MEMINFO, ...files });
      expect(await look(memory(at), LIMIT)).toMatchObject([
        {
          state: 'warning',
          value: 85,
          says: { en: 'memory 85 % of 4 GB, above the limit of 80 % (MQ-M04)' },
        },
      ]);
    },
  );

  it.each(['max', '9223372036854771712'])('looks at the machine when the limit is %s', async (max) => {
    const at = await machine({
      'proc/meminfo': MEMINFO,
      'cgroup/memory.max': `${max}\n`,
      'cgroup/memory.current': '1\n',
    });
    expect(await look(memory(at), LIMIT)).toMatchObject([{ value: 75 }]);
  });

  it('knows nothing without its file', async () => {
    expect(await look(memory(await machine({})), LIMIT)).toMatchObject([{ state: 'unknown' }]);
  });
});

describe('load', () => {
  it('measures this machine', async () => {
    const [seen] = await look(load(5), LIMIT);
    expect(seen?.value).toBeGreaterThanOrEqual(0);
  });

  it.each([
    [1, 3, 'warning', 4.25],
    [5, 3, 'ok', 3],
    [5, 2.99, 'warning', 3],
  ] as const)('holds the %i minute load against %d: %s', async (minutes, most, state, value) => {
    const at = await machine({ 'proc/loadavg': '4.25 3.00 1.00 1/214 4211\n' });
    expect(await look(load(minutes, at), aContext({ most }))).toMatchObject([{ state, value }]);
  });

  it('knows nothing from something else', () => {
    expect(load(5).judge(answer('load average: many\n'), LIMIT)).toMatchObject([{ state: 'unknown' }]);
  });
});

describe('disk', () => {
  const HEAD = 'Filesystem     1024-blocks      Used Available Capacity Mounted on\n';
  const judge = (...lines: readonly string[]): readonly (readonly unknown[])[] =>
    disk()
      .judge(answer(HEAD + lines.join('\n')), LIMIT)
      .map(({ part, value, state }) => [part, value, state]);

  it('finds the root of this machine', async () => {
    const seen = await look(disk(), LIMIT);
    expect(seen.map(({ part }) => part)).toContain('/');
    expect(seen.every(({ value }) => value !== undefined && value >= 0 && value <= 100)).toBe(true);
  });

  it('judges each disk once, under its shortest mount, the fullest first', () => {
    expect(
      judge(
        'overlay 103081248 50000000 53081248 49% /',
        '/dev/vdb1 103081248 95000000 8081248 92% /home/admin/logs',
        '/dev/vdb1 103081248 95000001 8081247 92% /home/admin',
        'nas:/share 5000000 4000000 1000000 80% /mnt/a b',
      ),
    ).toEqual([
      ['/home/admin', 92, 'warning'],
      ['/mnt/a b', 80, 'ok'],
      ['/', 49, 'ok'],
    ]);
  });

  it('leaves out what only looks like a disk, and keeps a data folder in memory', () => {
    expect(
      judge(
        'devtmpfs 4000000 0 4000000 0% /dev',
        'tmpfs 4000000 4000000 0 100% /run',
        'tmpfs 4000000 4000000 0 100% /sys/fs/cgroup',
        'shm 65536 65536 0 100% /dev/shm',
        '/dev/loop3 56832 56832 0 100% /snap/core',
        '/dev/sr0 4554702 4554702 0 100% /mnt/cdrom',
        '/dev/vda1 41151808 39000000 1 99% /etc/hosts',
        'tmpfs 204800 174080 30720 85% /home/admin/logs',
        'overlay 41151808 100 41151708 1% /',
      ),
    ).toEqual([
      ['/home/admin/logs', 85, 'warning'],
      ['/', 1, 'ok'],
    ]);
  });

  it('knows nothing without a line of a disk', () => {
    expect(disk().judge(answer(HEAD), LIMIT)).toMatchObject([{ state: 'unknown' }]);
    expect(disk().judge(answer('none\n', 127), LIMIT)).toMatchObject([{ state: 'unknown' }]);
  });
});
