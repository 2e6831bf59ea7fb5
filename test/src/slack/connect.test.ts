import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import { Agent } from 'undici';
import { WebSocketServer } from 'ws';
import { freePort } from '../../../lab/services.ts';
import { startWorkspace } from '../../../lab/workspace/index.ts';
import { newRunId } from '../../../src/runs/run.ts';
import { SlackStartFailed, startSlack } from '../../../src/slack/index.ts';
import { nothingToShow, RememberingDesk, rememberingLog, type Stage, stage } from './harness.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close();
});

async function staged(...args: Parameters<typeof stage>): Promise<Stage> {
  const on = await stage(...args);
  open.push(on.stop);
  return on;
}

/** Everything nobody caught while the work went on. */
async function uncaughtDuring(work: () => Promise<void>): Promise<unknown[]> {
  const uncaught: unknown[] = [];
  const keep = (error: unknown): void => void uncaught.push(error);
  process.on('unhandledRejection', keep);
  try {
    await work();
    await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.off('unhandledRejection', keep);
  }
  return uncaught;
}

const starting = (over: Partial<Parameters<typeof startSlack>[0]>) =>
  startSlack({
    transport: { kind: 'socket', appToken: 'xapp-practice-bank-fettle' },
    botToken: 'xoxb-practice-bank-fettle',
    teams: [],
    commands: ['inspect'],
    lang: 'en',
    desk: new RememberingDesk(),
    log: rememberingLog().log,
    ...nothingToShow,
    ...over,
  });

describe('starting', () => {
  it('ends with a sentence about the bot token when it is wrong, and nothing is left uncaught', async () => {
    const workspace = await startWorkspace();
    open.push(workspace.stop);
    const uncaught = await uncaughtDuring(async () => {
      const failed = starting({ botToken: 'xoxb-wrong', slackApiUrl: workspace.apiUrl });
      await expect(failed).rejects.toBeInstanceOf(SlackStartFailed);
      await expect(failed).rejects.toMatchObject({
        says: { en: expect.stringContaining('invalid_auth') as string },
      });
    });
    expect(uncaught).toEqual([]);
  });

  it('ends with a sentence about the app token when it is wrong instead of waiting for ever', async () => {
    const workspace = await startWorkspace();
    open.push(workspace.stop);
    const failed = starting({
      transport: { kind: 'socket', appToken: workspace.botToken },
      slackApiUrl: workspace.apiUrl,
    });
    await expect(failed).rejects.toMatchObject({
      name: 'SlackStartFailed',
      says: { en: expect.stringContaining('connections:write') as string },
    });
  });

  it('ends with a sentence when Slack is not reachable', async () => {
    const port = await freePort();
    await expect(starting({ slackApiUrl: `http://127.0.0.1:${port}/api/` })).rejects.toMatchObject({
      says: { en: expect.stringContaining('did not answer') as string },
    });
  });

  it('ends in time when the WebSocket never says hello', async () => {
    const server = createServer((request, response) => {
      request.resume();
      const { port } = server.address() as AddressInfo;
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({
          ok: true,
          user_id: 'U',
          bot_id: 'B',
          team_id: 'T',
          user: 'u',
          url: `ws://127.0.0.1:${port}/`,
        }),
      );
    });
    const sockets = new WebSocketServer({ server });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    open.push(async () => {
      for (const client of sockets.clients) client.terminate();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    });
    const { port } = server.address() as AddressInfo;
    await expect(
      starting({ slackApiUrl: `http://127.0.0.1:${port}/api/`, startTimeoutMs: 400 }),
    ).rejects.toMatchObject({ says: { en: expect.stringContaining('within 1 s') as string } });
  });

  it('says that the port is taken', async () => {
    const workspace = await startWorkspace();
    open.push(workspace.stop);
    await expect(
      starting({
        slackApiUrl: workspace.apiUrl,
        transport: { kind: 'http', signingSecret: 's', port: workspace.port, host: '127.0.0.1' },
      }),
    ).rejects.toMatchObject({ says: { en: expect.stringContaining(`port ${workspace.port}`) as string } });
  });
});

describe('while connected', () => {
  it('asks who it is when it starts and not for every delivery', async () => {
    const on = await staged('socket');
    const before = (await on.workspace.client.calls('auth.test')).length;
    for (const text of ['a', 'b', 'c']) await on.workspace.client.type('U0LIN', 'C0OPS', `/inspect ${text}`);
    await on.desk.until(() => on.desk.asked.length === 3);
    expect(await on.workspace.client.calls('auth.test')).toHaveLength(before);
  });

  it('tries a failing call once, for the caller decides what to repeat', async () => {
    const on = await staged('socket');
    await on.workspace.client.inject({ kind: '500', method: 'users.info', times: 50, afterEffect: false });
    await on.workspace.client.type('U0LIN', 'C0OPS', '/inspect a');
    await on.workspace.client.waitForMessage({ says: /try again in a moment/, onlyFor: 'U0LIN' });
    expect(await on.workspace.client.calls('users.info')).toHaveLength(1);
  });

  it('sends each token only where it belongs, and the WebSocket through the dispatcher it is given', async () => {
    const seen: { readonly method: string; readonly token: string }[] = [];
    const sockets = new WebSocketServer({ noServer: true });
    const server = createServer((request, response) => {
      request.resume();
      const { port } = server.address() as AddressInfo;
      seen.push({ method: request.url ?? '', token: request.headers.authorization ?? '' });
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({
          ok: true,
          user_id: 'U',
          bot_id: 'B',
          team_id: 'T',
          user: 'u',
          url: `ws://127.0.0.1:${port}/`,
        }),
      );
    });
    server.on('upgrade', (request, socket, head) => {
      sockets.handleUpgrade(request, socket, head, (ws) => ws.send(JSON.stringify({ type: 'hello' })));
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const through: string[] = [];
    const dispatcher = new Agent().compose((dispatch) => (options, handler) => {
      through.push(String(options.upgrade ?? options.path));
      return dispatch(options, handler);
    });
    const slack = await starting({
      slackApiUrl: `http://127.0.0.1:${port}/api/`,
      transport: { kind: 'socket', appToken: 'xapp-1', dispatcher },
      botToken: 'xoxb-1',
    });
    await slack.stop(500);
    for (const client of sockets.clients) client.terminate();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    await dispatcher.close();
    expect(through).toContain('websocket');
    for (const { method, token } of seen)
      expect(token).toBe(method.endsWith('apps.connections.open') ? 'Bearer xapp-1' : 'Bearer xoxb-1');
    expect(new Set(seen.map(({ method }) => method))).toEqual(
      new Set(['/api/auth.test', '/api/apps.connections.open']),
    );
  });

  it.each(['refresh', 'drop'] as const)(
    'is back within two seconds after a %s, and hears again',
    async (how) => {
      const on = await staged('socket');
      const uncaught = await uncaughtDuring(async () => {
        const after = await on.workspace.client.now();
        const began = Date.now();
        await on.workspace.client.disconnect(how);
        await on.workspace.client.waitFor((change) => change.type === 'socket' && change.open > 0, { after });
        expect(Date.now() - began).toBeLessThan(2000);
        await on.workspace.client.type('U0LIN', 'C0OPS', '/inspect again');
        await on.desk.until(() => on.desk.asked.length === 1);
      });
      expect(uncaught).toEqual([]);
    },
  );

  it.each(['invalid_auth', 'internal_error'])(
    'comes back after %s and a 500, which would hang the library or end the process',
    async (error) => {
      const on = await staged('socket');
      const { client } = on.workspace;
      const uncaught = await uncaughtDuring(async () => {
        await client.inject({ kind: 'error', method: 'apps.connections.open', times: 1, error });
        await client.inject({ kind: '500', method: 'apps.connections.open', times: 1, afterEffect: false });
        const after = await client.now();
        await client.disconnect('drop');
        await client.waitFor((change) => change.type === 'socket' && change.open > 0, {
          after,
          timeoutMs: 15_000,
        });
        await client.type('U0LIN', 'C0OPS', '/inspect again');
        await on.desk.until(() => on.desk.asked.length === 1);
      });
      expect(uncaught).toEqual([]);
    },
  );

  it('knows whether it is connected', async () => {
    const on = await staged('socket');
    expect(on.slack.isConnected()).toBe(true);
    await on.slack.stop();
    expect(on.slack.isConnected()).toBe(false);
  });

  it('ignores an envelope without an event instead of ending the process', async () => {
    const sent: string[] = [];
    const server = createServer((request, response) => {
      request.resume();
      const { port } = server.address() as AddressInfo;
      response.setHeader('content-type', 'application/json');
      response.end(
        JSON.stringify({
          ok: true,
          user_id: 'U',
          bot_id: 'B',
          team_id: 'T',
          user: 'u',
          url: `ws://127.0.0.1:${port}/`,
        }),
      );
    });
    const sockets = new WebSocketServer({ server });
    const acked = new Promise<void>((resolve) => {
      sockets.on('connection', (socket) => {
        socket.on('message', (data) => {
          sent.push(String(data as Buffer));
          resolve();
        });
        socket.send(JSON.stringify({ type: 'hello' }));
        socket.send(JSON.stringify({ type: 'events_api', envelope_id: 'e1', payload: {} }));
        socket.send('not json');
        socket.send(
          JSON.stringify({
            type: 'slash_commands',
            envelope_id: 'e2',
            payload: { command: '/inspect', text: '' },
          }),
        );
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const { log, lines } = rememberingLog();
    const uncaught = await uncaughtDuring(async () => {
      const slack = await starting({ slackApiUrl: `http://127.0.0.1:${port}/api/`, log });
      await acked;
      await slack.stop(500);
    });
    for (const client of sockets.clients) client.terminate();
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
    expect(uncaught).toEqual([]);
    expect(sent[0]).toContain('"envelope_id":"e2"');
    expect(lines.map(({ msg }) => msg)).toContain('slack sent an envelope that is not understood; ignored');
  });
});

describe('stopping', () => {
  it.each(['socket', 'http'] as const)('lets what is in flight over %s finish first', async (transport) => {
    const on = await staged(transport);
    const order: string[] = [];
    on.desk.said = async () => {
      // Longer than closing the connection takes: a stop that did not wait would be over first.
      await new Promise((resolve) => setTimeout(resolve, 400));
      order.push('answered');
      return { kind: 'says', says: { en: 'Answered late.', zh: '稍后回答。' } };
    };
    await on.workspace.client.type('U0LIN', 'C0OPS', '/inspect mq');
    await on.desk.until(() => on.desk.asked.length === 1);
    await on.slack.stop(5000);
    order.push('stopped');
    expect(order).toEqual(['answered', 'stopped']);
    await on.workspace.client.waitForMessage({ says: /Answered late/, onlyFor: 'U0LIN' });
    expect(on.lines.filter(({ msg }) => msg.includes('still in flight'))).toEqual([]);
  });

  it('does not wait for idle connections of signed HTTP', async () => {
    const on = await staged('http');
    await on.workspace.client.type('U0LIN', 'C0OPS', '/inspect mq');
    const began = Date.now();
    await on.slack.stop();
    expect(Date.now() - began).toBeLessThan(1500);
  });

  it('says how much was left when the limit is over', async () => {
    const on = await staged('socket');
    on.desk.said = () => new Promise(() => undefined);
    await on.workspace.client.type('U0LIN', 'C0OPS', '/inspect mq');
    await on.desk.until(() => on.desk.asked.length === 1);
    await on.slack.stop(50);
    expect(on.lines.find(({ msg }) => msg.includes('still in flight'))).toMatchObject({ left: 1 });
  });
});

describe('signed HTTP', () => {
  it('refuses a request without a good signature', async () => {
    const on = await staged('http');
    const refused = await fetch(`http://127.0.0.1:${on.slack.port()}/slack/events`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        'x-slack-request-timestamp': String(Math.floor(Date.now() / 1000)),
        'x-slack-signature': 'v0=00',
      },
      body: `command=%2Finspect&text=mq&trigger_id=${newRunId()}`,
    });
    expect(refused.status).toBe(401);
    expect(on.desk.asked).toEqual([]);
  });
});
