import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { type BotProcess, type BotStage, openBotStage } from '../../support/bot-process.ts';
import { freshSchema } from '../../support/mysql.ts';

/** More than the few of every run: `FETTLE_KILLS=60`. */
const KILLS = Number(process.env['FETTLE_KILLS'] ?? 3);

let stage: BotStage;
let drop: () => Promise<void>;
beforeAll(async () => {
  const { schema, port, drop: dropped } = await freshSchema();
  drop = dropped;
  stage = await openBotStage({ schema, mysqlPort: port, redisPort: inject('redisPort') });
});
afterAll(async () => {
  await stage.close();
  await drop();
});

const delayOf = (n: number): number => Math.round((150 * n) / Math.max(1, KILLS - 1));
const count = async (sql: string, values: readonly string[] = []): Promise<number> =>
  Number((await stage.rows(sql, values))[0]?.['n']);
const runsTyped = (typed: string): Promise<number> =>
  count('select count(*) as n from run where body like ?', [`%"typed":"${typed}"%`]);

/** A bot, and nobody has asked for anything yet: no limit is the reason for what is missing. */
const freshBot = async (): Promise<BotProcess> => {
  const bot = await stage.start();
  // It knows the person and the channel by now, as one that has been running.
  expect(await stage.workspace.client.type('U0LIN', 'C0OPS', '/inspect schedule')).toMatchObject({
    ok: true,
  });
  await stage.rows('delete from asked');
  return bot;
};

it(
  `no command that was acknowledged is lost when the bot is killed 0 to 150 ms after it came, and none runs twice`,
  async () => {
    const seen = { acknowledged: 0, told: 0, lost: 0 };
    for (let n = 0; n < KILLS; n += 1) {
      const bot = await freshBot();
      const order = `r1_2019050605${8000 + n}`;
      const typing = stage.workspace.client.type('U0LIN', 'C0OPS', `/unstick ${order}`);
      await sleep(delayOf(n));
      await bot.kill();
      const acted = await typing;
      const runs = await runsTyped(`/unstick ${order}`);
      expect(runs).toBeLessThanOrEqual(1);
      if (!acted.ok) seen.told += 1;
      else if (runs === 1) seen.acknowledged += 1;
      else seen.lost += 1;
    }
    process.stderr.write(`commands: ${JSON.stringify(seen)}\n`);
    expect(seen.lost).toBe(0);
  },
  60_000 + KILLS * 15_000,
);

it(
  'no message that mentions the bot is lost: Slack brings it to the next bot',
  async () => {
    let runs = 0;
    for (let n = 0; n < KILLS; n += 1) {
      const bot = await freshBot();
      const order = `r1_2019050605${9000 + n}`;
      await stage.workspace.client.type('U0LIN', 'C0OPS', `@fettle unstick ${order}`);
      await sleep(delayOf(n));
      await bot.kill();
      const next = await stage.start();
      const until = Date.now() + 30_000;
      while ((await runsTyped(`/unstick ${order}`)) === 0 && Date.now() < until) await sleep(100);
      expect(await runsTyped(`/unstick ${order}`)).toBe(1);
      runs += 1;
      await next.kill();
    }
    process.stderr.write(`mentions: ${runs} of ${KILLS} recorded once\n`);
  },
  60_000 + KILLS * 60_000,
);

it(
  'no click that was acknowledged is lost, and what a killed bot was about to show is shown within ten seconds',
  async () => {
    const seen = { acknowledged: 0, told: 0, lost: 0 };
    const shown: number[] = [];
    const { client } = stage.workspace;
    for (let n = 0; n < KILLS; n += 1) {
      const bot = await freshBot();
      await stage.rows(`delete from run where kind = 'inspect'`);
      const after = await client.now();
      expect(await client.type('U0LIN', 'C0OPS', '/inspect mq')).toMatchObject({ ok: true });
      const { ts } = await client.waitForMessage({ channel: 'C0OPS', says: /Cancel/ }, { after });
      const clicking = client.click({ as: 'U0LIN', channel: 'C0OPS', ts }, 'Cancel');
      await sleep(delayOf(n));
      await bot.kill();
      const killedAt = Date.now();
      const acted = await clicking;
      const cancelled = await count(
        `select count(*) as n from run where kind = 'inspect' and (state = 'ended' or body like '%"cancelled"%')`,
      );
      if (!acted.ok) seen.told += 1;
      else if (cancelled === 1) seen.acknowledged += 1;
      else seen.lost += 1;
      const next = await stage.start();
      const readyAt = Date.now();
      const unshown = () => count(`select count(*) as n from run where kind = 'inspect' and unshown = 1`);
      while ((await unshown()) > 0 && Date.now() - killedAt < 60_000) await sleep(50);
      // A bot that takes long to start is not what is measured.
      shown.push(Math.min(Date.now() - killedAt, Date.now() - readyAt + 3000));
      const own = (await client.read({ as: 'U0LIN', channel: 'C0OPS' })).filter(
        (message) => message['user'] === 'U0FETTLE' && Number(message['ts']) >= Number(ts),
      );
      expect(own).toHaveLength(1);
      await next.kill();
    }
    process.stderr.write(`clicks: ${JSON.stringify(seen)}, shown after ${shown.join(', ')} ms\n`);
    expect(seen.lost).toBe(0);
    expect(Math.max(...shown)).toBeLessThan(10_000);
  },
  60_000 + KILLS * 40_000,
);
