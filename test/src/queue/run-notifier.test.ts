import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterEach, expect, inject, it, vi } from 'vitest';
import { openRunNotifier, type OpenRunNotifier } from '../../../src/queue/index.ts';
import { newRunId, type RunId } from '../../../src/runs/run.ts';

const notifiers: OpenRunNotifier[] = [];
afterEach(async () => {
  for (const notifier of notifiers.splice(0)) await notifier.close();
});

const hang = async (prefix: string): Promise<OpenRunNotifier> => {
  const notifier = openRunNotifier({ port: inject('redisPort'), prefix });
  notifiers.push(notifier);
  await vi.waitFor(() => expect(notifier.isUp()).toBe(true));
  return notifier;
};
const own = (): string => `t${randomBytes(6).toString('hex')}`;

it('is heard by every process of the installation and by no other', async () => {
  const prefix = own();
  const [a, b, stranger] = [await hang(prefix), await hang(prefix), await hang(own())];
  const heard: string[] = [];
  a.onNotify(() => heard.push('a'));
  b.onNotify(() => heard.push('b'));
  stranger.onNotify(() => heard.push('stranger'));
  a.notify(newRunId());
  await vi.waitFor(() => expect([...heard].sort()).toEqual(['a', 'b']));
});

it('passes on numbers of runs only, and one listener that fails does not stop the next', async () => {
  const prefix = own();
  const notifier = await hang(prefix);
  const heard: RunId[] = [];
  notifier.onNotify(() => {
    throw new Error('a bug');
  });
  notifier.onNotify((id) => heard.push(id));
  const redis = new Redis({ port: inject('redisPort') });
  await redis.publish(`${prefix}:bell`, 'not a run');
  redis.disconnect();
  const id = newRunId();
  notifier.notify(id);
  await vi.waitFor(() => expect(heard).toEqual([id]));
});

it('is not heard any more by a listener that was taken back', async () => {
  const notifier = await hang(own());
  const heard: string[] = [];
  const forget = notifier.onNotify(() => heard.push('gone'));
  notifier.onNotify(() => heard.push('there'));
  forget();
  notifier.notify(newRunId());
  await vi.waitFor(() => expect(heard).toEqual(['there']));
});
