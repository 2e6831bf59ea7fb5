import type { RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type FreshStore, freshStore } from '../../support/fresh-store.ts';

let fresh: FreshStore;
beforeAll(async () => {
  fresh = await freshStore();
});
afterAll(() => fresh.close());
beforeEach(async () => {
  await fresh.root.query(
    "update policy_newest set version = '', modified_at = '1971-01-01 00:00:00.000' where id = 1",
  );
});

const ago = (seconds: number): Date => new Date(Date.now() - seconds * 1000);
const register = async (version: string, modifiedAt: Date, by = 'bot-1'): Promise<string> =>
  (await fresh.store.policies.register({ version, modifiedAt }, by)).newest;
const lines = async (): Promise<readonly string[]> => {
  const [rows] = await fresh.root.query<RowDataPacket[]>(
    `select concat(json_value(facts, '$.from'), ' → ', json_value(facts, '$.to')) as line
     from ${fresh.audit} where action = 'policy changed' order by n`,
  );
  return rows.map(({ line }) => String(line));
};

describe('the newest policy', () => {
  it('is the one whose file was modified last, whoever comes first', async () => {
    const before = (await lines()).length;
    expect(await register('new', ago(10))).toBe('new');
    expect(await register('old', ago(600))).toBe('new');
    expect(await register('newer', ago(5))).toBe('newer');
    expect(await register('new', ago(10))).toBe('newer');
    expect((await lines()).slice(before)).toEqual([' → new', 'new → newer']);
  });

  it('is an earlier text again when its file was touched', async () => {
    await register('a', ago(60));
    await register('b', ago(30));
    expect(await register('a', ago(60))).toBe('b');
    expect(await register('a', ago(1))).toBe('a');
    expect(await register('b', ago(30))).toBe('a');
  });

  it('keeps the version of equal files of several machines, whatever their times', async () => {
    const before = (await lines()).length;
    for (const seconds of [60, 90, 10, 70]) expect(await register('a', ago(seconds))).toBe('a');
    expect(await register('b', ago(20))).toBe('a');
    expect((await lines()).slice(before)).toEqual([' → a']);
  });

  it('goes by the clock of the database: a file of tomorrow does not outlast one of now', async () => {
    await register('tomorrow', ago(-86_400));
    await new Promise((resolve) => setTimeout(resolve, 20));
    expect(await register('now', ago(-1))).toBe('now');
  });

  it('is one for all who come at the same moment', async () => {
    const answers = await Promise.all(
      Array.from({ length: 12 }, (_, n) => register(`v${n}`, ago(100 - n), `p${n}`)),
    );
    expect(await register('v0', ago(100))).toBe('v11');
    expect(answers.at(-1)).toBe('v11');
  });

  it('lets nobody change anything when its row is gone', async () => {
    await fresh.root.query('create table kept as select * from policy_newest');
    await fresh.root.query('delete from policy_newest');
    await expect(register('a', ago(1))).rejects.toThrow('policy_newest');
    await fresh.root.query('insert into policy_newest select * from kept');
  });
});

describe('every line of the record', () => {
  it('bears what its process goes by', async () => {
    const { openStore } = await import('../../../src/store/index.ts');
    const [[where]] = await fresh.root.query<RowDataPacket[]>('select database() as name, @@port as port');
    let version = 'v1';
    const store = await openStore({
      host: '127.0.0.1',
      port: Number(where?.['port']),
      user: 'root',
      password: '',
      database: String(where?.['name']),
      stamp: () => ({ policy: version }),
    });
    await store.audit.write({ actor: { id: 'a', name: 'A' }, action: 'one' });
    version = 'v2';
    await store.audit.write({ actor: { id: 'a', name: 'A' }, action: 'two', facts: { x: 1 } });
    const [rows] = await fresh.root.query<RowDataPacket[]>(
      `select facts from ${fresh.audit} where action in ('one', 'two') order by n`,
    );
    expect(rows.map(({ facts }) => JSON.parse(String(facts)) as unknown)).toEqual([
      { policy: 'v1' },
      { policy: 'v2', x: 1 },
    ]);
    expect(await store.audit.verify()).toMatchObject({ problems: [] });
    await store.close();
  });
});
