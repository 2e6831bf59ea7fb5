import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type JsonObject, textOf } from '../../../lab/workspace/json.ts';
import type { Help, Reply, ShownForm } from '../../../src/desk/port.ts';
import { type Form, scopeFields, words } from '../../../src/kit/index.ts';
import type { SlackOptions } from '../../../src/slack/index.ts';
import { type Stage, stage } from './harness.ts';

const form: Form = {
  title: words('Inspect', '巡检'),
  submit: words('Inspect', '开始巡检'),
  fields: scopeFields,
  read: () => ({ ok: true, meant: 'mq' }),
};
const inspect: ShownForm = { of: { kind: 'command', name: 'inspect' }, form };
const asks: Reply = {
  kind: 'says',
  says: words('Say what to inspect.', '请指明要巡检的对象。'),
  form: inspect,
};

/** A store that remembers everybody as a member. */
const lastKnownMember: SlackOptions['standings'] = {
  keep: async () => undefined,
  last: async () => JSON.stringify({ name: 'Lin Wei', standing: 'member', teams: ['T0PRACTICE'] }),
};

describe.each(['socket', 'http'] as const)('over %s', (transport) => {
  let on: Stage;
  beforeEach(async () => {
    on = await stage(transport);
    on.desk.said = async () => asks;
  });
  afterEach(() => on.stop());

  const client = () => on.workspace.client;
  /** The form on top once there is one. */
  async function opened(who = 'U0LIN'): Promise<JsonObject> {
    await client().waitFor((change) => change.type === 'view' && change.user === who);
    const top = (await client().forms(who)).at(-1);
    if (top === undefined) throw new Error('no form');
    return top;
  }
  const open = async (who = 'U0LIN'): Promise<JsonObject> => {
    await client().type(who, 'C0OPS', '/inspect');
    return opened(who);
  };
  const only = (says: RegExp, onlyFor = 'U0LIN') => ({ says, onlyFor });

  it('opens the form of a command that came without words, and tells nothing beside it', async () => {
    const view = await open();
    expect(view).toMatchObject({ title: { text: 'Inspect' }, callback_id: 'fettle-form' });
    expect(on.desk.asked).toMatchObject([{ command: 'inspect', text: '' }]);
    expect(await client().text({ as: 'U0LIN', channel: 'C0OPS' })).not.toContain('Say what');
  });

  it('opens it in Chinese for whoever has their Slack in Chinese', async () => {
    expect(await open('U0ZHAO')).toMatchObject({ title: { text: '巡检' }, close: { text: '关闭' } });
  });

  it('opens it in time though Slack is slow to say who somebody is, and whether the bot is in the channel', async () => {
    await on.stop();
    on = await stage(transport, { standings: lastKnownMember });
    on.desk.said = async () => asks;
    await client().inject({ kind: 'delay', method: 'users.info', times: 1, ms: 6000 });
    await client().inject({ kind: 'delay', method: 'conversations.history', times: 1, ms: 6000 });
    await client().inject({ kind: 'delay', method: 'conversations.info', times: 1, ms: 6000 });
    expect(await open()).toMatchObject({ title: { text: 'Inspect' } });
  });

  it('opens none while nobody knows who somebody is, slow or failing, and says so', async () => {
    await client().inject({ kind: 'delay', method: 'users.info', times: 1, ms: 6000 });
    await client().type('U0LIN', 'C0OPS', '/inspect');
    await client().waitForMessage(only(/try again in a moment/));
    expect(await client().forms('U0LIN')).toEqual([]);
    expect(on.desk.asked).toEqual([]);
  });

  it('says the sentence instead where Slack does not open it', async () => {
    await client().inject({ kind: 'error', method: 'views.open', times: 1, error: 'expired_trigger_id' });
    await client().type('U0LIN', 'C0OPS', '/inspect');
    await client().waitForMessage(only(/Say what to inspect/));
    expect(await client().forms('U0LIN')).toEqual([]);
  });

  it('says the sentence instead where nothing can be opened: to a mention and in a direct message', async () => {
    await client().type('U0LIN', 'C0OPS', '@fettle inspect');
    await client().waitForMessage(only(/Say what to inspect/));
    await client().type('U0LIN', 'D0LIN', 'inspect');
    await client().waitForMessage({ channel: 'D0LIN', says: /Say what to inspect/ });
    expect(await client().forms('U0LIN')).toEqual([]);
  });

  it('opens none for a guest, and none where its result could not be shown', async () => {
    await client().type('U0GUO', 'C0OPS', '/inspect');
    await client().waitForMessage(only(/only answers members/, 'U0GUO'));
    await client().type('U0LIN', 'C0RANDOM', '/inspect');
    await client().waitForMessage(only(/\/invite @fettle/));
    expect(on.desk.asked).toEqual([]);
  });

  it('fills its menus by what the desk offers to that person', async () => {
    await open('U0ZHAO');
    on.desk.offered = async () => ({
      options: [{ value: 'mq-1', title: words('mq-1', 'mq-1'), hint: words('Broker · a', '消息引擎 · a') }],
      all: 1,
    });
    expect(await client().suggest('U0ZHAO', 'fettle-field', 'host', '消')).toMatchObject({
      ok: true,
      answer: [{ value: 'mq-1', text: { text: 'mq-1' }, description: { text: '消息引擎 · a' } }],
    });
    expect(on.desk.searches).toMatchObject([
      { of: inspect.of, field: 'host', typed: '消', arrival: { person: { id: 'U0ZHAO' } } },
    ]);
  });

  it('hands what was filled in to the desk as that person, for that channel, with one key, and closes', async () => {
    const view = await open();
    on.desk.offered = async () => ({ options: [{ value: 'MQ', title: words('MQ', 'MQ') }], all: 1 });
    await client().suggest('U0LIN', 'fettle-field', 'system', '');
    expect(await client().submit('U0LIN', { system: ['MQ'] })).toMatchObject({ ok: true });
    expect(await client().forms('U0LIN')).toEqual([]);
    expect(on.desk.fillings).toMatchObject([
      {
        of: inspect.of,
        values: { system: ['MQ'], app: [], all: [] },
        arrival: {
          key: `view:${textOf(view['id'])}`,
          person: { id: 'U0LIN' },
          origin: { surface: 'slack', team: 'T0PRACTICE', channel: 'C0OPS' },
          lang: 'en',
        },
      },
    ]);
  });

  it('keeps it open with the mistakes at their fields', async () => {
    await open();
    on.desk.filled = async () => ({
      kind: 'mistakes',
      mistakes: [{ field: 'host', says: words('No <host> of that name.', '没有该主机。') }],
    });
    expect(await client().submit('U0LIN', { all: ['all'] })).toMatchObject({
      ok: false,
      errors: { host: 'No <host> of that name.' },
    });
    expect(await client().forms('U0LIN')).toHaveLength(1);
  });

  it('keeps it open with a refusal, and with a reference when something fails', async () => {
    await open();
    on.desk.filled = async () => ({
      kind: 'says',
      says: words('No rule lets you look at MQ & REG.', '没有规则。'),
    });
    expect(await client().submit('U0LIN', { all: ['all'] })).toMatchObject({
      ok: false,
      errors: { system: 'No rule lets you look at MQ & REG.' },
    });
    on.desk.filled = async () => {
      throw new Error('the database is on fire');
    };
    const failed = await client().submit('U0LIN', { all: ['all'] });
    expect(failed).toMatchObject({
      ok: false,
      errors: { system: expect.stringContaining('reference') as string },
    });
    expect(JSON.stringify(failed)).not.toContain('fire');
  });

  it('asks to send it once more when the desk takes too long; then it is the same request', async () => {
    await open();
    let goOn: () => void = () => undefined;
    on.desk.filled = () =>
      new Promise((resolve) => {
        goOn = () => resolve({ kind: 'accepted' });
      });
    expect(await client().submit('U0LIN', { all: ['all'] })).toMatchObject({
      ok: false,
      errors: { system: expect.stringContaining('once more') as string },
    });
    goOn();
    on.desk.filled = async () => ({ kind: 'accepted' });
    expect(await client().submit('U0LIN', { all: ['all'] })).toMatchObject({ ok: true });
    const keys = on.desk.fillings.map(({ arrival }) => arrival.key);
    expect(new Set(keys).size).toBe(1);
  });

  it('opens it from the bot’s own page, and shows the result in the direct conversation', async () => {
    on.desk.shown = async () => ({ kind: 'home', recent: [], unreadable: [], help: HELP });
    await client().openHome('U0LIN');
    await client().waitFor((change) => change.type === 'home');
    on.desk.said = async () => asks;
    await client().pressIn('U0LIN', 'home', 'Inspect…');
    await opened();
    await client().submit('U0LIN', { all: ['all'] });
    expect(on.desk.fillings).toMatchObject([{ arrival: { origin: { channel: 'D0LIN' } } }]);
  });

  it('draws that page in Chinese for whoever has their Slack in Chinese', async () => {
    on.desk.said = async () => help;
    await client().openHome('U0ZHAO');
    await client().waitFor((change) => change.type === 'home');
    expect(JSON.stringify(await client().home('U0ZHAO'))).toContain('最近的任务');
  });

  it('opens it from the help, and shows the result where the help was asked for', async () => {
    on.desk.said = async () => help;
    const said = await client().type('U0LIN', 'C0OPS', '@fettle help');
    const ts = said.ok ? (said.ts ?? '') : '';
    await client().waitForMessage(only(/What you can type/));
    on.desk.said = async () => asks;
    await client().click({ as: 'U0LIN', channel: 'C0OPS', threadTs: ts }, 'Inspect…');
    await opened();
    await client().submit('U0LIN', { all: ['all'] });
    expect(on.desk.fillings).toMatchObject([{ arrival: { origin: { channel: 'C0OPS', threadTs: ts } } }]);
  });

  const withControls = async (): Promise<void> => {
    const posted = await fetch(`${on.workspace.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: `Bearer ${on.workspace.botToken}`, 'content-type': 'application/json' },
      body: JSON.stringify({
        channel: 'C0OPS',
        text: '请在控制台查看',
        blocks: [
          {
            type: 'actions',
            elements: [
              {
                type: 'button',
                action_id: 'fettle:record:0',
                value: 'b-1',
                text: { type: 'plain_text', text: '异常…' },
              },
              {
                type: 'static_select',
                action_id: 'fettle:menu:0',
                placeholder: { type: 'plain_text', text: 'Evidence' },
                options: [{ value: 'b-7', text: { type: 'plain_text', text: 'Broker' } }],
              },
            ],
          },
        ],
      }),
    });
    expect(await posted.json()).toMatchObject({ ok: true });
  };

  it('opens the form that a button asks for, in the language of its message, and hands it in for that button', async () => {
    await withControls();
    on.desk.pressed = async () => ({ kind: 'form', form: { of: { kind: 'button', id: 'b-1' }, form } });
    await client().click({ as: 'U0LIN', channel: 'C0OPS' }, '异常…');
    expect(await opened()).toMatchObject({ title: { text: '巡检' } });
    on.desk.filled = async () => ({ kind: 'accepted' });
    expect(await client().submit('U0LIN', { all: ['all'] })).toMatchObject({ ok: true });
    expect(on.desk.fillings).toMatchObject([{ of: { kind: 'button', id: 'b-1' }, values: { all: ['all'] } }]);
  });

  it('says to press once more when that form could not be opened', async () => {
    await withControls();
    on.desk.pressed = async () => ({ kind: 'form', form: { of: { kind: 'button', id: 'b-1' }, form } });
    await client().inject({ kind: 'error', method: 'views.open', times: 1, error: 'expired_trigger_id' });
    await client().click({ as: 'U0LIN', channel: 'C0OPS' }, '异常…');
    await client().waitForMessage(only(/请再次点击按钮/));
    expect(await client().forms('U0LIN')).toEqual([]);
  });

  it('takes what is chosen in a menu of buttons as the press of that button', async () => {
    await withControls();
    await client().select({ as: 'U0LIN', channel: 'C0OPS' }, 'Evidence', 'Broker');
    await on.desk.until(() => on.desk.presses.length === 1);
    expect(on.desk.presses).toMatchObject([{ buttonId: 'b-7' }]);
  });
});

const HELP: Help = {
  commands: [
    {
      name: 'inspect',
      usage: words('<scope>', '<范围>'),
      title: words('Run the checks', '执行检查'),
      examples: ['/inspect mq'],
      button: words('Inspect…', 'Inspect…'),
    },
  ],
  fixes: [],
  scopes: [],
};
const help: Reply = { kind: 'help', help: HELP };
