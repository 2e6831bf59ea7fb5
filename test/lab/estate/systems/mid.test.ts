import { expect, it } from 'vitest';
import { intelliproxy, osp, portal } from '../../../../lab/estate/apps/mid.ts';
import { msgconsole } from '../../../../lab/estate/apps/mq.ts';
import { ssh, testEstate } from '../practice.ts';
import { onlyThen, type Seen, seesFaults } from '../seen.ts';

/** How many addresses OSP has of a service. */
const addresses = (service: string): string =>
  `curl -s 127.0.0.1/api/admin/services/${service}/addresses | grep -o '[0-9][0-9.]*:[0-9]' | wc -l`;

const SEEN: Readonly<Record<string, Seen>> = {
  'osp-addresses-lost': {
    on: 'osp-1',
    look: `${addresses('mq')}; ${addresses('portal')}`,
    healthy: /^2\n1$/,
    broken: /^0\n1$/,
  },
  'portal-unreported': onlyThen('portal-1', 'report of .* failed', 'node-stdout.log'),
  'portal-forward-errors': onlyThen('portal-1', 'proxy forward failed', 'node-stderr.log'),
  'proxy-start-failed': {
    on: 'intelliproxy-1',
    look: 'ss -Hltn "sport = :80" | wc -l; pgrep -c java; grep -c ERROR logs/common-error.log',
    healthy: /^1\n1\n0$/,
    broken: /^0\n1\n[1-9]\d*$/,
  },
};

const one = { hosts: 1 } as const;
seesFaults(
  ['MID'],
  [{ ...intelliproxy, ...one }, { ...portal, ...one }, { ...osp, ...one }, msgconsole],
  SEEN,
);

it('OSP lists the portals that run and have reported themselves', async () => {
  const practice = await testEstate({ apps: [{ ...osp, ...one }, portal], faults: [] });
  const { estate } = practice;
  const listed = async (): Promise<string> => (await ssh(estate, 'osp-1', addresses('portal'))).stdout;
  try {
    expect(await listed()).toBe('2\n');
    await estate.break('portal-unreported', 'portal-1');
    expect(await listed()).toBe('1\n');
    await estate.break('process-down', 'portal-2');
    expect(await listed()).toBe('0\n');
    await estate.restart('portal-1');
    expect(await listed()).toBe('1\n');
  } finally {
    await practice.stop();
  }
});
