import { createHash } from 'node:crypto';
import mysql from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { words } from '../../../src/kit/index.ts';
import { type Finding, findingKey, type Report } from '../../../src/runs/report.ts';
import type { RunId } from '../../../src/runs/run.ts';
import { withThePast } from '../../../src/inspecting/history/past-values.ts';
import { keeping } from '../../../src/store/measurements.ts';
import { openPool, type Session } from '../../../src/store/pool.ts';
import { freshSchema } from '../../support/mysql.ts';
import { entry, newRun, openStore, optionsFor, type Store } from './fixtures.ts';
import { captured } from '../../support/captured.ts';

let store: Store;
let drop: () => Promise<void>;
let root: mysql.Connection;
let schema: string;
let audit: string;

beforeAll(async () => {
  const fresh = await freshSchema();
  ({ drop, schema, audit } = fresh);
  store = await openStore({ ...optionsFor(fresh.schema), historyDays: 10 });
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

const disk = (over: Partial<Finding> = {}): Finding => ({
  system: 'MQ',
  app: 'msgbroker',
  host: 'msgbroker-1',
  check: 'broker-disk',
  part: '/home/admin',
  title: words('Disk', '磁盘'),
  state: 'ok',
  value: 71.5,
  unit: '%',
  says: words('71.5 %', '71.5 %'),
  rows: ['MQ-M16'],
  clause: { document: '002', section: '4.5.1.1' },
  evidence: captured('df'),
  overridden: [],
  ...over,
});

const reportOf = (findings: readonly Finding[], over: Partial<Report> = {}): Report => ({
  scope: { kind: 'system', ids: ['MQ'] },
  startedAt: '2026-11-21T00:00:00.000Z',
  finishedAt: '2026-11-21T00:00:01.000Z',
  hosts: 1,
  findings,
  questions: [],
  ...over,
});

async function preparing(): Promise<RunId> {
  const run = newRun();
  await store.runs.create(run, run.id, entry('asked', run.id));
  await store.runs.apply(run.id, { kind: 'begun' });
  return run.id;
}

const reported = (id: RunId, report: Report) =>
  store.runs.apply(id, { kind: 'reported', report, buttons: [], says: words('x', 'x') });

async function inspected(findings: readonly Finding[], over: Partial<Report> = {}): Promise<RunId> {
  const id = await preparing();
  await reported(id, reportOf(findings, over));
  return id;
}

const hours = (count: number): number => count * 3600_000;
const around = async (): Promise<readonly [Date, Date]> => {
  const now = (await store.now()).getTime();
  return [new Date(now - hours(1000)), new Date(now + hours(1))];
};
const rowsOf = async (sql: string, values: readonly string[] = []) => {
  const [rows] = await root.query<mysql.RowDataPacket[]>(sql, [...values]);
  return rows;
};
/** Moves everything that was measured of a host into the past. */
async function shift(host: string, byHours: number): Promise<void> {
  const by = [String(byHours), host];
  await root.query(
    'update measurement m join subject s on s.id = m.subject set m.at = m.at - interval ? hour where s.host = ?',
    by,
  );
  await root.query(
    `update measured_hour h join subject s on s.id = h.subject
     set h.hour_at = h.hour_at - interval ? hour, h.at = h.at - interval ? hour where s.host = ?`,
    [String(byHours), ...by],
  );
}

describe('what an inspection measured', () => {
  it('is kept with its report, by the database’s clock', async () => {
    const seen = disk({ host: 'a' });
    const id = await inspected([seen, disk({ host: 'a', part: '/', value: 12, state: 'critical' })]);
    const now = await store.now();
    const values = await store.history.values([seen], ...(await around()));
    const [kept] = values.get(findingKey(seen)) ?? [];
    expect(kept).toMatchObject({ state: 'ok', value: 71.5, unit: '%' });
    expect(Math.abs((kept?.at.getTime() ?? 0) - now.getTime())).toBeLessThan(60_000);
    const [row] = await rowsOf(
      `select r.id, lower(hex(m.evidence)) as evidence from measurement m
       join run r on r.seq = m.run_seq join subject s on s.id = m.subject where s.host = 'a' and s.part = '/'`,
    );
    expect(row).toEqual({ id, evidence: createHash('sha256').update('df').digest('hex') });
  });

  it('is kept once, however often the report is written', async () => {
    const id = await preparing();
    const report = reportOf([disk({ host: 'once' })]);
    const answers = await Promise.all(Array.from({ length: 5 }, () => reported(id, report)));
    expect(answers.filter(({ ok }) => ok)).toHaveLength(1);
    await reported(id, report);
    const values = await store.history.values([disk({ host: 'once' })], ...(await around()));
    expect([...values.values()].map((found) => found.length)).toEqual([1]);
  });

  it('is not kept when the report is not', async () => {
    const id = await preparing();
    await root.query(`rename table ${audit} to audit_away`);
    try {
      const failing = store.runs.apply(
        id,
        { kind: 'reported', report: reportOf([disk({ host: 'lost' })]), buttons: [], says: words('x', 'x') },
        entry('inspected', id),
      );
      await expect(failing).rejects.toThrow('ER_NO_SUCH_TABLE');
    } finally {
      await root.query(`rename table audit_away to ${audit}`);
    }
    expect(await store.history.values([disk({ host: 'lost' })], ...(await around()))).toEqual(new Map());
  });

  it('holds what could not be compared yet, and what has no value', async () => {
    const silent = disk({ host: 'quiet', state: 'unknown' });
    const { value: _, unit: __, ...without } = silent;
    const new1 = disk({ host: 'new-1', value: 3 });
    await inspected([without], {
      notYet: [{ finding: new1, row: 'MS-M14', from: '2026-11-22T00:00:00.000Z' }],
    });
    const values = await store.history.values([without, new1], ...(await around()));
    expect(values.get(findingKey(without))).toEqual([{ at: expect.any(Date) as Date, state: 'unknown' }]);
    expect(values.get(findingKey(new1))).toMatchObject([{ value: 3 }]);
    expect((await store.history.hours([without], ...(await around()))).get(findingKey(without))).toEqual([
      { at: expect.any(Date) as Date, state: 'unknown' },
    ]);
  });

  it('is written in few statements', async () => {
    const id = await preparing();
    const run = await store.runs.get(id);
    if (!run) throw new Error('the run is there');
    const pool = openPool(optionsFor(schema), 2);
    let statements = 0;
    const counting: Session = {
      rows: (...args) => ((statements += 1), pool.rows(...args)),
      change: (...args) => ((statements += 1), pool.change(...args)),
    };
    const findings = Array.from({ length: 4000 }, (_, i) => disk({ host: `few-${i}`, value: i }));
    for (const most of [41, 25]) {
      statements = 0;
      const keep = await keeping(counting, reportOf(findings));
      await keep(counting, { run, now: (await store.now()).toISOString() });
      expect(statements).toBeLessThanOrEqual(most);
    }
    await pool.close();
  });

  it('takes thousands of findings, also when two reports come at one time', async () => {
    const findings = Array.from({ length: 4000 }, (_, i) => disk({ host: `many-${i}`, value: i }));
    await inspected(findings);
    const again = [inspected(findings.toReversed()), inspected(findings)];
    await Promise.all(again);
    const values = await store.history.values(findings, ...(await around()));
    expect(values.size).toBe(4000);
    expect(values.get(findingKey(disk({ host: 'many-3999' })))?.map(({ value }) => value)).toEqual([
      3999, 3999, 3999,
    ]);
  }, 60_000);
});

describe('an hour', () => {
  it('has the worst state, the newest value and how far values went', async () => {
    const at = (value: number, state: Finding['state'] = 'ok') => disk({ host: 'hour', value, state });
    await inspected([at(40)]);
    await inspected([at(90, 'critical')]);
    await inspected([at(10)]);
    await inspected([at(55)]);
    const found = (await store.history.hours([at(0)], ...(await around()))).get(findingKey(at(0))) ?? [];
    expect(found.map(({ state }) => state)).toContain('critical');
    const values = found.flatMap((each) => (each.values ? [each.values] : []));
    expect(values.at(-1)?.newest).toBe(55);
    expect(Math.min(...values.map(({ low }) => low))).toBe(10);
    expect(Math.max(...values.map(({ high }) => high))).toBe(90);
    expect((await store.history.lows([at(0)], (await around())[0])).get(findingKey(at(0)))).toBe(10);
  });

  it('begins anew when the unit is another', async () => {
    await inspected([disk({ host: 'unit', value: 900, unit: 'ms' })]);
    await inspected([disk({ host: 'unit', value: 1, unit: 's' })]);
    const found = (await store.history.hours([disk({ host: 'unit' })], ...(await around()))).values();
    expect([...found].flat().at(-1)).toMatchObject({ unit: 's', values: { low: 1, high: 1, newest: 1 } });
  });
});

describe('the past', () => {
  it('is found between two moments, and from when on there is any', async () => {
    const subject = disk({ host: 'past', value: 1 });
    await inspected([subject]);
    await shift('past', 30);
    await inspected([{ ...subject, value: 2 }]);
    const now = await store.now();
    const key = findingKey(subject);
    const ago = (count: number) => new Date(now.getTime() - hours(count));
    const between = async (from: number, to: number) =>
      (await store.history.values([subject], ago(from), ago(to))).get(key)?.map(({ value }) => value);
    expect(await between(48, -1)).toEqual([1, 2]);
    expect(await between(31, 29)).toEqual([1]);
    expect(await between(29, 2)).toBeUndefined();
    const first = async (after: number) => (await store.history.firsts([subject], ago(after))).get(key);
    expect((await first(48))?.getTime()).toBeLessThan(ago(29).getTime());
    expect((await first(29))?.getTime()).toBeGreaterThan(ago(1).getTime());
    expect(await first(-1)).toBeUndefined();
  });

  it('is what a report is held against', async () => {
    const sent = disk({ host: 'sent', value: 160 });
    await inspected([sent]);
    await shift('sent', 24);
    const rule = {
      row: 'MQ-M16',
      against: 'yesterday',
      moves: 'drops',
      percent: 20,
      state: 'warning',
    } as const;
    const judged = await withThePast(
      reportOf([
        { ...sent, value: 100, compare: rule },
        { ...sent, host: 'fresh', compare: rule },
      ]),
      { history: store.history, now: store.now, estate: { timeZone: 'Asia/Shanghai', limits: {} } },
    );
    expect(judged.findings.map(({ host, state }) => [host, state])).toEqual([['sent', 'warning']]);
    expect(judged.notYet?.map(({ finding: { host } }) => host)).toEqual(['fresh']);
  });

  it('is nothing for nobody', async () => {
    expect(await store.history.values([], ...(await around()))).toEqual(new Map());
    expect(await store.history.subjects([])).toEqual([]);
  });

  it('names what was measured of a check', async () => {
    await inspected([disk({ app: 'named', part: '/data' }), disk({ app: 'named', part: '/' })]);
    const found = await store.history.subjects([{ system: 'MQ', app: 'named', check: 'broker-disk' }]);
    expect(found).toEqual([
      { system: 'MQ', app: 'named', host: 'msgbroker-1', check: 'broker-disk', part: '/' },
      { system: 'MQ', app: 'named', host: 'msgbroker-1', check: 'broker-disk', part: '/data' },
    ]);
    expect(await store.history.subjects([{ system: 'REG', app: 'named', check: 'broker-disk' }])).toEqual([]);
  });
});

describe('forgetting', () => {
  it('takes what is older than it is kept, and nothing else', async () => {
    await inspected([disk({ host: 'old' }), disk({ host: 'young' })]);
    await shift('old', 24 * 10 + 2);
    await shift('young', 24 * 9);
    await root.query("update subject set seen_on = current_date - interval 13 day where host = 'old'");
    expect(await store.history.forget()).toBe(3);
    expect(await store.history.forget()).toBe(0);
    expect(await rowsOf("select host from subject where host in ('old', 'young')")).toEqual([
      { host: 'young' },
    ]);
    expect((await store.history.values([disk({ host: 'young' })], ...(await around()))).size).toBe(1);
  });

  it('goes on in small portions, one process at a time', async () => {
    const rows = Array.from(
      { length: 4500 },
      (_, i) => `(4000000, now(3) - interval 20 day, ${i}, 0, repeat('x', 32))`,
    );
    await root.query(
      `insert into measurement (subject, at, run_seq, level, evidence) values ${rows.join(',')}`,
    );
    const counts = await Promise.all([store.history.forget(), store.history.forget()]);
    expect(counts.reduce((sum, count) => sum + count, 0)).toBeLessThanOrEqual(4000);
    let left = 4500 - counts.reduce((sum, count) => sum + count, 0);
    while (left > 0) left -= await store.history.forget();
    expect(left).toBe(0);
    expect(await store.history.forget()).toBe(0);
  });
});
