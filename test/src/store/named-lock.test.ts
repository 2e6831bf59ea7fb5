import mysql from 'mysql2/promise';
import { expect, it, vi } from 'vitest';
import { lockName } from '../../../src/store/named-lock.ts';
import { freshStore } from '../../support/fresh-store.ts';
import { entry, newRun, openStore, optionsFor } from './fixtures.ts';

it('lets a session be that waits for the account of the audit chain, however long that takes', async () => {
  const { store, root, schema, audit, close } = await freshStore({
    auditAccount: { user: 'root', password: '' },
    migratesAtStart: true,
  });
  const other = await openStore(optionsFor(schema));
  const slow = await mysql.createConnection(optionsFor(schema));
  try {
    const run = newRun();
    await store.runs.create(run, run.id, entry('asked', run.id));
    const chain = lockName('audit', audit);
    const holding = slow.query('select get_lock(?, 0), sleep(2.8)', [chain]).then(() => slow.end());
    const holderOf = async (name: string): Promise<unknown> => {
      const [[row]] = await root.query<mysql.RowDataPacket[]>('select is_used_lock(?) as id', [name]);
      return row?.['id'];
    };
    await vi.waitFor(async () => expect(await holderOf(chain)).toBe(slow.threadId));
    const first = store.runs.apply(run.id, { kind: 'begun' }, entry('begun', run.id));
    await vi.waitFor(async () => expect(await holderOf(`fettle.run.${run.id}`)).not.toBeNull());
    const second = other.runs.apply(run.id, { kind: 'noted', says: { en: 'x', zh: 'x' } });
    expect(await first).toMatchObject({ ok: true, run: { revision: 2 } });
    expect(await second).toMatchObject({ ok: true, run: { revision: 3 } });
    await holding;
    expect(await store.audit.verify()).toMatchObject({ rows: 2, problems: [] });
  } finally {
    slow.destroy();
    await other.close();
    await close();
  }
});
