import { createHmac } from 'node:crypto';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { WebClient } from '@slack/web-api';
import { afterEach, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startWorkspace, type Workspace, type WorkspaceOptions } from '../../../../lab/workspace/index.ts';
import { objectOf, textOf, type JsonObject } from '../../../../lab/workspace/json.ts';

const endings: (() => Promise<void> | void)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

async function start(options: WorkspaceOptions): Promise<Workspace> {
  const workspace = await startWorkspace({
    ackMs: 60,
    retryDelaysMs: [0, 10, 10],
    commands: [{ command: '/late', description: 'Late' }],
    ...options,
  });
  endings.push(workspace.stop);
  return workspace;
}

/** A bare Socket Mode connection that answers as told. */
async function connect(
  workspace: Workspace,
  answer: (envelope: JsonObject) => JsonObject | undefined,
): Promise<JsonObject[]> {
  const web = new WebClient(workspace.appToken, { slackApiUrl: workspace.apiUrl });
  const { url } = await web.apps.connections.open();
  const socket = new WebSocket(String(url));
  const got: JsonObject[] = [];
  socket.on('message', (data: Buffer) => {
    const envelope = JSON.parse(data.toString('utf8')) as JsonObject;
    got.push(envelope);
    const payload = answer(envelope);
    if (payload !== undefined) socket.send(JSON.stringify({ envelope_id: envelope['envelope_id'], payload }));
  });
  endings.push(() => socket.terminate());
  await workspace.client.waitForApp();
  return got;
}

const trigger = (envelope: JsonObject | undefined): string =>
  textOf(objectOf(envelope?.['payload'])['trigger_id']);

it('tells the person when a command is not acknowledged in time', async () => {
  const workspace = await start({});
  await connect(workspace, () => undefined);
  expect(await workspace.client.type('U0LIN', 'ops', '/late')).toEqual({
    ok: false,
    problem: '/late failed with the error "operation_timeout"',
  });
  expect(await workspace.client.text({ as: 'U0LIN', channel: 'ops' })).toBe(
    'Slackbot (only visible to you):\n/late failed with the error "operation_timeout"',
  );
  expect(await workspace.client.text({ as: 'U0ZHAO', channel: 'ops' })).toBe('');
});

it('delivers an event three more times when it is not acknowledged', async () => {
  const workspace = await start({});
  const got = await connect(workspace, () => undefined);
  await workspace.client.type('U0LIN', 'D0LIN', 'anyone there');
  await workspace.client.waitFor((change) => change.type === 'delivery' && change.retry === 3);
  const events = got.filter((envelope) => envelope['type'] === 'events_api');
  expect(events.map((envelope) => [envelope['retry_attempt'], envelope['retry_reason']])).toEqual([
    [0, ''],
    [1, 'timeout'],
    [2, 'timeout'],
    [3, 'timeout'],
  ]);
  expect(new Set(events.map((envelope) => objectOf(envelope['payload'])['event_id'])).size).toBe(1);
  expect(new Set(events.map((envelope) => envelope['envelope_id'])).size).toBe(4);
});

it('takes a trigger once and for three seconds', async () => {
  const workspace = await start({});
  const got = await connect(workspace, () => ({}));
  const web = new WebClient(workspace.botToken, { slackApiUrl: workspace.apiUrl });
  const view = { type: 'modal', title: { type: 'plain_text', text: 'Form' }, blocks: [] } as const;
  const open = async (id: string): Promise<string> =>
    web.views.open({ trigger_id: id, view: { ...view, blocks: [] } }).then(
      () => 'opened',
      (error: { data: { error: string } }) => error.data.error,
    );
  await workspace.client.type('U0LIN', 'ops', '/late');
  expect(await open(trigger(got.at(-1)))).toBe('opened');
  expect(await open(trigger(got.at(-1)))).toBe('exchanged_trigger_id');
  await workspace.client.type('U0LIN', 'ops', '/late');
  await workspace.client.advanceClock(3001);
  expect(await open(trigger(got.at(-1)))).toBe('expired_trigger_id');
});

it('shows what a command is acknowledged with to the person alone, and refuses a response_url after half an hour', async () => {
  const workspace = await start({});
  const got = await connect(workspace, () => ({ text: 'On it' }));
  await workspace.client.type('U0LIN', 'ops', '/late');
  expect(await workspace.client.text({ as: 'U0LIN', channel: 'ops' })).toBe(
    'Fettle (only visible to you):\nOn it',
  );
  const url = textOf(objectOf(got.at(-1)?.['payload'])['response_url']);
  const respond = (body: JsonObject): Promise<Response> =>
    fetch(url, { method: 'POST', body: JSON.stringify(body) });
  await respond({ text: 'For all', response_type: 'in_channel' });
  expect(await workspace.client.text({ as: 'U0ZHAO', channel: 'ops' })).toBe('Fettle:\nFor all');
  await respond({ text: 'Changed', replace_original: true });
  expect(await workspace.client.text({ as: 'U0ZHAO', channel: 'ops' })).toBe('Fettle:\nChanged');
  await workspace.client.advanceClock(30 * 60_000 + 1);
  expect((await respond({ text: 'too late' })).status).toBe(404);
});

it('signs its requests, and tells a retry by its headers', async () => {
  const seen: { readonly retry: unknown; readonly signed: boolean }[] = [];
  const app = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const base = `v0:${String(request.headers['x-slack-request-timestamp'])}:${Buffer.concat(chunks).toString()}`;
      const signature = `v0=${createHmac('sha256', 'a secret').update(base).digest('hex')}`;
      seen.push({
        retry: request.headers['x-slack-retry-num'],
        signed: request.headers['x-slack-signature'] === signature,
      });
      response.writeHead(seen.length < 2 ? 500 : 200).end();
    });
  });
  await new Promise<void>((resolve) => app.listen(0, '127.0.0.1', resolve));
  endings.push(() => new Promise((resolve) => app.close(() => resolve())));
  const workspace = await start({
    signingSecret: 'a secret',
    httpApp: `http://127.0.0.1:${(app.address() as AddressInfo).port}/`,
  });
  await workspace.client.type('U0LIN', 'D0LIN', 'hello');
  await workspace.client.waitFor((change) => change.type === 'delivery' && change.answer === 'acked');
  expect(seen).toEqual([
    { retry: undefined, signed: true },
    { retry: '1', signed: true },
  ]);
});

it('refuses a connection without a ticket', async () => {
  const workspace = await start({});
  const socket = new WebSocket(`ws://127.0.0.1:${workspace.port}/link/?ticket=guess`);
  const error = await new Promise<Error>((resolve) => socket.once('error', resolve));
  expect(error.message).toContain('403');
});
