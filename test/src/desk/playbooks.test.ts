import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type Catalog, loadCatalog } from '../../../src/catalog/catalog.ts';
import type { Desk } from '../../../src/desk/port.ts';
import { arg, args, definePlaybook, type Playbook, words } from '../../../src/kit/index.ts';
import { type DeskStage, from, openDeskStage } from './stage.ts';

const playbook = (name: string, system: string): Playbook =>
  definePlaybook({
    name,
    system,
    title: words(`Restart what ${system} has`, `重启 ${system} 应用`),
    names: ['bounce'],
    rows: [`${system}-F05`],
    clause: { document: '001', section: '2.5' },
    risk: 'dangerous',
    args: args({
      host: arg.host(),
      minutes: arg.number({ title: words('Minutes', '分钟'), min: 1, max: 60, default: 10 }),
    }),
    examples: [{ host: 'msgbroker-1', minutes: 10 }],
    observe: async () => ({ applies: false, because: words('n', 'n'), reason: 'not-needed' }),
    warning: () => words('w', 'w'),
    steps: () => [],
    verify: () => [],
    rollback: { irreversible: words('It cannot be undone.', '无法撤销。') },
  });

let stage: DeskStage;
let desk: Desk;

beforeAll(async () => {
  const real = await loadCatalog(path.resolve('.'));
  const catalog: Catalog = {
    commands: real.commands,
    inspections: new Map(),
    playbooks: new Map([
      ['restart-agent', playbook('restart-agent', 'DEPS')],
      ['restart-secret', playbook('restart-secret', 'IAM')],
    ]),
  };
  stage = await openDeskStage({ catalog });
  desk = stage.desk;
});
afterAll(() => stage.close());
beforeEach(() => {
  stage.sent.length = 0;
});

const asks = () => stage.sent.map(({ ask }) => ask);

describe('/run', () => {
  it('starts a playbook with its arguments, ticket and reason, by command and by mention', async () => {
    const typed = 'restart-agent msgbroker-1 ticket=CHG0012345 reason="agent is gone"';
    expect(await desk.ask('run', typed, from('U0LIN'))).toMatchObject({ kind: 'started' });
    expect(await desk.ask(undefined, `run ${typed}`, from('U0LIN'))).toMatchObject({ kind: 'started' });
    const ask = {
      kind: 'change',
      playbooks: ['restart-agent'],
      args: { host: 'msgbroker-1', minutes: 10 },
      ticket: 'CHG0012345',
      reason: 'agent is gone',
    };
    expect(asks()).toEqual([ask, ask]);
  });

  it('takes it in Chinese, too', async () => {
    const said = await desk.ask(
      undefined,
      'run “重启 DEPS 应用” 主机＝MSGBROKER-1　分钟＝５ 原因：「代理不在」',
      from('U0LIN'),
    );
    expect(said).toMatchObject({ kind: 'started' });
    expect(asks()).toMatchObject([{ args: { host: 'msgbroker-1', minutes: 5 }, reason: '代理不在' }]);
  });

  it('writes the playbook, the ticket and the reason into the record', async () => {
    await desk.ask('run', 'restart-agent msgbroker-1 ticket=CHG0099 reason="written down"', from('U0LIN'));
    expect(await stage.newestFacts()).toMatchObject({
      playbooks: ['restart-agent'],
      ticket: 'CHG0099',
      reason: 'written down',
    });
  });

  it('opens the form with what was typed when something is missing or wrong', async () => {
    expect(await desk.ask('run', 'restart-agent', from('U0LIN'))).toMatchObject({
      kind: 'says',
      says: { en: expect.stringContaining('Type: /run restart-agent <host> [<minutes>]') },
      form: { of: { kind: 'command', name: 'run', topic: 'restart-agent' }, begins: {} },
    });
    expect(await desk.ask('run', 'restart-agent msgbrokr-1 reason="disk full"', from('U0LIN'))).toMatchObject(
      {
        kind: 'says',
        says: { en: expect.stringContaining('Did you mean msgbroker-1?') },
        form: {
          begins: { host: ['msgbrokr-1'], reason: ['disk full'] },
          form: { says: { en: expect.stringContaining('Did you mean msgbroker-1?') } },
          typed: 'restart-agent msgbrokr-1 reason="disk full" ?',
        },
      },
    );
    expect(asks()).toEqual([]);
  });

  it('takes the form that was sent the way of typed words', async () => {
    const of = { kind: 'command', name: 'run', topic: 'restart-agent' } as const;
    const filled = await desk.fill(
      of,
      { host: ['msgbroker-1'], reason: ['two\nlines  "here"'] },
      from('U0LIN'),
    );
    expect(filled).toMatchObject({ kind: 'started' });
    expect(asks()).toMatchObject([
      { args: { host: 'msgbroker-1', minutes: 10 }, reason: 'two\nlines  "here"' },
    ]);
    expect(await desk.fill(of, { minutes: ['many'] }, from('U0LIN'))).toMatchObject({
      kind: 'mistakes',
      mistakes: [{ field: 'host' }, { field: 'minutes' }],
    });
  });

  it('offers the hosts that the person may look at', async () => {
    const of = { kind: 'command', name: 'run', topic: 'restart-agent' } as const;
    expect((await desk.offer(of, 'host', 'msg', from('U0LIN'))).options.map(({ value }) => value)).toEqual([
      'msgbroker-1',
    ]);
    expect(await desk.offer(of, 'minutes', '', from('U0LIN'))).toEqual({ options: [], all: 0 });
  });

  it('suggests the playbook that was meant, and names none that the person may not know of', async () => {
    expect(await desk.ask('run', 'restart-agnet msgbroker-1', from('U0LIN'))).toMatchObject({
      kind: 'says',
      says: { en: expect.stringContaining('Did you mean restart-agent?') },
    });
    const said = await desk.ask('run', 'restart', from('U0LIN'));
    expect(JSON.stringify(said)).not.toContain('secret');
    expect(JSON.stringify(await desk.ask('playbook', 'restart', from('U0LIN')))).not.toContain('secret');
    expect(JSON.stringify(await desk.ask('run', 'restart-secret', from('U0LIN')))).not.toContain('IAM');
  });

  it('is refused to somebody who may not, before a form is opened, and that is recorded', async () => {
    const before = await stage.rows();
    const said = await desk.ask('run', 'restart-agent msgbroker-1', from('U0CHEN'));
    expect(said).toMatchObject({
      kind: 'says',
      says: { en: expect.stringContaining('No rule lets you change DEPS') },
    });
    const form = await desk.ask('run', 'restart-secret ?', from('U0LIN'));
    expect(form).not.toHaveProperty('form');
    expect((await stage.rows()) - before).toBeGreaterThan(0);
    expect(asks()).toEqual([]);
  });
});

describe('/playbook', () => {
  it('explains one, with how it is typed and a button for somebody who may run it', async () => {
    expect(await desk.ask('playbook', 'bounce', from('U0LIN'))).toMatchObject({
      kind: 'playbooks',
      cards: [
        {
          name: 'restart-agent',
          risk: 'dangerous',
          usage: { en: '/run restart-agent <host> [<minutes>] [ticket=<number>] [reason="…"]' },
          examples: ['/run restart-agent msgbroker-1'],
          args: [
            { id: 'host', isOptional: false },
            { id: 'minutes', isOptional: true },
          ],
          irreversible: { en: 'It cannot be undone.' },
          opens: { command: 'run', typed: 'restart-agent ?' },
        },
      ],
    });
  });

  it('lists those that there are, and says nothing of them to somebody without rights there', async () => {
    for (const words_ of ['', 'DEPS-F05', '重启'])
      expect(await desk.ask('playbook', words_, from('U0LIN'))).toMatchObject({
        cards: [{ name: 'restart-agent' }],
      });
    expect(await desk.ask('playbook', '', from('U0GUO'))).toMatchObject({ kind: 'playbooks', cards: [] });
    expect(await desk.ask('playbook', 'nothing like it', from('U0LIN'))).toMatchObject({
      kind: 'says',
      says: { en: expect.stringContaining('Unknown playbook') },
    });
  });
});
