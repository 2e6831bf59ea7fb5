import { describe, expect, it } from 'vitest';
import type { Somebody } from '../../../../src/slack/people.ts';
import { type Door, type Visitor, welcome } from '../../../../src/slack/listeners/door.ts';
import { createClient } from '../../../../src/slack/client.ts';
import { nothingToShow, RememberingDesk, rememberingLog } from '../harness.ts';

/** Whether somebody gets in, and what they hear. */
async function at(somebody: Partial<Somebody>, visitor: Partial<Visitor>) {
  const { log } = rememberingLog();
  const heard: string[] = [];
  let inside = false;
  const door: Door = {
    desk: new RememberingDesk(),
    client: createClient({ token: 'xoxb-1', log, slackApiUrl: 'http://127.0.0.1:1/' }),
    log,
    lang: 'en',
    teams: ['T1', 'T2'],
    people: { find: async (id) => ({ person: { id, name: id }, guest: false, team: 'T1', ...somebody }) },
    channels: { canPost: async () => true },
    evidence: { post: async () => undefined },
    pictures: { post: async () => undefined },
    bot: { userId: 'B', name: 'fettle', team: 'T1' },
    recent: nothingToShow.runs.recent,
    look: {},
  };
  const tell = async ({ text }: { readonly text: string }): Promise<void> => void heard.push(text);
  await welcome(door, { userId: 'U1', team: 'T1', lang: 'en', tell, ...visitor }, async () => {
    inside = true;
    return undefined;
  });
  return { inside, heard };
}

describe('the door', () => {
  it.each<[string, Partial<Somebody>, Partial<Visitor>]>([
    ['a member', {}, {}],
    ['a member of another allowed workspace', { team: 'T2' }, { team: 'T2' }],
    [
      'a member whose standing Slack does not say, in our own channel',
      { guest: undefined, team: undefined },
      {},
    ],
    ['a known member in a shared channel', {}, { external: true }],
  ])('lets in %s', async (_, somebody, visitor) => {
    expect(await at(somebody, visitor)).toEqual({ inside: true, heard: [] });
  });

  it.each<[string, Partial<Somebody>, Partial<Visitor>]>([
    ['a guest', { guest: true }, {}],
    ['somebody of another workspace', { team: 'T9' }, {}],
    ['somebody whose delivery names another workspace', {}, { team: 'T9' }],
    [
      'somebody of unknown standing in a shared channel',
      { guest: undefined, team: undefined },
      { external: true },
    ],
  ])('refuses %s with a sentence', async (_, somebody, visitor) => {
    const { inside, heard } = await at(somebody, visitor);
    expect(inside).toBe(false);
    expect(heard).toEqual([expect.stringContaining('only answers members')]);
  });
});
