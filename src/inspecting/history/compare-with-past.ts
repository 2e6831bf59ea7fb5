import {
  clockText,
  type Comparison,
  type Estate,
  type HeldAgainst,
  inUnit,
  sameTimeDaysBefore,
  type Words,
  words,
} from '../../kit/index.ts';
import type { PastValue } from '../../runs/measured.ts';
import type { Past } from '../../runs/ports.ts';
import { type Finding, findingKey } from '../../runs/report.ts';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 3600 * 1000;

/** Between these moments a value is the earlier one of a comparison; of several the one nearest to `at` counts. */
export interface Slot {
  readonly at: Date;
  readonly from: Date;
  readonly to: Date;
}

/** Where the earlier value of a comparison is looked for: within half an hour of the same time yesterday, within two hours of the same time last week, or the newest of the last day. */
export const slotsOf = (
  now: Date,
  { timeZone }: Pick<Estate, 'timeZone'>,
): Readonly<Record<Comparison['against'], Slot>> => ({
  yesterday: around(sameTimeDaysBefore(now, 1, timeZone), 30 * MINUTE_MS),
  'last-week': around(sameTimeDaysBefore(now, 7, timeZone), 120 * MINUTE_MS),
  before: { at: now, from: new Date(now.getTime() - DAY_MS), to: now },
});

const around = (at: Date, ms: number): Slot => ({
  at,
  from: new Date(at.getTime() - ms),
  to: new Date(at.getTime() + ms),
});

/** A breach that counts only once it has lasted. */
export interface LastingFinding {
  readonly finding: Finding;
  readonly limit: HeldAgainst;
  readonly seconds: number;
}

/** Undefined when the finding is no breach of a limit that must last. */
export function lastingOf(finding: Finding): LastingFinding | undefined {
  const { state, value, limit } = finding;
  const seconds = limit?.lastsSeconds;
  if (limit === undefined || seconds === undefined || seconds <= 0 || value === undefined) return undefined;
  if (state !== 'warning' && state !== 'critical') return undefined;
  return breaches(value, limit) ? { finding, limit, seconds } : undefined;
}

/** A breach seen longer ago than this, and not looked at since, says nothing about the time between. */
export const lastingFrom = ({ seconds }: LastingFinding, now: Date): Date =>
  new Date(now.getTime() - seconds * 1000 - DAY_MS);

/** A finding that could not be held against an earlier value, of which there is none. */
export interface Unanswered {
  readonly finding: Finding;
  readonly rule: Comparison;
}

export interface JudgedWithPast {
  readonly findings: readonly Finding[];
  readonly unanswered: readonly Unanswered[];
}

/**
 * Holds findings against what was measured before: rules about how a value moves, and breaches that must last. Without an
 * earlier value a rule's row is not answered: it leaves the finding, and with its last row an ok finding leaves the report.
 */
export function judgeWithPast(
  findings: readonly Finding[],
  past: Past<readonly PastValue[]>,
  now: Date,
  estate: Pick<Estate, 'timeZone' | 'limits'>,
): JudgedWithPast {
  const unanswered: Unanswered[] = [];
  const slots = slotsOf(now, estate);
  const judged = findings.flatMap((finding): readonly Finding[] => {
    const own = past.get(findingKey(finding)) ?? [];
    const lasting = lastingOf(finding);
    const standing = lasting ? judgeLasting(lasting, own, now, estate.timeZone) : finding;
    const rule = finding.compare;
    if (rule === undefined || standing.state === 'unknown') return [standing];
    if (standing.value === undefined)
      return [{ ...standing, state: 'unknown', says: joined(standing.says, NO_VALUE) }];
    const before = earlier(finding, own, slots[rule.against]);
    if (before !== undefined) return [compared(standing, rule, standing.value, before, estate)];
    unanswered.push({ finding, rule });
    const rows = standing.rows.filter((row) => row !== rule.row);
    if (rows.length > 0) return [{ ...standing, rows }];
    return standing.state === 'ok' ? [] : [standing];
  });
  return { findings: judged, unanswered };
}

const NO_VALUE = words('there is no value to compare', '没有可比较的数值');

function earlier({ unit }: Finding, past: readonly PastValue[], { at, from, to }: Slot): number | undefined {
  let nearest: { readonly away: number; readonly value: number } | undefined;
  for (const { at: then, value, unit: itsUnit } of past) {
    if (value === undefined || itsUnit !== unit || then < from || then > to) continue;
    const away = Math.abs(then.getTime() - at.getTime());
    if (!nearest || away <= nearest.away) nearest = { away, value };
  }
  return nearest?.value;
}

function compared(
  finding: Finding,
  rule: Comparison,
  value: number,
  before: number,
  { limits }: Pick<Estate, 'limits'>,
): Finding {
  const unit = finding.unit ?? '';
  const then = THEN[rule.against];
  const moved = rule.moves === 'drops' ? before - value : value - before;
  const percent = before === 0 ? (moved > 0 ? Infinity : 0) : (moved / Math.abs(before)) * 100;
  const was = inUnit(before, unit);
  if (percent <= rule.percent) {
    const beside = words(`${was.en} ${then.en}`, `${then.zh} ${was.zh}`);
    return { ...finding, says: joined(finding.says, beside) };
  }
  const is = inUnit(value, unit);
  const by = Number.isFinite(percent) ? `${Math.round(percent)} %` : '';
  const [en, zh] = rule.moves === 'drops' ? ['down', '下降'] : ['up', '上升'];
  const level = limits[rule.row]?.level ?? rule.state;
  return {
    ...finding,
    state: finding.state === 'critical' ? 'critical' : level,
    says: joined(
      finding.says,
      words(
        `${was.en} ${then.en} and ${is.en} now: ${`${en} ${by}`.trim()}, more than the ${rule.percent} % of ${rule.row}`,
        `${then.zh} ${was.zh}，当前 ${is.zh}：${`${zh} ${by}`.trim()}，超过 ${rule.row} 规定的 ${rule.percent} %`,
      ),
    ),
  };
}

const THEN: Readonly<Record<Comparison['against'], Words>> = {
  yesterday: words('at this time yesterday', '昨日同一时间'),
  'last-week': words('at this time last week', '上周同一时间'),
  before: words('at the inspection before', '上次巡检'),
};

/** A breach stays what it is when it began long enough ago and was seen at every look since; else it is not known yet, and from when on it is. */
function judgeLasting(
  { finding, limit, seconds }: LastingFinding,
  past: readonly PastValue[],
  now: Date,
  timeZone: string,
): Finding {
  const since = breachSince(finding, limit, past, new Date(now.getTime() - seconds * 1000 - DAY_MS)) ?? now;
  const lasted = Math.floor((now.getTime() - since.getTime()) / 1000);
  if (lasted >= seconds) {
    const length = duration(lasted);
    return {
      ...finding,
      says: joined(finding.says, words(`for ${length.en} at least`, `已持续至少 ${length.zh}`)),
    };
  }
  const length = duration(seconds);
  const again = clockText(new Date(since.getTime() + seconds * 1000 + MINUTE_MS - 1), now, timeZone);
  return {
    ...finding,
    state: 'unknown',
    says: joined(
      finding.says,
      words(
        `this counts when it lasts ${length.en}: look again at ${again}`,
        `持续 ${length.zh}才算异常，请于 ${again} 再次巡检`,
      ),
    ),
  };
}

/** When the breach that goes on was first seen. */
function breachSince(
  { unit }: Finding,
  limit: HeldAgainst,
  past: readonly PastValue[],
  notBefore: Date,
): Date | undefined {
  let since: Date | undefined;
  for (const { at, value, unit: itsUnit } of past.toReversed()) {
    if (at < notBefore) break;
    if (value === undefined || itsUnit !== unit) continue;
    if (!breaches(value, limit)) break;
    since = at;
  }
  return since;
}

const breaches = (value: number, { value: limit, breach }: HeldAgainst): boolean =>
  breach === 'above' ? value > limit : value < limit;

/** `90 s`, `3 min`, `5 h`. */
function duration(seconds: number): Words {
  if (seconds < 120) return words(`${seconds} s`, `${seconds} 秒`);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 120) return words(`${minutes} min`, `${minutes} 分钟`);
  const hours = Math.floor(minutes / 60);
  return words(`${hours} h`, `${hours} 小时`);
}

const joined = (says: Words, more: Words): Words => words(`${says.en}; ${more.en}`, `${says.zh}；${more.zh}`);
