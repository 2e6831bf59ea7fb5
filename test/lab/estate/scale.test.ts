import { expect, it } from 'vitest';
import { APPS } from '../../../lab/estate/apps/index.ts';
import { ssh, testEstate } from './practice.ts';

it('starts sixty hosts in less than ten seconds, each of which can be logged in to', async () => {
  const apps = APPS.map((app) => ({ ...app, hosts: app.id === 'msgbroker' ? 24 : 6 }));
  const began = Date.now();
  const practice = await testEstate({ apps });
  const tookMs = Date.now() - began;
  try {
    const { estate } = practice;
    expect(estate.hosts).toHaveLength(60);
    expect(tookMs).toBeLessThan(10_000);
    const said = await Promise.all(
      estate.hosts.map(({ name }) => ssh(estate, name, 'hostname; pgrep -c java')),
    );
    expect(said.map(({ stdout }) => stdout)).toEqual(estate.hosts.map(({ name }) => `${name}\n1\n`));
  } finally {
    await practice.stop();
  }
});
