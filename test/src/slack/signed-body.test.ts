import { createHmac } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Stage, stage } from './harness.ts';

const FORM = 'application/x-www-form-urlencoded';
let on: Stage;
let uncaught: unknown[];
const keep = (error: unknown): void => void uncaught.push(error);
beforeEach(async () => {
  uncaught = [];
  process.on('unhandledRejection', keep);
  on = await stage('http');
});
afterEach(async () => {
  await on.stop();
  process.off('unhandledRejection', keep);
});

async function send(body: string, type: string, aheadSeconds = 0): Promise<number> {
  const seconds = Math.floor(Date.now() / 1000) + aheadSeconds;
  const digest = createHmac('sha256', on.workspace.signingSecret)
    .update(`v0:${seconds}:${body}`)
    .digest('hex');
  const response = await fetch(`http://127.0.0.1:${on.slack.port()}/slack/events`, {
    method: 'POST',
    headers: {
      'content-type': type,
      'x-slack-request-timestamp': String(seconds),
      'x-slack-signature': `v0=${digest}`,
    },
    body,
  });
  await response.text();
  return response.status;
}
const command = (trigger: string): string =>
  new URLSearchParams({
    command: '/inspect',
    text: 'mq',
    user_id: 'U0LIN',
    user_name: 'lin',
    team_id: 'T0PRACTICE',
    channel_id: 'C0OPS',
    trigger_id: trigger,
    response_url: `${on.workspace.url}/nothing`,
  }).toString();

it.each([
  ['payload=null', FORM],
  ['payload=1', FORM],
  ['payload=%22text%22', FORM],
  ['payload=[]', FORM],
  ['payload=true', FORM],
  ['payload=', FORM],
  ['payload=%20null', FORM],
  ['payload=null&payload=%7B%7D', FORM],
  ['null', 'application/json'],
  ['1', 'application/json'],
  ['"text"', 'application/json'],
  ['[]', 'application/json'],
  [' null ', 'application/json'],
  ['', 'application/json'],
  ['null', 'text/plain'],
])('refuses a signed body that is no object, %s as %s, and goes on', async (body, type) => {
  expect(await send(body, type)).toBe(400);
  expect(await send(command('after'), FORM)).toBe(200);
  await on.desk.until(() => on.desk.asked.length === 1);
  await new Promise((resolve) => setImmediate(resolve));
  expect(uncaught).toEqual([]);
});

it('refuses a signed request of the future as it does one of the past', async () => {
  expect(await send(command('t1'), FORM, 365 * 86_400)).toBe(401);
  expect(await send(command('t2'), FORM, 360)).toBe(401);
  expect(await send(command('t3'), FORM, -360)).toBe(401);
  expect(on.desk.asked).toEqual([]);
  expect(await send(command('t4'), FORM, 240)).toBe(200);
  expect(await send(command('t5'), FORM, -240)).toBe(200);
});

it('refuses what is too large, and an address that is not its own', async () => {
  expect(await send(`payload=${'a'.repeat(600_000)}`, FORM)).toBe(413);
  const other = await fetch(`http://127.0.0.1:${on.slack.port()}/other`, { method: 'POST', body: '{}' });
  expect(other.status).toBe(404);
  expect(uncaught).toEqual([]);
});
