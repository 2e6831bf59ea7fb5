import { WebClient } from '@slack/web-api';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { BOT_TOKEN, startWorkspace, type Workspace } from '../../../../lab/workspace/index.ts';

let workspace: Workspace;
let web: WebClient;
beforeEach(async () => {
  workspace = await startWorkspace({
    tokens: [
      {
        value: BOT_TOKEN,
        kind: 'bot',
        scopes: ['chat:write', 'channels:history', 'files:write', 'files:read', 'channels:manage'],
      },
      { value: 'xapp-1', kind: 'app', scopes: ['connections:write'] },
    ],
  });
  web = client(BOT_TOKEN);
});
afterEach(() => workspace.stop());

const client = (token: string): WebClient =>
  new WebClient(token, {
    slackApiUrl: workspace.apiUrl,
    retryConfig: { retries: 0 },
    rejectRateLimitedCalls: true,
  });

const refusalOf = async (call: Promise<unknown>): Promise<unknown> => {
  const thrown: unknown = await call.then(
    () => 'taken',
    (error: unknown) => error,
  );
  return typeof thrown === 'object' && thrown !== null && 'data' in thrown ? thrown.data : thrown;
};

describe('the Web API', () => {
  it('knows tokens, their kind and their scopes', async () => {
    expect(await web.auth.test()).toMatchObject({ user_id: 'U0FETTLE', bot_id: 'B0FETTLE' });
    expect((await web.auth.test()).response_metadata?.scopes).toContain('chat:write');
    expect(await refusalOf(client('xoxb-wrong').auth.test())).toMatchObject({ error: 'invalid_auth' });
    expect(await refusalOf(client('xapp-1').auth.test())).toMatchObject({ error: 'not_allowed_token_type' });
    expect(await refusalOf(web.users.list({}))).toMatchObject({
      error: 'missing_scope',
      needed: 'users:read',
    });
    expect(await refusalOf(web.apiCall('chat.shout'))).toMatchObject({ error: 'unknown_method' });
  });

  it('refuses what Slack refuses', async () => {
    const said = await web.chat.postMessage({ channel: 'C0OPS', text: 'here' });
    const human = await workspace.client.type('U0LIN', 'ops', 'mine');
    const ts = human.ok ? (human.ts ?? '') : '';
    const reply = await web.chat.postMessage({ channel: 'C0OPS', thread_ts: said.ts ?? '', text: 'reply' });
    const refusals = [
      [web.chat.postMessage({ channel: 'C0NONE', text: 'x' }), 'channel_not_found'],
      [web.chat.postMessage({ channel: 'C0RANDOM', text: 'x' }), 'not_in_channel'],
      [web.chat.postMessage({ channel: 'C0OPS', text: 'x'.repeat(40_001) }), 'msg_too_long'],
      [web.chat.postMessage({ channel: 'C0OPS', text: '' }), 'no_text'],
      [web.chat.postMessage({ channel: 'C0OPS', text: 'x', thread_ts: '1.000000' }), 'thread_not_found'],
      [
        web.chat.postMessage({ channel: 'C0OPS', text: 'x', thread_ts: reply.ts ?? '' }),
        'cannot_reply_to_message',
      ],
      [web.chat.update({ channel: 'C0OPS', ts: '1.000000', text: 'x' }), 'message_not_found'],
      [web.chat.update({ channel: 'C0OPS', ts, text: 'x' }), 'cant_update_message'],
      [web.chat.update({ channel: 'C0OPS', ts: said.ts ?? '', text: 'x'.repeat(4001) }), 'msg_too_long'],
      [web.chat.delete({ channel: 'C0OPS', ts }), 'cant_delete_message'],
      [
        web.views.open({
          trigger_id: 'none',
          view: { type: 'modal', title: { type: 'plain_text', text: 'x' }, blocks: [] },
        }),
        'invalid_trigger_id',
      ],
      [web.conversations.create({ name: 'Not A Name' }), 'invalid_name_specials'],
      [web.conversations.create({ name: 'ops' }), 'name_taken'],
    ] as const;
    for (const [call, error] of refusals) expect(await refusalOf(call)).toMatchObject({ error });
  });

  it('says where blocks are wrong', async () => {
    const blocks = [{ type: 'header', text: { type: 'plain_text', text: 'x'.repeat(151) } }] as const;
    expect(
      await refusalOf(web.chat.postMessage({ channel: 'C0OPS', text: 'x', blocks: [...blocks] })),
    ).toMatchObject({
      error: 'invalid_blocks',
      response_metadata: {
        messages: ['[ERROR] must be less than 151 characters [json-pointer:/blocks/0/text/text]'],
      },
    });
  });

  it('drops the blocks of a message when only its text is changed, and marks it as edited', async () => {
    const said = await web.chat.postMessage({
      channel: 'C0OPS',
      text: 'one',
      blocks: [{ type: 'divider' }],
      metadata: { event_type: 'e', event_payload: { run: 'r' } },
    });
    const ts = said.ts ?? '';
    await web.chat.update({
      channel: 'C0OPS',
      ts,
      blocks: [{ type: 'divider' }, { type: 'divider' }],
    } as never);
    const [painted] = await workspace.client.read({ as: 'U0LIN', channel: 'ops' });
    expect(painted).toMatchObject({ text: 'one', blocks: [{ type: 'divider' }, { type: 'divider' }] });
    expect(painted).not.toHaveProperty('edited');
    await web.chat.update({ channel: 'C0OPS', ts, text: 'two' });
    const [edited] = await workspace.client.read({ as: 'U0LIN', channel: 'ops' });
    expect(edited).toMatchObject({
      text: 'two',
      edited: { user: 'U0FETTLE' },
      metadata: { event_payload: { run: 'r' } },
    });
    expect(edited).not.toHaveProperty('blocks');
  });

  it('shows metadata in a history only when asked, newest first, page by page', async () => {
    for (const text of ['a', 'b', 'c']) {
      await web.chat.postMessage({
        channel: 'C0OPS',
        text,
        metadata: { event_type: text, event_payload: {} },
      });
    }
    const first = await web.conversations.history({ channel: 'C0OPS', limit: 2 });
    expect(first.messages?.map(({ text, metadata }) => [text, metadata])).toEqual([
      ['c', undefined],
      ['b', undefined],
    ]);
    const cursor = first.response_metadata?.next_cursor ?? '';
    const rest = await web.conversations.history({
      channel: 'C0OPS',
      limit: 2,
      cursor,
      include_all_metadata: true,
    });
    expect(rest.messages).toMatchObject([{ text: 'a', metadata: { event_type: 'a' } }]);
  });

  it('takes files as a form and as raw bytes, and shows them whole', async () => {
    await web.files.uploadV2({
      channel_id: 'C0OPS',
      filename: 'a.log',
      content: 'form',
      initial_comment: 'by form',
    });
    const got = await web.files.getUploadURLExternal({ filename: 'b.log', length: 3 });
    const short = await fetch(got.upload_url ?? '', { method: 'POST', body: 'ra' });
    expect(short.status).toBe(400);
    await fetch(got.upload_url ?? '', { method: 'POST', body: 'raw' });
    await web.files.completeUploadExternal({
      files: [{ id: got.file_id ?? '', title: 'B' }],
      channel_id: 'C0OPS',
    });
    expect(await workspace.client.text({ as: 'U0LIN', channel: 'ops' })).toBe(
      'Fettle:\nby form\n[file a.log, 4 bytes]\n| form\n\nFettle:\n[file b.log, 3 bytes]\n| raw',
    );
  });
});

describe('a fault', () => {
  it('answers 429 with Retry-After as often as asked', async () => {
    await workspace.client.inject({ kind: '429', method: 'chat.postMessage', times: 1, retryAfter: 7 });
    await expect(web.chat.postMessage({ channel: 'C0OPS', text: 'x' })).rejects.toMatchObject({
      retryAfter: 7,
    });
    expect(await web.chat.postMessage({ channel: 'C0OPS', text: 'x' })).toMatchObject({ ok: true });
  });

  it('loses the call or only the reply', async () => {
    for (const [text, afterEffect] of [
      ['lost', false],
      ['there', true],
    ] as const) {
      await workspace.client.inject({ kind: '500', method: 'chat.postMessage', times: 1, afterEffect });
      await expect(web.chat.postMessage({ channel: 'C0OPS', text })).rejects.toMatchObject({
        statusCode: 500,
      });
    }
    expect(await workspace.client.text({ as: 'U0LIN', channel: 'ops' })).toBe('Fettle:\nthere');
    expect((await workspace.client.calls('chat.postMessage')).map(({ result }) => result)).toEqual([
      'failed before the effect',
      'failed after the effect',
    ]);
  });

  it('never answers a call that hangs', async () => {
    await workspace.client.inject({ kind: 'hang', method: 'chat.postMessage', times: 1, afterEffect: false });
    const abort = new AbortController();
    const call = fetch(`${workspace.apiUrl}chat.postMessage`, {
      method: 'POST',
      headers: { authorization: `Bearer ${BOT_TOKEN}` },
      body: new URLSearchParams({ channel: 'C0OPS', text: 'x' }),
      signal: abort.signal,
    });
    await workspace.client.waitFor((change) => change.type === 'api_call' && change.result === 'no reply');
    abort.abort();
    await expect(call).rejects.toThrow('aborted');
  });

  it('limits a channel to about a message a second when rates are enforced', async () => {
    await workspace.client.enforceRates(true);
    for (const text of ['1', '2', '3']) await web.chat.postMessage({ channel: 'C0OPS', text });
    await expect(web.chat.postMessage({ channel: 'C0OPS', text: '4' })).rejects.toMatchObject({
      retryAfter: 1,
    });
    await workspace.client.advanceClock(1000);
    await web.chat.postMessage({ channel: 'C0OPS', text: '4' });
  });
});

it('lets no page of another site act as a person', async () => {
  const response = await fetch(`${workspace.url}/control/type`, {
    method: 'POST',
    headers: { origin: 'http://evil.example' },
    body: JSON.stringify({ as: 'U0LIN', channel: 'ops', text: 'x' }),
  });
  expect(response.status).toBe(403);
});
