import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { APPS as BASIC } from '../../../../lab/estate/apps/basic.ts';
import { APPS as ONEC } from '../../../../lab/estate/apps/onec.ts';
import { ssh, type TestEstate, testEstate } from '../practice.ts';
import { type Seen, seesFaults } from '../seen.ts';

const RPC_LOG = 'logs/apconsole/rpc/common-error.log';

const SEEN: Readonly<Record<string, Seen>> = {
  'console-finds-no-address': {
    on: 'apconsole-1',
    look: `grep -c "RPC-02306: Cannot get the service address" ${RPC_LOG}`,
    healthy: /^0$/,
    broken: /^(29|[3-9]\d)$/,
  },
  'console-calls-fail': {
    on: 'apconsole-1',
    look: `wc -l <${RPC_LOG}`,
    healthy: /^0$/,
    broken: /^(199|2\d\d)$/,
  },
  'cloud-refuses-calls': {
    on: 'aciaasconnectore-1',
    look: 'grep -c "call aliyun OpenAPI failed" logs/aciaasconnectore/common-error.log',
    healthy: /^0$/,
    broken: /^([4-9]|1\d)$/,
  },
  'iaas-address-unused': {
    on: 'aciaasconnectore-2',
    look: 'grep -c "endpoint: ecs.old-room.internal" logs/aciaasconnectore/common-error.log',
    healthy: /^0$/,
    broken: /^([8-9]|1\d)$/,
  },
};

seesFaults(['ONEC', 'BASIC'], [...ONEC, ...BASIC], SEEN);

describe('the IaaS adapter', () => {
  let practice: TestEstate;
  beforeAll(async () => {
    practice = await testEstate({ apps: BASIC.filter(({ id }) => id === 'aciaasconnectore'), faults: [] });
  });
  afterAll(() => practice.stop());

  it('connects anew when it is told to, as the manual has it', async () => {
    const look = async (command: string): Promise<string> =>
      (await ssh(practice.estate, 'aciaasconnectore-2', command)).stdout;
    expect(await look("curl -s -X PUT 'localhost:8341/privateapi/conns/reinit'")).toBe('{"success":true}\n');
    // Other lines come in between.
    expect(await look('tail -20 logs/aciaasconnectore/common-default.log')).toContain(
      'all connections initialised again',
    );
    const status = "curl -s -o /dev/null -w '%{http_code}' localhost:8341/privateapi/conns";
    expect(await look(`${status}/reinit; ${status}/other`)).toBe('405404');
  });

  it('uses the new address once it has connected anew, each host for itself', async () => {
    const { estate } = practice;
    const calls = async (host: string): Promise<string> =>
      (
        await ssh(estate, host, 'grep -c "endpoint: ecs.old-room" logs/aciaasconnectore/common-error.log')
      ).stdout.trim();
    await estate.break('iaas-address-unused');
    expect(Number(await calls('aciaasconnectore-1'))).toBeGreaterThan(0);
    await ssh(estate, 'aciaasconnectore-1', "curl -s -X PUT 'localhost:8341/privateapi/conns/reinit'");
    // What went wrong before stays in the log; nothing is added to it.
    const lines = (host: string): Promise<string> =>
      ssh(estate, host, 'tail -n 1 logs/aciaasconnectore/common-error.log').then(({ stdout }) => stdout);
    expect(await lines('aciaasconnectore-1')).not.toContain('old-room');
    expect(await lines('aciaasconnectore-2')).toContain('old-room');
    await estate.mend('all');
  });
});
