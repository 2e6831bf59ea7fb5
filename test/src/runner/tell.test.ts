import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { words } from '../../../src/kit/index.ts';
import { tellBy } from '../../../src/runner/tell.ts';
import { ofRun } from '../../../src/runs/subject.ts';
import type { RunId } from '../../../src/runs/run.ts';
import { showSubject } from '../../../src/slack/show.ts';
import type { Delivery, Sent } from '../../../src/slack/deliver.ts';
import { view } from '../../../src/slack/view/view.ts';
import { type FreshStore, freshStore } from '../../support/fresh-store.ts';
import { anyWarrant } from '../../support/signed.ts';
import { approvedRun, entry } from '../store/fixtures.ts';

let fresh: FreshStore;
beforeAll(async () => {
  fresh = await freshStore();
});
afterAll(() => fresh.close());

const says = words('Push is stopped.', '推送已关闭。');

/** A run under way that was asked for in Slack. */
async function running(): Promise<RunId> {
  const id = await approvedRun(fresh.store);
  await fresh.root.execute(
    `update run set body = json_set(body, '$.origin', json_extract('{"surface":"slack","team":"T","channel":"C1"}', '$')) where id = ?`,
    [id],
  );
  await fresh.store.journal.claim(id, () => [], 'worker', anyWarrant);
  return id;
}
/** The renderer's round, with a Slack that remembers and may refuse a channel. */
async function shown(id: RunId, sent: { channel: string; text: string }[], closed?: string): Promise<string> {
  const run = await fresh.store.runs.get(id);
  if (!run) throw new Error('gone');
  const delivery: Pick<Delivery, 'post' | 'update' | 'remove' | 'find'> = {
    post: async ({ text }, { channel }): Promise<Sent> => {
      if (channel === closed) return { kind: 'closed', because: 'channel_not_found' };
      sent.push({ channel, text });
      return { kind: 'sent', ts: String(sent.length) };
    },
    update: async (_, __, ts) => ({ kind: 'sent', ts }),
    remove: async (_, ts) => ({ kind: 'sent', ts }),
    find: async () => ({ kind: 'absent' }),
  };
  const log = {
    warn: () => undefined,
    info: () => undefined,
    error: () => undefined,
    debug: () => undefined,
  };
  const result = await showSubject({ ...run, subject: ofRun(id) }, view(run), {
    posts: fresh.store.posts,
    delivery,
    log,
    stillMine: async () => true,
    isCertain: () => true,
  } as unknown as Parameters<typeof showSubject>[2]);
  return result.kind;
}
const frame = (id: RunId) => ({ runId: id, no: 2, fence: 1, since: new Date(0) });
const tell = (waitMs: number) => tellBy({ runs: fresh.store.runs, posts: fresh.store.posts, waitMs });

describe('telling through the renderer', () => {
  it('is one message however often it is asked for, and told once Slack has it', async () => {
    const id = await running();
    expect(await tell(0).seen(frame(id))).toBe('never-sent');
    expect(await tell(0).send(frame(id), { channel: 'C2', says })).toBe('not-yet');
    const sent: { channel: string; text: string }[] = [];
    for (let again = 0; again < 3; again += 1) {
      await shown(id, sent);
      expect(await tell(0).send(frame(id), { channel: 'C2', says })).toBe('told');
    }
    expect(sent.filter(({ channel }) => channel === 'C2')).toEqual([
      { channel: 'C2', text: expect.stringMatching(/^Push is stopped\. Run [0-9a-f]{8}, asked for by \S/) },
    ]);
    expect(sent.filter(({ channel }) => channel === 'C1').length).toBeGreaterThan(0);
  });

  it('is refused where Slack takes no message, and the run is shown all the same', async () => {
    const id = await running();
    await tell(0).send(frame(id), { channel: 'C9', says });
    const sent: { channel: string; text: string }[] = [];
    expect(await shown(id, sent, 'C9')).toBe('shown');
    expect(await tell(0).seen(frame(id))).toBe('refused');
    expect(sent.every(({ channel }) => channel === 'C1')).toBe(true);
    expect(await shown(id, sent)).toBe('shown');
    expect(sent.every(({ channel }) => channel === 'C1')).toBe(true);
  });

  it('tells nobody for a run that has ended', async () => {
    const id = await running();
    const ended = { kind: 'ended', outcome: 'failed', says } as const;
    await fresh.store.runs.apply(id, ended, entry('ended failed', id));
    expect(await tell(0).send(frame(id), { says })).toBe('never-sent');
  });
});
