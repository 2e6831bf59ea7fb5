import { z } from 'zod';
import {
  cannotAsk,
  type Judgement,
  type LocalPage,
  notUnderstood,
  PAGE_CLIENTS,
  readLocalPage,
  type ShellAnswer,
  unknown,
  words,
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
  const parts = [...(message ?? '').matchAll(/([\w-]+):([^\s,]+)/g)].map(([, name = '', value = '']) => ({
    name,
    value,
  }));
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

/** A node could not be asked, or its answer was not understood. */
interface Unclear {
  readonly kind: 'unclear';
  readonly judgements: readonly Judgement[];
}

/** What came of asking a node for its health. `ill` also when it does not answer at all. */
export type HealthSeen =
  | { readonly kind: 'well'; readonly health: Health }
  | { readonly kind: 'ill'; readonly health?: Health; readonly status?: number }
  | Unclear;

/** Well is what answers 200 with success. */
export function readHealth(answer: ShellAnswer): HealthSeen {
  const page = readPage(answer);
  if (page.kind === 'unclear') return page;
  if (page.kind === 'silent') return { kind: 'ill' };
  const health = parseHealth(page.body);
  if (page.status === 200 && health?.success) return { kind: 'well', health };
  if (page.status === 200 && !health) return { kind: 'unclear', judgements: notUnderstood() };
  return { kind: 'ill', status: page.status, ...(health ? { health } : {}) };
}

/** What came of a page that a node was asked for, where it could be asked and its answer came whole. */
export function readPage(
  answer: ShellAnswer,
): Extract<LocalPage, { readonly kind: 'answered' | 'silent' }> | Unclear {
  const page = readLocalPage(answer);
  switch (page.kind) {
    case 'no-client':
      return { kind: 'unclear', judgements: cannotAsk(PAGE_CLIENTS) };
    case 'not-asked':
      return { kind: 'unclear', judgements: notUnderstood() };
    case 'answered':
      return answer.truncated
        ? { kind: 'unclear', judgements: unknown(words('the answer is cut off', '返回内容不完整')) }
        : page;
    case 'silent':
      return page;
    default:
      return page satisfies never;
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
