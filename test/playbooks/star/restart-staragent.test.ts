import { execFile } from 'node:child_process';
import { mkdtemp, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { acopswareexecutor } from '../../../lab/estate/apps/deps.ts';
import { businessHost } from '../../../lab/estate/apps/gen.ts';
import { APPS } from '../../../lab/estate/apps/star.ts';
import { agentIdleCommand } from '../../../playbooks/star/agent-idle.ts';
import { shownStep } from '../../../src/kit/index.ts';
import { type PracticeRunner, practiceRunner } from '../../support/practice-runner.ts';

const run = promisify(execFile);
const LONG = { timeout: 180_000 };

describe('restarting the agent of a business host', () => {
  let at: PracticeRunner;
  beforeAll(async () => {
    at = await practiceRunner([...APPS, businessHost, acopswareexecutor]);
  }, 120_000);
  afterAll(() => at.close());

  const faultsOf = (name: string): readonly string[] =>
    at.practice.estate.state().hosts.find((host) => host.name === name)?.faults ?? [];

  it('is not needed while the agents are well', LONG, async () => {
    const refused = await at.planned('restart-staragent', { hosts: 'all' });
    expect(refused).toMatchObject({ state: 'ended', outcome: 'refused' });
    expect(refused.says?.en).toContain('staragent is well on');
  });

  it('of a host that is none is told', LONG, async () => {
    const refused = await at.planned('restart-staragent', { hosts: ['acstarserver2-1'] });
    expect(refused.says?.en).toContain('There is no staragent on acstarserver2-1.');
  });

  it('mends an agent that is down: planned, confirmed, restarted once as root, verified', LONG, async () => {
    await at.practice.estate.break('agent-down', 'business-host-2');
    const planned = await at.planned('restart-staragent', { hosts: 'all' });
    expect(planned.says?.en).toContain('staragent is not well on business-host-2');
    expect(planned.plan?.steps.map(({ kind }) => kind)).toEqual(['shell', 'shell', 'wait']);
    const [, restart] = planned.plan?.steps ?? [];
    expect(restart && shownStep(restart)).toMatchObject({
      place: 'business-host-2',
      text: { en: 'sudo -n -u root -- /home/staragent/bin/agent.sh restart' },
      note: { en: 'on business-host-2 as root, once, at most 60 s' },
    });
    expect(planned.plan?.irreversible?.en).toContain('lost');
    const done = await at.performed(planned);
    expect(done).toMatchObject({ outcome: 'done' });
    expect(done.steps.map(({ state }) => state)).toEqual(['done', 'done', 'done']);
    expect(faultsOf('business-host-2')).toEqual([]);
    expect(await at.fresh.store.audit.verify()).toMatchObject({ problems: [] });
  });

  it('is refused while the pipeline server is down', LONG, async () => {
    await at.practice.estate.break('agent-down', 'business-host-2');
    const servers = at.practice.estate.hosts.filter(({ app }) => app === 'acstarserver2');
    for (const { name } of servers) await at.practice.estate.break('process-down', name);
    const refused = await at.planned('restart-staragent', { hosts: ['business-host-2'] });
    expect(refused).toMatchObject({ outcome: 'refused' });
    expect(refused.says?.en).toContain('The pipeline server must be well first');
    for (const { name } of servers) await at.practice.estate.mend('process-down', name);
    await at.practice.estate.mend('agent-down', 'business-host-2');
  });
});

describe('whether a command of the platform runs on a host', () => {
  const ask = async (lines: readonly string[], ps = '1 0 init\n7 1 /home/staragent/bin/staragentd\n') => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'agent-idle-'));
    await writeFile(path.join(folder, 'log'), lines.map((line) => `${line}\n`).join(''));
    await writeFile(path.join(folder, 'ps.txt'), ps);
    await writeFile(path.join(folder, 'ps'), `#!/bin/sh\ncat ${folder}/ps.txt\n`, { mode: 0o755 });
    const command = agentIdleCommand(path.join(folder, 'log'));
    const env = { ...process.env, PATH: `${folder}:${process.env['PATH'] ?? ''}` };
    return run('sh', ['-c', command], { env }).then(
      ({ stdout }) => ({ code: 0, stdout }),
      (error: unknown) => error as { code: number; stdout: string },
    );
  };
  const ago = (seconds: number): string => {
    const at = new Date(Date.now() - seconds * 1000 - new Date().getTimezoneOffset() * 60_000);
    return at.toISOString().slice(0, 19).replace('T', ' ');
  };

  it('is no where the agent has no child and its newest command is old', async () => {
    expect(await ask([`${ago(400)},123 INFO exeurl: cmd://x`, `${ago(3)},001 INFO heartbeat`])).toMatchObject(
      {
        code: 0,
      },
    );
    expect(await ask([])).toMatchObject({ code: 0 });
  });

  it.each([
    [
      'the newest command is young',
      [`${ago(60)},123 INFO exeurl: cmd://x`],
      undefined,
      'less than 300 s ago',
    ],
    ['its time cannot be read', ['exeurl: cmd://x'], undefined, 'cannot be read'],
    [
      'the agent has a child',
      [],
      '1 0 init\n7 1 /home/staragent/bin/staragentd\n9 7 sh /home/admin/bin/deploy_v2.py\n',
      'command under way',
    ],
    ['the processes cannot be seen', [], '', 'cannot be seen'],
  ] as const)('is yes where %s', async (_, lines, ps, says) => {
    const asked = await ask(lines, ps);
    expect(asked.code).toBe(1);
    expect(asked.stdout).toContain(says);
  });

  it('does not count a second process of the agent itself', async () => {
    expect(
      await ask([], '1 0 init\n7 1 /home/staragent/bin/staragentd\n8 7 /home/staragent/bin/staragentd\n'),
    ).toMatchObject({ code: 0 });
  });
});
