import type { WebClient } from '@slack/web-api';
import { z } from 'zod';
import type { Lang } from '../kit/index.ts';
import type { Person } from '../runs/run.ts';
import { failureOf } from './client.ts';
import type { Log } from './log.ts';

/** Somebody who typed or pressed, as Slack knows them. */
export interface Somebody {
  readonly person: Person;
  /** undefined when Slack could not be asked. */
  readonly guest: boolean | undefined;
  readonly team: string | undefined;
  /** Chinese when their Slack is; otherwise the configured language is theirs. */
  readonly lang?: Lang;
}

export interface People {
  /** When Slack cannot be asked, the name is the given one or the id; throws only for a bug. */
  readonly find: (userId: string, knownName?: string) => Promise<Somebody>;
}

const User = z.object({
  user: z.object({
    name: z.string().optional(),
    real_name: z.string().optional(),
    team_id: z.string().optional(),
    locale: z.string().optional(),
    is_restricted: z.boolean().optional(),
    is_ultra_restricted: z.boolean().optional(),
    is_stranger: z.boolean().optional(),
    profile: z.object({ display_name: z.string().optional() }).optional(),
  }),
});

const KEEP_MS = 10 * 60_000;
const KEEP_AT_MOST = 5000;

/** Names and standing of people, asked once in ten minutes each. */
export function createPeople(client: WebClient, log: Log): People {
  const known = new Map<string, { readonly at: number; readonly somebody: Somebody }>();
  return {
    async find(userId, knownName) {
      const kept = known.get(userId);
      if (kept && Date.now() - kept.at < KEEP_MS) return kept.somebody;
      try {
        const { user } = User.parse(await client.users.info({ user: userId, include_locale: true }));
        const name = user.profile?.display_name || user.real_name || user.name || knownName || userId;
        const somebody: Somebody = {
          person: { id: userId, name },
          guest: Boolean(user.is_restricted || user.is_ultra_restricted || user.is_stranger),
          team: user.team_id,
          ...(user.locale?.startsWith('zh') ? { lang: 'zh' } : {}),
        };
        if (known.size >= KEEP_AT_MOST) known.clear();
        known.set(userId, { at: Date.now(), somebody });
        return somebody;
      } catch (error) {
        log.warn({ userId, because: reasonOf(error) }, 'slack did not say who a person is');
        return unknownSomebody(userId, knownName);
      }
    },
  };
}

/** Somebody of whom nothing is known but what came along. */
export const unknownSomebody = (userId: string, knownName?: string): Somebody => ({
  person: { id: userId, name: knownName ?? userId },
  guest: undefined,
  team: undefined,
});

function reasonOf(error: unknown): string {
  if (error instanceof z.ZodError) return 'unexpected answer';
  const failure = failureOf(error);
  return failure.kind === 'refused' ? failure.error : failure.kind;
}
