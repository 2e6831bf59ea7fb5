import type { Receiver, ReceiverEvent } from '@slack/bolt';
import { describe, expect, it } from 'vitest';
import { FettleApp } from '../../../src/slack/app.ts';
import { boltLogger } from '../../../src/slack/log.ts';
import { type Line, rememberingLog } from './harness.ts';

const silent: Receiver = { init: () => undefined, start: async () => undefined, stop: async () => undefined };

async function app(ackWarnMs = 2500): Promise<{ readonly app: FettleApp; readonly lines: Line[] }> {
  const { log, lines } = rememberingLog();
  const made = new FettleApp({
    token: 'xoxb-1',
    botId: 'B',
    botUserId: 'U',
    tokenVerificationEnabled: false,
    receiver: silent,
    deferInitialization: true,
    convoStore: false,
    logger: boltLogger(log),
    log,
    lang: 'en',
    ackWarnMs,
  });
  await made.init();
  return { app: made, lines };
}

function delivery(body: Record<string, unknown>): {
  readonly event: ReceiverEvent;
  readonly acks: unknown[];
} {
  const acks: unknown[] = [];
  return { acks, event: { body, ack: async (response?: unknown) => void acks.push(response) } };
}

const command = (name: string, trigger = 't1') => ({
  command: name,
  text: '',
  trigger_id: trigger,
  user_id: 'U1',
  team_id: 'T',
  channel_id: 'C',
});

describe('the app', () => {
  it('drops what it has already taken and acknowledges it all the same', async () => {
    const { app: on } = await app();
    let taken = 0;
    on.command('/inspect', async ({ ack }) => {
      taken += 1;
      await ack();
    });
    const deliveries = [1, 2, 3].map(() => delivery(command('/inspect')));
    await Promise.all(deliveries.map(({ event }) => on.processEvent(event)));
    expect(taken).toBe(1);
    expect(deliveries.map(({ acks }) => acks.length)).toEqual([1, 1, 1]);
  });

  it('takes the retry of a delivery that failed', async () => {
    const { app: on } = await app();
    let taken = 0;
    on.command('/inspect', async ({ ack }) => {
      taken += 1;
      await ack();
      if (taken === 1) throw new Error('first time');
    });
    on.error(async (error) => {
      throw error;
    });
    await on.processEvent(delivery(command('/inspect')).event);
    await on.processEvent(delivery(command('/inspect')).event);
    expect(taken).toBe(2);
  });

  it('keeps what a listener throws from ending the process', async () => {
    const { app: on, lines } = await app();
    on.command('/inspect', async () => {
      throw new Error('bug');
    });
    const { event, acks } = delivery(command('/inspect'));
    await expect(on.processEvent(event)).resolves.toBeUndefined();
    expect(acks).toHaveLength(1);
    expect(lines.find(({ msg }) => msg === 'slack delivery failed')?.['err']).toMatchObject({
      message: 'bug',
    });
  });

  it('keeps a lost connection at the acknowledgement from ending the process', async () => {
    const { app: on, lines } = await app();
    on.command('/inspect', async ({ ack }) => ack());
    const event: ReceiverEvent = {
      body: command('/inspect'),
      ack: async () => {
        throw new Error('no active connection');
      },
    };
    await expect(on.processEvent(event)).resolves.toBeUndefined();
    expect(lines.map(({ msg }) => msg)).toContain('slack delivery failed');
  });

  it('answers a command that nobody listens to, in the language it was typed in', async () => {
    const { app: on } = await app();
    const { event, acks } = delivery({ ...command('/gone'), text: '消息队列' });
    await on.processEvent(event);
    expect(acks).toEqual([
      { response_type: 'ephemeral', text: expect.stringContaining('无法识别 /gone') as string },
    ]);
  });

  it('reports a delivery that is not acknowledged in time', async () => {
    const { app: on, lines } = await app(20);
    let finish: () => void = () => undefined;
    on.command('/slow', async ({ ack }) => {
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      await ack();
    });
    const work = on.processEvent(delivery(command('/slow')).event);
    while (!lines.some(({ msg }) => msg.includes('not acknowledged in time')))
      await new Promise((resolve) => setTimeout(resolve, 5));
    expect(on.inFlight).toBe(1);
    finish();
    await work;
    expect(on.inFlight).toBe(0);
  });

  it('forgets the oldest deliveries and not the newest', async () => {
    const { app: on } = await app();
    let taken = 0;
    on.command('/inspect', async ({ ack }) => {
      taken += 1;
      await ack();
    });
    for (let n = 0; n < 5001; n += 1) await on.processEvent(delivery(command('/inspect', `t${n}`)).event);
    await on.processEvent(delivery(command('/inspect', 't5000')).event);
    expect(taken).toBe(5001);
  });
});
