import { describe, expect, it } from 'vitest';
import { businessHost } from '../../../lab/estate/apps/gen.ts';
import { APPS } from '../../../lab/estate/apps/star.ts';
import gen from '../../../playbooks/gen/inspection.ts';
import star from '../../../playbooks/star/inspection.ts';
import { appOf, estateFrom } from '../../support/estates.ts';
import { seesEveryFault } from '../../support/fault-matrix.ts';
import { onHost, resourceFaults } from '../../support/inspected-estate.ts';
import { citedRows, flawsOf, limitsByRow, rowsUpTo } from '../../support/inspection-rows.ts';
import { EMPTY_ESTATE } from '../../support/run-check.ts';

describe('the checks of STAR', () => {
  it('answer every check, metric and log of the manual, and nothing else', () => {
    expect(citedRows(star)).toEqual([
      ...rowsUpTo('STAR', 'C', 12),
      ...rowsUpTo('STAR', 'L', 1),
      ...rowsUpTo('STAR', 'M', 6),
    ]);
  });

  it('are written down in order', () => {
    expect(flawsOf(star)).toEqual([]);
  });

  it('have the limits of the manual; an error of the agent may not happen', () => {
    expect(limitsByRow(star)).toEqual({
      'STAR-M01': 90,
      'STAR-M02': 90,
      'STAR-M03': 90,
      'STAR-M04': 4,
      'STAR-C09': 0,
    });
  });

  it('ask a person for what only the consoles show', () => {
    const asked = star.checks.filter(({ on }) => on === 'person').flatMap(({ rows }) => rows);
    expect(asked).toEqual(['STAR-C04', 'STAR-C05', 'STAR-C10', 'STAR-C11', 'STAR-C12', 'STAR-M06']);
  });

  it('look for the console where the inventory says, else at the load balancer that the manual names, else nowhere', () => {
    const [page] = star.checks.filter((check) => check.on === 'page');
    const app = appOf('acstarserver2', 'STAR');
    expect(page?.url({ estate: EMPTY_ESTATE, app, limits: {} })).toBeUndefined();
    const balanced = { ...EMPTY_ESTATE, addresses: { acstarserver2_internet_vip: '10.0.0.9' } };
    expect(page?.url({ estate: balanced, app, limits: {} })).toBe('http://10.0.0.9/');
    const told = { ...balanced, consoles: { STAR: 'https://star.bank.example/' } };
    expect(page?.url({ estate: told, app, limits: {} })).toBe('https://star.bank.example/');
  });

  it('find the agent on every host of every business app, whatever the apps are called', () => {
    const host = (name: string, no: number) => ({ name, address: `10.0.0.${no}` });
    const estate = estateFrom(
      {
        ledger: { is: 'business-host', hosts: [host('ledger-1', 1), host('ledger-2', 2)] },
        loans: { is: 'business-host', hosts: [host('loans-1', 3)] },
      },
      [gen, star],
    );
    const agent = estate.apps.find(({ id }) => id === 'staragent');
    expect(agent?.hosts).toEqual(['ledger-1', 'ledger-2', 'loans-1']);
  });
});

const critical = 'critical' as const;
const warning = 'warning' as const;

seesEveryFault({
  inspection: star,
  beside: [gen],
  apps: [...APPS, businessHost],
  placed: [
    ...onHost('acstarserver2-1', { 'page-down': {} }),
    ...onHost('acstarserver2-2', {
      'process-down': {
        'starserver-ports 80': critical,
        'starserver-ports 8000': critical,
        'starserver-ports 12200': critical,
      },
      ...resourceFaults(),
    }),
    ...onHost('acstarserver2-3', { 'port-not-listening': { 'starserver-ports 8000': critical } }),
    ...onHost('business-host-1', {
      'agent-down': { 'agent-process': critical, 'agent-connection': critical },
    }),
    ...onHost('business-host-2', {
      'agent-disconnected': { 'agent-connection': critical },
      'agent-errors': { 'agent-errors': warning },
    }),
  ],
  ofApps: { acstarserver2: { 'console-page': critical } },
});
