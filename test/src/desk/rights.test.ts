import path from 'node:path';
import { ofRun } from '../../../src/runs/subject.ts';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadCatalog } from '../../../src/catalog/catalog.ts';
import { openDesk } from '../../../src/desk/desk.ts';
import type { Desk } from '../../../src/desk/port.ts';
import { words } from '../../../src/kit/index.ts';
import { INVENTORY, type Policy } from '../../../src/policy/policy.ts';
import { newButtonId, newRunId, type Run } from '../../../src/runs/run.ts';
import type { Schedule } from '../../../src/runs/schedule.ts';
import { appOf, estateOf } from '../../support/estates.ts';
import { type FreshStore, freshStore } from '../../support/fresh-store.ts';
import { authorityWith } from '../../support/signed.ts';
import { newSchedule } from '../../support/schedules.ts';
import { entry } from '../store/fixtures.ts';

const SYSTEMS = ['MQ', 'REG', 'IAM'];
const rule = { approvals: 1, roles: ['approver'], self: true };
const estate = estateOf({
  systems: SYSTEMS.map((id) => ({ id, title: words(id, id), names: [id.toLowerCase()] })),
  apps: SYSTEMS.map((id) => appOf(`app-${id.toLowerCase()}`, id)),
});

let fresh: FreshStore;
let desk: Desk;
let policy: Policy;
let outdated: { en: string; zh: string } | undefined;

/** Chen may look at and schedule these; nothing of the others. */
const chenWith = (look: readonly string[], schedule: readonly string[]): Policy => ({
  version: 'v1',
  people: [
    { key: 'chen', name: 'Chen Bo', slack: 'U0CHEN' },
    { key: 'lin', name: 'Lin Wei', slack: 'U0LIN' },
  ],
  roles: { chen: ['chen'], all: ['lin'], approver: [] },
  everyone: [],
  allow: [
    { roles: ['chen'], actions: ['inspect'], systems: look },
    { roles: ['chen'], actions: ['schedule'], systems: schedule },
    { roles: ['all'], actions: ['inspect', 'schedule'], systems: ['*'] },
  ],
  deny: [],
  confirm: { low: rule, risky: rule, dangerous: rule },
  confirmMinutes: 10,
});

beforeAll(async () => {
  fresh = await freshStore();
  const { store } = fresh;
  desk = openDesk({
    estate,
    catalog: await loadCatalog(path.resolve('.')),
    policy: () => policy,
    outdated: async () => outdated,
    runs: store.runs,
    buttons: store.buttons,
    audit: store.audit,
    schedules: store.schedules,
    locks: store.locks,
    brackets: store.brackets,
    readOnly: store.readOnly,

    history: store.history,
    canShow: async () => true,
    now: store.now,
    systemsOf: (scope) =>
      scope.kind === 'all' || scope.kind === 'site'
        ? SYSTEMS
        : scope.kind === 'system'
          ? scope.ids
          : scope.kind === 'app'
            ? scope.ids.map((id) => id.replace('app-', '').toUpperCase())
            : [],
    authority: authorityWith(),
    log: { warn: () => undefined, error: () => undefined },
    dispatch: { send: async () => undefined },
  });
});
afterAll(() => fresh.close());
beforeEach(async () => {
  for (const table of ['schedule', 'schedule_slot', 'run', 'button'])
    await fresh.root.query(`delete from ${table}`);
  outdated = undefined;
});

const from = (slackId: string) => ({
  key: newRunId() as string,
  person: { id: slackId, name: slackId },
  origin: { surface: 'slack' as const, team: 'T', channel: 'C0OPS' },
  lang: 'en' as const,
});
const typed = (text: string) => desk.ask('inspect', `schedule ${text}`, from('U0CHEN'));
const only = async (): Promise<Schedule | undefined> => (await fresh.store.schedules.all())[0];
const subsets = [...Array(8).keys()].map((bits) => SYSTEMS.filter((_, at) => (bits >> at) & 1));
const EDITS = [
  'change p "monthly 1 03:00"',
  'change p mq',
  'change p all',
  'pause p',
  'remove p',
  'run p',
  'resume p',
] as const;
const scopes: Readonly<Record<string, readonly string[]>> = {
  all: SYSTEMS,
  mq: ['MQ'],
  'mq reg': ['MQ', 'REG'],
};

describe('a schedule', { timeout: 120_000 }, () => {
  it('is edited by nobody without the right over every system of what it was and what it becomes', async () => {
    let refused = 0;
    let done = 0;
    for (const [scope, stored] of Object.entries(scopes))
      for (const edit of EDITS)
        for (const look of subsets)
          for (const schedule of edit === 'run p' ? [SYSTEMS] : [look, SYSTEMS, ['MQ']]) {
            policy = chenWith(look, schedule);
            await fresh.root.query('delete from schedule');
            await fresh.root.query('delete from run');
            await fresh.store.schedules.add(
              newSchedule({
                name: 'p',
                scope,
                owner: { id: 'lin', name: 'Lin Wei' },
                ...(edit === 'resume p'
                  ? { paused: { by: { id: 'lin', name: 'Lin Wei' }, at: '2026-11-20T00:00:00.000Z' } }
                  : {}),
              }),
              entry('schedule add'),
            );
            const before = await only();
            await typed(edit);
            const after = await only();
            const [runs] = await fresh.root.query('select 1 from run');
            const isChanged =
              JSON.stringify(after) !== JSON.stringify(before) || (Array.isArray(runs) && runs.length > 0);
            const becomes = edit === 'change p mq' ? ['MQ'] : edit === 'change p all' ? SYSTEMS : [];
            const needed = [...new Set([...stored, ...becomes])];
            const may = needed.every((id) => look.includes(id) && schedule.includes(id));
            expect({ scope, edit, look, schedule, isChanged }).toEqual({
              scope,
              edit,
              look,
              schedule,
              isChanged: may,
            });
            if (isChanged) done += 1;
            else refused += 1;
          }
    expect(refused).toBeGreaterThan(200);
    expect(done).toBeGreaterThan(50);
  });

  it('of the inventory is paused only by somebody with the right over all of it', async () => {
    policy = chenWith(['MQ'], ['MQ']);
    await fresh.store.schedules.add(
      newSchedule({ name: 'p', scope: 'all', owner: INVENTORY, declared: 'inventory.yaml schedules.0' }),
      entry('schedule add'),
    );
    expect(await typed('pause p')).toMatchObject({
      kind: 'says',
      says: { en: expect.stringContaining('No rule lets you look at REG, IAM') as string },
    });
    expect((await only())?.paused).toBeUndefined();
  });

  it('shows no button for what would be refused', async () => {
    policy = chenWith(['MQ'], ['MQ']);
    await fresh.store.schedules.add(newSchedule({ name: 'p', scope: 'all' }), entry('schedule add'));
    expect(await typed('list')).toMatchObject({ kind: 'schedules', lines: [{ buttons: [] }] });
  });
});

describe('a run whose systems are not known', () => {
  const change = async (ask: Run['ask']): Promise<string> => {
    const id = newRunId();
    const button = { id: newButtonId(), action: 'cancel' as const };
    await fresh.store.buttons.create([{ ...button, subject: ofRun(id), once: true }]);
    await fresh.store.runs.create(
      {
        id,
        ask,
        state: 'queued',
        lang: 'en',
        requestedBy: { id: 'lin', name: 'Lin Wei' },
        origin: { surface: 'cli' },
        typed: '/unstick',
        approvals: [],
        steps: [],
        buttons: [button],
      },
      newRunId(),
      entry('ask'),
    );
    return button.id;
  };

  it.each<readonly [string, Run['ask']]>([
    ['without a plan', { kind: 'change', playbooks: ['release-locks'], args: {} }],
    ['of a fix that is gone', { kind: 'change', playbooks: ['gone'], args: {} }],
    ['of no fix at all', { kind: 'change', playbooks: [], args: {} }],
    ['that puts back a run that is gone', { kind: 'rollback', of: newRunId() }],
    ['of nothing to look at', { kind: 'inspect', scope: { kind: 'host', ids: ['gone'] } }],
    ['of an empty list', { kind: 'inspect', scope: { kind: 'all' }, only: [] }],
  ])('is not cancelled by somebody else %s', async (_, ask) => {
    policy = chenWith(SYSTEMS, SYSTEMS);
    const button = await change(ask);
    expect(await desk.press(button, from('U0CHEN'))).toMatchObject({ kind: 'says' });
    const [run] = await fresh.store.runs.undelivered(0);
    expect(run?.state).toBe('queued');
  });
});
