import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { businessHost } from '../../../../lab/estate/apps/gen.ts';
import { antscheduler, drmdata } from '../../../../lab/estate/apps/ms.ts';
import { ssh, type TestEstate, testEstate } from '../practice.ts';
import { type Seen, seesFaults } from '../seen.ts';

const HOST = 'business-host-1';
const one = { hosts: 1 } as const;
const APPS = [
  { ...businessHost, hosts: 2 },
  { ...antscheduler, ...one },
  { ...drmdata, ...one },
];
const connections = (port: number): string => `ss -Htn state established dport = :${port} | wc -l`;

const SEEN: Readonly<Record<string, Seen>> = {
  'client-refused-by-scheduler': {
    on: HOST,
    look: `${connections(9001)}; grep -c ERROR logs/scheduler/common-error.log`,
    healthy: /^1\n0$/,
    broken: /^0\n[1-9]\d*$/,
  },
  'client-finds-no-drm': {
    on: HOST,
    look: `${connections(9880)}; grep -c 'Query zdrmdata server address empty' logs/drm/common-error.log`,
    healthy: /^1\n0$/,
    broken: /^0\n[1-9]\d*$/,
  },
  'client-unregistered-at-drm': {
    on: HOST,
    look: 'grep -c "register success" logs/drm/drm-monitor.log; wc -l < logs/drm/drm-boot.log',
    healthy: /^2\n2$/,
    broken: /^0\n0$/,
  },
  'messages-redelivered': {
    on: HOST,
    look: "awk -F, '$(NF-2) > 0' logs/tracelog/msg-sub-digest.log | wc -l",
    healthy: /^0$/,
    broken: /^[1-9]\d*$/,
  },
};

seesFaults(['GEN'], APPS, SEEN);

describe('a business host', () => {
  let practice: TestEstate;
  beforeAll(async () => {
    practice = await testEstate({ apps: APPS, faults: [] });
  });
  afterAll(() => practice.stop());

  it('has the logs of its start, and what its health check found', async () => {
    const look = 'tail -1 logs/sofa/sofa-startup.log; grep -c "passed:true" logs/sofa/sofa-healthcheck.log';
    expect((await ssh(practice.estate, HOST, look)).stdout).toMatch(/application started in \d+ ms\n4\n$/);
    await practice.estate.break('health-false', HOST);
    const failed = 'grep -o "[a-zA-Z]* passed:false" logs/sofa/sofa-healthcheck.log';
    expect((await ssh(practice.estate, HOST, failed)).stdout).toBe('sofaRuntime passed:false\n');
    await practice.estate.mend('all');
  });

  it.each([
    ['scheduler-without-clients', 'client-refused-by-scheduler'],
    ['drm-without-clients', 'client-finds-no-drm'],
  ])('loses its connection with every other when the servers have %s', async (fault, brought) => {
    const { estate } = practice;
    const activeFaults = await estate.break(fault);
    expect(activeFaults.filter((each) => each.fault === brought).map(({ on }) => on)).toEqual([
      'business-host-1',
      'business-host-2',
    ]);
    await estate.mend(fault);
    expect(estate.state().hosts.flatMap(({ faults }) => faults)).toEqual([]);
  });
});
