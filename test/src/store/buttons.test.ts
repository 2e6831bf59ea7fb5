import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ofRun } from '../../../src/runs/subject.ts';
import { newButtonId, newRunId } from '../../../src/runs/run.ts';
import { freshSchema } from '../../support/mysql.ts';
import { ana, ben, openStore, optionsFor, type Store } from './fixtures.ts';

let store: Store;
let drop: () => Promise<void>;
beforeAll(async () => {
  const fresh = await freshSchema();
  drop = fresh.drop;
  store = await openStore(optionsFor(fresh.schema));
});
afterAll(async () => {
  await store.close();
  await drop();
});

const inMinutes = async (minutes: number): Promise<string> =>
  new Date((await store.now()).getTime() + minutes * 60_000).toISOString();

async function button(over: { once?: boolean; expiresAt?: string } = {}): Promise<string> {
  const id = newButtonId();
  await store.buttons.create([
    { id, subject: ofRun(newRunId()), action: 'confirm', arg: 'x', once: true, ...over },
  ]);
  return id;
}

describe('buttons', () => {
  it('have ids of 128 bits that are never the same', () => {
    const ids = Array.from({ length: 1000 }, newButtonId);
    expect(new Set(ids).size).toBe(1000);
    for (const id of ids) expect(id).toMatch(/^[\w-]{22}$/);
  });

  it('are kept with what they mean', async () => {
    const expiresAt = await inMinutes(10);
    const id = newButtonId();
    const subject = ofRun(newRunId());
    await store.buttons.create([{ id, subject, action: 'evidence', once: false, expiresAt }]);
    expect(await store.buttons.get(id)).toEqual({
      id,
      subject,
      action: 'evidence',
      once: false,
      expiresAt,
      expired: false,
    });
    expect(await store.buttons.get(newButtonId())).toBeUndefined();
  });

  it('are made in one statement, however many, all or none', async () => {
    const subject = ofRun(newRunId());
    const many = Array.from({ length: 400 }, (_, n) => ({
      id: newButtonId(),
      subject,
      action: 'record' as const,
      arg: `MQ|check-${n}|ok`,
      once: false,
    }));
    await store.buttons.create(many);
    expect(await store.buttons.get(many[399]?.id ?? '')).toMatchObject({ subject, arg: 'MQ|check-399|ok' });
    const [first] = many;
    const fresh = { id: newButtonId(), subject, action: 'record' as const, once: false };
    await expect(store.buttons.create([fresh, ...(first ? [first] : [])])).rejects.toThrow('ER_DUP_ENTRY');
    expect(await store.buttons.get(fresh.id)).toBeUndefined();
    await store.buttons.create([]);
  });

  it('are taken by exactly one of twenty who press at the same time, fifty times over', async () => {
    for (let round = 0; round < 50; round += 1) {
      const id = await button({ expiresAt: await inMinutes(10) });
      const answers = await Promise.all(
        Array.from({ length: 20 }, (_, i) => store.buttons.take(id, { id: `U${i}`, name: `person ${i}` })),
      );
      expect(answers.filter((answer) => answer === 'taken')).toHaveLength(1);
      expect(answers.filter((answer) => answer === 'used')).toHaveLength(19);
      const winner = answers.indexOf('taken');
      expect((await store.buttons.get(id))?.usedBy).toEqual({ id: `U${winner}`, name: `person ${winner}` });
    }
  });

  it('do nothing when their time is over, by the clock of the database', async () => {
    const id = await button({ expiresAt: await inMinutes(-1) });
    expect(await store.buttons.take(id, ana)).toBe('expired');
    const unused = await store.buttons.get(id);
    expect(unused).toMatchObject({ expired: true });
    expect(unused).not.toHaveProperty('usedBy');
  });

  it('are absent when nobody made them', async () => {
    expect(await store.buttons.take(newButtonId(), ana)).toBe('absent');
    expect(await store.buttons.take("' or 1=1 -- ", ana)).toBe('absent');
  });

  it('may be pressed again and again when they only show something', async () => {
    const id = await button({ once: false, expiresAt: await inMinutes(1) });
    expect(await store.buttons.take(id, ana)).toBe('taken');
    expect(await store.buttons.take(id, ben)).toBe('taken');
    const late = await button({ once: false, expiresAt: await inMinutes(-1) });
    expect(await store.buttons.take(late, ana)).toBe('expired');
  });
});
