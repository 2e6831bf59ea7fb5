import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Catalog, loadCatalog } from '../../../src/catalog/catalog.ts';
import type { FormOf, Reply } from '../../../src/desk/port.ts';
import type { UnreadableRun } from '../../../src/runs/ports.ts';
import { newRunId, type Run } from '../../../src/runs/run.ts';
import { type DeskStage, from, openDeskStage } from './stage.ts';

/** The commands as they are, on the small estate of the stage: MQ with msgbroker and msgbroker-1, and REG. */
let catalog: Catalog;
let stage: DeskStage;
let reads: number;

beforeAll(async () => {
  const real = await loadCatalog(path.resolve('.'));
  const counted = [...real.commands].map(([name, command]) => {
    const read: typeof command.read = (text, estate) => {
      reads += 1;
      return command.read(text, estate);
    };
    return [name, { ...command, read }] as const;
  });
  catalog = { ...real, commands: new Map(counted) };
  stage = await openDeskStage({
    catalog,
    canRead: async (channel, slackId) => open.has(`${channel} ${slackId}`),
    unreadable: async () => unreadable,
  });
});
afterAll(() => stage.close());
beforeEach(() => {
  reads = 0;
  open.clear();
  stage.sent.length = 0;
});

let unreadable: readonly UnreadableRun[] = [];
/** Channels that people can read. */
const open = new Set<string>();
/** Every name of the estate, of the systems and of the fixes. */
const NAMES = /msgbroker|\bmq\b|\breg\b|message queue|registry|消息队列|注册中心|unstick|inspect|stuck|fix/i;
const said = (answer: object): string => JSON.stringify(answer);

describe('somebody without any right', () => {
  const nobody = 'U0STRANGER';

  it.each([
    ['inspect', 'mq'],
    ['inspect', ''],
    ['inspect', 'msgbrokr'],
    ['inspect', 'all'],
    ['inspect', 'schedule'],
    ['inspect', 'schedule add x "daily 07:30" mq'],
    ['inspect', 'schedule pause y'],
    ['history', 'msgbrokr disk'],
    ['history', 'mq'],
    ['unstick', 'r1_201905060583197'],
    ['unstick', 'nonsense'],
    ['fettle', 'help'],
    ['fettle', 'nonsense'],
    [undefined, 'help'],
    [undefined, ''],
    [undefined, 'inspekt mq'],
    [undefined, '消息队列'],
  ])('is told one sentence with no name in it for "%s %s", and nothing is read', async (command, text) => {
    const before = await stage.rows();
    const answer = await stage.desk.ask(command, text, from(nobody));
    expect(answer).toMatchObject({
      kind: 'says',
      says: { en: expect.stringContaining('You have no rights') },
    });
    expect(Object.keys(answer)).toEqual(['kind', 'says']);
    expect(said(answer)).not.toMatch(NAMES);
    expect([reads, stage.sent.length, (await stage.rows()) - before]).toEqual([0, 0, 1]);
  });

  it('is offered no form, no menu and no page', async () => {
    const inspect: FormOf = { kind: 'command', name: 'inspect' };
    expect(await stage.desk.ask('inspect', '', from(nobody))).not.toHaveProperty('form');
    for (const field of ['system', 'app', 'host', 'site'])
      expect(await stage.desk.offer(inspect, field, '', from(nobody))).toEqual({ options: [], all: 0 });
    expect(said(await stage.desk.fill(inspect, { system: ['MQ'] }, from(nobody)))).toContain('no rights');
    expect(said(await stage.desk.fill(inspect, {}, from(nobody)))).not.toMatch(NAMES);
    await stage.desk.ask('inspect', 'mq', from('U0LIN'));
    expect(said(await stage.desk.home(from(nobody)))).not.toMatch(NAMES);
  });

  it('is told the same by a button, known or not', async () => {
    for (const id of ['nothing', 'x'.repeat(50)])
      expect(await stage.desk.press(id, from(nobody))).toMatchObject({
        kind: 'says',
        says: { en: expect.stringContaining('no rights') },
      });
  });
});

describe('what is too long to be read', () => {
  const long = (size: number): string => 'a'.repeat(size);

  it.each([
    ['a command', 'inspect', 501, 500],
    ['a message', undefined, 2001, 2000],
  ])('is refused in words: %s', async (_, command, size, most) => {
    const answer = await stage.desk.ask(command, long(size), from('U0LIN'));
    expect(answer).toMatchObject({
      kind: 'says',
      says: { en: expect.stringContaining(`${size} characters; at most ${most}`) },
    });
    expect(reads).toBe(0);
    await stage.desk.ask(command, long(most), from('U0LIN'));
    expect(reads > 0 || command === undefined).toBe(true);
  });

  it('is refused in a form, and in a menu it finds nothing', async () => {
    const inspect: FormOf = { kind: 'command', name: 'inspect' };
    const fields = [{ system: [long(2001)] }, { system: Array.from({ length: 201 }, () => 'MQ') }];
    for (const values of fields)
      expect(await stage.desk.fill(inspect, values, from('U0LIN'))).toMatchObject({ kind: 'says' });
    expect(await stage.desk.offer(inspect, 'system', `m${' '.repeat(200)}`, from('U0LIN'))).toEqual({
      options: [],
      all: 0,
    });
    expect([reads, stage.sent.length]).toEqual([0, 0]);
  });

  it('is answered at once, whatever it holds', async () => {
    const times = Array.from({ length: 3000 }, () => '07:30').join(',');
    const began = performance.now();
    await stage.desk.ask(undefined, `inspect schedule add x daily ${times} mq`, from('U0LIN'));
    expect(performance.now() - began).toBeLessThan(100);
  });
});

describe('suggestions', () => {
  const words = async (who: string, command: string, text: string): Promise<string> =>
    said(await stage.desk.ask(command, text, from(who)));

  it.each([
    ['inspect', 'msgbrokr'],
    ['inspect', 'msgbroker-9'],
    ['inspect', ''],
    ['history', 'msgbrokr disk'],
    ['inspect', 'schedule add p "daily 07:30" msgbrokr'],
  ])('name only what the person may look at: "%s %s"', async (command, text) => {
    expect(await words('U0LIN', command, text)).toMatch(/msgbroker|mq/);
    const asGuo = await words('U0GUO', command, text);
    // The word that was typed comes back.
    expect(asGuo.replaceAll(/msgbrokr|msgbroker-9/g, '')).not.toMatch(
      /msgbroker|\bmq\b|Message queue|消息队列/,
    );
  });

  it('leave what was understood as it was: a system without a right is refused by its rule', async () => {
    expect(await words('U0GUO', 'inspect', 'mq')).toContain('No rule lets you look at MQ');
  });

  it('in help are the systems and fixes that the person has a right for', async () => {
    const helpOf = async (who: string) => {
      const answer: Reply = await stage.desk.ask('fettle', 'help', from(who));
      if (answer.kind !== 'help') throw new Error('no help');
      return { scopes: answer.help.scopes.map(({ name }) => name), fixes: answer.help.fixes.length };
    };
    expect(await helpOf('U0GUO')).toEqual({ scopes: ['reg'], fixes: 0 });
    expect(await helpOf('U0CHEN')).toEqual({ scopes: ['mq'], fixes: 0 });
    const lin = await helpOf('U0LIN');
    expect(lin.scopes).toEqual(['mq']);
    expect(lin.fixes).toBeGreaterThan(0);
  });
});

describe('the page of a person', () => {
  const typed = async (who: string): Promise<readonly string[]> => {
    const page = await stage.desk.home(from(who));
    return page.kind === 'home' ? page.recent.map((run) => run.typed) : [page.says.en];
  };
  let n = 0;
  async function ran(by: string, ask: Run['ask'], origin: Run['origin']): Promise<string> {
    const name = `/run ${(n += 1)}`;
    const run = {
      id: newRunId(),
      ask,
      state: 'queued',
      lang: 'en',
      requestedBy: { id: by, name: by },
      origin,
      typed: name,
      approvals: [],
      steps: [],
      buttons: [],
    } as const;
    await stage.store.runs.create(run, name, { actor: run.requestedBy, action: 'test' });
    return name;
  }
  const mq: Run['ask'] = { kind: 'inspect', scope: { kind: 'system', ids: ['MQ'] } };
  const at = (channel: string): Run['origin'] => ({ surface: 'slack', team: 'T', channel });

  it('shows what they may look at and asked for, or can read where it was asked for', async () => {
    open.add('C0OPEN U0CHEN');
    const theirs = await ran('chen', mq, at('D0CHEN'));
    const readable = await ran('lin', mq, at('C0OPEN'));
    const hidden = [
      await ran('lin', mq, at('C0PRIVATE')),
      await ran('lin', mq, at('D0LIN')),
      await ran('lin', mq, { surface: 'cli' }),
      await ran('lin', { kind: 'inspect', scope: { kind: 'all' } }, at('C0OPEN')),
      await ran('chen', { kind: 'inspect', scope: { kind: 'system', ids: ['REG'] } }, at('C0OPEN')),
      await ran('lin', { kind: 'change', playbooks: ['release-locks'], args: {} }, at('C0OPEN')),
    ];
    const seen = await typed('U0CHEN');
    expect(seen.slice(0, 2)).toEqual([readable, theirs]);
    for (const name of hidden) expect(seen).not.toContain(name);
    expect(await typed('U0LIN')).toEqual(expect.arrayContaining(hidden.slice(0, 3)));
  });

  it('has those that cannot be read where they can read, and those of no known place', async () => {
    open.add('C0OPEN U0CHEN');
    const left = (channel?: string): UnreadableRun => ({
      id: newRunId(),
      createdAt: '2026-11-29T10:00:00.000Z',
      isNewer: true,
      isLeft: true,
      ...(channel === undefined ? {} : { shownTo: { origin: at(channel), lang: 'en' } }),
    });
    const [readable, hidden, placeless] = [left('C0OPEN'), left('C0PRIVATE'), left()];
    unreadable = [readable, hidden, placeless];
    expect(await stage.desk.home(from('U0CHEN'))).toMatchObject({ unreadable: [readable, placeless] });
    expect(said(await stage.desk.home(from('U0STRANGER')))).not.toContain(placeless.id);
  });
});
