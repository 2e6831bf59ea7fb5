import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ofRun } from '../../../src/runs/subject.ts';
import mysql from 'mysql2/promise';
import { words } from '../../../src/kit/index.ts';
import type { RunEvent } from '../../../src/runs/life.ts';
import type { Report } from '../../../src/runs/report.ts';
import { newButtonId, newRunId, type Run } from '../../../src/runs/run.ts';
import { freshSchema } from '../../support/mysql.ts';
import { ana, approvedRun, ben, entry, newRun, openStore, optionsFor, plan, type Store } from './fixtures.ts';
import { captured } from '../../support/captured.ts';

let store: Store;
let drop: () => Promise<void>;
let root: mysql.Connection;
let audit: string;

beforeAll(async () => {
  const fresh = await freshSchema();
  audit = fresh.audit;
  drop = fresh.drop;
  store = await openStore(optionsFor(fresh.schema));
  root = await mysql.createConnection({
    host: '127.0.0.1',
    port: fresh.port,
    user: 'root',
    database: fresh.schema,
  });
});

afterAll(async () => {
  await root.end();
  await store.close();
  await drop();
});

const auditOf = async (id: string): Promise<string[]> => {
  const [rows] = await root.execute<mysql.RowDataPacket[]>(
    `select action from ${audit} where run_id = ? order by n`,
    [id],
  );
  return rows.map(({ action }) => String(action));
};

const report = (scope: Report['scope'], marker: string): Report => ({
  scope,
  startedAt: '2026-11-21T00:00:00.000Z',
  finishedAt: '2026-11-21T00:00:01.000Z',
  hosts: 1,
  findings: [
    {
      system: 'MQ',
      app: 'msgbroker',
      check: marker,
      title: words('t', '标题'),
      state: 'ok',
      says: words('fine 😀', '正常'),
      rows: ['MQ-C02'],
      clause: { document: '002', section: '1' },
      evidence: captured(''),
      overridden: [],
    },
  ],
  questions: [],
});

async function inspected(scope: Report['scope'], marker: string): Promise<Run> {
  const run = newRun({ ask: { kind: 'inspect', scope } });
  await store.runs.create(run, run.id, entry('asked', run.id));
  await store.runs.apply(run.id, { kind: 'begun' });
  const ended = await store.runs.apply(run.id, {
    kind: 'reported',
    report: report(scope, marker),
    buttons: [],
    says: words('done', '完成'),
  });
  return ended.run;
}

describe('runs in MySQL', () => {
  it('gives back a run as it was recorded, with the time of the database', async () => {
    const run = newRun({ typed: '/inspect 消息队列 😀', says: words('x', '中') });
    const { run: stored, created } = await store.runs.create(run, run.id, entry('asked', run.id));
    expect(created).toBe(true);
    expect(stored).toEqual({ ...run, createdAt: stored.createdAt, revision: 1 });
    expect(await store.runs.get(run.id)).toEqual(stored);
    const apart = (await store.now()).getTime() - Date.parse(stored.createdAt);
    expect(apart).toBeGreaterThanOrEqual(0);
    expect(apart).toBeLessThan(30_000);
    expect(await auditOf(run.id)).toEqual(['asked']);
    expect(await store.runs.get(newRunId())).toBeUndefined();
  });

  it('records a run once per key, however many ask at the same time', async () => {
    const answers = await Promise.all(
      Array.from({ length: 10 }, () => {
        const run = newRun();
        return store.runs.create(run, 'trigger-1', entry('asked', run.id));
      }),
    );
    expect(answers.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(answers.map(({ run }) => run.id)).size).toBe(1);
    expect(await auditOf(answers[0]?.run.id ?? '')).toEqual(['asked']);
  });

  it('counts every event of several writers', async () => {
    const run = newRun();
    await store.runs.create(run, run.id, entry('asked', run.id));
    await store.runs.apply(run.id, { kind: 'begun' });
    const progress = Array.from(
      { length: 12 },
      (_, done): RunEvent => ({
        kind: 'progressed',
        progress: { done, total: 12, waitingFor: [] },
      }),
    );
    await Promise.all(progress.map((event) => store.runs.apply(run.id, event)));
    expect(await store.runs.get(run.id)).toMatchObject({ revision: 14, state: 'preparing' });
  });

  it('writes a refused event down as refused and leaves the run as it is', async () => {
    const run = newRun();
    await store.runs.create(run, run.id, entry('asked', run.id));
    const applied = await store.runs.apply(run.id, { kind: 'claimed' }, entry('claim', run.id));
    expect(applied).toMatchObject({ ok: false, run: { revision: 1 }, because: { en: expect.any(String) } });
    expect(await auditOf(run.id)).toEqual(['asked', 'claim refused']);
  });

  it('throws for an event of a run that does not exist', async () => {
    await expect(store.runs.apply(newRunId(), { kind: 'begun' })).rejects.toThrow('there is no run');
  });

  it('keeps nothing of a change whose audit line cannot be written', async () => {
    const run = newRun();
    await store.runs.create(run, run.id, entry('asked', run.id));
    await root.query(`rename table ${audit} to audit_away`);
    try {
      await expect(store.runs.apply(run.id, { kind: 'begun' }, entry('begun', run.id))).rejects.toThrow(
        'ER_NO_SUCH_TABLE',
      );
    } finally {
      await root.query(`rename table audit_away to ${audit}`);
    }
    expect(await store.runs.get(run.id)).toMatchObject({ state: 'queued', revision: 1 });
  });

  it('keeps a report that is larger than the server takes in one statement', async () => {
    const run = newRun();
    await store.runs.create(run, run.id, entry('asked', run.id));
    await store.runs.apply(run.id, { kind: 'begun' });
    const small = report({ kind: 'all' }, 'wide');
    const wide: Report = {
      ...small,
      findings: small.findings.flatMap((finding) =>
        Array.from({ length: 2000 }, (_, no) => ({
          ...finding,
          host: `h-${no}`,
          evidence: captured(`磁盘 ${no}\n`.repeat(1200)),
        })),
      ),
    };
    expect(JSON.stringify(wide).length).toBeGreaterThan(16 * 1024 * 1024);
    const says = words('wide', '全部');
    await store.runs.apply(run.id, { kind: 'reported', report: wide, buttons: [], says });
    expect((await store.runs.get(run.id))?.report).toEqual(wide);
  });

  it('finds the newest report of the same scope that began before', async () => {
    await inspected({ kind: 'app', ids: ['b', 'a'] }, 'old');
    await inspected({ kind: 'app', ids: ['a', 'b'] }, 'newer');
    await inspected({ kind: 'app', ids: ['a'] }, 'other scope');
    const now = newRun({ ask: { kind: 'inspect', scope: { kind: 'app', ids: ['b', 'a', 'a'] } } });
    const { run } = await store.runs.create(now, now.id, entry('asked', now.id));
    await inspected({ kind: 'app', ids: ['a', 'b'] }, 'later');
    expect((await store.runs.reportBefore(run))?.findings[0]).toMatchObject({
      check: 'newer',
      says: { en: 'fine 😀' },
    });
    const first = await inspected({ kind: 'host', ids: ['never-before'] }, 'first');
    expect(await store.runs.reportBefore(first)).toBeUndefined();
  });

  it('lists what must still be handed to a worker, and no more', async () => {
    const queued = newRun();
    await store.runs.create(queued, queued.id, entry('asked', queued.id));
    const approved = await approvedRun(store);
    const preparing = newRun();
    await store.runs.create(preparing, preparing.id, entry('asked', preparing.id));
    await store.runs.apply(preparing.id, { kind: 'begun' });
    const ids = async (seconds: number): Promise<string[]> =>
      (await store.runs.undelivered(seconds)).map(({ id }) => id);
    expect(await ids(0)).toEqual(expect.arrayContaining([queued.id, approved]));
    expect(await ids(0)).not.toContain(preparing.id);
    expect(await ids(600)).not.toContain(queued.id);
    await root.execute('update run set changed_at = now(3) - interval 121 second where id = ?', [
      preparing.id,
    ]);
    expect(await ids(5)).toContain(preparing.id);
    await root.execute('update run set created_at = now(3) - interval 2 hour where id = ?', [preparing.id]);
    expect(await ids(5)).toContain(preparing.id);
  });

  it('names the runs whose time for Confirm is over', async () => {
    const run = newRun({ ask: { kind: 'change', playbooks: ['p'], args: {} } });
    await store.runs.create(run, run.id, entry('asked', run.id));
    await store.runs.apply(run.id, { kind: 'begun' });
    const planned = (notAfter: string): RunEvent => ({
      kind: 'planned',
      plan,
      approvalsNeeded: 1,
      notAfter,
      buttons: [{ id: newButtonId(), action: 'confirm' }],
      says: words('x', 'x'),
    });
    await store.runs.apply(run.id, planned('2026-01-01T00:00:00.000Z'));
    expect(await store.runs.overdue()).toContain(run.id);
    const late = await store.runs.apply(run.id, {
      kind: 'approved',
      approval: { by: ben, at: '2026-01-01T00:00:00.000Z', hash: 'h1' },
    });
    expect(late.ok).toBe(false);
  });

  it('knows which runs are not shown as they are now', async () => {
    const here = newRun({ origin: { surface: 'slack', team: 'T', channel: 'C' } });
    const { run } = await store.runs.create(here, here.id, entry('asked', here.id));
    const unshown = async (): Promise<string[]> => (await store.runs.unshown(100)).map(({ id }) => id);
    expect(await unshown()).toEqual([run.id]);
    expect(await store.posts.take(ofRun(run.id), 'me', 30)).toBe(true);
    await store.posts.shown(ofRun(run.id), 'me', 1);
    expect(await unshown()).toEqual([]);
    await store.runs.apply(run.id, { kind: 'begun' });
    expect(await unshown()).toEqual([run.id]);
    expect(await store.runs.unshown(100, (id) => id === run.id)).toEqual([]);
    expect((await store.runs.recent(1))[0]?.requestedBy).toEqual(ana);
  });

  it.each([
    ['is not JSON', '{', 'is not JSON'],
    ['has an unknown state', (run: Run) => ({ ...run, state: 'odd' }), 'cannot be read'],
    ['belongs to another run', (run: Run) => ({ ...run, id: newRunId() }), 'contradicts itself'],
    ['was edited to be approved', (run: Run) => ({ ...run, state: 'approved' }), 'contradicts itself'],
  ])('refuses a row whose body %s', async (_, change, message) => {
    const run = newRun();
    const { run: stored } = await store.runs.create(run, run.id, entry('asked', run.id));
    const body = typeof change === 'string' ? change : JSON.stringify(change(stored));
    await root.execute('update run set body = ?, state_at = now(3) + interval 1 day where id = ?', [
      body,
      run.id,
    ]);
    await expect(store.runs.get(run.id)).rejects.toThrow(message);
    await root.execute('delete from run where id = ?', [run.id]);
  });
});
