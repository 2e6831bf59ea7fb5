import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { APPS } from '../../../lab/estate/apps/index.ts';
import { rowsOn } from '../../../lab/estate/faults/fault.ts';
import { FAULTS } from '../../../lab/estate/faults/index.ts';
import { type Catalog, loadCatalog } from '../../../src/catalog/catalog.ts';
import { readInventory } from '../../../src/config/inventory.ts';
import type { Estate } from '../../../src/kit/index.ts';
import { inspect } from '../../../src/inspecting/inspect.ts';
import type { Finding } from '../../../src/runs/report.ts';
import { openTargets } from '../../../src/targets/index.ts';
import { type TestEstate, testEstate } from './practice.ts';

let practice: TestEstate;
let catalog: Catalog;
let inventory: Estate;
let targets: ReturnType<typeof openTargets>;

beforeAll(async () => {
  practice = await testEstate({ faults: [] });
  catalog = await loadCatalog(path.resolve('.'));
  const { estate } = practice;
  const read = readInventory('inventory.yaml', estate.inventory, [...catalog.inspections.values()]);
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  inventory = read.inventory.estate;
  targets = openTargets({
    ssh: {
      client: 'ssh2',
      user: estate.user,
      login: { kind: 'key-file', path: estate.sshKeyPath },
      hostKeys: { knownHosts: estate.knownHostsPath },
    },
    databases: { accounts: () => ({ read: estate.accounts.reader }) },
  });
});
afterAll(async () => {
  await targets.close();
  await practice.stop();
});

async function lookAt(system: string): Promise<readonly Finding[]> {
  const report = await inspect({
    scope: { kind: 'system', ids: [system] },
    estate: inventory,
    inspections: [...catalog.inspections.values()],
    targets,
    perHostTimeoutSeconds: 30,
  });
  return report.findings;
}

const red = (findings: readonly Finding[]): readonly string[] =>
  findings
    .filter(({ state }) => state !== 'ok')
    .map(({ host, check, says }) => `${host ?? ''} ${check}: ${says.en}`);

describe('the documented inspection of the practice estate', () => {
  it.each(['MQ', 'DEPS'])('finds nothing wrong with %s while nothing is', async (system) => {
    const findings = await lookAt(system);
    expect(findings.length).toBeGreaterThan(20);
    expect(red(findings)).toEqual([]);
  });

  const inspected = FAULTS.flatMap((fault) => {
    const app = fault.on === 'host' ? APPS.find(({ id }) => id === fault.usual.app) : undefined;
    const isInspected = app?.system === 'MQ' || app?.system === 'DEPS';
    return isInspected && !/^(host|container)-/.test(fault.id)
      ? [[fault.id, app.system, rowsOn(fault, app)] as const]
      : [];
  });
  it.each(inspected)('sees %s in %s by the rows the fault names', async (id, system, rows) => {
    const places = await practice.estate.break(id);
    const findings = await lookAt(system);
    await practice.estate.mend(id);
    const named = findings.filter((finding) => finding.rows.some((row) => rows.includes(row)));
    const ill = named.filter(({ state }) => state === 'warning' || state === 'critical');
    if (ill.length === 0)
      throw new Error(`nothing of ${rows.join(', ')} is red:\n${red(findings).join('\n')}`);
    const hosts = new Set(ill.flatMap(({ host }) => host ?? []));
    expect(places.map(({ on }) => on)).toEqual(expect.arrayContaining([...hosts]));
  });
});
