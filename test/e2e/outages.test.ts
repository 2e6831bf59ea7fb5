import { describe, expect, it } from 'vitest';
import { ask, press, ready, runInState, standing, threadOnce, toldAlone } from './acting.ts';
import { onPractice } from './on-practice.ts';

const on = onPractice('e2e-outages');

const inspected = (run: string) =>
  on.keep.rows("select n from fettle_audit.audit where run_id = ? and action = 'inspected'", [run]);
const topsOf = async (run: string) =>
  (await standing(on.practice, 'C0OPS')).filter((key) => key === `${run}:top`);

describe('while Redis is away', { timeout: 60_000 }, () => {
  it('a command is recorded, says so, and is answered once when Redis is back', async () => {
    await on.practice.redis.stop();
    for (const health of Object.values(on.practice.health))
      expect(await ready(health, 503)).toContain('"redis"');
    const asked = await ask(on.practice, '/inspect msgconsole-1');
    await threadOnce(on.client, asked, /Recorded\. The queue cannot be reached now/);

    await on.practice.redis.start();
    await threadOnce(on.client, asked, /"action_id":"fettle:evidence/);
    const run = await runInState(on.keep, '/inspect msgconsole-1', 'ended');
    expect(await inspected(run)).toHaveLength(1);
    expect(await topsOf(run)).toHaveLength(1);
    for (const health of Object.values(on.practice.health)) await ready(health, 200);
  });

  it('an inspection that was under way brings its result', async () => {
    await on.practice.estate.break('host-slow');
    const asked = await ask(on.practice, '/inspect msgbroker');
    await threadOnce(on.client, asked, /of 4 hosts answered/);
    await on.practice.redis.stop();
    await ready(on.practice.health.worker, 503);
    await on.practice.estate.mend('host-slow');
    await threadOnce(on.client, asked, /"action_id":"fettle:evidence/);
    await on.practice.redis.start();
    await ready(on.practice.health.worker, 200);
    const run = await runInState(on.keep, '/inspect msgbroker', 'ended');
    expect(await inspected(run)).toHaveLength(1);
    expect(await topsOf(run)).toHaveLength(1);
  });

  it('a Confirm is recorded, and carried out once when Redis is back', async () => {
    const asked = await ask(on.practice, '/unstick r1_201905060583197');
    await threadOnce(on.client, asked, /"action_id":"fettle:confirm/);
    await on.practice.redis.stop();
    await ready(on.practice.health.bot, 503);
    await press(on.client, asked, 'Confirm');
    await threadOnce(on.client, asked, /Recorded\. The queue cannot be reached now/);
    expect(on.practice.estate.signals()).toEqual([]);
    await on.practice.redis.start();
    await threadOnce(on.client, asked, /Done and verified/);
    expect(on.practice.estate.signals().map(({ executionId }) => executionId)).toEqual([
      '10382305',
      '10382311',
    ]);
  });
});

describe('while MySQL is away', { timeout: 80_000 }, () => {
  it('a person is told that nothing was taken on, and is answered when it is back', async () => {
    await on.practice.mariadb.stop();
    for (const health of Object.values(on.practice.health))
      expect(await ready(health, 503)).toContain('"mysql"');
    const after = await on.client.now();
    await on.client.type('U0LIN', 'C0OPS', '/inspect msgconsole');
    expect(await toldAlone(on.client, 'U0LIN', after)).toContain('database cannot be used right now');

    await on.practice.mariadb.start();
    for (const health of Object.values(on.practice.health)) await ready(health, 200);
    const asked = await ask(on.practice, '/inspect msgconsole');
    await threadOnce(on.client, asked, /"action_id":"fettle:evidence/);
  });

  it('an inspection that was under way ends properly when it is back, once', async () => {
    await on.practice.estate.break('host-slow');
    const asked = await ask(on.practice, '/inspect mq');
    await threadOnce(on.client, asked, /of \d+ hosts answered/);
    await on.practice.mariadb.stop();
    await on.practice.estate.mend('host-slow');
    await ready(on.practice.health.bot, 503);
    await on.practice.mariadb.start();
    await threadOnce(on.client, asked, /"action_id":"fettle:evidence/);
    const run = await runInState(on.keep, '/inspect mq', 'ended');
    expect(await inspected(run)).toHaveLength(1);
    expect(await topsOf(run)).toHaveLength(1);
  });

  it('a plan that was shown can still be confirmed when it is back', async () => {
    const asked = await ask(on.practice, '/unstick CNHZ_58201812212200583197');
    await threadOnce(on.client, asked, /"action_id":"fettle:confirm/);
    await on.practice.mariadb.stop();
    const after = await on.client.now();
    await press(on.client, asked, 'Confirm');
    expect(await toldAlone(on.client, 'U0LIN', after)).toContain('database cannot be used right now');
    await on.practice.mariadb.start();
    for (const health of Object.values(on.practice.health)) await ready(health, 200);
    await press(on.client, asked, 'Confirm');
    await threadOnce(on.client, asked, /Done and verified/);
  });
});
