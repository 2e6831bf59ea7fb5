import { readdir, readFile } from 'node:fs/promises';
import { expect, it } from 'vitest';
import type { PracticeApp } from '../../../lab/estate/apps/app.ts';
import { APPS } from '../../../lab/estate/apps/index.ts';
import { namespaceOf, ssh, testEstate } from './practice.ts';

const MANY_APPS = 45;
const MANY_HOSTS = 75;

/** So many apps, made from those there are, on so many hosts. */
const many: readonly PracticeApp[] = Array.from({ length: MANY_APPS }, (_, k) => {
  const [app] = APPS.filter(({ beside, programs: [main] }) => !beside && !main.ranOnce)
    .slice(k % APPS.length)
    .concat(APPS);
  if (!app) throw new Error('there is no app');
  const [first, ...others] = app.programs;
  const id = `${app.id}-${k}`;
  const hosts = Math.floor(((k + 1) * MANY_HOSTS) / MANY_APPS) - Math.floor((k * MANY_HOSTS) / MANY_APPS);
  return { ...app, id, hostName: id, hosts, databases: [], programs: [{ ...first, id }, ...others] };
});

/** Kilobytes of memory that are the estate's alone, its shared pages divided. */
async function memoryOf(namespaces: ReadonlySet<string>): Promise<number> {
  let sum = 0;
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const own = await namespaceOf(Number(pid));
    if (own === undefined || !namespaces.has(own)) continue;
    const smaps = await readFile(`/proc/${pid}/smaps_rollup`, 'utf8').catch(() => '');
    sum += Number(/^Pss: +(\d+) kB$/m.exec(smaps)?.[1] ?? 0);
  }
  return sum;
}

it('starts as many hosts as the manuals have apps for, each small and open to a login', {
  timeout: 180_000,
}, async () => {
  const practice = await testEstate({ apps: many });
  try {
    const { estate } = practice;
    expect(estate.hosts).toHaveLength(MANY_HOSTS);
    const spaces = await Promise.all(estate.hosts.map(({ pid }) => namespaceOf(pid)));
    const own = new Set(spaces.filter((space) => space !== undefined));
    expect(own.size).toBe(MANY_HOSTS);
    expect((await memoryOf(own)) / MANY_HOSTS).toBeLessThan(4096);
    const said: string[] = [];
    for (let k = 0; k < MANY_HOSTS; k += 10) {
      const some = estate.hosts.slice(k, k + 10);
      const answers = await Promise.all(some.map(({ name }) => ssh(estate, name, 'hostname')));
      said.push(...answers.map(({ stdout }) => stdout));
    }
    expect(said).toEqual(estate.hosts.map(({ name }) => `${name}\n`));
    expect(estate.state().hosts.filter(({ processRuns }) => !processRuns)).toEqual([]);
  } finally {
    await practice.stop();
  }
});
