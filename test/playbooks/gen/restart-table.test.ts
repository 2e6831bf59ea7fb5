import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../../../src/catalog/catalog.ts';
import { ELSEWHERE, greenOf, RESTARTS } from '../../../playbooks/gen/restart-table.ts';

const { inspections } = await loadCatalog(process.cwd());
const all = [...inspections.values()];
const estate = {
  apps: all.flatMap(({ system, apps }) =>
    apps.map(({ id, title, names }) => ({
      id,
      kind: id,
      system: system.id,
      title,
      names,
      hosts: [],
      ports: {},
      paths: {},
    })),
  ),
};

describe('the table of restarts', () => {
  it('names apps of the manuals, each with rows of its own system', () => {
    for (const [app, { of, green }] of RESTARTS) {
      expect([app, all.some(({ apps }) => apps.some(({ id }) => id === app))]).toEqual([app, true]);
      for (const row of green) {
        const checks = of.checks.filter(({ rows }) => rows.includes(row));
        expect([app, row, checks.length > 0]).toEqual([app, row, true]);
      }
    }
  });

  it('gives every app something to look at afterwards, but for the one whose manual has nothing', () => {
    const without = [...RESTARTS].filter(([kind, restart]) => {
      const { onHost, onApp, byPerson } = greenOf(restart, { kind }, estate);
      return onHost.length + onApp.length + byPerson.length === 0;
    });
    expect(without.map(([app]) => app)).toEqual(['cloudinc']);
  });

  it('asks of a host only checks of hosts, and of an app only what is judged as a whole', () => {
    for (const [kind, restart] of RESTARTS) {
      const { onHost, onApp } = greenOf(restart, { kind }, estate);
      const check = (id: string) => restart.of.checks.find((each) => each.id === id);
      expect([kind, onHost.filter((id) => check(id)?.on !== 'host')]).toEqual([kind, []]);
      expect([kind, onApp.filter((ref) => check(ref.check)?.on === 'host')]).toEqual([kind, []]);
    }
  });

  it('leaves out no app but those that have a playbook of their own or none, agents and machines', () => {
    const known = all.flatMap(({ apps }) => apps.map(({ id }) => id));
    const left = known.filter((id) => !RESTARTS.has(id) && !ELSEWHERE.has(id));
    expect(left.toSorted()).toMatchInlineSnapshot(`
      [
        "als-sls",
        "ant_cloud_agent",
        "dockerd",
        "ilogtaild",
        "kubelet",
        "physical-node",
        "registry-test",
      ]
    `);
    expect([...RESTARTS.keys()].filter((id) => ELSEWHERE.has(id))).toEqual([]);
  });
});
