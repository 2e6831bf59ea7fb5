import { afterEach, describe, expect, it, vi } from 'vitest';
import { ofRun } from '../../../src/runs/subject.ts';
import type { Post, PostLedger, UnreadableRun } from '../../../src/runs/ports.ts';
import { newRunId, type RunId } from '../../../src/runs/run.ts';
import type { Delivery } from '../../../src/slack/deliver.ts';
import type { Place } from '../../../src/slack/place.ts';
import { noticeUnreadable } from '../../../src/slack/notices.ts';
import type { DesiredPost } from '../../../src/slack/view/post.ts';
import { homeView } from '../../../src/slack/view/home.ts';
import { words } from '../../../src/kit/index.ts';
import { rememberingLog } from './harness.ts';

let stop: (() => Promise<void>) | undefined;
afterEach(() => stop?.());

const left = (over: Partial<UnreadableRun> = {}): UnreadableRun => ({
  id: newRunId(),
  createdAt: '2026-11-29T10:00:00.000Z',
  isNewer: true,
  isLeft: true,
  shownTo: { lang: 'zh', origin: { surface: 'slack', team: 'T', channel: 'C1', threadTs: '1.2' } },
  ...over,
});

/** A ledger and a Slack with memory. */
function stage(runs: readonly UnreadableRun[]) {
  const told: { readonly post: DesiredPost; readonly place: Place }[] = [];
  const ledger = new Map<string, Post[]>();
  const posts: PostLedger = {
    take: async () => true,
    posts: async ({ id }) => ledger.get(id) ?? [],
    save: async ({ id }, post) => {
      ledger.set(id, [...(ledger.get(id) ?? []).filter(({ key }) => key !== post.key), post]);
    },
    shown: (): Promise<never> => Promise.reject(new Error('it is not shown')),
    giveBack: async () => undefined,
  };
  const delivery: Delivery = {
    post: async (post, place) => {
      told.push({ post, place });
      return { kind: 'sent', ts: `9.${told.length}` };
    },
    update: (): Promise<never> => Promise.reject(new Error('nothing is edited')),
    remove: (): Promise<never> => Promise.reject(new Error('nothing is removed')),
    file: (): Promise<never> => Promise.reject(new Error('there is no file')),
    findFile: (): Promise<never> => Promise.reject(new Error('there is no file')),
    find: async () => ({ kind: 'absent' }),
  };
  let looks = 0;
  const begin = (): void => {
    const { log } = rememberingLog();
    const unreadable = async (): Promise<readonly UnreadableRun[]> => {
      looks += 1;
      return runs;
    };
    ({ stop } = noticeUnreadable({ unreadable, posts, delivery, owner: 'a', log, everyMs: 5 }));
  };
  const looked = (times: number): Promise<void> =>
    vi.waitFor(() => expect(looks).toBeGreaterThanOrEqual(times));
  return { told, posts, begin, looked, ledger };
}

describe('a run that cannot be read', () => {
  it('is told of in its thread, once, in its language, and its other messages stay', async () => {
    const run = left();
    const { told, begin, looked, posts, ledger } = stage([run]);
    ledger.set(run.id, [{ key: 'plan/2', channel: 'C1', ts: '1.3', hash: 'h' }]);
    begin();
    await looked(5);
    await stop?.();
    expect(told).toHaveLength(1);
    expect(told[0]?.place).toEqual({ channel: 'C1', threadTs: '1.2' });
    expect(told[0]?.post.text).toContain('由更新版本的 Fettle 写入');
    // Another process, or this one after a restart, finds it said.
    begin();
    await looked(8);
    expect(told).toHaveLength(1);
    expect((await posts.posts(ofRun(run.id))).map(({ key }) => key)).toEqual(['plan/2', 'unreadable']);
  });

  it('is not told of while a version that can read it may be at work, or where nobody would see it', async () => {
    const { shownTo: _, ...nowhere } = left();
    const cli = left({ shownTo: { lang: 'en', origin: { surface: 'cli' } } });
    const { told, begin, looked } = stage([left({ isLeft: false }), nowhere, cli]);
    begin();
    await looked(4);
    expect(told).toEqual([]);
  });

  it('has a line on the home page among the others', () => {
    const runs = [left({ createdAt: '2026-11-29T10:00:00.000Z' }), left({ isNewer: false })];
    const facts = {
      recent: [],
      unreadable: runs,
      help: { commands: [], fixes: [], scopes: [] },
      channel: 'D1',
    };
    const shown = JSON.stringify(homeView(facts, 'en', (id) => words(id, id)));
    expect(shown).toContain('Written by a newer version of Fettle');
    expect(shown).toContain('Cannot be read by this version of Fettle');
    for (const { id } of runs) expect(shown).toContain((id satisfies RunId).slice(0, 8));
  });
});
