import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import stuckFlow from '../../../playbooks/deps/stuck-flow.ts';
import { releasePlatform, type ReleasePlatform } from '../../support/release-platform.ts';

const order = 'r1_201905060583197';
let platform: ReleasePlatform;
const prepare = (args: unknown = { order }) => stuckFlow.prepare(args, platform.look);

beforeEach(async () => {
  platform = await releasePlatform();
  await platform.run("insert into ops_plan values (1, 'r1_201905060583197'), (2, 'r1_201905060583188')");
  await platform.run(
    "insert into ops_process_definition (plan_id, node_id) values (1, '0000000012190487'), (2, '0000000012190400')",
  );
  await platform.run(
    `insert into ops_action_node values ('0000000012190487', '("0000000010949638","0000000012190487")', '0038548210', '10390847', null)`,
  );
  await platform.run(
    "insert into act_ru_execution values ('10382305', 1, '10390847', '_0000000012190439_w', 1), ('10382306', 4, '10390847', '_0000000012190440_w', 1), ('10382300', 1, '10390847', null, 0)",
  );
});
afterEach(() => platform.close());

describe('stuck-flow', () => {
  it('signals each active task once, with the values of the documented queries', async () => {
    const prepared = await prepare();
    if (!prepared.ok) throw new Error(prepared.because.en);
    expect(prepared.course.stages[0]?.lanes[0]?.steps).toMatchObject([
      {
        kind: 'request',
        method: 'POST',
        from: { host: 'orchestration-1' },
        url: 'http://127.0.0.1:8341/privateapi/orch/signal',
        body: {
          type: 'json',
          text: '{"executionId":"10382305","namespace":"0038548210","nodeId":"0000000012190439","condition":0}',
        },
      },
      {
        body: {
          type: 'json',
          text: '{"executionId":"10382306","namespace":"0038548210","nodeId":"0000000012190440","condition":0}',
        },
      },
    ]);
    expect(prepared.warning.en).toContain('exactly 2 machines stuck');
    expect(prepared.rollback).toEqual([]);
  });

  it('knows of each signal by itself whether its task goes on', async () => {
    const prepared = await prepare();
    if (!prepared.ok) throw new Error(prepared.because.en);
    const states = async (): Promise<readonly unknown[]> =>
      Promise.all(
        [1, 2, 3].map(async (no) => {
          const look = stuckFlow.effectOf(prepared.facts, no);
          return look && (await look.look(platform.look)).state;
        }),
      );
    expect(await states()).toEqual(['critical', 'critical', undefined]);
    await platform.run("update act_ru_execution set REV_ = 2 where ID_ = '10382305'");
    expect(await states()).toEqual(['ok', 'critical', undefined]);
  });

  it('looks twice and leaves a moving flow alone', async () => {
    platform.meanwhile = () => platform.run("update act_ru_execution set REV_ = 2 where ID_ = '10382305'");
    expect(await prepare()).toMatchObject({
      ok: false,
      reason: 'unsafe',
      because: { en: expect.stringContaining('moves') },
    });
  });

  it('names the orders near one that does not exist', async () => {
    expect(await prepare({ order: 'r1_201905060583190' })).toMatchObject({
      ok: false,
      reason: 'not-found',
      instead: [{ command: '/unstick r1_201905060583197' }, { command: '/unstick r1_201905060583188' }],
    });
  });

  it.each([
    ['no active task', 'update act_ru_execution set IS_ACTIVE_ = 0', 'not-needed'],
    [
      'a task of an undocumented form',
      "update act_ru_execution set ACT_ID_ = 'gateway' where ID_ = '10382306'",
      'unsafe',
    ],
    ['no process', 'update ops_action_node set process_instance_id = null', 'not-needed'],
    [
      'a second node',
      "insert into ops_process_definition (plan_id, node_id) values (1, '0000000012190499')",
      'unsafe',
    ],
    ['a node that is not there', 'delete from ops_action_node', 'unsafe'],
  ])('does nothing with %s', async (_, statement, reason) => {
    await platform.run(statement);
    expect(await prepare()).toMatchObject({ ok: false, reason });
  });

  it('refuses more tasks than a person can compare with the page', async () => {
    for (let task = 0; task < 25; task += 1)
      await platform.run("insert into act_ru_execution values (?, 1, '10390847', '_0000000012190441_w', 1)", [
        `5${task}`,
      ]);
    expect(await prepare()).toMatchObject({ ok: false, reason: 'unsafe' });
  });

  it.each(['', "r1_201905060583197' or '1'='1", 'r1_2019', 'r1_201905060583197\n', '%'])(
    'refuses the order number %j before it looks',
    async (bad) => {
      expect(await prepare({ order: bad })).toMatchObject({ ok: false, reason: 'bad-arguments' });
      expect(platform.statements).toEqual([]);
    },
  );

  it('verifies that every task moved on', async () => {
    const prepared = await prepare();
    if (!prepared.ok) throw new Error(prepared.because.en);
    const [verification] = stuckFlow.verifications({ order }, prepared.facts);
    expect(await verification?.look(platform.look)).toMatchObject({ state: 'critical' });
    await platform.run("delete from act_ru_execution where ID_ = '10382305'");
    expect(await verification?.look(platform.look)).toMatchObject({
      state: 'critical',
      says: { en: expect.stringContaining('10382306') },
    });
    await platform.run("update act_ru_execution set REV_ = 5 where ID_ = '10382306'");
    expect(await verification?.look(platform.look)).toMatchObject({ state: 'ok' });
  });

  it('makes every look-up that it declares', async () => {
    expect(await prepare()).toMatchObject({ ok: true });
    expect([...platform.cited].sort()).toEqual(stuckFlow.looksAt);
  });
});
