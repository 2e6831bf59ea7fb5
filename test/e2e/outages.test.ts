import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { WorkspaceClient } from '../../lab/workspace/client.ts';
import { type Practice, startPractice } from '../../scripts/practice.ts';
import {
  freshFolder,
  ask,
  type Keeper,
  keeper,
  press,
  ready,
  runInState,
  standing,
  threadOnce,
  toldAlone,
} from './acting.ts';

let practice: Practice;
let client: WorkspaceClient;
let keep: Keeper;

beforeAll(async () => {
  practice = await startPractice({ folder: await freshFolder('e2e-outages'), port: 0 });
  client = practice.workspace.client;
  keep = keeper(practice);
}, 120_000);
afterAll(async () => {
  await practice?.stop();
}, 60_000);

const inspected = (run: string) =>
  keep.rows("select n from fettle_audit.audit where run_id = ? and action = 'inspected'", [run]);
const topsOf = async (run: string) =>
  (await standing(practice, 'C0OPS')).filter((key) => key === `${run}:top`);

describe('while Redis is away', { timeout: 60_000 }, () => {
  it('a command is recorded, says so, and is answered once when Redis is back', async () => {
    await practice.redis.stop();
    for (const health of Object.values(practice.health))
      expect(await ready(health, 503)).toContain('"redis"');
    const asked = await ask(practice, '/inspect msgconsole-1');
    await threadOnce(client, asked, /Recorded\. The queue cannot be reached now/);

    await practice.redis.start();
    await threadOnce(client, asked, /"action_id":"fettle:evidence/);
    const run = await runInState(keep, '/inspect msgconsole-1', 'ended');
    expect(await inspected(run)).toHaveLength(1);
    expect(await topsOf(run)).toHaveLength(1);
    for (const health of Object.values(practice.health)) await ready(health, 200);
  });

  it('an inspection that was under way brings its result', async () => {
    await practice.estate.break('host-slow');
    const asked = await ask(practice, '/inspect msgbroker');
    await threadOnce(client, asked, /of 4 hosts answered/);
    await practice.redis.stop();
    await ready(practice.health.worker, 503);
    await practice.estate.mend('host-slow');
    await threadOnce(client, asked, /"action_id":"fettle:evidence/);
    await practice.redis.start();
    await ready(practice.health.worker, 200);
    const run = await runInState(keep, '/inspect msgbroker', 'ended');
    expect(await inspected(run)).toHaveLength(1);
    expect(await topsOf(run)).toHaveLength(1);
  });

  it('a Confirm is recorded, and carried out once when Redis is back', async () => {
    const asked = await ask(practice, '/unstick r1_201905060583197');
    await threadOnce(client, asked, /"action_id":"fettle:confirm/);
    await practice.redis.stop();
    await ready(practice.health.bot, 503);
    await press(client, asked, 'Confirm');
    await threadOnce(client, asked, /Recorded\. The queue cannot be reached now/);
    expect(practice.estate.signals()).toEqual([]);
    await practice.redis.start();
    await threadOnce(client, asked, /Done and verified/);
    expect(practice.estate.signals().map(({ executionId }) => executionId)).toEqual(['10382305', '10382311']);
  });
});

describe('while MySQL is away', { timeout: 80_000 }, () => {
  it('a person is told that nothing was taken on, and is answered when it is back', async () => {
    await practice.mariadb.stop();
    for (const health of Object.values(practice.health))
      expect(await ready(health, 503)).toContain('"mysql"');
    const after = await client.now();
    await client.type('U0LIN', 'C0OPS', '/inspect msgconsole');
    expect(await toldAlone(client, 'U0LIN', after)).toContain('database cannot be used right now');

    await practice.mariadb.start();
    for (const health of Object.values(practice.health)) await ready(health, 200);
    const asked = await ask(practice, '/inspect msgconsole');
    await threadOnce(client, asked, /"action_id":"fettle:evidence/);
  });

  it('an inspection that was under way ends properly when it is back, once', async () => {
    await practice.estate.break('host-slow');
    const asked = await ask(practice, '/inspect mq');
    await threadOnce(client, asked, /of \d+ hosts answered/);
    await practice.mariadb.stop();
    await practice.estate.mend('host-slow');
    await ready(practice.health.bot, 503);
    await practice.mariadb.start();
    await threadOnce(client, asked, /"action_id":"fettle:evidence/);
    const run = await runInState(keep, '/inspect mq', 'ended');
    expect(await inspected(run)).toHaveLength(1);
    expect(await topsOf(run)).toHaveLength(1);
  });

  it('a plan that was shown can still be confirmed when it is back', async () => {
    const asked = await ask(practice, '/unstick CNHZ_58201812212200583197');
    await threadOnce(client, asked, /"action_id":"fettle:confirm/);
    await practice.mariadb.stop();
    const after = await client.now();
    await press(client, asked, 'Confirm');
    expect(await toldAlone(client, 'U0LIN', after)).toContain('database cannot be used right now');
    await practice.mariadb.start();
    for (const health of Object.values(practice.health)) await ready(health, 200);
    await press(client, asked, 'Confirm');
    await threadOnce(client, asked, /Done and verified/);
  });
});
