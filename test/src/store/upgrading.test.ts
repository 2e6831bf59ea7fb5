import { readFile } from 'node:fs/promises';
import mysql from 'mysql2/promise';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { words, type Step } from '../../../src/kit/index.ts';
import { Unreadable } from '../../../src/runs/faults.ts';
import type { RunEvent } from '../../../src/runs/life.ts';
import type { Outcome, Run, RunId } from '../../../src/runs/run.ts';
import { migrateStore, type StoreOptions } from '../../../src/store/index.ts';
import { readMigrations } from '../../../src/store/migrate.ts';
import { type SeparateAccounts, separateAccounts } from '../../support/accounts.ts';
import { freshSchema } from '../../support/mysql.ts';
import { captured } from '../../support/captured.ts';
import { anyWarrant } from '../../support/signed.ts';
import { nextVersion, type NextVersion } from '../../support/next-version.ts';
import { ana, ben, entry, newRun, openStore, optionsFor, plan, step, type Store } from './fixtures.ts';

let closers: (() => Promise<unknown>)[];
beforeEach(() => {
  closers = [];
});
afterEach(async () => {
  for (const close of closers.reverse()) await close();
});

/** A database as the first version left it: 12 lines of the chain, runs, a schedule. */
async function firstVersion(root: mysql.Connection, schema: string): Promise<void> {
  const dump = await readFile(new URL('../../support/first-version.sql', import.meta.url), 'utf8');
  const session = await mysql.createConnection({
    host: '127.0.0.1',
    port: optionsFor(schema).port,
    user: 'root',
    database: schema,
    multipleStatements: true,
  });
  // As the server's own tool loads it: values of generated columns are passed over.
  await session.query(`set sql_mode = ''; ${dump}`);
  await session.end();
  await root.query(`use \`${schema}\``);
}

const auditKey = 'the key of before';
const HEADS = [
  { n: 5, hash: 'ff0d377616331809b7f103a1519e72058fd2cc4cf9eda1781760bb27d9e8d9d7' },
  { n: 10, hash: 'c7a42ef15f40df8e49ccd6723524eaf27e39b553cea081d84a7e4991959517fc' },
];

describe('the chain of the first version', () => {
  let accounts: SeparateAccounts;
  let options: StoreOptions;
  beforeEach(async () => {
    accounts = await separateAccounts();
    closers.push(accounts.close);
    await firstVersion(accounts.root, accounts.schema);
    options = { ...accounts.options, auditKey };
  });
  const open = async (): Promise<Store> => {
    const store = await openStore(options);
    closers.push(() => store.close());
    return store;
  };

  it('moves to its schema with three accounts, stays whole, and goes on', async () => {
    await expect(openStore(options)).rejects.toThrow(/missing: 0010-formats\.sql.*\. Run "fettle migrate"/);
    expect(await migrateStore(accounts.migrating)).toContain('0010-formats.sql');
    const store = await open();
    expect(await store.audit.verify(HEADS)).toMatchObject({ rows: 12, problems: [] });
    await store.audit.write(entry('after the move'));
    expect(await store.audit.verify(HEADS)).toMatchObject({ rows: 13, problems: [] });
    expect((await store.runs.recent(10)).map(({ state }) => state).sort()).toEqual([
      'ended',
      'ended',
      'ended',
      'preparing',
    ]);
    expect((await store.schedules.all()).map(({ name }) => name)).toEqual(['早班']);
    const [left] = await accounts.root.query<mysql.RowDataPacket[]>("show tables like 'audit%'");
    expect(left).toEqual([]);
  });

  it('moves by itself where one account does everything', async () => {
    const store = await openStore({ ...optionsFor(accounts.schema), auditKey });
    closers.push(() => store.close());
    await store.audit.write(entry('after the move'));
    expect(await store.audit.verify(HEADS)).toMatchObject({ rows: 13, problems: [] });
  });

  it('stays where it is when the configuration says so', async () => {
    const { schema } = accounts;
    const store = await openStore({ ...optionsFor(schema), auditKey, auditDatabase: schema });
    closers.push(() => store.close());
    await store.audit.write(entry('in its old place'));
    expect(await store.audit.verify(HEADS)).toMatchObject({ rows: 13, problems: [] });
    const [lines] = await accounts.root.query<mysql.RowDataPacket[]>('select n from audit');
    expect(lines).toHaveLength(13);
  });

  it('is not moved by an account without the right, which is told what to do', async () => {
    const { root, schema, users } = accounts;
    // Of two grants on patterns that fit a schema the server takes one: this is the same pattern as before.
    await root.query(`grant all on \`${schema.replaceAll('_', '\\_')}\`.* to '${users.app}'@'%'`);
    const { auditAccount: _, ...alone } = options;
    await expect(openStore(alone)).rejects.toThrow(`with MYSQL_AUDIT_DATABASE=${schema}`);
    const store = await openStore({ ...alone, auditDatabase: schema });
    closers.push(() => store.close());
    expect(await store.audit.verify(HEADS)).toMatchObject({ rows: 12, problems: [] });
  });

  it('shows after the move what was cut off before it', async () => {
    await accounts.root.query('delete from audit where n > 10');
    await migrateStore(accounts.migrating);
    const store = await open();
    expect((await store.audit.verify()).problems).toEqual([
      { n: 11, because: 'rows are missing: the head says there are 12' },
    ]);
    await store.audit.write(entry('after the move'));
    expect((await store.audit.verify()).problems[0]?.because).toContain('rows 11 to 12 are missing');
  });

  it.each([
    ['before anything was moved', []],
    ['before the lines were moved', ['heads']],
    ['before the old head was removed', ['heads', 'lines']],
  ])('is moved by the next start when one died %s', async (_, done) => {
    const { root, auditSchema: audit, schema } = accounts;
    if (done.includes('heads')) {
      await root.query(
        `create table ${audit}.audit_heads (n bigint unsigned not null, hash char(64) character set ascii collate ascii_bin not null, primary key (n))`,
      );
      await root.query(`insert into ${audit}.audit_heads select n, hash from ${schema}.audit_head`);
    }
    if (done.includes('lines')) await root.query(`rename table ${schema}.audit to ${audit}.audit`);
    await migrateStore(accounts.migrating);
    expect(await (await open()).audit.verify(HEADS)).toMatchObject({ rows: 12, problems: [] });
  });

  it('is not moved over another chain', async () => {
    const { root, auditSchema: audit } = accounts;
    await root.query(`create table ${audit}.audit (n int)`);
    await expect(migrateStore(accounts.migrating)).rejects.toThrow('another in');
  });
});

describe('migrations', () => {
  it('say from the tenth on which versions can go on with what they leave', async () => {
    const silent = (await readMigrations()).filter(
      ({ no, sql }) => no >= 10 && !/^-- readable by: \d+$/m.test(sql),
    );
    expect(silent.map(({ name }) => name)).toEqual([]);
    for (const { no, readableBy } of await readMigrations()) expect(readableBy).toBeLessThanOrEqual(no);
  });
});

const nextStep = { kind: 'restart', title: words('Restart', '重启') } as unknown as Step;
const slack = { surface: 'slack', team: 'T', channel: 'C', threadTs: '1.2' } as const;

/** A change, brought to a state by the store of a version. */
async function change(store: Store, events: readonly RunEvent[], over: Partial<Run> = {}): Promise<RunId> {
  const run = newRun({ ask: { kind: 'change', playbooks: ['p'], args: {} }, ...over });
  await store.runs.create(run, run.id, entry('asked', run.id));
  for (const event of events) {
    const applied = await store.runs.apply(run.id, event, entry(event.kind, run.id));
    if (!applied.ok) throw new Error(applied.because.en);
  }
  return run.id;
}
const planned = (steps: readonly Step[], minutes: number): readonly RunEvent[] => [
  { kind: 'begun' },
  {
    kind: 'planned',
    plan: { ...plan, steps },
    approvalsNeeded: 1,
    notAfter: new Date(Date.now() + minutes * 60_000).toISOString(),
    buttons: [],
    says: words('p', 'p'),
  },
];
const approved: RunEvent = {
  kind: 'approved',
  approval: { by: ben, at: new Date().toISOString(), hash: plan.hash },
};

describe('two versions on one database', { timeout: 30_000 }, () => {
  let options: StoreOptions;
  let root: mysql.Connection;
  let next: NextVersion;
  let warned: object[];

  async function start(readableBy: string): Promise<void> {
    const fresh = await freshSchema();
    closers.push(fresh.drop);
    warned = [];
    options = {
      ...optionsFor(fresh.schema),
      leaseSeconds: 1,
      log: { warn: (facts: object) => void warned.push(facts) },
    };
    root = await mysql.createConnection({
      host: '127.0.0.1',
      port: fresh.port,
      user: 'root',
      database: fresh.schema,
    });
    closers.push(() => root.end());
    next = await nextVersion(
      `-- Something to come.\n-- readable by: ${readableBy}\ncreate table if not exists later (n int not null primary key);\n`,
    );
    closers.push(next.remove);
  }
  const openAs = async (version: Pick<NextVersion, 'openStore'>): Promise<Store> => {
    const store = await version.openStore(options);
    closers.push(() => store.close().catch(() => undefined));
    return store;
  };

  it('up and back: each goes on with what it can read, and neither touches the rest', async () => {
    await start(String((await readMigrations()).at(-1)?.no));
    const a = await openAs({ openStore });
    const ofA = await change(a, [...planned([step], 10), approved], { origin: slack });

    const b = await openAs(next);
    const waitsInB = await change(b, planned([nextStep], -1), { origin: slack });
    const runsInB = await change(b, [...planned([nextStep], 10), approved]);
    expect(await b.journal.claim(runsInB, () => [], 'worker-b', anyWarrant)).toBeDefined();
    const endedInB = await change(b, [
      { kind: 'ended', outcome: 'put-off' as Outcome, says: words('later', '稍后') },
    ]);
    const plainOfB = await change(b, [...planned([step], -1)], { origin: slack });
    const queuedInB = await change(b, planned([nextStep], 10));

    // The version before goes on, also after a restart, with its own and with what the newer wrote in its format.
    const ids = (runs: readonly { readonly id: RunId }[]): readonly RunId[] => runs.map(({ id }) => id);
    const again = await openAs({ openStore });
    await root.query("update run set lease_until = now() - interval 1 minute where state = 'running'");
    await root.query(
      'update run set state_at = state_at - interval 1 hour, changed_at = changed_at - interval 1 hour',
    );
    for (const store of [a, again]) {
      expect(ids(await store.runs.recent(50))).toEqual([plainOfB, ofA]);
      expect(ids(await store.runs.unshown(50))).toEqual([plainOfB, ofA]);
      expect(ids(await store.runs.undelivered(0))).toEqual([ofA]);
      expect(await store.runs.overdue()).toEqual([plainOfB]);
      expect(await store.journal.lapsed()).toEqual([]);
      for (const id of [waitsInB, runsInB, endedInB, queuedInB]) {
        for (const attempt of [
          () => store.runs.get(id),
          () => store.runs.apply(id, { kind: 'cancelled', by: ana }, entry('cancel', id)),
          () => store.journal.claim(id, () => [], 'a', anyWarrant),
          () => store.journal.seal(id, 'a'),
        ]) {
          const refused = await attempt().catch((error: unknown) => error);
          expect(refused).toBeInstanceOf(Unreadable);
          expect(refused).toMatchObject({
            isNewer: true,
            says: { en: expect.stringContaining('newer version') },
          });
        }
      }
      expect(await store.unreadable(10)).toEqual(
        [queuedInB, endedInB, runsInB, waitsInB].map((id) => expect.objectContaining({ id, isNewer: true })),
      );
    }
    const notice = (await a.unreadable(10)).find(({ id }) => id === waitsInB);
    expect(notice).toMatchObject({ isLeft: true, shownTo: { lang: 'en', origin: slack } });
    const ended = { kind: 'ended', outcome: 'expired', says: words('x', 'x') } as const;
    expect(await a.runs.apply(plainOfB, ended, entry('expired', plainOfB))).toMatchObject({ ok: true });
    const claim = await a.journal.claim(ofA, () => [], 'worker-a', anyWarrant);
    if (!claim) throw new Error('the run of the version before was not claimed');
    expect(await a.journal.begin(claim, 1, step)).toBe(true);
    expect(await a.journal.finish(claim, 1, 'done', captured('one row'))).toBe(true);

    // The newer reads and goes on with everything.
    expect(ids(await b.runs.recent(50))).toHaveLength(6);
    expect(await b.runs.get(ofA)).toMatchObject({ state: 'running' });
    expect(await b.journal.lapsed()).toEqual([runsInB]);
    expect(await b.runs.overdue()).toEqual([waitsInB]);

    // Back: the newer is gone, the version before starts anew on the same database.
    await b.close();
    const back = await openAs({ openStore });
    const fresh = await change(back, planned([step], 10));
    expect(ids(await back.runs.recent(2))).toEqual([fresh, plainOfB]);
    expect((await back.audit.verify()).problems).toEqual([]);
    const [untouched] = await root.query<mysql.RowDataPacket[]>(
      'select count(*) as n from run where format = 3',
    );
    expect(untouched[0]?.['n']).toBe(4);

    // And up again: the newer goes on where it was.
    const up = await openAs(next);
    expect(ids(await up.runs.recent(50))).toHaveLength(7);
    expect(await up.journal.lapsed()).toEqual([runsInB]);
    expect((await up.journal.seal(runsInB, 'b'))?.steps).toEqual([]);
    expect((await up.audit.verify()).problems).toEqual([]);
  });

  it('a migration that the version before cannot live with refuses its start, and only that', async () => {
    await start('99');
    const a = await openAs({ openStore });
    const id = await change(a, planned([step], 10));
    const b = await openAs(next);
    await expect(openStore(options)).rejects.toThrow('set up by a newer Fettle (its step 0099-next.sql');
    expect(await b.runs.get(id)).toMatchObject({ state: 'waiting' });
  });
});
