import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { afterEach, expect, inject, it, vi } from 'vitest';
import { openBell, type OpenBell } from '../../../src/queue/index.ts';
import { newRunId, type RunId } from '../../../src/runs/run.ts';

const bells: OpenBell[] = [];
afterEach(async () => {
  for (const bell of bells.splice(0)) await bell.close();
});

const hang = async (prefix: string): Promise<OpenBell> => {
  const bell = openBell({ port: inject('redisPort'), prefix });
  bells.push(bell);
  await vi.waitFor(() => expect(bell.isUp()).toBe(true));
  return bell;
};
const own = (): string => `t${randomBytes(6).toString('hex')}`;

it('is heard by every process of the installation and by no other', async () => {
  const prefix = own();
  const [a, b, stranger] = [await hang(prefix), await hang(prefix), await hang(own())];
  const heard: string[] = [];
  a.onRing(() => heard.push('a'));
  b.onRing(() => heard.push('b'));
  stranger.onRing(() => heard.push('stranger'));
  a.ring(newRunId());
  await vi.waitFor(() => expect([...heard].sort()).toEqual(['a', 'b']));
});

it('passes on numbers of runs only, and one listener that fails does not stop the next', async () => {
  const prefix = own();
  const bell = await hang(prefix);
  const heard: RunId[] = [];
  bell.onRing(() => {
    throw new Error('a bug');
  });
  bell.onRing((id) => heard.push(id));
  const redis = new Redis({ port: inject('redisPort') });
  await redis.publish(`${prefix}:bell`, 'not a run');
  redis.disconnect();
  const id = newRunId();
  bell.ring(id);
  await vi.waitFor(() => expect(heard).toEqual([id]));
});

it('is not heard any more by a listener that was taken back', async () => {
  const bell = await hang(own());
  const heard: string[] = [];
  const forget = bell.onRing(() => heard.push('gone'));
  bell.onRing(() => heard.push('there'));
  forget();
  bell.ring(newRunId());
  await vi.waitFor(() => expect(heard).toEqual(['there']));
});
