import mysql from 'mysql2/promise';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { Admitted } from '../../../src/runs/admission.ts';
import { lockName } from '../../../src/store/named-lock.ts';
import type { Store } from '../../../src/store/index.ts';
import { freshStore, type FreshStore } from '../../support/fresh-store.ts';
import { entry, newRun, openStore, optionsFor } from './fixtures.ts';

let fresh: FreshStore;
let bots: readonly Store[];
beforeAll(async () => {
  fresh = await freshStore();
  bots = [fresh.store, await openStore(optionsFor(fresh.schema))];
});
afterAll(async () => {
  await bots[1]?.close();
  await fresh.close();
});

let asked = 0;

/** Asks one of the bots, each time for another host. */
function begin(person: string, channel: string): Promise<Admitted> {
  asked += 1;
  const bot = bots[asked % bots.length] ?? fresh.store;
  const run = newRun({
    ask: { kind: 'inspect', scope: { kind: 'host', ids: [`host-${asked}`] } },
    requestedBy: { id: person, name: person },
    origin: { surface: 'slack', team: 'T', channel },
  });
  return bot.admission.begin(run, run.id, entry('ask', run.id), new Set());
}

const kinds = async (all: readonly Promise<Admitted>[]): Promise<readonly string[]> =>
  (await Promise.all(all)).map((each) => (each.kind === 'full' ? `${each.full.of} full` : each.kind)).sort();

const times = <T>(count: number, make: (n: number) => T): readonly T[] =>
  Array.from({ length: count }, (_, n) => make(n));

describe('what people ask two bots for at the same moment', () => {
  it('is no more than one person may have under way, whatever the channels', async () => {
    const all = await kinds(times(12, (n) => begin('U0ONE', `C0ONE${n}`)));
    expect(all).toEqual([...times(3, () => 'begun'), ...times(9, () => 'person full')]);
  });

  it('is no more than one channel may have under way, whoever asks', async () => {
    const all = await kinds(times(20, (n) => begin(`U0MANY${n}`, 'C0MANY')));
    expect(all).toEqual([...times(12, () => 'begun'), ...times(8, () => 'channel full')]);
  });

  it('is recorded as one chain', async () => {
    expect(await fresh.store.audit.verify()).toMatchObject({ rows: 15, problems: [] });
  });
});

it('waits for nobody else: another person in another channel begins at once', async () => {
  const holder = await mysql.createConnection({ ...optionsFor(fresh.schema) });
  const names = ['person U0SLOW', 'channel C0SLOW'].map((of) => lockName('asked', `${fresh.schema} ${of}`));
  const holding = holder
    .query('select get_lock(?, 0), get_lock(?, 0), sleep(30)', names)
    .catch(() => undefined);
  await vi.waitFor(async () => {
    const [[row]] = await fresh.root.query<mysql.RowDataPacket[]>('select is_used_lock(?) as id', [names[1]]);
    expect(row?.['id']).toBe(holder.threadId);
  });
  const order: string[] = [];
  // More than a bot has sessions: those who wait hold up nobody either.
  const slow = times(20, (n) =>
    begin(n % 2 === 0 ? 'U0SLOW' : `U0BESIDE${n}`, 'C0SLOW').then(() => order.push('slow')),
  );
  await begin('U0QUICK', 'C0QUICK').then(() => order.push('quick'));
  await fresh.root.query(`kill ${holder.threadId}`);
  await holding;
  await Promise.all(slow);
  expect(order[0]).toBe('quick');
});
