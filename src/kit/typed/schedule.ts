import type { Estate } from '../estate.ts';
import { findScope } from './find.ts';
import { nearest } from './near.ts';
import { readTiming } from './timing.ts';
import { type Token, tokensOf } from './tokens.ts';
import { type Words, words } from '../words.ts';

/** A wish about scheduled inspections. `scope` is what one types after /inspect; a channel is Slack's id. */
export type ScheduleWish =
  | { readonly do: 'list' }
  | ({ readonly do: 'add' } & ScheduleDeps)
  /** At least one part besides the name. */
  | ({ readonly do: 'change' } & Pick<ScheduleDeps, 'name'> & Partial<ScheduleDeps>)
  | { readonly do: 'pause' | 'resume' | 'remove' | 'run'; readonly name: string };

export interface ScheduleDeps {
  readonly name: string;
  readonly cron: string;
  readonly scope: string;
  readonly channel?: string;
}

export type ReadSchedule =
  | { readonly ok: true; readonly wish: ScheduleWish }
  | { readonly ok: false; readonly says: Words };

const NAME = /^[\p{L}\p{N}][\p{L}\p{N} ._-]{0,39}$/u;
const CHANNEL_ID = /^[CGD][A-Z0-9]{2,20}$/;

export const isScheduleName = (name: string): boolean => NAME.test(name);
export const isChannelId = (id: string): boolean => CHANNEL_ID.test(id);

/** The same name however it is written: `Daily patrol` is `daily-patrol`. */
export const scheduleKey = (name: string): string =>
  name
    .normalize('NFKC')
    .toLowerCase()
    .trim()
    .replace(/[\s_-]+/gu, '-');

/** What follows the word `schedule`; undefined when the text does not begin with it. */
export const afterSchedule = (text: string): string | undefined =>
  /^(?:schedules?|计划|巡检计划|定时(?:巡检)?)(?:\s+(.*))?$/isu
    .exec(text.trim())
    ?.slice(1)
    .map((rest: string | undefined) => rest ?? '')[0];

const VERBS: Readonly<Record<ScheduleWish['do'], readonly string[]>> = {
  list: ['list', '列表', '查看'],
  add: ['add', 'create', '添加', '新增', '增加'],
  change: ['change', 'edit', '修改', '变更'],
  pause: ['pause', 'stop', '暂停'],
  resume: ['resume', 'continue', '恢复', '继续'],
  remove: ['remove', 'delete', '删除', '移除'],
  run: ['run', 'now', '执行', '立即执行'],
};

/** `add daily-patrol "daily 07:30" all #C0OPS`, `pause daily-patrol`, …; nothing is the list. */
export function readSchedule(text: string, estate: Estate): ReadSchedule {
  const tokens = wordsOf(text);
  const [first, ...rest] = tokens;
  if (!first) return wish({ do: 'list' });
  const verb = verbOf(first.text);
  switch (verb) {
    case undefined:
      return not(unknownVerb(first.text));
    case 'list':
      return wish({ do: 'list' });
    case 'add':
      return readAdd(rest, estate);
    case 'change':
      return readChange(rest, estate);
    case 'pause':
    case 'resume':
    case 'remove':
    case 'run': {
      const name = rest.map((token) => token.text).join(' ');
      return name === '' ? not(whichOne(verb)) : wish({ do: verb, name });
    }
    default:
      return verb satisfies never;
  }
}

/** Nothing here is written as `name=value`. */
const wordsOf = (text: string): readonly Token[] =>
  tokensOf(text).map((token) =>
    token.name === undefined
      ? { ...token, text: token.text.trim() }
      : { raw: token.raw, text: token.raw, quoted: false },
  );

function verbOf(word: string): ScheduleWish['do'] | undefined {
  const typed = word.toLowerCase();
  for (const verb of ['list', 'add', 'change', 'pause', 'resume', 'remove', 'run'] as const)
    if (VERBS[verb].includes(typed)) return verb;
  return undefined;
}

function readAdd([named, ...rest]: readonly Token[], estate: Estate): ReadSchedule {
  if (!named) return not(HOW_TO_ADD);
  const refused = nameProblem(named.text);
  if (refused) return not(refused);
  const { channel, others } = channelIn(rest);
  if (channel !== undefined && !isChannelId(channel)) return not(noChannel(channel));
  if (others.length === 0) return not(HOW_TO_ADD);
  const timed = timingIn(others, estate);
  if (!timed.ok) return timed;
  const scope = scopeIn(timed.rest, estate);
  if (!scope.ok) return scope;
  return wish({
    do: 'add',
    name: named.text,
    cron: timed.cron,
    scope: scope.scope,
    ...(channel === undefined ? {} : { channel }),
  });
}

/** Whatever is named is changed; the rest stays. */
function readChange([named, ...rest]: readonly Token[], estate: Estate): ReadSchedule {
  if (!named) return not(whichOne('change'));
  const { channel, others } = channelIn(rest);
  if (channel !== undefined && !isChannelId(channel)) return not(noChannel(channel));
  const isTimed = others[0]?.quoted === true || longestTiming(others, estate) !== undefined;
  const timed = isTimed ? timingIn(others, estate) : undefined;
  if (timed && !timed.ok) return timed;
  const left = timed ? timed.rest : others;
  const scope = left.length > 0 ? scopeIn(left, estate) : undefined;
  if (scope && !scope.ok) return scope;
  if (!timed && !scope && channel === undefined) return not(HOW_TO_CHANGE);
  return wish({
    do: 'change',
    name: named.text,
    ...(timed ? { cron: timed.cron } : {}),
    ...(scope ? { scope: scope.scope } : {}),
    ...(channel === undefined ? {} : { channel }),
  });
}

/** The word that begins with `#`; the last one, when there are several. */
function channelIn(tokens: readonly Token[]): {
  readonly channel: string | undefined;
  readonly others: readonly Token[];
} {
  const named = tokens.filter(({ text, quoted }) => !quoted && text.startsWith('#'));
  return { channel: named.at(-1)?.text.slice(1), others: tokens.filter((token) => !named.includes(token)) };
}

type Timed =
  | { readonly ok: true; readonly cron: string; readonly rest: readonly Token[] }
  | { readonly ok: false; readonly says: Words };

/** Quotes say where the time ends; without them it is as long as it can be. */
function timingIn(tokens: readonly Token[], estate: Estate): Timed {
  const [first, ...rest] = tokens;
  if (first?.quoted === true) {
    const read = readTiming(first.text, estate);
    return read.ok ? { ok: true, cron: read.cron, rest } : read;
  }
  return longestTiming(tokens, estate) ?? unreadable(tokens, estate);
}

function unreadable(tokens: readonly Token[], estate: Estate): Timed {
  const read = readTiming(textOf(tokens.slice(0, MOST_WORDS)), estate);
  return read.ok ? { ok: true, cron: read.cron, rest: [] } : read;
}

const MOST_WORDS = 8;

/** Of what says when, the longest that can be; else why the longest cannot. */
function longestTiming(tokens: readonly Token[], estate: Estate): Timed | undefined {
  let cannot: Timed | undefined;
  // The last word is left to the scope first: in `30 7 * * * *` the last `*` is everything.
  for (const most of [tokens.length - 1, tokens.length]) {
    for (let length = Math.min(MOST_WORDS, most); length > 0; length -= 1) {
      const read = readTiming(textOf(tokens.slice(0, length)), estate);
      if (read.ok) return { ok: true, cron: read.cron, rest: tokens.slice(length) };
      if (read.isTime) cannot ??= read;
    }
  }
  return cannot;
}

const textOf = (tokens: readonly Token[]): string => tokens.map(({ text }) => text).join(' ');

function scopeIn(
  tokens: readonly Token[],
  estate: Estate,
): { readonly ok: true; readonly scope: string } | { readonly ok: false; readonly says: Words } {
  const scope = textOf(tokens);
  const found = findScope(scope, estate);
  if (!found.ok) return found;
  return scope.length <= 300 ? { ok: true, scope } : not(TOO_LONG);
}

/** Why something cannot be the name of a schedule; undefined when it can. */
export const nameProblem = (name: string): Words | undefined =>
  isScheduleName(name)
    ? undefined
    : words(
        `"${name.slice(0, 60)}" cannot be a name: use up to 40 letters, digits, spaces, ".", "-" and "_".`,
        `“${name.slice(0, 60)}”不能作为名称：最多 40 个字符，可用文字、数字、空格、“.”“-”“_”。`,
      );

const wish = (what: ScheduleWish): ReadSchedule => ({ ok: true, wish: what });
const not = (says: Words): { readonly ok: false; readonly says: Words } => ({ ok: false, says });

const HOW_TO_ADD = words(
  'Name it, say when and what: /inspect schedule add daily-patrol "daily 07:30" all #channel. Without a channel it comes here.',
  '请写明名称、时间和范围：/inspect 计划 添加 日常巡检 "每天 07:30" 全部 #频道。不写频道则发到当前频道。',
);
const HOW_TO_CHANGE = words(
  'Say what is to be different: a time in quotes, a scope, a #channel, or several of them.',
  '请写明要修改的内容：引号内的时间、范围、#频道，可同时修改多项。',
);
const TOO_LONG = words(
  'That scope is too long; name systems or sites instead of single hosts.',
  '范围过长，请改用系统或机房，而不是逐台列出主机。',
);
const whichOne = (verb: ScheduleWish['do']): Words =>
  words(
    `Which one? /inspect schedule ${verb} <name>; /inspect schedule lists them.`,
    `请指明名称：/inspect 计划 ${VERBS[verb].at(-1) ?? verb} <名称>。输入 /inspect 计划 可查看列表。`,
  );
const noChannel = (channel: string): Words =>
  words(
    `Slack did not say which channel #${channel.slice(0, 80)} is. Choose it from the list that Slack offers while you type, or write its id, like #C0123ABCD.`,
    `Slack 未识别频道 #${channel.slice(0, 80)}。请在输入时从 Slack 的提示列表中选择，或填写频道 ID，例如 #C0123ABCD。`,
  );

function unknownVerb(word: string): Words {
  const all = Object.values(VERBS).flat();
  const [near] = nearest(word, all, 1);
  const shown = word.slice(0, 40);
  return words(
    `"${shown}" is not known after schedule${near === undefined ? '' : `; near: ${near}`}. There is list, add, change, pause, resume, run, remove.`,
    `计划之后不能用“${shown}”${near === undefined ? '' : `，相近的有：${near}`}。可用：列表、添加、修改、暂停、恢复、执行、删除。`,
  );
}
