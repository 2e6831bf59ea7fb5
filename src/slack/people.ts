import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Lang } from '../kit/index.ts';
import type { Standings } from '../runs/ports.ts';
import type { Person } from '../runs/run.ts';
import { failureOf } from './client.ts';
import type { Log } from './log.ts';
import { soon } from './soon.ts';

/** `unknown`: Slack could not be asked, and has not said anything for a day. */
const Standing = z.enum(['member', 'guest', 'stranger', 'deactivated', 'bot', 'unknown']);
type Standing = z.infer<typeof Standing>;

/** Somebody who typed or pressed, as Slack knows them. */
export interface Somebody {
  readonly person: Person;
  readonly standing: Standing;
  /** Workspaces that they belong to; none when Slack does not say. */
  readonly teams: readonly string[];
  /** Chinese when their Slack is; otherwise the configured language is theirs. */
  readonly lang?: Lang;
}

export interface People {
  /** Waits at most `patienceMs` for Slack; then what it said within the last day counts. Throws only for a bug. */
  readonly find: (userId: string, knownName?: string, patienceMs?: number) => Promise<Somebody>;
  /** Slack tells that somebody has changed: it counts at once. */
  readonly changed: (user: unknown) => Promise<void>;
}

const User = z.object({
  id: z.string().optional(),
  name: z.string().optional(),
  real_name: z.string().optional(),
  team_id: z.string().optional(),
  enterprise_user: z.object({ teams: z.array(z.string()).optional() }).optional(),
  locale: z.string().optional(),
  deleted: z.boolean().optional(),
  is_bot: z.boolean().optional(),
  is_restricted: z.boolean().optional(),
  is_ultra_restricted: z.boolean().optional(),
  is_stranger: z.boolean().optional(),
  profile: z.object({ display_name: z.string().optional() }).optional(),
});
type User = z.infer<typeof User>;

/** As it is kept in the store. */
const Kept = z.object({
  name: z.string(),
  standing: Standing,
  teams: z.array(z.string()),
  lang: z.enum(['en', 'zh']).optional(),
});

const FRESH_MS = 10 * 60_000;
const LAST_KNOWN_MS = 24 * 3600_000;
const KEEP_AT_MOST = 5000;
const PATIENCE_MS = 2000;
/** After a 429 Slack is left alone for at most so long: people are waiting. */
const LONGEST_PAUSE_SECONDS = 30;

/** Names and standing of people: asked once in ten minutes each, and remembered for a day for when Slack does not answer. */
export function createPeople(client: WebClient, log: Log, store: Standings): People {
  const known = new Map<string, { readonly at: number; readonly somebody: Somebody }>();
  const asking = new Map<string, Promise<Somebody | undefined>>();
  let notBefore = 0;

  async function keep(userId: string, somebody: Somebody): Promise<void> {
    if (known.size >= KEEP_AT_MOST) known.clear();
    known.set(userId, { at: Date.now(), somebody });
    const { person, standing, teams, lang } = somebody;
    const body = { name: person.name, standing, teams, ...(lang ? { lang } : {}) };
    await store
      .keep(userId, JSON.stringify(body))
      .catch((error: unknown) => log.warn({ userId, err: error }, 'the standing of a person was not kept'));
  }

  async function askSlack(userId: string, knownName: string | undefined): Promise<Somebody | undefined> {
    if (Date.now() < notBefore) return undefined;
    try {
      const { user } = z
        .object({ user: User })
        .parse(await client.users.info({ user: userId, include_locale: true }));
      const somebody = somebodyOf(userId, user, knownName);
      await keep(userId, somebody);
      return somebody;
    } catch (error) {
      const { because, pauseSeconds } = reasonOf(error);
      notBefore = Math.max(notBefore, Date.now() + Math.min(pauseSeconds, LONGEST_PAUSE_SECONDS) * 1000);
      log.warn({ userId, because }, 'slack did not say who a person is');
      return undefined;
    }
  }

  function ask(userId: string, knownName: string | undefined): Promise<Somebody | undefined> {
    const asked = asking.get(userId) ?? askSlack(userId, knownName).finally(() => asking.delete(userId));
    asking.set(userId, asked);
    return asked;
  }

  async function lastKnown(userId: string): Promise<Somebody | undefined> {
    const kept = known.get(userId);
    if (kept && Date.now() - kept.at < LAST_KNOWN_MS) return kept.somebody;
    try {
      const body = await store.last(userId);
      const read = body === undefined ? undefined : Kept.safeParse(JSON.parse(body));
      if (!read?.success) return undefined;
      const { name, standing, teams, lang } = read.data;
      return { person: { id: userId, name }, standing, teams, ...(lang ? { lang } : {}) };
    } catch (error) {
      log.warn({ userId, err: error }, 'the last standing of a person could not be read');
      return undefined;
    }
  }

  return {
    async find(userId, knownName, patienceMs = PATIENCE_MS) {
      const kept = known.get(userId);
      if (kept && Date.now() - kept.at < FRESH_MS) return kept.somebody;
      const asked = await soon(ask(userId, knownName), patienceMs, undefined);
      return asked ?? (await lastKnown(userId)) ?? unknownSomebody(userId, knownName);
    },

    async changed(given) {
      const read = User.extend({ id: z.string() }).safeParse(given);
      if (!read.success) return;
      const { id } = read.data;
      const before = known.get(id)?.somebody ?? (await lastKnown(id));
      // The event carries no language.
      const { lang } = before ?? {};
      await keep(id, { ...somebodyOf(id, read.data, before?.person.name), ...(lang ? { lang } : {}) });
    },
  };
}

function somebodyOf(userId: string, user: User, knownName: string | undefined): Somebody {
  const { profile, real_name, name, team_id, enterprise_user, locale } = user;
  return {
    person: { id: userId, name: profile?.display_name || real_name || name || knownName || userId },
    standing: standingOf(user),
    teams: [...new Set([...(team_id === undefined ? [] : [team_id]), ...(enterprise_user?.teams ?? [])])],
    ...(locale?.startsWith('zh') ? { lang: 'zh' as const } : {}),
  };
}

function standingOf(user: User): Standing {
  if (user.deleted) return 'deactivated';
  if (user.is_bot) return 'bot';
  if (user.is_stranger) return 'stranger';
  return user.is_restricted || user.is_ultra_restricted ? 'guest' : 'member';
}

/** Somebody of whom nothing is known but what came along. */
const unknownSomebody = (userId: string, knownName?: string): Somebody => ({
  person: { id: userId, name: knownName ?? userId },
  standing: 'unknown',
  teams: [],
});

function reasonOf(error: unknown): { readonly because: string; readonly pauseSeconds: number } {
  if (error instanceof z.ZodError) return { because: 'unexpected answer', pauseSeconds: 0 };
  const failure = failureOf(error);
  switch (failure.kind) {
    case 'refused':
      return { because: failure.error, pauseSeconds: 0 };
    case 'rate-limited':
      return { because: failure.kind, pauseSeconds: failure.seconds };
    case 'unclear':
      return { because: failure.detail, pauseSeconds: 0 };
    default:
      return failure satisfies never;
  }
}
