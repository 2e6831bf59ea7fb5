import mysql from 'mysql2/promise';
import { afterEach, beforeEach, describe, expect, inject, it } from 'vitest';
import type { Account } from '../../../lab/estate/databases.ts';
import { ssh, type TestEstate, testEstate, until } from './practice.ts';

const STUCK = 'r1_201905060583197';
const DEAD = 'CNHZ_58201812212200583197';
const BLOCKED = 'r1_201905070600112';
const PREFIX = `("0000000010949638","0000000010949636"%`;

let practice: TestEstate;
beforeEach(async () => {
  practice = await testEstate();
});
afterEach(() => practice.stop());

const schemaOf = (name: string): string => practice.estate.inventory.databases[name]?.schema ?? '';

/** One statement as the account, with every value as text. */
async function query(
  name: 'opswareapiserver' | 'opswareorchestration' | 'opswareexecutor',
  text: string,
  account: Account = practice.estate.accounts.reader,
): Promise<readonly Record<string, unknown>[]> {
  const connection = await mysql.createConnection({
    host: '127.0.0.1',
    port: inject('mysqlPort'),
    database: schemaOf(name),
    ...account,
  });
  try {
    const [rows] = await connection.query<mysql.RowDataPacket[]>(text);
    return Array.isArray(rows) ? rows : [];
  } finally {
    await connection.end();
  }
}

const nodeOf = async (order: string): Promise<unknown> =>
  (
    await query(
      'opswareapiserver',
      `select a.node_id from ops_process_definition as a inner join ops_plan as b on a.plan_id=b.id and b.time_series_id='${order}'`,
    )
  )[0]?.['node_id'];
const activeOf = (process: string) =>
  query(
    'opswareorchestration',
    `select ID_, ACT_ID_, REV_ from act_ru_execution where PROC_INST_ID_='${process}' and IS_ACTIVE_=1 order by ID_`,
  );
const statusOf = async (order: string): Promise<unknown> =>
  (await query('opswareapiserver', `select status from ops_plan where time_series_id='${order}'`))[0]?.[
    'status'
  ];
const locks = () => query('opswareorchestration', 'select * from control_lock order by id');
const holders = async (): Promise<readonly unknown[]> =>
  (await locks()).map((lock) => lock['time_series_id']);

async function signal(body: object, host = 'acopswareorchestration-1'): Promise<string> {
  const said = await ssh(
    practice.estate,
    host,
    `curl -s -w ' %{http_code}' http://127.0.0.1:8341/privateapi/orch/signal -H 'Content-Type: application/json' -X POST --data '${JSON.stringify(body)}'`,
  );
  return said.stdout;
}
const SIGNAL = { executionId: '10382305', namespace: '0038548210', nodeId: '0000000012190439', condition: 0 };

describe('the stuck order', () => {
  it('is found by the documented statements, one after the other', async () => {
    expect(await nodeOf(STUCK)).toBe('0000000012190487');
    expect(
      await query(
        'opswareorchestration',
        "select id, namespace, process_instance_id from ops_action_node where id='0000000012190487'",
      ),
    ).toEqual([{ id: '0000000012190487', namespace: '0038548210', process_instance_id: '10390847' }]);
    expect(await activeOf('10390847')).toEqual([
      { ID_: '10382305', ACT_ID_: '_0000000012190439_w', REV_: 2 },
      { ID_: '10382311', ACT_ID_: '_0000000012190441_w', REV_: 2 },
    ]);
  });

  it('does not move by itself, while a healthy order does', async () => {
    const healthy = await activeOf('10393300');
    await until(
      () => activeOf('10393300'),
      (now) => Number(now[0]?.['REV_']) > Number(healthy[0]?.['REV_']) + 3,
    );
    expect((await activeOf('10390847')).map((row) => row['REV_'])).toEqual([2, 2]);
  });

  it('goes on task by task when each gets its signal, and then is finished', async () => {
    expect(await signal(SIGNAL)).toMatch(/"success":true.*\n 200$/);
    const left = await until(
      () => activeOf('10390847'),
      (rows) => rows.length === 1,
    );
    expect(left).toEqual([{ ID_: '10382311', ACT_ID_: '_0000000012190441_w', REV_: 2 }]);
    expect(await statusOf(STUCK)).toBe('RUNNING');
    await signal(
      { ...SIGNAL, executionId: '10382311', nodeId: '0000000012190441' },
      'acopswareorchestration-2',
    );
    await until(
      () => statusOf(STUCK),
      (status) => status === 'SUCCESS',
    );
    expect(await holders()).not.toContain(STUCK);
    const sent = await query(
      'opswareexecutor',
      "select command from executor_bash_task where private_ip='10.66.20.41' order by id desc limit 10",
    );
    expect(sent.map((row) => row['command'])).toEqual([
      `cmd:///home/admin/bin/checkapp_v2.py --order ${STUCK}`,
      `cmd:///home/admin/bin/deploy_v2.py --order ${STUCK}`,
    ]);
    const log = await ssh(
      practice.estate,
      'acopswareorchestration-1',
      'grep -c "FlowEngine - order r1_201905060583197 finished" logs/acopswareorchestration/common-default.log',
    );
    expect(log.stdout).toBe('1\n');
    expect(
      practice.estate.signals().map(({ executionId, host, accepted }) => ({ executionId, host, accepted })),
    ).toEqual([
      { executionId: '10382305', host: 'acopswareorchestration-1', accepted: true },
      { executionId: '10382311', host: 'acopswareorchestration-2', accepted: true },
    ]);
  });

  it('moves at the moment the signal is answered, and refuses the same signal again', async () => {
    const [one, other] = await Promise.all([signal(SIGNAL), signal(SIGNAL)]);
    expect([one, other].map((said) => said.slice(-3)).toSorted()).toEqual(['200', '409']);
    expect((await activeOf('10390847')).find((row) => row['ID_'] === '10382305')).not.toMatchObject({
      REV_: 2,
    });
    expect(practice.estate.signals().filter(({ accepted }) => accepted)).toHaveLength(1);
  });

  it.each([
    ['another execution', { ...SIGNAL, executionId: '10382306' }, '409'],
    ['the node of another task', { ...SIGNAL, nodeId: '0000000012190441' }, '409'],
    ['another namespace', { ...SIGNAL, namespace: '0038548211' }, '409'],
    ['another condition', { ...SIGNAL, condition: 1 }, '409'],
    [
      'a moving execution',
      { executionId: '10393312', namespace: '0038548377', nodeId: '0000000010949655', condition: 0 },
      '409',
    ],
    ['a number where text belongs', { ...SIGNAL, executionId: 10382305 }, '400'],
    ['the wait node instead of its digits', { ...SIGNAL, nodeId: '_0000000012190439_w' }, '400'],
  ])('refuses a signal for %s', async (_, body, status) => {
    expect((await signal(body)).slice(-3)).toBe(status);
    expect((await activeOf('10390847')).map((row) => row['REV_'])).toEqual([2, 2]);
  });

  it('can be made again, under the number that is wanted', async () => {
    const { estate } = practice;
    await estate.mend('order-stuck');
    expect(await activeOf('10390847')).toEqual([]);
    await estate.break('order-stuck');
    expect(await activeOf('10390847')).toHaveLength(2);
    await estate.break('order-stuck', 'r1_202001020304050');
    const node = await nodeOf('r1_202001020304050');
    expect(node).toMatch(/^\d{16}$/);
    expect(node).not.toBe('0000000012190487');
    expect(estate.state().orders).toEqual([
      { fault: 'order-blocked', on: DEAD },
      { fault: 'order-stuck', on: STUCK },
      { fault: 'order-stuck', on: 'r1_202001020304050' },
    ]);
    await estate.mend('order-stuck', 'r1_202001020304050');
    expect(await statusOf('r1_202001020304050')).toBe('SUCCESS');
    expect(await statusOf(STUCK)).toBe('RUNNING');
  });
});

describe('the dead order', () => {
  const under = (prefix: string): string =>
    `select * from control_lock where target in (SELECT exclusive_control_ref FROM ops_action_node WHERE node_path like '${prefix}' and exclusive_control_ref is not NULL)`;

  it('has the documented path, no active task, and two locks of its own', async () => {
    expect(await nodeOf(DEAD)).toBe('0000000010949636');
    expect(
      await query(
        'opswareorchestration',
        "select node_path, process_instance_id as process from ops_action_node where id='0000000010949636'",
      ),
    ).toEqual([{ node_path: '("0000000010949638","0000000010949636")', process: '10301177' }]);
    expect(await activeOf('10301177')).toEqual([]);
    expect(
      (await query('opswareorchestration', under(PREFIX))).map((lock) => lock['time_series_id']),
    ).toEqual([DEAD, DEAD]);
  });

  it('shares its root with a healthy order, whose lock a path cut too short would reach', async () => {
    const careless = await query('opswareorchestration', under('("0000000010949638"%'));
    expect(careless.map((lock) => lock['time_series_id'])).toEqual(
      expect.arrayContaining([DEAD, 'r1_201905070811094']),
    );
  });

  it('lets the blocked order go on to its end once its locks are deleted', async () => {
    expect(await statusOf(BLOCKED)).toBe('BLOCKED');
    expect(await activeOf('10392210')).toEqual([]);
    const healthy = (await holders()).filter((holder) => holder !== DEAD);
    await query(
      'opswareorchestration',
      under(PREFIX).replace('select *', 'delete'),
      practice.estate.accounts.changer,
    );
    await until(
      () => statusOf(BLOCKED),
      (status) => status === 'SUCCESS',
    );
    const log = await ssh(
      practice.estate,
      'acopswareorchestration-1',
      'grep acquired logs/acopswareorchestration/common-default.log',
    );
    expect(log.stdout).toContain(`order ${BLOCKED} acquired app-service:pay-gateway and goes on`);
    expect(await holders()).toEqual(healthy);
  });

  it('keeps blocking while one of its locks on the target is left', async () => {
    const { changer } = practice.estate.accounts;
    await query(
      'opswareorchestration',
      "delete from control_lock where target = 'server-group:pay-gateway-a'",
      changer,
    );
    const healthy = await activeOf('10393300');
    // Three beats of the engine, seen by the order that moves.
    await until(
      () => activeOf('10393300'),
      (now) => Number(now[0]?.['REV_']) > Number(healthy[0]?.['REV_']) + 3,
    );
    expect(await statusOf(BLOCKED)).toBe('BLOCKED');
  });

  it('may share a target with a lock of a running order, which the documented look-up then shows too', async () => {
    const { estate } = practice;
    await estate.break('lock-of-another-order');
    const shown = await query('opswareorchestration', under(PREFIX));
    expect(shown.map((lock) => lock['time_series_id'])).toEqual([DEAD, DEAD, 'r1_201905071015320']);
    await estate.mend('lock-of-another-order');
    expect(await query('opswareorchestration', under(PREFIX))).toHaveLength(2);
    expect(await nodeOf('r1_201905071015320')).toBeUndefined();
  });
});

describe('an order that moves', () => {
  it('advances by itself from beat to beat', async () => {
    await practice.estate.break('order-moving');
    const before = await activeOf('10394401');
    expect(before).toHaveLength(3);
    const after = await until(
      () => activeOf('10394401'),
      (now) => now.every((row, k) => Number(row['REV_']) > Number(before[k]?.['REV_'])),
    );
    expect(after.map((row) => row['ID_'])).toEqual(before.map((row) => row['ID_']));
  });
});

describe('the accounts', () => {
  it('read everything, and change control locks only where they may', async () => {
    const { reader, changer } = practice.estate.accounts;
    const remove = 'delete from control_lock where id = 0';
    await expect(query('opswareorchestration', remove, reader)).rejects.toThrow('denied');
    expect(await query('opswareorchestration', remove, changer)).toEqual([]);
    for (const statement of [
      'update control_lock set target = target',
      'delete from act_ru_execution',
      'drop table control_lock',
    ]) {
      await expect(query('opswareorchestration', statement, changer)).rejects.toThrow('denied');
    }
    await expect(query('opswareapiserver', 'delete from ops_plan', changer)).rejects.toThrow('denied');
    expect(await query('opswareexecutor', 'select * from executor_bash_task', changer)).toEqual([]);
  });

  it('see the engine’s own columns in act_ru_execution', async () => {
    const columns = await query('opswareorchestration', 'describe act_ru_execution');
    expect(columns.map((column) => column['Field'])).toEqual([
      'ID_',
      'REV_',
      'PROC_INST_ID_',
      'BUSINESS_KEY_',
      'PARENT_ID_',
      'PROC_DEF_ID_',
      'SUPER_EXEC_',
      'ACT_ID_',
      'IS_ACTIVE_',
      'IS_CONCURRENT_',
      'IS_SCOPE_',
      'IS_EVENT_SCOPE_',
      'SUSPENSION_STATE_',
      'CACHED_ENT_STATE_',
      'TENANT_ID_',
      'NAME_',
      'LOCK_TIME_',
    ]);
  });
});
