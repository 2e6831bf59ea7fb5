import {
  defineCommand,
  type Estate,
  findScope,
  type Scope,
  scopeNamed,
  type Words,
  words,
} from '../src/kit/index.ts';

const USUAL_HOURS = 7 * 24;
const MOST_HOURS = 400 * 24;
/** Every place where the names may end is tried: more than a person types would take long. */
const MOST_CHARACTERS = 120;

export default defineCommand({
  name: 'history',
  title: words('Draw what inspections measured over time', '绘制历次巡检的测量值'),
  usage: words(
    '<system | app | host | site> <measure> [7d | 24h]',
    '<系统 | 应用 | 主机 | 机房> <指标> [7d | 24h]',
  ),
  examples: ['mq disk', 'msgbroker load 24h', '消息队列 磁盘'],

  makes: 'picture',

  read(text, { estate }) {
    const { rest, hours } = readPeriod(withoutMarks(text));
    if (hours === undefined || hours > MOST_HOURS) return { kind: 'answer', says: tooLong };
    const found = split(rest, estate);
    return found.ok
      ? { kind: 'history', scope: found.scope, measure: found.measure, hours }
      : { kind: 'answer', says: found.says };
  },
});

/** Quotation marks say nothing here. */
const withoutMarks = (text: string): string => text.replace(/["\u201c\u201d]/gu, ' ').trim();

const tooLong = words(
  `A period looks like 24h, 7d or 2w, and is at most ${MOST_HOURS / 24} days.`,
  `时间范围形如 24h、7d、2w，最长 ${MOST_HOURS / 24} 天。`,
);

/** By the first letter or character of the unit. */
const HOURS: Readonly<Record<string, number>> = { h: 1, 小: 1, d: 24, 天: 24, 日: 24, w: 168, 周: 168 };

/** The last word may be a period; without one it is the last seven days. */
function readPeriod(text: string): { readonly rest: string; readonly hours: number | undefined } {
  const [whole, count = '', unit = ''] =
    /(?:^|\s)(?:(?:最近|last|past)\s*)?(\d{1,6})\s*(h|hours?|d|days?|w|weeks?|小时|天|日|周)$/iu.exec(
      text.normalize('NFKC'),
    ) ?? [];
  if (whole === undefined) return { rest: text, hours: USUAL_HOURS };
  const hours = Number(count) * (HOURS[unit.charAt(0).toLowerCase()] ?? NaN);
  return {
    rest: text.normalize('NFKC').slice(0, -whole.length).trim(),
    hours: hours > 0 ? hours : undefined,
  };
}

type Split =
  | { readonly ok: true; readonly scope: Scope; readonly measure: string }
  | { readonly ok: false; readonly says: Words };

/** The longest beginning that names places, or else the longest end; the rest is the measure. In Chinese the two may stand together. */
function split(text: string, estate: Estate): Split {
  // Every place where it could be parted is tried.
  if (text.length > MOST_CHARACTERS) return { ok: false, says: whatToType };
  const gaps = positions(text, /(?=\s)|$/gu);
  const withinWords = positions(text, /(?<=\p{Script=Han})/gu);
  for (const end of [...gaps.toReversed(), ...withinWords.toReversed()]) {
    const scope = scopeNamed(text.slice(0, end), estate);
    if (scope) return { ok: true, scope, measure: text.slice(end).trim() };
  }
  for (const start of gaps) {
    const scope = scopeNamed(text.slice(start), estate);
    if (scope) return { ok: true, scope, measure: text.slice(0, start).trim() };
  }
  const [first = ''] = text.split(/\s+/u);
  const unknown = findScope(first, estate);
  if (unknown.ok || first === '') return { ok: false, says: whatToType };
  // One word alone may as well be the measure.
  const says = first === text ? joined(unknown.says, whatToType) : unknown.says;
  return { ok: false, says };
}

const joined = (one: Words, other: Words): Words => words(`${one.en} ${other.en}`, `${one.zh}${other.zh}`);

const positions = (text: string, at: RegExp): readonly number[] =>
  [...text.matchAll(at)].map(({ index }) => index).filter((index) => index > 0);

const whatToType = words(
  'Say of what, and which measure: /history mq disk, /history msgbroker-1 load 24h.',
  '请指明对象与指标：/history mq disk，或 /history 消息队列 磁盘 24h。',
);
