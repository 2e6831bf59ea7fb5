import { describe, expect, it } from 'vitest';
import { words } from '../../../../src/kit/index.ts';
import { createClient } from '../../../../src/slack/client.ts';
import {
  type ListenerDeps,
  keepTrying,
  type Requester,
  authorize,
} from '../../../../src/slack/listeners/request.ts';
import type { Pressure } from '../../../../src/slack/listeners/flood.ts';
import type { Somebody } from '../../../../src/slack/people.ts';
import { StoreUnavailable, Unreadable } from '../../../../src/runs/faults.ts';
import { newRunId } from '../../../../src/runs/run.ts';
import { RememberingDesk, rememberingLog } from '../harness.ts';

interface Where {
  /** What Slack says when it is asked whether the channel is shared. */
  readonly isShared?: boolean | undefined;
  readonly isNamed?: boolean;
  readonly pressure?: Pressure;
  /** What the work ends with. */
  readonly fails?: Error;
}

/** Whether somebody gets in, as whom, and what they hear. */
async function at(
  somebody: Partial<Somebody>,
  requester: Partial<Requester> = {},
  { isShared = false, isNamed = false, pressure = 'taken', fails }: Where = {},
) {
  const { log } = rememberingLog();
  const heard: string[] = [];
  let inside: string | undefined;
  let asked = 0;
  const deps: ListenerDeps = {
    desk: new RememberingDesk(),
    client: createClient({ token: 'xoxb-1', log, slackApiUrl: 'http://127.0.0.1:1/' }),
    log,
    lang: 'en',
    teams: ['T1', 'T2'],
    people: {
      async find(id) {
        asked += 1;
        return { person: { id, name: id }, standing: 'member', teams: ['T1'], ...somebody };
      },
      changed: async () => undefined,
    },
    channels: {
      canPost: async () => true,
      canRead: async () => true,
      isShared: async () => isShared,
      outsidersSee: async () => isShared,
    },
    evidence: { post: async () => undefined },
    pictures: { post: async () => undefined },
    bot: { userId: 'B', name: 'fettle', team: 'T1' },
    isNamed: () => isNamed,
    flood: () => pressure,
    look: {},
  };
  const tell = async ({ text }: { readonly text: string }): Promise<void> => void heard.push(text);
  await authorize(
    deps,
    { userId: 'U1', team: 'T1', channel: 'C1', lang: 'en', tell, ...requester },
    async ({ id }) => {
      if (fails) throw fails;
      inside = id;
      return undefined;
    },
  );
  return { inside, heard, asked };
}

const unreadable = (isNewer: boolean): Unreadable =>
  new Unreadable('run', newRunId(), { isNewer, because: 'its format' });
const UNKNOWN = { standing: 'unknown', teams: [] } as const;

describe('a request', () => {
  it.each<[string, string, Partial<Somebody>, Partial<Requester>, Where]>([
    ['a member', 'U1', {}, {}, {}],
    ['a member of another allowed workspace, by team and id', 'T2/U1', { teams: ['T2'] }, { team: 'T2' }, {}],
    ['a known member in a shared channel', 'U1', {}, { external: true }, {}],
    ['a known member where nobody knows whether it is shared', 'U1', {}, {}, { isShared: undefined }],
    ['somebody whom policy names, while Slack does not answer', 'U1', UNKNOWN, {}, { isNamed: true }],
  ])('lets in %s', async (_, id, somebody, requester, where) => {
    expect(await at(somebody, requester, where)).toMatchObject({ inside: id, heard: [] });
  });

  const named = { isNamed: true };
  it.each<[string, Partial<Somebody>, Partial<Requester>, Where]>([
    ['a guest', { standing: 'guest' }, {}, named],
    ['a person of another organisation', { standing: 'stranger' }, {}, named],
    ['somebody who has left', { standing: 'deactivated' }, {}, named],
    ['a bot', { standing: 'bot' }, {}, named],
    ['somebody of another workspace', { teams: ['T9'] }, {}, named],
    ['a member of whom Slack names no workspace', { teams: [] }, {}, named],
    ['somebody whose delivery names another workspace', {}, { team: 'T9' }, named],
  ])('refuses %s with a sentence, whatever policy says', async (_, somebody, requester, where) => {
    const { inside, heard } = await at(somebody, requester, where);
    expect(inside).toBeUndefined();
    expect(heard).toEqual([expect.stringContaining('only answers members')]);
  });

  it.each<[string, Partial<Requester>, Where]>([
    ['whom policy does not name', {}, {}],
    ['in a channel that the message says is shared', { external: true }, named],
    ['in a channel that Slack says is shared', {}, { ...named, isShared: true }],
    ['of whom the delivery names no workspace', { team: undefined as never }, named],
    ['of another workspace than the bot', { team: 'T2' }, named],
  ])('lets somebody of unknown standing try again: %s', async (_, requester, where) => {
    const { inside, heard } = await at(UNKNOWN, requester, where);
    expect(inside).toBeUndefined();
    expect(heard).toEqual([expect.stringContaining('try again in a moment')]);
  });

  it.each([
    ['a run of a newer version', unreadable(true), 'newer version of Fettle'],
    ['a run that is damaged', unreadable(false), 'cannot be read'],
    ['more calls than may wait', new StoreUnavailable('TOO_MANY_CALLS'), 'not recorded'],
    ['a store that is away', new StoreUnavailable('ECONNREFUSED'), 'cannot be used right now'],
    ['a bug', new TypeError('a bug'), 'went wrong'],
  ])('answers %s in a sentence', async (_, error, says) => {
    const { heard } = await at({}, {}, { fails: error });
    expect(heard).toEqual([expect.stringContaining(says)]);
  });

  it('says once that it is too much, and asks nobody anything for it', async () => {
    expect(await at({}, {}, { pressure: 'tell' })).toEqual({
      inside: undefined,
      heard: [expect.stringContaining('more than Fettle takes')],
      asked: 0,
    });
    expect(await at({}, {}, { pressure: 'told' })).toEqual({ inside: undefined, heard: [], asked: 0 });
    const forNothing = await at({}, { isToldForNothing: true }, { pressure: 'told' });
    expect(forNothing.heard).toHaveLength(1);
  });

  it('says that it is too long before it asks who it is', async () => {
    const told = await at({}, { tooLong: words('Too long.', '过长。') });
    expect(told).toEqual({ inside: undefined, heard: ['Too long.'], asked: 0 });
  });
});

describe('what waits for the database', () => {
  it('is asked again until it answers', async () => {
    let tries = 0;
    const answer = await keepTrying(async () => {
      tries += 1;
      if (tries < 2) throw new StoreUnavailable('ECONNREFUSED');
      return 'recorded';
    });
    expect([answer, tries]).toEqual(['recorded', 2]);
  });

  it.each([new Error('a bug'), new StoreUnavailable('TOO_MANY_CALLS')])(
    'is not asked again for %s',
    async (error) => {
      let tries = 0;
      const asked = keepTrying(async () => {
        tries += 1;
        throw error;
      });
      await expect(asked).rejects.toBe(error);
      expect(tries).toBe(1);
    },
  );
});
