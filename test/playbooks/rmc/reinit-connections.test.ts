import { execFile } from 'node:child_process';
import { appendFile, mkdtemp, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { aciaasconnectore } from '../../../lab/estate/apps/basic.ts';
import { quietCommand } from '../../../playbooks/rmc/reinit-connections.ts';
import { shownStep } from '../../../src/kit/index.ts';
import { type PracticeRunner, practiceRunner } from '../../support/practice-runner.ts';

const run = promisify(execFile);
const LONG = { timeout: 300_000 };

describe('initialising the IaaS connections again', () => {
  let at: PracticeRunner;
  beforeAll(async () => {
    at = await practiceRunner([aciaasconnectore]);
  }, 120_000);
  afterAll(() => at.close());
  const hosts = (): readonly string[] => at.practice.estate.hosts.map(({ name }) => name);

  it('is for all nodes, or for some with a reason', LONG, async () => {
    const [first = ''] = hosts();
    const refused = await at.planned('reinit-connections', { hosts: [first] });
    expect(refused).toMatchObject({ outcome: 'refused' });
    expect(refused.says?.en).toContain('A host that is left out keeps the old address.');
    const planned = await at.planned('reinit-connections', { hosts: [first], reason: 'the other is new' });
    expect(planned.plan?.steps.map(({ kind }) => kind)).toEqual(['request', 'wait', 'shell']);
  });

  it('is refused as long as one node does not work, which is named', LONG, async () => {
    const [, second = ''] = hosts();
    await at.practice.estate.break('process-down', second);
    const refused = await at.planned('reinit-connections', {});
    expect(refused).toMatchObject({ outcome: 'refused' });
    expect(refused.says?.en).toMatch(new RegExp(`All nodes or none.*${second}`));
    await at.practice.estate.mend('process-down', second);
  });

  it('mends an address that is not used, node after node, and verifies it', LONG, async () => {
    await at.practice.estate.break('iaas-address-unused', hosts()[0] ?? '');
    const planned = await at.planned('reinit-connections', {});
    expect(planned).toMatchObject({ state: 'waiting' });
    expect(planned.plan?.stages?.map(({ lanes }) => lanes.map(({ target }) => target))).toEqual(
      hosts().map((name) => [name]),
    );
    const [put] = planned.plan?.steps ?? [];
    expect(put && shownStep(put).text.en).toBe(
      'curl -X PUT \\\nhttp://localhost:8341/privateapi/conns/reinit',
    );
    const done = await at.performed(planned);
    expect(done.says?.en).toContain('verified');
    expect(done).toMatchObject({ outcome: 'done' });
    for (const { faults } of at.practice.estate.state().hosts) expect(faults).toEqual([]);
  });
});

describe('whether calls to the cloud fail meanwhile', () => {
  const watched = async (meanwhile: (log: string) => Promise<void>) => {
    const log = path.join(await mkdtemp(path.join(os.tmpdir(), 'quiet-')), 'common-error.log');
    await writeFile(log, 'c.p.iaas.aliyun.EcsClient - call aliyun OpenAPI failed, before\n');
    const asked = run('sh', ['-c', quietCommand([log], 2)]).then(
      ({ stdout }) => ({ code: 0, stdout }),
      (error: unknown) => error as { code: number; stdout: string },
    );
    await new Promise((resolve) => setTimeout(resolve, 700));
    await meanwhile(log);
    return asked;
  };

  it('is no where nothing comes, or errors of another kind', async () => {
    expect(await watched(async () => undefined)).toMatchObject({ code: 0 });
    expect(
      await watched((log) => appendFile(log, 'c.p.iaas.TaskRunner - task lock is held\n')),
    ).toMatchObject({
      code: 0,
    });
  });

  it('is yes with the lines, also in a log that was begun anew', async () => {
    const line = 'c.p.iaas.aliyun.SlbClient - call aliyun OpenAPI failed, action: x\n';
    expect(await watched((log) => appendFile(log, line))).toMatchObject({ code: 1, stdout: line });
    expect(await watched((log) => writeFile(log, 'call aliyun failed\n'))).toMatchObject({ code: 1 });
  });

  it('is yes without a log', async () => {
    await expect(run('sh', ['-c', quietCommand(['/nowhere/log'], 1)])).rejects.toMatchObject({ code: 1 });
  });
});
