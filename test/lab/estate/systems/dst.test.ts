import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { APPS, dstweb } from '../../../../lab/estate/apps/dst.ts';
import { businessHost } from '../../../../lab/estate/apps/gen.ts';
import { ssh, type TestEstate, testEstate } from '../practice.ts';
import { onlyThen, type Seen, seesFaults } from '../seen.ts';

const HOST = 'business-host-1';
const status = 'sudo /etc/init.d/ilogtaild status; echo $?';
const ofOne = APPS.filter(({ beside, id }) => beside !== undefined || id === 'dstweb').map((app) =>
  app.beside ? app : { ...app, hosts: 1 },
);
const ESTATE = [...ofOne, { ...businessHost, hosts: 1 }];

const SEEN: Readonly<Record<string, Seen>> = {
  'trace-storage-unreachable': onlyThen(
    'dstweb-1',
    'connect to sls endpoint failed: Connection refused',
    'common-error.log',
  ),
  'tracing-rpc-port-lost': {
    on: 'dstweb-1',
    look: 'ss -Hltn | awk \'{sub(/.*:/,"",$4); print $4}\' | sort -n | xargs',
    healthy: /^80 2022 8080 8341 12200$/,
    broken: /^80 2022 8080 8341$/,
  },
  'ilogtaild-down': {
    on: HOST,
    look: status,
    healthy: /^ilogtail is running\n0$/,
    broken: /^ilogtail is stopped\n3$/,
  },
  'ant-cloud-agent-down': {
    on: HOST,
    look: 'ps -ef | grep -c [a]nt_cloud_agent',
    healthy: /^1$/,
    broken: /^0$/,
  },
};

seesFaults(['DST'], ESTATE, SEEN);

describe('the tracing of a business host', () => {
  let practice: TestEstate;
  beforeAll(async () => {
    practice = await testEstate({ apps: ESTATE, faults: [] });
  });
  afterAll(() => practice.stop());
  const look = async (host: string, command: string): Promise<string> =>
    (await ssh(practice.estate, host, command)).stdout.trim();

  it('is written into a log for every type of call', async () => {
    expect(
      await look(HOST, 'cd logs/tracelog && ls | xargs && grep -c ledger rpc-client-digest.log'),
    ).toMatch(
      /^msg-sub-digest.log rpc-client-digest.log rpc-server-digest.log spring-mvc-digest.log zdal-db-digest.log\n[1-9]\d+$/,
    );
  });

  it('is collected again when ilogtaild is started by its script, and the app beside it goes on', async () => {
    const started = await look(HOST, 'pgrep java');
    await practice.estate.break('ilogtaild-down', HOST);
    expect(await look(HOST, 'sudo /etc/init.d/ilogtaild start')).toBe('ilogtail started');
    expect(await look(HOST, status)).toBe('ilogtail is running\n0');
    expect(await look(HOST, 'pgrep java')).toBe(started);
  });

  it('is shown by a console that tells which part is not ready', async () => {
    const ready = 'curl -s 127.0.0.1:8080/health/readiness';
    expect(await look('dstweb-1', ready)).toMatch(/^\{"status":"UP"/);
    await practice.estate.break('health-false', 'dstweb-1');
    expect(await look('dstweb-1', ready)).toContain(`"${dstweb.components?.[0] ?? ''}":{"status":"DOWN"}`);
    await practice.estate.mend('all');
  });
});
