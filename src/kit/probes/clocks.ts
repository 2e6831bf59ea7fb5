import type { DatabaseAnswer, HostAnswer, Judgement, ResolvedLimit, Span } from '../check.ts';
import { type ShellCommand, sh } from '../shell.ts';
import { type SqlQuery, sql } from '../sql.ts';
import { type Lang, say, type Words, words } from '../words.ts';
import { beyondLimit, firstOf, heldAgainst, inUnit } from './limits.ts';

/** By how many seconds a clock is ahead of Fettle's: somewhere between the two. */
export interface Ahead {
  readonly least: number;
  readonly most: number;
}

/** A clock that was looked at; without `ahead` it did not answer. */
export interface Clock {
  readonly name: string;
  readonly ahead?: Ahead;
}

/** Prints a host's clock in seconds since 1970, so that time zones play no part. */
export const CLOCK_COMMAND: ShellCommand = sh`date +%s.%N`;

/** The same of a database server. */
export const CLOCK_QUERY: SqlQuery = sql`select unix_timestamp(now(6)) as now`;

/** The clock of a host, from what CLOCK_COMMAND printed there. */
export const clockOf = ({ host, answer, ranBetween }: HostAnswer): Clock => ({
  name: host.name,
  ...readAhead(answer?.output, ranBetween),
});

/** The clock of a database, from its answer to CLOCK_QUERY. */
export const databaseClock = (name: string, answer: DatabaseAnswer | undefined): Clock => ({
  name,
  ...readAhead(answer?.rows[0]?.['now'] ?? undefined, answer?.ranBetween),
});

function readAhead(text: string | undefined, ran: Span | undefined): { readonly ahead?: Ahead } {
  const [, whole, fraction = ''] = /^(\d{9,11})(?:\.(\d+)|\.%?N)?$/.exec(text?.trim() ?? '') ?? [];
  if (whole === undefined || !ran) return {};
  const seconds = Number(`${whole}.${fraction || '0'}`);
  // A host that cannot print fractions has cut them off.
  const grain = 10 ** -fraction.length;
  return {
    ahead: { least: seconds - ran.to.getTime() / 1000, most: seconds + grain - ran.from.getTime() / 1000 },
  };
}

/**
 * Holds clocks against others that they must agree with. A difference is known as exactly as the moments are at which both
 * were looked at: what may be within the limit and may be beyond it is unknown. No manual gives a tolerance.
 */
export function judgeClocks(
  clocks: readonly Clock[],
  against: readonly Clock[],
  limit: ResolvedLimit,
): Judgement {
  const pairs = clocks.flatMap((clock) => against.map((other) => compare(clock, other, limit.value)));
  const evidence = pairs.map(({ shown }) => shown).join('\n');
  const off = pairs.filter(({ verdict }) => verdict === 'apart');
  const unclear = pairs.filter(({ verdict }) => verdict === 'unclear');
  const measured = (those: readonly Compared[]) => ({
    value: rounded(Math.max(...those.map(({ seconds }) => seconds))),
    unit: 's',
    limit: heldAgainst(limit, 'above'),
    evidence,
  });
  if (off.length > 0) {
    const said = together(off);
    const beyond = beyondLimit(limit, inUnit(limit.value, 's'), 'above');
    const says = words(`${said.en}, ${beyond.en}`, `${said.zh}，${beyond.zh}`);
    return { ...measured(off), state: limit.state ?? 'warning', says };
  }
  if (unclear.length > 0) return { state: 'unknown', says: together(unclear), evidence };
  if (pairs.length === 0)
    return { state: 'unknown', says: words('no two clocks to compare', '没有可比较的两个时钟') };
  const { value } = measured(pairs);
  const names = firstOf(against.map(({ name }) => name));
  const says = words(
    `${clocks.length} clock${clocks.length === 1 ? '' : 's'} within ${value} s of ${names.en} (limit ${limit.value} s; the manual gives none)`,
    `${clocks.length} 个时钟与 ${names.zh} 相差不超过 ${value} 秒（阈值 ${limit.value} 秒，手册未给出）`,
  );
  return { ...measured(pairs), state: 'ok', says };
}

interface Compared {
  readonly verdict: 'agree' | 'apart' | 'unclear';
  /** How far apart they are; when they agree, at most. */
  readonly seconds: number;
  readonly says: Words;
  readonly shown: string;
}

function compare(clock: Clock, other: Clock, most: number): Compared {
  const silent = [clock, other].find(({ ahead }) => ahead === undefined)?.name;
  if (silent !== undefined || !clock.ahead || !other.ahead) {
    const says = words(`the clock of ${silent} is not known`, `无法获取 ${silent} 的时间`);
    return { verdict: 'unclear', seconds: 0, says, shown: `${silent}: ?` };
  }
  const least = clock.ahead.least - other.ahead.most;
  const greatest = clock.ahead.most - other.ahead.least;
  const range = `${rounded(least)} … ${rounded(greatest)}`;
  const shown = `${clock.name} − ${other.name}: ${range} s`;
  const seconds = Math.max(-least, greatest);
  if (seconds <= most) return { verdict: 'agree', seconds, says: words(shown, shown), shown };
  if (least <= most && greatest >= -most) {
    const says = words(
      `${clock.name} and ${other.name} were looked at too far apart in time to tell: ${range} s`,
      `${clock.name} 与 ${other.name} 的取时间隔过大，无法判断：${range} 秒`,
    );
    return { verdict: 'unclear', seconds, says, shown };
  }
  const middle = (least + greatest) / 2;
  const by = Math.abs(rounded(middle));
  const [en, zh] = middle > 0 ? ['ahead of', '快'] : ['behind', '慢'];
  return {
    verdict: 'apart',
    seconds: Math.abs(middle),
    says: words(
      `${clock.name} is ${by} s ${en} ${other.name}`,
      `${clock.name} 比 ${other.name} ${zh} ${by} 秒`,
    ),
    shown,
  };
}

/** Up to three of them in one sentence, each once. */
function together(pairs: readonly Compared[]): Words {
  const of = (lang: Lang): readonly string[] => [...new Set(pairs.map(({ says }) => say(says, lang)))];
  return words(firstOf(of('en')).en, firstOf(of('zh')).zh);
}

const rounded = (seconds: number): number => Math.round(seconds * 10) / 10;
