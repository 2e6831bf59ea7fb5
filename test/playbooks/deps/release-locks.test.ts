import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import releaseLocks from '../../../playbooks/deps/release-locks.ts';
import { releasePlatform, type ReleasePlatform } from '../../support/release-platform.ts';

const order = 'CNHZ_58201812212200583197';
const blocked = 'r1_201905070600112';
let platform: ReleasePlatform;
const prepare = (number = order) => releaseLocks.prepare({ order: number }, platform.look);

beforeEach(async () => {
  platform = await releasePlatform();
  await platform.run(`insert into ops_plan values (1, '${order}'), (2, '${blocked}')`);
  await platform.run(
    "insert into ops_process_definition (plan_id, node_id) values (1, '0000000010949636'), (2, '0000000020000001')",
  );
  await platform.run(`insert into ops_action_node values
    ('0000000010949636', '("0000000010949638","0000000010949636")', '1', '77', null),
    ('0000000010949701', '("0000000010949638","0000000010949636","0000000010949701")', '1', null, 'group:a'),
    ('0000000010949702', '("0000000010949638","0000000010949636","0000000010949702")', '1', null, 'group:b'),
    ('0000000020000001', '("0000000020000000","0000000020000001")', '1', '78', 'group:a'),
    ('0000000030000001', '("0000000030000000","0000000030000001")', '1', '79', 'group:z')`);
  await platform.run(
    `insert into control_lock values (11, 'group:a', '${order}', 't'), (12, 'group:b', '${order}', 't'), (99, 'group:z', 'r1_999999999999999', 't')`,
  );
});
afterEach(() => platform.close());

describe('release-locks', () => {
  it('deletes by primary key exactly the rows shown, and can put them back', async () => {
    const prepared = await prepare();
    if (!prepared.ok) throw new Error(prepared.because.en);
    expect(prepared.course.stages[0]?.lanes[0]?.steps).toEqual([
      expect.objectContaining({
        kind: 'delete-rows',
        database: 'opswareorchestration',
        table: 'control_lock',
        key: ['id'],
        rows: [expect.objectContaining({ id: '11' }), expect.objectContaining({ id: '12' })],
      }),
    ]);
    expect(prepared.rollback).toEqual([
      expect.objectContaining({
        kind: 'insert-rows',
        rows: expect.objectContaining({ length: 2 }) as unknown,
      }),
    ]);
    expect(platform.statements.every((statement) => statement.startsWith('select'))).toBe(true);
  });

  it('given the blocked order, names the one that blocks it', async () => {
    expect(await prepare(blocked)).toMatchObject({
      ok: false,
      reason: 'not-needed',
      instead: [{ command: `/unstick ${order}` }],
    });
  });

  it.each([
    ['empty', ''],
    ['a root alone', '("0000000010949638")'],
    ['a bracket alone', '('],
    ['with a wildcard', '("0000000010949638","00000000109496%6")'],
    ['of another form', '/0000000010949638/0000000010949636'],
  ])('deletes nothing by a path that is %s', async (_, path) => {
    await platform.run("update ops_action_node set node_path = ? where id = '0000000010949636'", [path]);
    expect(await prepare()).toMatchObject({
      ok: false,
      reason: 'unsafe',
      because: { en: expect.stringContaining('not of the documented form') },
    });
  });

  it('leaves a lock on the same target that another order holds', async () => {
    await platform.run(`insert into control_lock values (13, 'group:b', 'r1_201912120000001', 't')`);
    const prepared = await prepare();
    if (!prepared.ok) throw new Error(prepared.because.en);
    expect(prepared.course.stages[0]?.lanes[0]?.steps[0]).toMatchObject({
      rows: [{ id: '11' }, { id: '12' }],
    });
    expect(prepared.warning.en).toContain('r1_201912120000001');
  });

  it('has the order completed first while its flow is alive', async () => {
    await platform.run("insert into act_ru_execution values ('5', 1, '77', '_0000000012190439_w', 1)");
    expect(await prepare()).toMatchObject({
      ok: false,
      reason: 'not-needed',
      because: { en: expect.stringContaining('complete the order first') },
    });
  });

  it('says so when the table does not name the holder', async () => {
    await platform.run('alter table control_lock drop column order_no');
    const prepared = await prepare();
    expect(prepared).toMatchObject({
      ok: true,
      warning: { en: expect.stringContaining('does not name the holder') },
    });
  });

  it.each([
    ['holds no lock', 'delete from control_lock', 'not-needed'],
    [
      'would lose more rows than a forgotten lock has',
      `insert into control_lock select id + 100 + seq, 'group:a', '${order}', 't' from ops_plan, seq_1_to_6 where id = 1`,
      'unsafe',
    ],
    ['has locks without a primary key', 'alter table control_lock drop primary key', 'unsafe'],
  ])('does nothing when the order %s', async (_, statement, reason) => {
    await platform.run(statement);
    expect(await prepare()).toMatchObject({ ok: false, reason });
  });

  it('knows the holder by plan id and by node path, too', async () => {
    await platform.run(
      'alter table control_lock drop column order_no, add column plan_id bigint, add column node_path varchar(512)',
    );
    await platform.run(
      `update control_lock set plan_id = 1, node_path = '("0000000010949638","0000000010949636","0000000010949701")'`,
    );
    await platform.run('update control_lock set plan_id = 2 where id = 12');
    expect(await prepare()).toMatchObject({
      ok: true,
      course: { stages: [{ lanes: [{ steps: [{ rows: [{ id: '11' }] }] }] }] },
    });
  });

  it('names the blocking order by the number that can be typed, not by its id', async () => {
    await platform.run('alter table control_lock add column plan_id bigint first');
    await platform.run("update control_lock set plan_id = 2, order_no = 'r1_201912120000001'");
    expect(await prepare()).toMatchObject({
      ok: false,
      because: { en: expect.stringContaining('blocked by r1_201912120000001.') },
      instead: [{ command: '/unstick r1_201912120000001' }],
    });
  });

  it('verifies that the deleted rows are gone', async () => {
    const prepared = await prepare();
    if (!prepared.ok) throw new Error(prepared.because.en);
    const [verification] = releaseLocks.verifications({ order }, prepared.facts);
    expect(await verification?.look(platform.look)).toMatchObject({ state: 'critical' });
    await platform.run('delete from control_lock where id in (11, 12)');
    expect(await verification?.look(platform.look)).toMatchObject({ state: 'ok' });
  });

  it('makes every look-up that it declares', async () => {
    expect(await prepare()).toMatchObject({ ok: true });
    expect([...platform.cited].sort()).toEqual([...releaseLocks.looksAt, 'DEPS-F05']);
  });
});
