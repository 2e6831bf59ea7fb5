import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Catalog } from '../../../src/catalog/catalog.ts';
import { openDesk } from '../../../src/desk/desk.ts';
import type { Arrival, Desk } from '../../../src/desk/port.ts';
import { type Command, type Estate, type Playbook, words } from '../../../src/kit/index.ts';
import type { Policy } from '../../../src/policy/policy.ts';
import { newButtonId, newRunId, type Plan, type Run, type RunId } from '../../../src/runs/run.ts';
import { openStore, type Store } from '../../../src/store/index.ts';
import { freshSchema } from '../../support/mysql.ts';

const playbook = {
  kind: 'playbook',
  name: 'fix',
  system: 'DEPS',
  title: words('Fix', '修复'),
  rows: ['DEPS-F05'],
  clause: { document: '001', section: '2.5' },
  risk: 'dangerous',
  examples: [],
  healthy: [],
  irreversible: undefined,
} as unknown as Playbook;
const command = (name: string, read: Command['read']): Command => ({
  name,
  title: words(name, name),
  usage: words('', ''),
  examples: ['x'],
  read,
});
const catalog: Catalog = {
  commands: new Map([
    [
      'inspect',
      command('inspect', (text) =>
        text === ''
          ? { kind: 'answer', says: words('Inspect what?', '巡检什么？') }
          : text === 'all'
            ? { kind: 'inspect', scope: { kind: 'all' } }
            : { kind: 'inspect', scope: { kind: 'system', ids: [text.toUpperCase()] } },
      ),
    ],
    [
      'unstick',
      command('unstick', (text) => ({ kind: 'change', playbooks: [playbook], args: { order: text } })),
    ],
    ['fettle', command('fettle', () => ({ kind: 'help', topic: '' }))],
  ]),
  inspections: new Map(),
  playbooks: new Map([['fix', playbook]]),
};
const confirm = { approvals: 1, roles: ['approver'], self: false };
const policy: Policy = {
  version: 'v1',
  people: [
    { key: 'lin', name: 'Lin Wei', slack: 'U0LIN' },
    { key: 'zhao', name: 'Zhao Min', slack: 'U0ZHAO' },
    { key: 'chen', name: 'Chen Bo', slack: 'U0CHEN' },
  ],
  roles: { operator: ['lin'], approver: ['zhao'], viewer: ['chen'] },
  everyone: [],
  allow: [
    { roles: ['operator', 'approver', 'viewer'], actions: ['inspect'], systems: ['MQ'] },
    { roles: ['operator', 'approver'], actions: ['change'], systems: ['DEPS'] },
  ],
  deny: [],
  confirm: { low: confirm, risky: confirm, dangerous: confirm },
  confirmMinutes: 10,
};
const estate = {
  systems: [{ id: 'MQ', title: words('Message queue', '消息队列'), names: ['mq'] }],
  apps: [],
} as unknown as Estate;

let store: Store;
let drop: () => Promise<void>;
let desk: Desk;
let sent: Run[];
let queueIsUp: boolean;

const from = (slackId: string, key = newRunId() as string): Arrival => ({
  key,
  person: { id: slackId, name: slackId },
  origin: { surface: 'slack', team: 'T', channel: 'C' },
  lang: 'en',
});

beforeAll(async () => {
  const schema = await freshSchema();
  drop = schema.drop;
  store = await openStore({
    host: '127.0.0.1',
    port: schema.port,
    user: 'root',
    password: '',
    database: schema.schema,
  });
  desk = openDesk({
    estate,
    catalog,
    policy: () => policy,
    runs: store.runs,
    buttons: store.buttons,
    audit: store.audit,
    systemsOf: (scope) => (scope.kind === 'all' ? ['MQ', 'REG'] : scope.ids.filter((id) => id !== 'APPM')),
    log: { warn: () => undefined },
    dispatch: {
      async send(run) {
        if (!queueIsUp) throw new Error('away');
        sent.push(run);
      },
    },
  });
});
afterAll(async () => {
  await store.close();
  await drop();
});
beforeEach(() => {
  sent = [];
  queueIsUp = true;
});

async function waiting(
  minutes = 10,
): Promise<{ readonly id: RunId; readonly confirm: string; readonly cancel: string }> {
  const said = await desk.ask('unstick', 'r1_1', from('U0LIN'));
  if (said.kind !== 'started') throw new Error('not started');
  const id = said.runId;
  const plan = {
    playbook: 'fix',
    risk: 'dangerous',
    hash: 'h',
    steps: [],
    rollback: [],
    title: words('Fix', '修复'),
  } as unknown as Plan;
  const notAfter = new Date(Date.now() + minutes * 60_000).toISOString();
  const buttons = (['confirm', 'cancel'] as const).map((action) => ({ id: newButtonId(), action }));
  await store.buttons.create(
    buttons.map((button) => ({ ...button, runId: id, once: true, expiresAt: notAfter })),
  );
  await store.runs.apply(id, { kind: 'begun' });
  await store.runs.apply(id, {
    kind: 'planned',
    plan,
    approvalsNeeded: 1,
    notAfter,
    buttons,
    says: words('p', 'p'),
  });
  sent = [];
  return { id, confirm: buttons[0]?.id ?? '', cancel: buttons[1]?.id ?? '' };
}

describe('asking', () => {
  it('records and hands over once, however often the same thing arrives', async () => {
    const answers = await Promise.all(
      [1, 2, 3].map(() => desk.ask('inspect', 'mq', from('U0CHEN', 'same-key'))),
    );
    expect(new Set(answers.map((said) => (said.kind === 'started' ? said.runId : ''))).size).toBe(1);
    expect(sent).toHaveLength(1);
  });

  it('refuses who may not, in words, and writes that down', async () => {
    const before = await store.audit.verify();
    expect(await desk.ask('unstick', 'r1_1', from('U0CHEN'))).toMatchObject({
      kind: 'says',
      says: { en: expect.stringContaining('No rule lets you change DEPS') },
    });
    expect(await desk.ask('inspect', 'mq', from('U0STRANGER'))).toMatchObject({ kind: 'says' });
    const after = await store.audit.verify();
    expect(before.ok && after.ok && after.rows - before.rows).toBe(2);
    expect(sent).toEqual([]);
  });

  it('narrows what is wider than the person may see', async () => {
    const said = await desk.ask('inspect', 'all', from('U0CHEN'));
    expect(said.kind).toBe('started');
    expect(sent.map(({ ask }) => ask)).toEqual([{ kind: 'inspect', scope: { kind: 'all' }, only: ['MQ'] }]);
  });

  it('says so when no manual has a check', async () => {
    expect(await desk.ask('inspect', 'appm', from('U0LIN'))).toMatchObject({
      kind: 'says',
      says: { en: expect.stringContaining('no check') as string },
    });
    expect(sent).toEqual([]);
  });

  it('keeps a run when the queue is away, and says that it goes on later', async () => {
    queueIsUp = false;
    const said = await desk.ask('inspect', 'mq', from('U0LIN'));
    if (said.kind !== 'started') throw new Error('not started');
    expect(await store.runs.get(said.runId)).toMatchObject({
      state: 'queued',
      says: { en: expect.stringContaining('goes on by itself') },
    });
  });

  it('takes a mention as a command, and nothing as help', async () => {
    expect(await desk.ask(undefined, 'inspect mq', from('U0LIN'))).toMatchObject({ kind: 'started' });
    expect(await desk.ask(undefined, '  ', from('U0LIN'))).toMatchObject({ kind: 'help' });
  });

  it('answers an unknown command with the one that is near', async () => {
    expect(await desk.ask(undefined, 'inspekt mq', from('U0LIN'))).toMatchObject({
      kind: 'says',
      says: { en: expect.stringContaining('/inspect, /unstick, /fettle') },
      instead: [{ command: '/inspect mq' }],
    });
  });

  it('passes on what a command says when words are missing', async () => {
    expect(await desk.ask('inspect', '', from('U0LIN'))).toMatchObject({
      kind: 'says',
      says: { en: 'Inspect what?' },
    });
  });
});

describe('pressing', () => {
  it('confirms once, by a person who may', async () => {
    const run = await waiting();
    expect(await desk.press(run.confirm, from('U0ZHAO'))).toEqual({ kind: 'accepted' });
    expect(await store.runs.get(run.id)).toMatchObject({
      state: 'approved',
      approvals: [{ by: { id: 'zhao' }, hash: 'h' }],
    });
    expect(await desk.press(run.confirm, from('U0ZHAO'))).toMatchObject({
      kind: 'says',
      says: { en: 'Zhao Min has confirmed this already.' },
    });
    expect(sent).toHaveLength(1);
  });

  it('counts one of many clicks at the same moment', async () => {
    const run = await waiting();
    const pressed = await Promise.all(
      Array.from({ length: 20 }, () => desk.press(run.confirm, from('U0ZHAO'))),
    );
    expect(pressed.filter(({ kind }) => kind === 'accepted')).toHaveLength(1);
    expect(sent).toHaveLength(1);
  });

  it.each([
    ['the person who asked', 'U0LIN', 'Only approver may confirm'],
    ['a viewer', 'U0CHEN', 'Only approver may confirm'],
    ['a stranger', 'U0STRANGER', 'Only approver may confirm'],
  ])('does nothing when %s clicks', async (_, who, because) => {
    const run = await waiting();
    expect(await desk.press(run.confirm, from(who))).toMatchObject({
      kind: 'says',
      says: { en: expect.stringContaining(because) },
    });
    expect(await store.runs.get(run.id)).toMatchObject({ state: 'waiting', approvals: [] });
  });

  it('does nothing when the click is late', async () => {
    const run = await waiting(-1);
    expect(await desk.press(run.confirm, from('U0ZHAO'))).toMatchObject({
      kind: 'says',
      says: { en: expect.stringContaining('The time for Confirm is over') },
    });
    expect(sent).toEqual([]);
  });

  it('lets the person who asked cancel, and nobody confirm afterwards', async () => {
    const run = await waiting();
    expect(await desk.press(run.cancel, from('U0LIN'))).toEqual({ kind: 'accepted' });
    expect(await store.runs.get(run.id)).toMatchObject({ outcome: 'cancelled' });
    expect(await desk.press(run.confirm, from('U0ZHAO'))).toMatchObject({
      kind: 'says',
      says: { en: expect.stringContaining('cancelled') },
    });
  });

  it('does not let a viewer cancel for somebody else', async () => {
    const run = await waiting();
    expect(await desk.press(run.cancel, from('U0CHEN'))).toMatchObject({ kind: 'says' });
    expect(await store.runs.get(run.id)).toMatchObject({ state: 'waiting' });
  });

  it('knows no button that it did not make', async () => {
    expect(await desk.press('made-up', from('U0ZHAO'))).toMatchObject({
      kind: 'says',
      says: { en: expect.stringContaining('not known here') },
    });
  });
});
