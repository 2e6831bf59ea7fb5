import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import mysql from 'mysql2/promise';
import { afterAll, beforeAll, beforeEach, describe, expect, inject, it, vi } from 'vitest';
import { type KeyPair, makeKeyPair } from '../../../src/runs/keys.ts';
import type { Run, RunId } from '../../../src/runs/run.ts';
import {
  Boundary,
  type CourseOrders,
  type CourseWorker,
  openCourseWorker,
} from '../../support/course-worker.ts';
import { freshSchema } from '../../support/mysql.ts';
import { confirmAs, recordChange, replyAs } from '../../support/signed.ts';
import { compiled } from '../../../scripts/compiled.ts';

const lin = { id: 'lin', name: 'Lin Wei' };
const never = new AbortController().signal;
/** open, first, a person, last, close. */
const [OPEN, FIRST, PERSON, LAST, CLOSE] = [1, 2, 3, 4, 5];
const EFFECTS = ['', 'open', 'first', '', 'last', 'close'];

let own: Awaited<ReturnType<typeof freshSchema>>;
let pair: KeyPair;
let orders: CourseOrders;
let worker: CourseWorker;
let sql: mysql.Connection;

beforeAll(async () => {
  own = await freshSchema();
  pair = makeKeyPair();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'fettle-course-'));
  orders = {
    mysqlPort: inject('mysqlPort'),
    ownSchema: own.schema,
    publicPem: pair.publicPem,
    folder,
  };
  worker = await openCourseWorker(orders);
  sql = await mysql.createConnection({
    host: '127.0.0.1',
    port: inject('mysqlPort'),
    user: 'root',
    database: own.schema,
  });
});
beforeEach(() => writeFile(path.join(orders.folder, 'effects'), ''));
afterAll(async () => {
  await sql.end();
  await worker.close();
  await own.drop();
});

const effects = async (): Promise<readonly string[]> =>
  (await readFile(path.join(orders.folder, 'effects'), 'utf8')).split('\n').filter(Boolean);

const get = async (id: RunId): Promise<Run> => {
  const run = await worker.store.runs.get(id);
  if (!run) throw new Error('the run is gone');
  return run;
};

let hosts = 0;
async function confirmed(): Promise<RunId> {
  const host = `h-${(hosts += 1)}`;
  const { id } = await recordChange(worker.store, pair, lin, {
    kind: 'change',
    playbooks: ['pilot'],
    args: { host },
  });
  await worker.runner.read(id, never);
  await confirmAs(worker.store, pair, id, lin);
  return id;
}

/** Everything that goes on by itself: lost workers are found, and due runs are handed over. */
async function untilQuiet(id: RunId): Promise<Run> {
  for (let round = 0; round < 100; round += 1) {
    await worker.runner.sweep();
    const run = await get(id);
    const isDue = (await worker.store.runs.undelivered(0)).some((due) => due.id === id);
    if (run.state === 'ended') return run;
    if (run.state === 'suspended' && !isDue) return run;
    if (isDue) await worker.runner.change(id, never);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  throw new Error(`it does not come to rest: ${(await get(id)).state}`);
}

/** A worker process that is given the run. */
async function child(id: RunId, more: Partial<CourseOrders>) {
  const process_ = spawn(
    process.execPath,
    [...(await compiled('test/support/course-worker.ts')), JSON.stringify({ ...orders, ...more, runId: id })],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const ended = once(process_, 'exit').then(([code, signal]) => signal ?? code);
  await once(process_.stdout, 'data');
  return { process: process_, ended };
}

/** Of a process, as the kernel has it: T is stopped. */
const stateOf = (pid: number | undefined): string | undefined =>
  readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ').at(-1)?.[0];

const waitsForPerson = (id: RunId): Promise<Run> =>
  worker.runner.change(id, never).then(() => untilQuiet(id));

/** The story of every run that this file has told so far. */
const faults = () => worker.store.audit.verifyStory();

describe('a run that waits for a person', () => {
  it('has given up its claim, says what it waits for, and goes on when it is answered', async () => {
    const id = await confirmed();
    const waits = await waitsForPerson(id);

    expect(waits).toMatchObject({ state: 'suspended', waiting: { for: 'person', step: PERSON } });
    expect(waits.says?.en).toContain('Enable the channel');
    expect(waits.buttons.map(({ action }) => action)).toEqual([
      'step-done',
      'step-not-done',
      'step-could-not',
      'cancel',
    ]);
    expect(await effects()).toEqual(['open', 'first']);
    expect(await worker.store.journal.lapsed()).toEqual([]);

    await replyAs(worker.store, pair, id, lin, 'done');
    const run = await untilQuiet(id);
    expect(run).toMatchObject({ outcome: 'done' });
    expect(run.steps.map(({ state }) => state)).toEqual(['done', 'done', 'done', 'done', 'done']);
    expect(run.steps[2]?.evidence).toContain('seen on the page');
    expect(await effects()).toEqual(['open', 'first', 'last', 'close']);
    expect(await faults()).toEqual([]);
  });

  it.each([
    ['not-done', 'Not done. Lin Wei: seen on the page'],
    ['could-not', 'Could not be done. Lin Wei: seen on the page'],
  ] as const)('stops when they say %s, with what they saw, and closes what it opened', async (word, says) => {
    const id = await confirmed();
    await waitsForPerson(id);
    await replyAs(worker.store, pair, id, lin, word);

    expect(await untilQuiet(id)).toMatchObject({
      outcome: 'failed',
      says: { en: expect.stringContaining(says) },
    });
    expect(await effects()).toEqual(['open', 'first', 'close']);
    expect(await faults()).toEqual([]);
  });

  it('does not go on by itself, however often it is handed over', async () => {
    const id = await confirmed();
    const before = await waitsForPerson(id);
    for (let time = 0; time < 3; time += 1) {
      await worker.runner.change(id, never);
      await worker.runner.sweep();
    }
    expect(await get(id)).toMatchObject({ state: 'suspended', waiting: { for: 'person', step: PERSON } });
    expect(await effects()).toEqual(['open', 'first']);
    expect((await get(id)).createdAt).toBe(before.createdAt);
    expect(await faults()).toEqual([]);
  });

  it('outlives its confirmation: that has counted when it began', async () => {
    const id = await confirmed();
    await waitsForPerson(id);
    await sql.execute("update run set not_after = '2020-01-01' where id = ?", [id]);
    await replyAs(worker.store, pair, id, lin, 'done');
    expect(await untilQuiet(id)).toMatchObject({ outcome: 'done' });
  });

  it('that is cancelled closes what it opened, and does not claim to know what the person did', async () => {
    const id = await confirmed();
    await waitsForPerson(id);
    await worker.store.runs.apply(
      id,
      { kind: 'stopping', by: lin },
      { actor: lin, action: 'stop', runId: id, decision: 'run' },
    );
    const run = await untilQuiet(id);
    expect(run).toMatchObject({ outcome: 'unknown' });
    expect(run.says?.en).toContain('nobody said whether this step was carried out');
    expect(await effects()).toEqual(['open', 'first', 'close']);
    expect(await faults()).toEqual([]);
  });
});

describe('a worker that is killed', () => {
  const cases = [OPEN, FIRST, PERSON, LAST, CLOSE].flatMap((step) =>
    Boundary.options
      .filter((boundary) => step !== PERSON || boundary === 'before intent')
      .map((boundary) => [boundary, step] as const),
  );
  it.each(cases)('%s of step %i: no effect twice, none unrecorded, told as it is', async (boundary, step) => {
    const id = await confirmed();
    const at = { boundary, step, how: 'SIGKILL' } as const;
    if (step > PERSON) {
      await waitsForPerson(id);
      await replyAs(worker.store, pair, id, lin, 'done');
    }
    const killed = await child(id, { at, leaseSeconds: 2 });
    expect(await killed.ended).toBe('SIGKILL');
    let run = await untilQuiet(id);
    if (run.state === 'suspended') {
      await replyAs(worker.store, pair, id, lin, 'done');
      run = await untilQuiet(id);
    }

    expect(run.state).toBe('ended');
    const came = await effects();
    expect(new Set(came).size).toBe(came.length);
    const recorded = run.steps.flatMap(({ no, state }) => (state === 'done' ? (EFFECTS[no] ?? '') : []));
    expect(recorded.filter(Boolean)).toEqual(came);
    // Whatever was opened is closed again, unless nobody knows, or the closing itself certainly did not happen.
    const isClosed = run.steps.some(({ no, state }) => no === CLOSE && state === 'done');
    const isCut = step === CLOSE && boundary === 'before effect';
    const mustClose = came.includes('open') && run.outcome !== 'unknown' && !isCut;
    expect(isClosed || !mustClose).toBe(true);
    expect(['done', 'failed', 'unknown']).toContain(run.outcome);
    const isWhole = came.join() === 'open,first,last,close';
    expect(isWhole || run.outcome !== 'done').toBe(true);
    expect(await faults()).toEqual([]);
    expect(await worker.store.audit.verify()).toMatchObject({ problems: [] });
  });
});

describe('a worker that is frozen for longer than its lease', () => {
  it.each(['before effect', 'after effect'] as const)(
    '%s: has lost the run when it wakes, and does nothing more',
    async (boundary) => {
      const id = await confirmed();
      const frozen = await child(id, {
        at: { boundary, step: FIRST, how: 'SIGSTOP' },
        leaseSeconds: 2,
      });
      await vi.waitFor(() => expect(stateOf(frozen.process.pid)).toBe('T'), 20_000);
      const run = await untilQuiet(id);
      const before = await effects();
      frozen.process.kill('SIGCONT');
      await frozen.ended;
      expect(await effects()).toEqual(before);
      expect(new Set(before).size).toBe(before.length);
      expect(run).toMatchObject({ state: 'ended' });
      expect(await get(id)).toMatchObject({ state: 'ended', outcome: run.outcome });
      expect(before).toContain('close');
      expect(await faults()).toEqual([]);
    },
  );
});

describe('a worker that is asked to stop', () => {
  it.each([OPEN, FIRST])(
    'in the middle of step %i finishes it and puts the run down; another goes on',
    async (step) => {
      const id = await confirmed();
      const stopped = await child(id, {
        at: { boundary: 'before effect', step, how: 'SIGTERM' },
        slowStep: { step, seconds: 2 },
      });
      expect(await stopped.ended).toBe(0);
      expect(await get(id)).toMatchObject({ state: 'suspended', waiting: { for: 'time' } });
      expect((await get(id)).steps.map(({ state }) => state)).toEqual(
        Array.from({ length: step }, () => 'done'),
      );
      const waits = await untilQuiet(id);
      expect(waits).toMatchObject({ waiting: { for: 'person' } });
      await replyAs(worker.store, pair, id, lin, 'done');
      expect(await untilQuiet(id)).toMatchObject({ outcome: 'done' });
      expect(await effects()).toEqual(['open', 'first', 'last', 'close']);
      expect(await faults()).toEqual([]);
    },
  );

  it('before its first step puts the run down, and its confirmation stays counted', async () => {
    const id = await confirmed();
    const stopping = new AbortController();
    const doing = worker.runner.change(id, stopping.signal);
    stopping.abort();
    await doing;
    expect(['approved', 'suspended']).toContain((await get(id)).state);
    expect(await effects()).toEqual([]);
    expect(await waitsForPerson(id)).toMatchObject({ waiting: { for: 'person' } });
    expect(await faults()).toEqual([]);
  });
});

describe('forged', () => {
  const edited = async (id: RunId, change: (body: Record<string, unknown>) => void): Promise<void> => {
    const [[row]] = await sql.query<mysql.RowDataPacket[]>('select body from run where id = ?', [id]);
    const [[stored]] = await sql.query<mysql.RowDataPacket[]>('select body from plan where run_id = ?', [id]);
    const body: Record<string, unknown> = {
      ...JSON.parse(String(row?.['body'])),
      plan: JSON.parse(String(stored?.['body'])),
    };
    change(body);
    await sql.query('update plan set body = ? where run_id = ?', [JSON.stringify(body['plan']), id]);
    delete body['plan'];
    await sql.query('update run set body = ?, state = ?, wake_at = now(3) where id = ?', [
      JSON.stringify(body),
      String(body['state']),
      id,
    ]);
  };
  const due = { for: 'time', until: '2026-01-01T00:00:00.000Z', since: '2026-01-01T00:00:00.000Z' };

  it('an answer without a good signature counts as none', async () => {
    const id = await confirmed();
    await waitsForPerson(id);
    await edited(id, (body) => {
      body['waiting'] = due;
      body['replies'] = [
        {
          step: PERSON,
          by: lin,
          at: new Date().toISOString(),
          word: 'done',
          saw: 'nothing at all',
          signature: { key: pair.id, value: 'AAAA' },
        },
      ];
    });
    expect(await untilQuiet(id)).toMatchObject({ state: 'suspended', waiting: { for: 'person' } });
    expect(await effects()).toEqual(['open', 'first']);
    expect((await faults()).map(({ because }) => because).join()).toContain('not signed for it');
    await sql.query('delete from run where id = ?', [id]);
  });

  it('an answer that was signed and is not recorded counts as none', async () => {
    const id = await confirmed();
    await waitsForPerson(id);
    const { replies } = await replyAs(worker.store, pair, id, lin, 'done');
    await sql.query(`delete from ${own.audit} where run_id = ? and action = 'step replied'`, [id]);
    expect(replies).toHaveLength(1);
    expect(await untilQuiet(id)).toMatchObject({ state: 'suspended', waiting: { for: 'person' } });
    expect(await effects()).toEqual(['open', 'first']);
  });

  it('a run that was never claimed does not pass for one that was put down', async () => {
    const id = await confirmed();
    await edited(id, (body) => {
      body['state'] = 'suspended';
      body['waiting'] = due;
    });
    await worker.runner.change(id, never);
    expect(await get(id)).toMatchObject({ outcome: 'refused' });
    expect(await effects()).toEqual([]);
  });

  it.each([
    ['other steps', (body: Record<string, unknown>) => replaceUrl(body)],
    ['an approval taken away', (body: Record<string, unknown>) => void (body['approvals'] = [])],
  ])('%s: the run goes on no further', async (_, change) => {
    const id = await confirmed();
    await waitsForPerson(id);
    await replyAs(worker.store, pair, id, lin, 'done');
    await edited(id, change);
    expect(await untilQuiet(id)).toMatchObject({ outcome: 'failed' });
    expect(await effects()).toEqual(['open', 'first']);
  });

  it('a result in the journal that nobody recorded: the run goes on no further', async () => {
    const id = await confirmed();
    await waitsForPerson(id);
    await sql.query("update step set state = 'done' where run_id = ? and no = ?", [id, PERSON]);
    await edited(id, (body) => void (body['waiting'] = due));
    expect(await untilQuiet(id)).toMatchObject({ outcome: 'failed' });
    expect(await effects()).toEqual(['open', 'first']);
  });

  it('a step taken out of the journal is not carried out again', async () => {
    const id = await confirmed();
    await waitsForPerson(id);
    await sql.query('delete from step where run_id = ? and no = ?', [id, FIRST]);
    await edited(id, (body) => void (body['waiting'] = due));
    expect(await untilQuiet(id)).toMatchObject({ outcome: 'failed' });
    expect(await effects()).toEqual(['open', 'first']);
  });
});

function replaceUrl(body: Record<string, unknown>): void {
  const plan = body['plan'] as { steps: { url?: string }[] };
  const last = plan.steps[LAST - 1];
  if (last) last.url = 'http://127.0.0.1/evil';
}
