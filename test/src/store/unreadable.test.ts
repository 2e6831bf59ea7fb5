import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { words, type Step } from '../../../src/kit/index.ts';
import { Unreadable } from '../../../src/runs/faults.ts';
import type { RunId } from '../../../src/runs/run.ts';
import { parseRun } from '../../../src/store/run-row.ts';
import { type FreshStore, freshStore } from '../../support/fresh-store.ts';
import { ana, entry, newRun, plan, type Store } from './fixtures.ts';

let store: Store;
let root: FreshStore['root'];
let fresh: FreshStore;
const warned: Readonly<Record<string, unknown>>[] = [];

beforeAll(async () => {
  fresh = await freshStore({ log: { warn: (facts: object) => void warned.push({ ...facts }) } });
  ({ store, root } = fresh);
});
afterAll(() => fresh.close());
beforeEach(async () => {
  for (const table of ['run', 'schedule', 'schedule_slot', 'schedule_clock', 'button', 'step'])
    await root.query(`delete from ${table}`);
  warned.length = 0;
});

const origin = { surface: 'slack', team: 'T', channel: 'C' } as const;

async function inspected(): Promise<RunId> {
  const run = newRun({ origin });
  await store.runs.create(run, run.id, entry('asked', run.id));
  await store.runs.apply(run.id, { kind: 'begun' });
  await store.runs.apply(run.id, {
    kind: 'reported',
    report: {
      scope: { kind: 'system', ids: ['MQ'] },
      startedAt: '2026-11-01T00:00:00.000Z',
      finishedAt: '2026-11-01T00:00:01.000Z',
      hosts: 1,
      findings: [],
      questions: [],
    },
    buttons: [],
    says: words('well', '正常'),
  });
  return run.id;
}

async function waiting(steps: readonly Step[] = plan.steps): Promise<RunId> {
  const run = newRun({ origin, ask: { kind: 'change', playbooks: ['p'], args: {} } });
  await store.runs.create(run, run.id, entry('asked', run.id));
  await store.runs.apply(run.id, { kind: 'begun' });
  await store.runs.apply(run.id, {
    kind: 'planned',
    plan: { ...plan, steps },
    approvalsNeeded: 1,
    notAfter: new Date(Date.now() - 1000).toISOString(),
    buttons: [],
    says: words('p', 'p'),
  });
  return run.id;
}

/** 400 MB in half a megabyte. */
const bomb = gzipSync(Buffer.alloc(400 << 20, 0x61), { level: 1 }).toString('base64');

/** Contents of a row that this version did not write. */
const DAMAGE: readonly (readonly [string, string, readonly string[]])[] = [
  ['an outcome of another version', "body = json_set(body, '$.outcome', 'put-off')", []],
  ['a state of another version', "body = json_set(body, '$.state', 'suspended')", []],
  ['a state that its column does not have', "state = 'suspended'", []],
  [
    'a kind of step of another version',
    "body = json_set(body, '$.plan', json_object('hash', 'h', 'steps', json_array(json_object('kind', 'restart', 'title', json_object('en', 'r', 'zh', 'r'))), 'rollback', json_array()))",
    [],
  ],
  ['a door of another version', "body = json_set(body, '$.origin.surface', 'mail')", []],
  ['no JSON', "body = '{'", []],
  ['other JSON', "body = '[]'", []],
  ['null', "body = 'null'", []],
  ['nothing', "body = ''", []],
  ['JSON as deep as it goes', 'body = ?', ['['.repeat(200_000)]],
  ['a report that unpacks to too much', "body = json_set(body, '$.packedReport', ?)", [bomb]],
  ['a packed report that is none', "body = json_set(body, '$.packedReport', 'abc')", []],
  ['a packed report that is cut off', "body = json_set(body, '$.packedReport', ?)", [bomb.slice(0, 10_000)]],
  ['the id of another run', "body = json_set(body, '$.id', '00000000-0000-4000-8000-000000000000')", []],
  ['a newer format', 'format = 3', []],
];

describe('a run that cannot be read', { timeout: 30_000 }, () => {
  it.each(DAMAGE)('because of %s hides no other', async (_, set, values) => {
    const [before, bad, after] = [await waiting(), await waiting(), await waiting()];
    const report = await inspected();
    const worse = await inspected();
    const lost = newRun({ origin });
    await store.runs.create(lost, lost.id, entry('asked', lost.id));
    for (const id of [bad, worse]) await root.query(`update run set ${set} where id = ?`, [...values, id]);
    const latest = await inspected();
    const run = await store.runs.get(latest);
    if (!run) throw new Error('the newest run is gone');

    const ids = (runs: readonly { readonly id: RunId }[]) => runs.map(({ id }) => id);
    expect(ids(await store.runs.unshown(200))).toEqual([latest, lost.id, report, after, before]);
    expect(ids(await store.runs.unshown(4))).toEqual([latest, lost.id, report, after]);
    expect(ids(await store.runs.recent(3))).toEqual([latest, lost.id, report]);
    expect(ids(await store.runs.undelivered(0))).toEqual([lost.id]);
    expect(await store.runs.reportBefore(run)).toMatchObject({ hosts: 1 });
    expect(await store.runs.overdue()).toEqual(expect.arrayContaining([before, after]));

    await expect(store.runs.get(bad)).rejects.toBeInstanceOf(Unreadable);
    const ended = { kind: 'ended', outcome: 'expired', says: words('x', 'x') } as const;
    await expect(store.runs.apply(bad, ended)).rejects.toBeInstanceOf(Unreadable);
    expect(await store.runs.apply(after, ended)).toMatchObject({ ok: true });
  });

  it('is told in the log once, however often it is met', async () => {
    const bad = await waiting();
    await root.query("update run set body = '{' where id = ?", [bad]);
    for (let i = 0; i < 5; i += 1) {
      await store.runs.recent(10);
      await store.runs.unshown(10);
    }
    expect(warned).toEqual([{ table: 'run', id: bad, because: expect.stringContaining('not JSON') }]);
    expect(await store.unreadable(10)).toEqual([expect.objectContaining({ id: bad, isNewer: false })]);
  });

  it.each([
    ['has no rows', { kind: 'delete-rows', title: words('d', 'd'), database: 'x', table: 't', key: ['id'] }],
    [
      'has rows that are none',
      { kind: 'insert-rows', title: words('i', 'i'), database: 'x', table: 't', key: ['id'], rows: [1] },
    ],
    ['sends nothing', { kind: 'post', title: words('p', 'p'), host: 'h', url: 'http://h/' }],
  ])(
    'because a step of it %s is not among the unknown ones that every plan is held against',
    async (_, step) => {
      const [bad, good] = [await waiting(), await waiting()];
      for (const id of [bad, good]) {
        await root.query(
          "update run set state = 'running', body = json_set(body, '$.state', 'running') where id = ?",
          [id],
        );
        await store.runs.apply(id, { kind: 'ended', outcome: 'unknown', says: words('x', 'x') });
      }
      await root.query(
        "update run set body = json_set(body, '$.plan.steps', json_extract(?, '$')) where id = ?",
        [JSON.stringify([step]), bad],
      );
      expect((await store.unknown.all()).map(({ id }) => id)).toEqual([good]);
      await root.query('delete from unknown_run');
    },
  );

  it('does not hide others behind a wall of the same', async () => {
    const good = await waiting();
    const template = await waiting();
    for (let i = 0; i < 250; i += 1)
      await root.query(
        `insert into run (id, kind, state, requested_by, on_slack, created_at, changed_at, state_at, revision, idempotency_key, body)
         select uuid(), kind, state, requested_by, on_slack, created_at, changed_at, state_at, revision, sha2(uuid(), 256), '{'
         from run where id = ?`,
        [template],
      );
    expect((await store.runs.unshown(200)).map(({ id }) => id)).toEqual([template, good]);
    expect((await store.runs.recent(15)).map(({ id }) => id)).toEqual([template, good]);
  });

  it('keeps nobody from looking after other runs whose worker was lost', async () => {
    const [bad, good] = [await waiting(), await waiting()];
    await root.query("update run set state = 'running', body = json_set(body, '$.state', 'running')");
    await root.query("update run set body = json_set(body, '$.outcome', 'put-off') where id = ?", [bad]);
    expect(await store.journal.lapsed()).toEqual([bad, good]);
    await expect(store.journal.seal(bad, 'a')).rejects.toBeInstanceOf(Unreadable);
    expect(await store.journal.seal(good, 'a')).toMatchObject({ steps: [] });
  });

  it('even by its number hides no other from those that look after lost, late and unknown ones', async () => {
    const late = await waiting();
    const [badLate, badLost, lost, unknown] = [
      await waiting(),
      await waiting(),
      await waiting(),
      await waiting(),
    ];
    for (const id of [badLost, lost, unknown])
      await root.query(
        "update run set state = 'running', body = json_set(body, '$.state', 'running') where id = ?",
        [id],
      );
    await store.runs.apply(unknown, { kind: 'ended', outcome: 'unknown', says: words('x', 'x') });
    await root.query("update run set id = 'late' where id = ?", [badLate]);
    await root.query("update run set id = 'lost' where id = ?", [badLost]);
    await root.query(
      "insert into unknown_run (run_id, looks, look_at) values ('nothing', 0, now(3) - interval 1 day)",
    );
    await root.query('update unknown_run set look_at = now(3) - interval 1 hour where run_id = ?', [unknown]);
    expect(await store.runs.overdue()).toEqual([late]);
    expect(await store.journal.lapsed()).toEqual([lost]);
    expect((await store.unknown.take()).map(({ runId }) => runId)).toEqual([unknown]);
    await root.query("delete from unknown_run where run_id = 'nothing'");
  });

  it('is one whose journal has a step of another version', async () => {
    const id = await waiting();
    await root.query("update run set state = 'running', body = json_set(body, '$.state', 'running')");
    await root.query(
      `insert into step (run_id, no, state, fence, what, evidence, at) values (?, 1, 'begun', 1, '{"kind":"restart"}', '', now(3))`,
      [id],
    );
    await expect(store.journal.seal(id, 'a')).rejects.toBeInstanceOf(Unreadable);
  });
});

describe('a packed report', () => {
  it('is unpacked to a limit, in little time', () => {
    const id = '11111111-1111-4111-8111-111111111111';
    const body = JSON.stringify({ id, packedReport: bomb });
    const [began, used] = [performance.now(), process.memoryUsage().rss];
    expect(() => parseRun({ id, state: 'queued', revision: 1, format: 1, body })).toThrow(
      'unpacks to too much',
    );
    expect(performance.now() - began).toBeLessThan(1500);
    expect(process.memoryUsage().rss - used).toBeLessThan(400_000_000);
  });
});

const schedule = (name: string) => ({
  name,
  cron: '30 7 * * *',
  scope: 'all',
  team: 'T',
  channel: 'C',
  lang: 'en' as const,
  owner: ana,
  nextAt: new Date(Date.now() - 1000).toISOString(),
});

describe('a schedule that cannot be read', () => {
  it.each([
    ['its language', "lang = 'fr'"],
    ['its reason', "paused_at = now(3), paused_because = '{'"],
    ['its id', "id = 'x'"],
  ])('because of %s holds no other up', async (_, set) => {
    await store.schedules.add(schedule('bad'), entry('add'));
    const good = await store.schedules.add(schedule('good'), entry('add'));
    await root.query(`update schedule set ${set} where name = 'bad'`);
    expect((await store.schedules.all()).map(({ name }) => name)).toEqual(['good']);
    if (!good) throw new Error('it was not added');
    await store.schedules.settle(good.id, () => ({
      at: schedule('').nextAt,
      state: 'due',
      nextAt: new Date(Date.now() + 60_000).toISOString(),
    }));
    expect((await store.schedules.waiting()).map((slot) => slot.schedule.name)).toEqual(['good']);
    expect(warned.filter(({ table }) => table === 'schedule')).toHaveLength(1);
  });

  it('or a slot or a clock of another version hold none up', async () => {
    const [bad, good] = [
      await store.schedules.add(schedule('bad'), entry('add')),
      await store.schedules.add(schedule('good'), entry('add')),
    ];
    if (!bad || !good) throw new Error('they were not added');
    await root.query(
      `insert into schedule_slot (schedule_id, slot_at, state, decided_at) values (?, now(3), 'postponed', now(3))`,
      [bad.id],
    );
    await root.query(
      `insert into schedule_clock (id, looked_at, away_from, away_until, away_because) values (1, now(3), now(3), now(3), 'moved')`,
    );
    await store.schedules.settle(good.id, () => ({
      at: schedule('').nextAt,
      state: 'due',
      nextAt: new Date(Date.now() + 60_000).toISOString(),
    }));
    expect((await store.schedules.waiting()).map((slot) => slot.schedule.name)).toEqual(['good']);
    expect([...(await store.schedules.latest()).keys()]).toEqual([good.id]);
  });
});

it('a button of another version is refused in a sentence', async () => {
  const run = await waiting();
  await root.query(
    `insert into button (id, run_id, action, once, created_at) values ('b1', ?, 'postpone', 1, now(3))`,
    [run],
  );
  const refused = await store.buttons.get('b1').catch((error: unknown) => error);
  expect(refused).toMatchObject({ name: 'Unreadable', says: { en: expect.stringContaining('This button') } });
});
