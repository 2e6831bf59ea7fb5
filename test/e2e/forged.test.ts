import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { Queue } from 'bullmq';
import { Redis } from 'ioredis';
import mysql from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { OWN_ACCOUNT } from '../../scripts/practice.ts';
import { hashPlan } from '../../src/runs/plan.ts';
import type { Plan } from '../../src/runs/run.ts';
import { typeFettle } from '../support/command-line.ts';
import { plan, press, runInState, threadOnce } from './acting.ts';
import { readBody, writeBody } from '../support/run-body.ts';
import { onPractice } from './on-practice.ts';

const DEAD = 'CNHZ_58201812212200583197';
const STUCK = 'r1_201905060583197';
const on = onPractice('e2e-forged', { schedules: [], estate: { beatMs: 300 } });
let service: mysql.Connection;

beforeAll(async () => {
  service = await mysql.createConnection({ host: '127.0.0.1', port: on.practice.mysqlPort, ...OWN_ACCOUNT });
}, 120_000);
afterAll(async () => {
  await service?.end();
});

type Body = { plan: Plan } & Record<string, unknown>;

const rows = async (sql: string, values: readonly string[]) =>
  (await service.query<mysql.RowDataPacket[]>(sql, [...values]))[0];
const query = (sql: string, values: readonly string[]) => service.query(sql, [...values]);
const bodyOf = async (run: string): Promise<Body> => (await readBody(rows, run)) as Body;

async function edit(run: string, change: (body: Body) => Body): Promise<void> {
  await writeBody(rows, query, run, change(await bodyOf(run)), ', state_at = now(3) - interval 1 minute');
}

const locks = () => on.keep.rows('select * from opswareorchestration.control_lock order by id');
const approved = (body: Body): Body => ({
  ...body,
  state: 'approved',
  approvals: [{ by: { id: 'zhao', name: 'Zhao Min' }, at: new Date().toISOString(), hash: body.plan.hash }],
});
const logged = async (role: 'bot' | 'worker', run: string): Promise<boolean> =>
  (await readFile(path.join(on.folder, `${role}.log`), 'utf8'))
    .split('\n')
    .some((line) => line.includes(run) && line.includes('"level":50'));

/** A job for every queue, as somebody with access to Redis writes it. */
async function forgeJobs(run: string): Promise<void> {
  const connection = new Redis({ port: on.practice.redisPort, maxRetriesPerRequest: null });
  for (const name of ['change', 'read', 'help']) {
    const queue = new Queue(name, { connection, prefix: 'fettle', skipVersionCheck: true });
    await queue.add('run', { runId: run });
    await queue.add('run', { runId: run, state: 'approved', steps: [{ kind: 'post' }] });
    await queue.close();
  }
  connection.disconnect();
}

describe('with the service’s account of the database and all of Redis', { timeout: 120_000 }, () => {
  it.each([
    ['the steps of a plan exchanged and approved in the row', (body: Body) => evil(body, body.plan.hash)],
    [
      'the same with its own hash',
      (body: Body) => evil(body, hashPlan({ ...body.plan, steps: evilSteps() })),
    ],
    ['an honest plan approved in the row', approved],
  ])('nothing is carried out, and it is told: %s', async (_, forge) => {
    const before = await locks();
    const asked = await plan(on.practice, `/unstick ${DEAD}`);
    const run = await runInState(on.keep, `/unstick ${DEAD}`, 'waiting');
    await edit(run, forge);
    await forgeJobs(run);
    await runInState(on.keep, `/unstick ${DEAD}`, 'ended');
    await threadOnce(
      on.practice.workspace.client,
      asked,
      /not what was asked for and confirmed|altered in the store/,
    );
    expect(await locks()).toEqual(before);
    expect(on.practice.estate.signals()).toEqual([]);
    expect(await logged('worker', run)).toBe(true);
    const verified = await typeFettle(['audit', 'verify', '--in', on.folder]);
    expect(verified.code).toBe(1);
    expect(verified.out).toContain('The audit chain is whole');
    expect(verified.out).toContain(`run ${run}: a forgery was refused`);
  });

  it('a press of Confirm counts for what was drawn, not for what the row says by then', async () => {
    const asked = await plan(on.practice, `/unstick ${STUCK}`);
    const run = await runInState(on.keep, `/unstick ${STUCK}`, 'waiting');
    const before = await bodyOf(run);
    await edit(run, (body) => ({ ...body, plan: { ...body.plan, steps: evilSteps() } }));
    await press(on.client, asked, 'Confirm', 'U0ZHAO');
    await expect.poll(() => logged('bot', run), { timeout: 15_000 }).toBe(true);
    expect(on.practice.estate.signals()).toEqual([]);

    // As it was: now the same button counts.
    await edit(run, () => before);
    await press(on.client, asked, 'Confirm', 'U0ZHAO');
    await threadOnce(on.client, asked, /Done and verified/);
    expect(on.practice.estate.signals()).toHaveLength(2);
  });
});

function evilSteps(): Plan['steps'] {
  const title = { en: 'Delete 2 control locks', zh: 'x' };
  return [
    {
      kind: 'request',
      method: 'POST',
      title,
      from: {
        host: on.practice.estate.hosts.find(({ app }) => app === 'acopswareorchestration')?.name ?? '',
      },
      url: 'http://127.0.0.1:8341/privateapi/orch/signal',
      body: {
        type: 'json',
        text: '{"executionId":"1","namespace":"1","nodeId":"0000000000000001","condition":0}',
      },
    },
  ];
}

const evil = (body: Body, hash: string): Body =>
  approved({ ...body, plan: { ...body.plan, steps: evilSteps(), hash } });
