import type { RowDataPacket } from 'mysql2/promise';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { openDueSchedules, type DueSchedules } from '../../../src/desk/due-schedules.ts';
import type { Declared } from '../../../src/desk/declare.ts';
import { words } from '../../../src/kit/index.ts';
import { INVENTORY, type Policy } from '../../../src/policy/policy.ts';
import type { Run } from '../../../src/runs/run.ts';
import type { Schedule, ScheduleId } from '../../../src/runs/schedule.ts';
import type { Store } from '../../../src/store/index.ts';
import { appOf, estateOf } from '../../support/estates.ts';
import { type FreshStore, freshStore } from '../../support/fresh-store.ts';
import { newSchedule } from '../../support/schedules.ts';
import { ana, entry } from '../store/fixtures.ts';

const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const confirm = { approvals: 1, roles: ['operator'], self: false };
const policyOf = (systems: readonly string[]): Policy => ({
  version: 'v1',
  people: [{ key: ana.id, name: ana.name }],
  roles: { operator: [ana.id] },
  everyone: [],
  allow: [{ roles: ['operator'], actions: ['inspect'], systems }],
  deny: [],
  confirm: { low: confirm, risky: confirm, dangerous: confirm },
  confirmMinutes: 10,
});
const estate = estateOf({
  timeZone: 'UTC',
  systems: [
    { id: 'MQ', title: words('Message queue', '消息队列'), names: ['mq'] },
    { id: 'REG', title: words('Registry', '注册中心'), names: ['reg'] },
  ],
  apps: [appOf('msgbroker', 'MQ')],
});

let store: Store;
let root: FreshStore['root'];
let audit: string;
let fresh: FreshStore;
let policy: Policy;
let sent: Run[];
let queueIsUp: boolean;

beforeAll(async () => {
  fresh = await freshStore();
  ({ store, root, audit } = fresh);
});
afterAll(() => fresh.close());
beforeEach(async () => {
  for (const table of ['schedule', 'schedule_slot', 'schedule_clock', 'run'])
    await root.query(`delete from ${table}`);
  policy = policyOf(['*']);
  sent = [];
  queueIsUp = true;
});

/** One of several processes around one store. */
const open = (): DueSchedules =>
  openDueSchedules({
    estate,
    policy: () => policy,
    runs: store.runs,
    buttons: store.buttons,
    schedules: store.schedules,
    now: store.now,
    systemsOf: (scope) => (scope.kind === 'all' ? ['MQ', 'REG'] : scope.kind === 'system' ? scope.ids : []),
    log: { warn: () => undefined, error: () => undefined },
    dispatch: {
      async send(run) {
        if (!queueIsUp) throw new Error('away');
        sent.push(run);
      },
    },
  });

/** A daily schedule whose slot was so long ago, to the minute, and of which the slots of the days before were not decided either. */
async function daily(minutesAgo: number, daysBefore = 0, over: Partial<Schedule> = {}): Promise<Schedule> {
  const at = new Date(Math.floor((await store.now()).getTime() / MINUTE) * MINUTE - minutesAgo * MINUTE);
  const schedule = await store.schedules.add(
    newSchedule({
      cron: `${at.getUTCMinutes()} ${at.getUTCHours()} * * *`,
      nextAt: new Date(at.getTime() - daysBefore * DAY).toISOString(),
      ...over,
    }),
    entry('schedule add'),
  );
  if (!schedule) throw new Error('there is one of this name');
  return schedule;
}

const runs = (): Promise<readonly Run[]> => store.runs.recent(100);
const only = async (id: ScheduleId): Promise<Schedule> => {
  const schedule = (await store.schedules.all()).find((each) => each.id === id);
  if (!schedule) throw new Error('the schedule is gone');
  return schedule;
};
/** As if the slot of the schedule came again. */
const comesAgain = (at: string): Promise<unknown> =>
  root.query('update schedule set next_at = ?', [at.slice(0, -1).replace('T', ' ')]);
const end = (id: Run['id']) =>
  store.runs.apply(id, { kind: 'ended', outcome: 'failed', says: words('x', 'x') });

describe('a slot that has come', () => {
  it('is one inspection, whoever rings and looks how often, in how many processes', async () => {
    const { id, nextAt = '' } = await daily(0);
    const [a, b] = [open(), open()];
    const slot = new Date(nextAt);
    await Promise.all([a.ring(id, slot), b.ring(id, slot), b.startDue(), a.ring(id, slot), a.startDue()]);
    await b.startDue();
    expect(await runs()).toMatchObject([
      {
        ask: { kind: 'inspect', scope: { kind: 'system', ids: ['MQ'] } },
        state: 'queued',
        typed: '/inspect mq',
        requestedBy: { id: 'fettle', name: 'Fettle (Ana)' },
        origin: { surface: 'slack', team: 'T', channel: 'C0OPS' },
        schedule: { id, name: 'Daily patrol', owner: ana, slot: nextAt },
      },
    ]);
    expect(sent.map((run) => run.id)).toEqual((await runs()).map((run) => run.id));
    const [cancel] = (await runs()).flatMap(({ buttons }) => buttons);
    expect(await store.buttons.get(cancel?.id ?? '')).toMatchObject({
      subject: { kind: 'run', id: sent[0]?.id },
      action: 'cancel',
      once: true,
    });
    expect((await only(id)).nextAt).toBe(new Date(slot.getTime() + DAY).toISOString());
  });

  it('is found without any ring, and waits in the store while the queue is away', async () => {
    await daily(0);
    queueIsUp = false;
    await open().startDue();
    expect(await runs()).toMatchObject([
      { state: 'queued', says: { en: expect.stringContaining('goes on by itself') as string } },
    ]);
  });

  it('is not lost by a process that dies between its decision and its run', async () => {
    const { id } = await daily(0);
    await store.schedules.settle(id, ({ schedule: { nextAt } }) => ({
      at: nextAt,
      state: 'due',
      nextAt: new Date(new Date(nextAt).getTime() + DAY).toISOString(),
    }));
    expect(await runs()).toEqual([]);
    await open().startDue();
    expect(await runs()).toHaveLength(1);
  });

  it('is no second run when the process died before it wrote down the first', async () => {
    const { nextAt = '' } = await daily(0);
    await open().startDue();
    await root.query('update schedule_slot set run_id = null');
    await comesAgain(nextAt);
    await open().startDue();
    expect(await runs()).toHaveLength(1);
    expect(sent).toHaveLength(1);
  });

  it('is inspected as far as its owner may see now', async () => {
    policy = policyOf(['MQ']);
    await daily(0, 0, { scope: '全部' });
    await open().startDue();
    expect(await runs()).toMatchObject([{ ask: { scope: { kind: 'all' }, only: ['MQ'] } }]);
  });

  it('pauses its schedule and says so when the owner may not look any more', async () => {
    const { id } = await daily(0);
    policy = policyOf(['REG']);
    await open().startDue();
    await open().startDue();
    expect(await runs()).toMatchObject([
      {
        state: 'ended',
        outcome: 'refused',
        says: { en: expect.stringContaining('Paused: Ana may no longer look at it.') as string },
      },
    ]);
    expect(await only(id)).toMatchObject({ paused: { by: { id: 'fettle' } } });
    expect(sent).toEqual([]);
  });

  it('pauses its schedule and says so when its words mean nothing any more', async () => {
    await daily(0, 0, { scope: 'msgbroker-9' });
    await open().startDue();
    expect((await runs())[0]?.says?.en).toMatch(
      /^Paused: Unknown name "msgbroker-9".* Change it: \/inspect schedule change "Daily patrol" <scope>$/,
    );
  });

  it('is skipped and said while the one before has not ended', async () => {
    const { id, nextAt = '' } = await daily(0, 1);
    const today = new Date(new Date(nextAt).getTime() + DAY).toISOString();
    await store.schedules.settle(id, () => ({ at: nextAt, state: 'due', nextAt: today }));
    await open().startDue();
    const [skipped, going] = await runs();
    expect(going).toMatchObject({ state: 'queued', schedule: { slot: nextAt } });
    expect(skipped).toMatchObject({ state: 'ended', outcome: 'refused', schedule: { id, slot: today } });
    expect(skipped?.says?.en).toMatch(
      /^The inspection of .* is skipped: the one before has not ended yet\.$/,
    );
    expect(sent).toHaveLength(1);
  });
});

describe('slots that nobody was there for', () => {
  it('are one late inspection while the last is recent, which says what was missed and why', async () => {
    const { nextAt = '' } = await daily(10, 3);
    await store.schedules.look(undefined);
    await root.query('update schedule_clock set looked_at = now(3) - interval 10 day');
    await open().startDue();
    await open().startDue();
    const last = new Date(new Date(nextAt).getTime() + 3 * DAY).toISOString();
    expect(await runs()).toMatchObject([
      {
        state: 'queued',
        schedule: {
          slot: last,
          late: { because: 'stopped' },
          missed: {
            count: 3,
            from: nextAt,
            to: new Date(new Date(last).getTime() - DAY).toISOString(),
            because: 'stopped',
          },
        },
      },
    ]);
  });

  it('are told once when the last is old, and the next inspection knows of them', async () => {
    const { nextAt = '' } = await daily(13 * 60, 2);
    await open().startDue();
    await open().startDue();
    const [told] = await runs();
    expect(await runs()).toHaveLength(1);
    expect(told).toMatchObject({ state: 'ended', outcome: 'refused' });
    expect(told?.says?.en).toMatch(/^Missed 3 inspections from .* to .*\. The next one is at .*\.$/);
    expect(sent).toEqual([]);
    // The next slot, made to have come.
    const now = Math.floor((await store.now()).getTime() / MINUTE) * MINUTE;
    const at = new Date(now);
    await root.query('update schedule set cron = ?', [`${at.getUTCMinutes()} ${at.getUTCHours()} * * *`]);
    await comesAgain(at.toISOString());
    await open().startDue();
    expect((await runs())[0]).toMatchObject({
      state: 'queued',
      schedule: { missed: { count: 3, from: nextAt } },
    });
  });

  it('do not stampede: two inspections go on at a time, in order, and the others follow', async () => {
    const names = ['a', 'b', 'c', 'd', 'e'];
    for (const name of names) await daily(30, 1, { name });
    await daily(0, 0, { name: 'in time' });
    const dueSchedules = open();
    const begun: string[] = [];
    for (let round = 0; round < 6; round += 1) {
      await Promise.all([dueSchedules.startDue(), open().startDue()]);
      const going = (await runs()).filter(({ state }) => state === 'queued');
      expect(going.length).toBeLessThanOrEqual(2);
      const oldest = going.at(-1);
      if (!oldest) break;
      begun.push(oldest.schedule?.name ?? '');
      await end(oldest.id);
    }
    expect(begun).toEqual(['in time', ...names]);
  });
});

describe('a slot that waits long for its turn', () => {
  it('is told once, and is inspected all the same when there is room', async () => {
    for (const name of ['a', 'b', 'c']) await daily(30, 0, { name });
    await open().startDue();
    const waits = async () => (await runs()).filter(({ says }) => says?.en.includes('waits for its turn'));
    expect(await waits()).toEqual([]);
    await root.query('update schedule_slot set decided_at = now(3) - interval 700 second');
    await Promise.all([open().startDue(), open().startDue()]);
    await open().startDue();
    expect(await waits()).toMatchObject([{ state: 'ended', outcome: 'refused', schedule: { name: 'c' } }]);
    for (const run of await runs()) if (run.state === 'queued') await end(run.id);
    await open().startDue();
    expect(sent.map(({ schedule }) => schedule?.name)).toEqual(['a', 'b', 'c']);
  });
});

describe('what the inventory declares', () => {
  const declared: Declared = {
    name: 'Daily patrol',
    cron: '30 7 * * *',
    scope: 'all',
    channel: 'C0OPS',
    team: '',
    lang: 'en',
    declared: 'inventory.yaml schedules.0',
  };
  const actions = async (): Promise<string[]> => {
    const [rows] = await root.query<RowDataPacket[]>(
      `select action from ${audit} where actor_id = ? order by n`,
      [INVENTORY.id],
    );
    return rows.map(({ action }) => String(action));
  };

  it('is there once, however many processes start, and follows the file', async () => {
    const before = (await actions()).length;
    await Promise.all([open().declare([declared]), open().declare([declared])]);
    await open().declare([declared]);
    const [first] = await store.schedules.all();
    expect(await store.schedules.all()).toMatchObject([{ ...declared, owner: INVENTORY }]);
    await open().declare([{ ...declared, name: 'daily-patrol', cron: '0 8 * * *' }]);
    const [changed] = await store.schedules.all();
    expect(changed).toMatchObject({ id: first?.id, name: 'daily-patrol', cron: '0 8 * * *' });
    expect(changed?.nextAt).not.toBe(first?.nextAt);
    await open().declare([]);
    expect(await store.schedules.all()).toEqual([]);
    expect((await actions()).slice(before)).toEqual(['schedule add', 'schedule change', 'schedule remove']);
  });

  it('stays paused when a person paused it, and leaves alone what people added', async () => {
    const mine = await daily(-60, 0, { name: 'mine' });
    await open().declare([declared]);
    const [, theirs] = await store.schedules.all();
    if (!theirs) throw new Error('it is not there');
    await store.schedules.change(
      theirs.id,
      (before) => {
        const { nextAt: _, ...rest } = before;
        return { ...rest, paused: { by: ana, at: '2026-11-20T00:00:00.000Z' } };
      },
      entry('schedule pause'),
    );
    await open().declare([{ ...declared, cron: '0 9 * * *' }]);
    const [kept, paused] = await store.schedules.all();
    expect(kept).toEqual(mine);
    expect(paused).toMatchObject({ cron: '0 9 * * *', paused: { by: ana } });
    expect(paused).not.toHaveProperty('nextAt');
  });

  it('takes over what a person added under its name, with what that has seen', async () => {
    const { id } = await daily(-60, 0, { name: 'daily-patrol' });
    await open().declare([declared]);
    expect(await store.schedules.all()).toMatchObject([{ ...declared, id, owner: INVENTORY }]);
  });

  it('has every schedule go by its time zone, also what people added before it changed', async () => {
    const inTokyo = '2036-11-19T22:30:00.000Z';
    const { id } = await daily(-60, 0, { cron: '30 7 * * *', nextAt: inTokyo });
    await open().declare([]);
    const { nextAt = '' } = await only(id);
    expect(nextAt).toMatch(/T07:30:00\.000Z$/);
    expect(Date.parse(nextAt) - (await store.now()).getTime()).toBeLessThanOrEqual(DAY);
    const before = (await actions()).length;
    await open().declare([]);
    expect(await only(id)).toMatchObject({ nextAt });
    expect(await actions()).toHaveLength(before);
  });

  it('needs no rule of the policy: whoever writes the inventory decides', async () => {
    policy = policyOf([]);
    await daily(0, 0, { owner: INVENTORY, declared: 'inventory.yaml schedules.0', scope: 'all' });
    await open().startDue();
    expect(await runs()).toMatchObject([
      { state: 'queued', ask: { kind: 'inspect', scope: { kind: 'all' } } },
    ]);
    expect((await runs())[0]?.ask).not.toHaveProperty('only');
  });
});
