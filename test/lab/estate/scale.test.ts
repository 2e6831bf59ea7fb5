import { expect, it } from 'vitest';
import { FEW_APPS } from '../../../lab/estate/apps/index.ts';
import { ssh, testEstate } from './practice.ts';

it('starts sixty hosts, each of which can be logged in to', { timeout: 120_000 }, async () => {
  const apps = FEW_APPS.map((app) => ({ ...app, hosts: app.id === 'msgbroker' ? 24 : 6 }));
  const practice = await testEstate({ apps });
  try {
    const { estate } = practice;
    expect(estate.hosts).toHaveLength(60);
    const said: string[] = [];
    for (let k = 0; k < 60; k += 10) {
      const some = estate.hosts.slice(k, k + 10);
      const answers = await Promise.all(some.map(({ name }) => ssh(estate, name, 'hostname; pgrep -c java')));
      said.push(...answers.map(({ stdout }) => stdout));
    }
    expect(said).toEqual(estate.hosts.map(({ name }) => `${name}\n1\n`));
  } finally {
    await practice.stop();
  }
});
