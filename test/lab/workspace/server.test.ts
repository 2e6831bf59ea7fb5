import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { JsonObject } from '../../../lab/workspace/json.ts';
import { startPractice, type Practice } from './support/practice-app.ts';

describe.each(['sockets', 'http'] as const)('a Bolt app over %s', (transport) => {
  let practice: Practice;
  beforeAll(async () => {
    practice = await startPractice(transport);
    if (transport === 'sockets') await practice.workspace.client.waitForApp();
  });
  afterAll(() => practice.stop());

  it('answers a slash command with a message, a thread and a file', async () => {
    const { client } = practice.workspace;
    const acted = await client.type('U0LIN', 'ops', '/inspect @Zhao Min in #incidents & all');
    expect(acted.ok).toBe(true);
    const parent = await client.waitForMessage({ channel: 'C0OPS', says: /Inspecting/ });
    expect(parent.message['text']).toBe('Inspecting <@U0ZHAO|zhao.min> in <#C0INC|incidents> &amp; all');
    expect(parent.message['metadata']).toMatchObject({ event_type: 'run' });
    await client.waitFor((change) => change.type === 'message' && change.message['files'] !== undefined);
    const text = await client.text({ as: 'U0CHEN', channel: 'ops', threadTs: parent.ts });
    expect(text).toContain('Fettle:\nInspecting @Zhao Min 赵敏 in #incidents & all');
    expect(text).toContain('All hosts answered.');
    expect(text).toContain('  [file report.txt, 26 bytes]\n  | host mq-1 ok\n  | host mq-2 ok');
  });

  it('passes a click through its confirm dialog, and the app repaints the message', async () => {
    const { client } = practice.workspace;
    await client.type('U0LIN', 'C0OPS', '/unstick r1_2019');
    const plan = await client.waitForMessage({ channel: 'C0OPS', says: /Plan for r1_2019/ });
    const spot = { as: 'U0LIN', channel: 'C0OPS' };
    expect(await client.text({ ...spot, threadTs: plan.ts })).toContain('[Confirm] [Cancel] [Host ▾]');
    const heard = practice.heard.length;
    await client.click(spot, 'Confirm', { dialog: 'deny' });
    expect(practice.heard.length).toBe(heard);
    const acted = await client.click({ as: 'U0ZHAO', channel: 'C0OPS' }, 'Confirm');
    expect(acted).toMatchObject({ ok: true, answer: { confirm: { title: { text: 'Run the fix?' } } } });
    const repainted = await client.waitForMessage({ says: /Confirmed by <@U0ZHAO>/ });
    expect(repainted.ts).toBe(plan.ts);
    const whispered = await client.waitForMessage({ says: /You confirmed/ });
    expect(whispered.only_for).toBe('U0ZHAO');
    await expect(client.click(spot, 'Confirm')).rejects.toThrow('no message there has Confirm');
  });

  it('keeps what was chosen in a menu, and deletes the message by its response_url', async () => {
    const { client } = practice.workspace;
    await client.type('U0LIN', 'C0OPS', '/unstick r1_menu');
    const plan = await client.waitForMessage({ says: /Plan for r1_menu/ });
    const spot = { as: 'U0LIN', channel: 'C0OPS', ts: plan.ts };
    await client.select(spot, 'Host', 'mq-2');
    await client.waitForMessage({ says: /Host mq-2/, onlyFor: 'U0LIN' });
    await client.click(spot, 'plan.cancel');
    await client.waitFor((change) => change.type === 'message_deleted' && change.ts === plan.ts);
    const last = practice.heard.findLast((one) => one.what === 'block_actions');
    const { state } = (last ?? { body: {} }).body as { readonly state: { readonly values: JsonObject } };
    expect(Object.values(state.values)).toEqual([
      {
        'plan.host': expect.objectContaining({ selected_option: expect.objectContaining({ value: 'mq-2' }) }),
      },
    ]);
  });

  it('opens a form, shows the errors of its fields, and sends it when it is right', async () => {
    const { client } = practice.workspace;
    await client.type('U0LIN', 'C0OPS', '/form');
    await client.waitFor((change) => change.type === 'view' && change.user === 'U0LIN');
    expect(await client.submit('U0LIN')).toMatchObject({
      ok: false,
      errors: { order: 'Please complete this required field.' },
    });
    expect(await client.submit('U0LIN', { 'Release order': 'x' })).toMatchObject({
      ok: false,
      errors: { order: 'A release order starts with r1_.' },
    });
    expect(await client.submit('U0LIN', { order: 'r1_7', Site: 'Shanghai' })).toMatchObject({ ok: true });
    expect(await client.forms('U0LIN')).toEqual([]);
    await client.waitForMessage({ channel: 'D0LIN', says: /Looking at r1_7 in shanghai/ });
  });

  it('fills a menu by asking the app, and takes only what the app offered', async () => {
    const { client } = practice.workspace;
    await client.type('U0ZHAO', 'C0OPS', '/choose');
    await client.waitFor((change) => change.type === 'view' && change.user === 'U0ZHAO');
    await expect(client.suggest('U0ZHAO', 'hosts', 'hosts', '')).rejects.toThrow('from 1 characters on');
    await expect(client.suggest('U0ZHAO', 'hosts', 'nothing', 'mq')).rejects.toThrow('there is no menu');
    await expect(client.submit('U0ZHAO', { hosts: ['mq-7'] })).rejects.toThrow('no option mq-7');
    expect(await client.suggest('U0ZHAO', 'hosts', 'hosts', 'mq-11')).toMatchObject({
      ok: true,
      answer: [{ value: 'mq-11', group: 'Brokers', text: { text: 'Host mq-11' } }, ...Array(10).fill({})],
    });
    await client.suggest('U0ZHAO', 'hosts', 'hosts', 'mq-7');
    expect(await client.suggest('U0ZHAO', 'hosts', 'hosts', 'all')).toMatchObject({
      ok: false,
      problem: expect.stringContaining('no more than 100 items') as string,
    });
    expect(await client.submit('U0ZHAO', { hosts: ['mq-11', 'Host mq-7'] })).toMatchObject({ ok: true });
    await client.waitForMessage({ says: /Looking at mq-11 and mq-7/ });
  });

  it('hears a mention in a thread, as a mention and as a message', async () => {
    const { client } = practice.workspace;
    const said = await client.type('U0CHEN', 'ops', 'something is slow');
    const ts = said.ok ? (said.ts ?? '') : '';
    await client.type('U0CHEN', 'ops', '@Fettle look', ts);
    await client.waitForMessage({ channel: 'C0OPS', threadTs: ts, says: /Hello <@U0CHEN>/ });
    const mention = practice.heard.find((one) => one.what === 'app_mention');
    expect(mention?.body).toMatchObject({
      event: { text: '<@U0FETTLE> look', thread_ts: ts, channel: 'C0OPS' },
    });
    expect(practice.heard.filter((one) => one.what === 'message')).not.toHaveLength(0);
  });

  it('publishes the Home tab when it is opened', async () => {
    const { client } = practice.workspace;
    await client.openHome('U0CHEN');
    await client.waitFor((change) => change.type === 'home' && change.user === 'U0CHEN');
    expect(JSON.stringify(await client.home('U0CHEN'))).toContain('In fine fettle');
  });

  it('answers a message shortcut in the thread', async () => {
    const { client } = practice.workspace;
    const said = await client.type('U0LIN', 'ops', 'odd lines in the log');
    const ts = said.ok ? (said.ts ?? '') : '';
    expect(await client.shortcut('U0LIN', 'look-into', { channel: 'C0OPS', ts })).toEqual({ ok: true });
    await client.waitForMessage({ threadTs: ts, says: /Looking into it/ });
  });

  it('delivers an event again when told to duplicate it, with the same id', async () => {
    const { client } = practice.workspace;
    await client.duplicateNext(2);
    await client.type('U0LIN', 'D0LIN', 'twice');
    const copiesHeard = () =>
      practice.heard.filter((one) => JSON.stringify(one.body).includes('"text":"twice"'));
    await expect.poll(() => copiesHeard().length).toBe(3);
    const copies = copiesHeard();
    expect(new Set(copies.map((one) => one.id)).size).toBe(1);
  });

  it('answers a response_url five times and refuses the sixth', async () => {
    const { client } = practice.workspace;
    await client.type('U0LIN', 'ops', '/echo six');
    await client.waitForMessage({ says: /answer 5/, onlyFor: 'U0LIN' });
    await expect
      .poll(() => practice.heard.find((one) => one.what === 'error')?.body, { timeout: 5000 })
      .toMatchObject({ statusCode: 404 });
  });
});
