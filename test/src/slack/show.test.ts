import { expect, it } from 'vitest';
import type { Post } from '../../../src/runs/ports.ts';
import type { Delivery } from '../../../src/slack/deliver.ts';
import { showRun } from '../../../src/slack/show.ts';
import { view } from '../../../src/slack/view/view.ts';
import { aRun } from './fixtures.ts';
import { rememberingLog } from './harness.ts';

it('posts nothing when the process may have slept since it last had the right, and leaves it to be looked for', async () => {
  const posted: string[] = [];
  const saved: Post[] = [];
  const delivery: Delivery = {
    post: async (post) => {
      posted.push(post.key);
      return { kind: 'sent', ts: '1.1' };
    },
    update: () => Promise.reject(new Error('there is nothing to edit')),
    remove: () => Promise.reject(new Error('there is nothing to remove')),
    find: async () => ({ kind: 'absent' }),
  };
  let isAwake = false;
  const show = () => {
    const run = { ...aRun({}), createdAt: new Date().toISOString(), revision: 1 };
    return showRun(run, view(run).slice(0, 1), {
      posts: {
        take: async () => true,
        posts: async () => saved.slice(-1),
        save: async (_, post) => void saved.push(post),
        shown: async () => undefined,
        giveBack: async () => undefined,
      },
      delivery,
      log: rememberingLog().log,
      stillMine: async () => true,
      isCertain: () => isAwake,
    });
  };
  expect(await show()).toMatchObject({ kind: 'later' });
  expect(posted).toEqual([]);
  expect(saved).toMatchObject([{ key: 'top', hash: 'sending' }]);
  isAwake = true;
  expect(await show()).toEqual({ kind: 'shown' });
  expect(posted).toEqual(['top']);
});
