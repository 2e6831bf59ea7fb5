import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { startWorkspace, type Workspace } from '../../../lab/workspace/index.ts';
import { createClient } from '../../../src/slack/client.ts';
import { createPeople, type People } from '../../../src/slack/people.ts';
import { StoreUnavailable } from '../../../src/store/index.ts';
import { type FreshStore, freshStore } from '../../support/fresh-store.ts';
import { rememberingLog, stage } from './harness.ts';

let fresh: FreshStore;
beforeAll(async () => {
  fresh = await freshStore();
});
afterAll(() => fresh.close());

let workspace: Workspace;
beforeEach(async () => {
  await fresh.root.query('delete from standing');
  workspace = await startWorkspace({
    people: [
      person('U0LIN', {}),
      person('U0GUO', { guest: true }),
      person('U0LEFT', { deleted: true }),
      person('U0BOT', { bot: true }),
      person('U0FAR', { stranger: true, team: 'T0OTHER' }),
    ],
  });
});
afterEach(() => workspace.stop());

const person = (id: string, more: object) => ({
  id,
  name: id.toLowerCase(),
  realName: id,
  title: '',
  email: `${id}@x.example`,
  ...more,
});
const { log } = rememberingLog();
/** A process of its own: it remembers nothing but what the store does. */
const people = (store = fresh.store.standings): People =>
  createPeople(
    createClient({ token: workspace.botToken, log, slackApiUrl: workspace.apiUrl, timeoutMs: 3000 }),
    log,
    store,
  );
const standing = async (who: string, from = people()): Promise<string> =>
  (await from.find(who, undefined, 300)).standing;
const breakSlack = (how: 'error' | '429' | '500' | 'hang'): Promise<unknown> => {
  const common = { method: 'users.info', times: 50 } as const;
  switch (how) {
    case 'error':
      return workspace.client.inject({ kind: 'error', ...common, error: 'internal_error' });
    case '429':
      return workspace.client.inject({ kind: '429', ...common, retryAfter: 1 });
    case '500':
    case 'hang':
      return workspace.client.inject({ kind: how, ...common, afterEffect: false });
    default:
      return how satisfies never;
  }
};

describe('the standing of a person', () => {
  it.each([
    ['U0LIN', 'member'],
    ['U0GUO', 'guest'],
    ['U0LEFT', 'deactivated'],
    ['U0BOT', 'bot'],
    ['U0FAR', 'stranger'],
    ['U0NOBODY', 'unknown'],
  ])('of %s is %s', async (who, expected) => {
    expect(await standing(who)).toBe(expected);
  });

  it.each(['error', '429', '500', 'hang'] as const)(
    'is unknown while Slack answers with %s, and the last known one otherwise',
    async (how) => {
      expect(await standing('U0GUO')).toBe('guest');
      expect(await standing('U0LIN')).toBe('member');
      await breakSlack(how);
      expect(await standing('U0LIN')).toBe('member');
      expect(await standing('U0GUO')).toBe('guest');
      expect(await standing('U0LEFT')).toBe('unknown');
    },
  );

  it('that is older than a day is unknown', async () => {
    expect(await standing('U0LIN')).toBe('member');
    await fresh.root.query('update standing set seen_at = seen_at - interval 25 hour');
    await breakSlack('error');
    expect(await standing('U0LIN')).toBe('unknown');
  });

  it('is unknown, not a failure, while neither Slack nor the database answers', async () => {
    const away = async (): Promise<never> => Promise.reject(new StoreUnavailable('ECONNREFUSED'));
    const alone = people({ keep: away, last: away });
    expect(await standing('U0LIN', alone)).toBe('member');
    await breakSlack('500');
    expect(await standing('U0GUO', alone)).toBe('unknown');
  });

  it('that the store holds in another shape is unknown', async () => {
    await fresh.store.standings.keep('U0LIN', '{"standing":"member"}');
    await fresh.store.standings.keep('U0GUO', 'not json');
    await breakSlack('error');
    expect([await standing('U0LIN'), await standing('U0GUO')]).toEqual(['unknown', 'unknown']);
  });

  it('changes at once when Slack tells of it', async () => {
    const here = people();
    expect(await standing('U0LIN', here)).toBe('member');
    await here.changed({ id: 'U0LIN', team_id: 'T0PRACTICE', deleted: true });
    expect(await standing('U0LIN', here)).toBe('deactivated');
    await here.changed({ nonsense: true });
    expect(await standing('U0LIN', here)).toBe('deactivated');
  });

  it('is asked once when many things of one person come at the same moment', async () => {
    const here = people();
    await Promise.all(Array.from({ length: 20 }, () => standing('U0LIN', here)));
    expect(await workspace.client.calls('users.info')).toHaveLength(1);
  });
});

describe.each(['socket', 'http'] as const)('over %s', (transport) => {
  it('somebody who becomes a guest or leaves is refused from then on, at every door', async () => {
    const on = await stage(transport);
    try {
      const { client } = on.workspace;
      await client.type('U0LIN', 'C0OPS', '/inspect mq');
      await on.desk.until(() => on.desk.asked.length === 1);
      const after = await client.now();
      await client.changePerson('U0LIN', { deleted: true });
      await client.waitFor(
        (change) => change.type === 'delivery' && change.what === 'user_change' && change.answer === 'acked',
        { after },
      );
      await client.type('U0LIN', 'C0OPS', '/inspect mq');
      await client.type('U0LIN', 'C0OPS', '@fettle inspect mq');
      await client.openHome('U0LIN');
      await client.waitForMessage({ says: /only answers members/, onlyFor: 'U0LIN' });
      await client.waitFor((change) => change.type === 'delivery' && change.what === 'app_home_opened', {
        after,
      });
      expect(on.desk.asked).toHaveLength(1);
      expect(on.desk.homes).toEqual([]);
    } finally {
      await on.stop();
    }
  });
});
