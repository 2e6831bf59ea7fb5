import { z } from 'zod';
import {
  notUnderstood,
  type PageSeen,
  parseJson,
  seeLocalPage,
  type ShellAnswer,
} from '../../src/kit/index.ts';

/** What a node says of itself at /health/check. Only that of the meta role is printed; data and session answer alike. */
export interface Health {
  readonly success: boolean;
  /** What a meta node takes itself for: `raftStatus` in version 5, `role` in version 6. */
  readonly role?: 'leader' | 'follower';
  /** Parts of the message that are not as they must be: `raftServerStart:false`, `status:INITIAL`. */
  readonly failing: readonly string[];
}

const HealthAnswer = z.object({ success: z.boolean(), message: z.string().nullish() });

/** Undefined when the answer is something else. */
export function parseHealth(body: string): Health | undefined {
  const read = HealthAnswer.safeParse(parseJson(body));
  if (!read.success) return undefined;
  const { success, message } = read.data;
  const parts = [...(message ?? '').matchAll(/(?<![\w-])([\w-]+):([^\s,]+)/g)].map(
    ([, name = '', value = '']) => ({
      name,
      value,
    }),
  );
  const [, role] = /\b(?:raftStatus|role):(leader|follower)\b/i.exec(message ?? '') ?? [];
  const failing = parts.filter(
    ({ name, value }) => value === 'false' || (name === 'status' && value !== 'WORKING'),
  );
  return {
    success,
    ...(role === undefined ? {} : { role: role.toLowerCase() === 'leader' ? 'leader' : 'follower' }),
    failing: failing.map(({ name, value }) => `${name}:${value}`),
  };
}

/** Undefined when the answer is neither that of version 5 nor that of version 6. */
export function parsePushSwitch(body: string): 'open' | 'closed' | undefined {
  const read = PushSwitch.safeParse(parseJson(body));
  if (!read.success) return undefined;
  if ('pushSwitch' in read.data) return read.data.pushSwitch;
  const stopped = 'stopPush' in read.data ? read.data.stopPush : read.data.stopPushDataSwitch;
  return String(stopped) === 'true' ? 'closed' : 'open';
}

const Stopped = z.union([z.boolean(), z.enum(['true', 'false'])]);
const PushSwitch = z.union([
  z.object({ pushSwitch: z.enum(['open', 'closed']) }),
  z.object({ stopPush: Stopped }),
  z.object({ stopPushDataSwitch: Stopped }),
]);

/** What came of asking a node for its health. `ill` also when it does not answer at all. */
export type HealthSeen =
  | { readonly kind: 'well'; readonly health: Health }
  | { readonly kind: 'ill'; readonly health?: Health; readonly status?: number }
  | Extract<PageSeen, { readonly kind: 'unclear' }>;

/** Well is what answers 200 with success. */
export function readHealth(answer: ShellAnswer): HealthSeen {
  const page = seeLocalPage(answer);
  if (page.kind === 'unclear') return page;
  if (page.kind === 'silent') return { kind: 'ill' };
  const health = parseHealth(page.body);
  if (page.status === 200 && health?.success) return { kind: 'well', health };
  if (page.status === 200 && !health) return { kind: 'unclear', judgements: notUnderstood() };
  return { kind: 'ill', status: page.status, ...(health ? { health } : {}) };
}
