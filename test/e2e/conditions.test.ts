import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { businessHost } from '../../lab/estate/apps/gen.ts';
import { APPS } from '../../lab/estate/apps/star.ts';
import gen from '../../playbooks/gen/inspection.ts';
import star from '../../playbooks/star/inspection.ts';
import { type Condition } from '../../src/kit/index.ts';
import { type InspectedEstate, inspectedEstate } from '../support/inspected-estate.ts';

describe('conditions on the practice estate', () => {
  let on: InspectedEstate;
  let hosts: readonly string[] = [];
  beforeAll(async () => {
    on = await inspectedEstate([businessHost, ...APPS], [gen, star], 'ssh2');
    hosts = on.estate.hosts.filter(({ app }) => app === businessHost.id).map(({ name }) => name);
  }, 120_000);
  afterAll(() => on.stop());

  const runs = (...names: string[]): Condition => ({
    kind: 'checks',
    checks: names.map((host) => ({ system: 'STAR', check: 'agent-process', on: { host } })),
  });
  const quorum = (needs: number, over: { unlessRed?: string } = {}): Condition => ({
    kind: 'quorum',
    needs,
    hosts: hosts.slice(1),
    system: 'STAR',
    checks: ['agent-process', 'agent-connection'],
    ...over,
  });

  it('follow what happens on the hosts: broken, seen, mended, seen', async () => {
    const [first = '', second = ''] = hosts;
    expect(await on.holds(runs(first, second))).toMatchObject({ holds: true });
    expect(await on.holds(quorum(hosts.length - 1))).toMatchObject({ holds: true });
    await on.estate.break('agent-down', second);
    const broken = await on.holds(runs(first, second));
    expect(broken.holds).toBe(false);
    expect(broken.says.en).toContain(`${second}: staragent process is critical`);
    expect(await on.holds(runs(first))).toMatchObject({ holds: true });
    expect(await on.holds(quorum(hosts.length - 1))).toMatchObject({ holds: false });
    expect(await on.holds(quorum(hosts.length - 1, { unlessRed: second }))).toMatchObject({ holds: true });
    await on.estate.mend('agent-down', second);
    await expect.poll(async () => (await on.holds(runs(second))).holds, { timeout: 30_000 }).toBe(true);
  }, 120_000);

  it('do not hold for a host whose sshd is gone, and say why', async () => {
    const [first = ''] = hosts;
    await on.estate.break('host-unreachable', first);
    const held = await on.holds(runs(first));
    expect(held.holds).toBe(false);
    expect(held.says.en).toMatch(/staragent process is unknown: the host/);
    expect(
      await on.holds({ kind: 'page', host: first, url: 'http://127.0.0.1:8341/checkService' }),
    ).toMatchObject({ holds: false });
  }, 120_000);
});
