import { describe, expect, it } from 'vitest';
import { ask, literally, threadOnce, toldAlone } from './acting.ts';
import { onPractice } from './on-practice.ts';

const PATIENCE = { timeoutMs: 30_000 };

describe.each(['socket', 'http'] as const)('by %s', { timeout: 60_000 }, (slackMode) => {
  const on = onPractice(`e2e-${slackMode}`, { slackMode });

  /** Says something where others can answer in a thread, and gives the time stamp of it. */
  async function say(as: string, channel: string, text: string, threadTs?: string) {
    const after = await on.client.now();
    await on.client.type(as, channel, text, threadTs);
    const { ts } = await on.client.waitForMessage(
      { channel, says: literally(text.replace('@Fettle ', '')) },
      { after },
    );
    return { channel, ts: threadTs ?? ts, after };
  }

  it('answers a mention in a thread under it', async () => {
    const asked = await say('U0CHEN', 'C0OPS', '@Fettle inspect msgconsole');
    expect(await threadOnce(on.client, asked, /nothing to report/)).toContain('Chen Bo');
    const channel = await on.client.read({ as: 'U0LIN', channel: 'C0OPS' });
    expect(JSON.stringify(channel.at(-1))).toContain('inspect msgconsole');
    expect(JSON.stringify(channel.at(-1))).not.toContain('nothing to report');
  });

  it('answers a mention inside a thread in that thread', async () => {
    const talk = await say('U0LIN', 'C0OPS', 'Messages seem late this morning');
    const asked = await say('U0ZHAO', 'C0OPS', '@Fettle inspect msgbroker-1', talk.ts);
    const text = await threadOnce(on.client, asked, /nothing to report/);
    expect(text).toContain('Messages seem late this morning');
  });

  it('answers a direct message there', async () => {
    const after = await on.client.now();
    await on.client.type('U0LIN', 'D0LIN', 'inspect msgconsole-1');
    const { message } = await on.client.waitForMessage(
      { channel: 'D0LIN', says: /nothing to report/ },
      { after, ...PATIENCE },
    );
    expect(message['user']).toBe('U0FETTLE');
  });

  it('says privately what can be typed', async () => {
    const after = await on.client.now();
    await on.client.type('U0LIN', 'C0OPS', '/fettle help');
    const help = await toldAlone(on.client, 'U0LIN', after);
    for (const word of ['/inspect', '/unstick', 'DEPS-F05', 'mq']) expect(help).toContain(word);

    // Fixes are told to people who may ask for them.
    const later = await on.client.now();
    await on.client.type('U0CHEN', 'C0OPS', '/fettle help');
    const viewers = await toldAlone(on.client, 'U0CHEN', later);
    expect(viewers).toContain('/inspect');
    expect(viewers).not.toContain('DEPS-F05');
  });

  it('offers the nearest word for one it does not know', async () => {
    const after = await on.client.now();
    await on.client.type('U0LIN', 'C0OPS', '@Fettle inspekt mq');
    const told = await toldAlone(on.client, 'U0LIN', after);
    expect(told).toContain('is not a command');
    expect(told).toContain('/inspect mq');
  });

  it('offers the nearest name for one that the inventory does not have', async () => {
    const after = await on.client.now();
    await on.client.type('U0LIN', 'C0OPS', '/inspect msgbrokr');
    expect(await toldAlone(on.client, 'U0LIN', after)).toContain('msgbroker');
  });

  it('answers Chinese in Chinese', async () => {
    const asked = await ask(on.practice, '/inspect 消息队列');
    expect(await threadOnce(on.client, asked, /未发现问题/)).toContain('消息队列控制台');
  });

  it('asks to be invited where it is not a member, and does nothing', async () => {
    const after = await on.client.now();
    await on.client.type('U0LIN', 'C0RANDOM', '/inspect mq');
    expect(await toldAlone(on.client, 'U0LIN', after)).toContain('/invite @fettle');
    const shown = await on.client.read({ as: 'U0LIN', channel: 'C0RANDOM' });
    expect(JSON.stringify(shown)).not.toContain('Inspection');
  });

  it('refuses a guest and a viewer who asks for a change', async () => {
    for (const [who, says] of [
      ['U0GUO', 'only answers members'],
      ['U0CHEN', 'No rule lets you change DEPS'],
    ] as const) {
      const after = await on.client.now();
      await on.client.type(who, 'C0OPS', '/unstick r1_201905060583197');
      expect(await toldAlone(on.client, who, after)).toContain(says);
    }
  });

  it('acknowledges everything within a second', async () => {
    const deliveries = (await on.client.events(0, 0)).flatMap(({ change }) =>
      change.type === 'delivery' ? [change] : [],
    );
    expect(deliveries.length).toBeGreaterThan(8);
    expect(Math.max(...deliveries.map(({ took_ms }) => took_ms))).toBeLessThan(1000);
    expect(deliveries.filter(({ retry }) => retry > 0)).toEqual([]);
  });

  it.runIf(slackMode === 'http')('refuses what nobody signed', async () => {
    const runs = () => on.keep.rows('select id from fettle.run');
    const before = await runs();
    const body = new URLSearchParams({
      command: '/inspect',
      text: 'mq',
      user_id: 'U0LIN',
      team_id: 'T0PRACTICE',
      channel_id: 'C0OPS',
      trigger_id: 'forged',
    }).toString();
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const forged = {
      'x-slack-request-timestamp': String(Math.floor(Date.now() / 1000)),
      'x-slack-signature': `v0=${'0'.repeat(64)}`,
    };
    for (const headers of [{}, forged]) {
      const response = await fetch(on.practice.slackAddress ?? '', {
        method: 'POST',
        body,
        headers: { ...form, ...headers },
      });
      expect(response.status).toBe(401);
    }
    expect(await runs()).toEqual(before);
  });
});
