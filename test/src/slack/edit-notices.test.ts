import mysql, { type RowDataPacket } from 'mysql2/promise';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startWorkspace, type Workspace } from '../../../lab/workspace/index.ts';
import type { EditFacts, ScheduleEdits } from '../../../src/runs/schedule-edits.ts';
import { createChannels } from '../../../src/slack/channels.ts';
import { createClient } from '../../../src/slack/client.ts';
import { createDelivery } from '../../../src/slack/deliver.ts';
import { noticeEdits } from '../../../src/slack/edit-notices.ts';
import { createRateLimit } from '../../../src/slack/rate-limit.ts';
import { openStore, type Store } from '../../../src/store/index.ts';
import { freshSchema } from '../../support/mysql.ts';
import { lin } from './fixtures.ts';
import { rememberingLog } from './harness.ts';

let store: Store;
let root: mysql.Connection;
let drop: () => Promise<void>;
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
  root = await mysql.createConnection({
    host: '127.0.0.1',
    port: schema.port,
    user: 'root',
    database: schema.schema,
  });
});
afterAll(async () => {
  await root.end();
  await store.close();
  await drop();
});

let workspace: Workspace;
const stops: (() => Promise<void>)[] = [];
beforeEach(async () => {
  workspace = await startWorkspace({
    channels: [
      { id: 'C0OPS', name: 'ops' },
      { id: 'C0MQ', name: 'mq' },
      { id: 'C0BOTH', name: 'both', shared: true },
    ],
  });
});
afterEach(async () => {
  for (const stop of stops.splice(0)) await stop();
  await workspace.stop();
});

const lapse = () => root.query("update post set hash = 'telling:1' where hash like 'telling:%'");
/** As if a minute had passed between two looks. */
const minutesLater: () => Pick<ScheduleEdits, 'claim'> = () => ({
  claim: async (line, channel) => {
    await lapse();
    return store.scheduleEdits.claim(line, channel);
  },
});

function tell(over: () => Partial<ScheduleEdits> = () => ({})): void {
  const { log } = rememberingLog();
  const client = createClient({
    token: workspace.botToken,
    log,
    slackApiUrl: workspace.apiUrl,
    timeoutMs: 700,
  });
  stops.push(
    noticeEdits({
      edits: { ...store.scheduleEdits, ...over() },
      channels: createChannels(client, log, () => false),
      delivery: createDelivery({ client, rateLimit: createRateLimit(Date.now), log }),
      log,
      everyMs: 30,
    }).stop,
  );
}

let number = 0;
async function done(
  what: string,
  over: Partial<EditFacts> = {},
  decision: 'run' | 'no' = 'run',
): Promise<string> {
  number += 1;
  const schedule = `patrol ${number}`;
  await store.audit.write({
    actor: lin,
    action: `schedule ${what}`,
    decision,
    facts: { schedule, cron: '30 7 * * *', scope: 'mq', channel: 'C0OPS', lang: 'en', ...over },
  });
  return schedule;
}
const said = async (channel: string): Promise<readonly string[]> =>
  (await workspace.client.read({ as: 'U0LIN', channel }))
    .filter((message) => message['user'] === 'U0FETTLE')
    .map((message) => JSON.stringify(message['text']).replaceAll('\\"', '"'));
const times = (channel: string, text: string) => async (): Promise<number> =>
  (await said(channel)).filter((each) => each.includes(text)).length;
const PATIENCE = { timeout: 10_000 };

describe('the channel of a schedule', () => {
  it.each([
    ['change', 'Lin Wei changed the schedule "%": daily at 07:30, `/inspect mq`.'],
    ['pause', 'Lin Wei paused the schedule "%" (daily at 07:30, `/inspect mq`).'],
    ['resume', 'Lin Wei resumed the schedule "%": daily at 07:30, `/inspect mq`.'],
    ['remove', 'Lin Wei removed the schedule "%" (daily at 07:30, `/inspect mq`).'],
  ])('is told who did what: %s', async (what, sentence) => {
    tell();
    const name = await done(what);
    await expect.poll(times('C0OPS', sentence.replace('%', name)), PATIENCE).toBe(1);
  });

  it('is told in the language of the schedule', async () => {
    tell();
    const name = await done('pause', { lang: 'zh' });
    await expect.poll(times('C0OPS', `Lin Wei 暂停了定时计划“${name}”（每天 07:30，`), PATIENCE).toBe(1);
  });

  it('is told where it moved, and the new one what it is', async () => {
    tell();
    const name = await done('change', { channel: 'C0MQ', channelBefore: 'C0OPS' });
    await expect.poll(times('C0OPS', `moved the schedule "${name}" to <#C0MQ>`), PATIENCE).toBe(1);
    await expect.poll(times('C0MQ', `changed the schedule "${name}"`), PATIENCE).toBe(1);
  });

  it('is told nothing of what was refused, and nothing at all where another organisation reads along', async () => {
    tell();
    const refused = await done('pause', {}, 'no');
    const shared = await done('pause', { channel: 'C0BOTH' });
    const name = await done('pause');
    await expect.poll(times('C0OPS', name), PATIENCE).toBe(1);
    expect([...(await said('C0OPS')), ...(await said('C0BOTH'))].join()).not.toMatch(
      new RegExp(`"(${refused}|${shared})"`),
    );
  });

  it('is told once by three processes, also when one begins later', async () => {
    tell();
    tell();
    const name = await done('pause');
    await expect.poll(times('C0OPS', name), PATIENCE).toBe(1);
    tell();
    const later = await done('resume');
    await expect.poll(times('C0OPS', later), PATIENCE).toBe(1);
    await expect.poll(times('C0OPS', name), PATIENCE).toBe(1);
  });

  it('is told once when Slack loses its answer, and late when Slack was away', async () => {
    for (const afterEffect of [true, false]) {
      await workspace.client.inject({ kind: '500', method: 'chat.postMessage', times: 1, afterEffect });
      tell(minutesLater);
      const name = await done('remove');
      await expect
        .poll(
          async () =>
            (await root.query<RowDataPacket[]>("select 1 from post where hash like 'telling:%'"))[0],
        )
        .toEqual([]);
      await expect.poll(times('C0OPS', name), PATIENCE).toBe(1);
      await stops.pop()?.();
    }
  });

  it('is left to the process that has begun to tell it', async () => {
    const { claim, told } = store.scheduleEdits;
    expect([await claim(1e6, 'C0OPS'), await claim(1e6, 'C0OPS')]).toEqual(['first', 'busy']);
    await lapse();
    expect(await claim(1e6, 'C0OPS')).toBe('again');
    await told(1e6, 'C0OPS');
    await lapse();
    expect(await claim(1e6, 'C0OPS')).toBe('told');
  });
});
