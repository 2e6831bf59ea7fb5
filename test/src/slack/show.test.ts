import { expect, it } from 'vitest';
import { ofRun } from '../../../src/runs/subject.ts';
import type { Post } from '../../../src/runs/ports.ts';
import type { Delivery } from '../../../src/slack/deliver.ts';
import { showSubject } from '../../../src/slack/show.ts';
import { view } from '../../../src/slack/view/view.ts';
import { eachItsOwn, planOf } from '../../support/wide-plans.ts';
import { aRun, waitingRun } from './fixtures.ts';
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
    file: () => Promise.reject(new Error('there is no file')),
    findFile: () => Promise.reject(new Error('there is no file')),
    find: async () => ({ kind: 'absent' }),
  };
  let isAwake = false;
  const show = () => {
    const run = { ...aRun({}), createdAt: new Date().toISOString(), revision: 1 };
    return showSubject({ ...run, subject: ofRun(run.id) }, view(run).slice(0, 1), {
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

it('uploads the statements of a wide plan once, before the message with Confirm, also when it was lost between', async () => {
  const sent: string[] = [];
  const ledger = new Map<string, Post>();
  const files: string[] = [];
  let isTaken = true;
  const delivery: Delivery = {
    post: async ({ key }) => {
      sent.push(key);
      return { kind: 'sent', ts: `1.${sent.length}` };
    },
    update: async () => ({ kind: 'sent', ts: '1.1' }),
    remove: () => Promise.reject(new Error('there is nothing to remove')),
    find: async () => ({ kind: 'absent' }),
    file: async ({ key, file }) => {
      if (!isTaken) return { kind: 'later', afterMs: 1, because: 'away', fault: true };
      sent.push(key);
      files.push(file.name);
      return { kind: 'sent', ts: 'F1' };
    },
    findFile: async (name) => (files.includes(name) ? { kind: 'found', ts: '1.9' } : { kind: 'absent' }),
  };
  const plan = planOf(eachItsOwn(200));
  const run = { ...waitingRun({ plan }), createdAt: new Date().toISOString() };
  const show = (wanted = view(run)) =>
    showSubject({ ...run, subject: ofRun(run.id) }, wanted, {
      posts: {
        take: async () => true,
        posts: async () => [...ledger.values()],
        save: async (_, post) => void ledger.set(post.key, post),
        shown: async () => undefined,
        giveBack: async () => undefined,
      },
      delivery,
      log: rememberingLog().log,
      stillMine: async () => true,
      isCertain: () => true,
    });
  isTaken = false;
  expect(await show()).toMatchObject({ kind: 'later' });
  expect(sent).toEqual(['top']);
  isTaken = true;
  expect(await show()).toEqual({ kind: 'shown' });
  expect(sent).toEqual(['top', 'statements', 'plan']);
  expect(await show(view({ ...run, state: 'running' }))).toEqual({ kind: 'shown' });
  // Its sender died before it could say that the file was there.
  ledger.set('statements', { key: 'statements', channel: 'C0OPS', hash: 'sending' });
  expect(await show()).toEqual({ kind: 'shown' });
  expect(sent).toEqual(['top', 'statements', 'plan']);
});
