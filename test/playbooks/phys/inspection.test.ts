import { describe, expect, it } from 'vitest';
import { acvip } from '../../../lab/estate/apps/acvip.ts';
import { physicalNode } from '../../../lab/estate/apps/phys.ts';
import phys from '../../../playbooks/phys/inspection.ts';
import { estateFrom } from '../../support/estates.ts';
import { seesEveryFault } from '../../support/fault-matrix.ts';
import { onHost } from '../../support/inspected-estate.ts';
import { citedRows, flawsOf, rowsUpTo } from '../../support/inspection-rows.ts';

describe('the checks of PHYS', () => {
  it('answer every check of the manual, and nothing else', () => {
    expect(citedRows(phys)).toEqual(rowsUpTo('PHYS', 'C', 8));
  });

  it('are written down in order', () => {
    expect(flawsOf(phys)).toEqual([]);
  });

  it('ask a person for what only Yunyou shows', () => {
    const asked = phys.checks.filter(({ on }) => on === 'person').flatMap(({ rows }) => rows);
    expect(asked).toEqual(['PHYS-C01', 'PHYS-C04', 'PHYS-C07', 'PHYS-C08']);
  });

  it('find Docker and kubelet on every node, without an inventory that names them', () => {
    const nodes = [1, 2].map((no) => ({ name: `node-${no}`, address: `10.0.0.${no}` }));
    const { apps } = estateFrom({ 'physical-node': { hosts: nodes } }, [phys]);
    expect(apps.map(({ id, hosts }) => [id, hosts])).toEqual([
      ['physical-node', ['node-1', 'node-2']],
      ['kubelet', ['node-1', 'node-2']],
      ['dockerd', ['node-1', 'node-2']],
    ]);
  });
});

const critical = 'critical' as const;
const warning = 'warning' as const;

seesEveryFault({
  inspection: phys,
  apps: [physicalNode, acvip],
  // The second one is the container on the second node.
  hosts: { acvip: 2 },
  placed: [
    ...onHost('physical-node-2', {
      'node-restarted': { kubelet: critical, containers: warning },
      'docker-outdated': { 'docker-version': warning },
    }),
    ...onHost('physical-node-3', { 'node-down': { host: 'unknown' } }),
    ...onHost('physical-node-4', {
      'kubelet-down': { kubelet: critical },
      'docker-down': { 'docker-version': critical, containers: 'unknown' },
    }),
    ...onHost('physical-node-5', { 'host-unreachable': { host: 'unknown' } }),
  ],
  ofApps: { 'physical-node': { 'reachable physical-node-3': critical } },
});
