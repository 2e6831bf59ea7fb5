import { type Comparison, type Estate, momentOf, wallTime } from '../../kit/index.ts';
import type { PastValue } from '../../runs/measured.ts';
import type { History, Past } from '../../runs/ports.ts';
import { findingKey, type NotYet, type Report } from '../../runs/report.ts';
import { judgeWithPast, lastingFrom, lastingOf, slotsOf, type Unanswered } from './compare-with-past.ts';

export interface Remembering {
  readonly history: Pick<History, 'values' | 'firsts'>;
  /** The database's clock, by which the past is dated. */
  readonly now: () => Promise<Date>;
  readonly estate: Pick<Estate, 'timeZone' | 'limits'>;
}

const AGAINST = ['yesterday', 'last-week', 'before'] as const satisfies readonly Comparison['against'][];

/** A report whose findings are held against what was measured before, in one question for each kind of rule that occurs. */
export async function withThePast<Known extends Pick<Report, 'findings' | 'notYet'>>(
  report: Known,
  { history, now: askNow, estate }: Remembering,
): Promise<Known> {
  const ruled = report.findings.filter(({ compare }) => compare !== undefined);
  const lasting = report.findings.flatMap((finding) => lastingOf(finding) ?? []);
  if (ruled.length === 0 && lasting.length === 0) return report;
  const now = await askNow();
  const slots = slotsOf(now, estate);
  const past = await Promise.all([
    ...AGAINST.map(async (against) => {
      const wanted = ruled.filter(({ compare }) => compare?.against === against);
      if (wanted.length === 0) return NOTHING;
      const { from, to } = slots[against];
      return history.values(wanted, from, to);
    }),
    lasting.length === 0
      ? NOTHING
      : history.values(
          lasting.map(({ finding }) => finding),
          new Date(Math.min(...lasting.map((each) => lastingFrom(each, now).getTime()))),
          now,
        ),
  ]);
  const { findings, unanswered } = judgeWithPast(report.findings, together(past), now, estate);
  if (unanswered.length === 0) return { ...report, findings };
  return { ...report, findings, notYet: await notYetOf(unanswered, history, now, estate, slots) };
}

const NOTHING: Past<readonly PastValue[]> = new Map();

function together(parts: readonly Past<readonly PastValue[]>[]): Past<readonly PastValue[]> {
  const all = new Map<string, readonly PastValue[]>();
  for (const [key, values] of parts.flatMap((part) => [...part]))
    all.set(key, [...(all.get(key) ?? []), ...values]);
  return new Map(
    [...all].map(([key, values]) => [key, values.toSorted((a, b) => a.at.getTime() - b.at.getTime())]),
  );
}

/** When each can be compared first: when the earliest of the values that are kept, the one of now included, is so old. */
async function notYetOf(
  unanswered: readonly Unanswered[],
  history: Remembering['history'],
  now: Date,
  estate: Remembering['estate'],
  slots: ReturnType<typeof slotsOf>,
): Promise<readonly NotYet[]> {
  const found = await Promise.all(
    AGAINST.map(async (against) => {
      const own = unanswered.filter(({ rule }) => rule.against === against);
      if (own.length === 0 || against === 'before') return own.map((each) => notYet(each, now));
      const days = DAYS[against];
      const firsts = await history.firsts(
        own.map(({ finding }) => finding),
        slots[against].to,
      );
      return own.map((each) =>
        notYet(each, daysAfter(firsts.get(findingKey(each.finding)) ?? now, days, estate.timeZone)),
      );
    }),
  );
  return found.flat();
}

const DAYS = { yesterday: 1, 'last-week': 7 } as const;

const notYet = ({ finding, rule }: Unanswered, from: Date): NotYet => ({
  finding,
  row: rule.row,
  from: from.toISOString(),
});

function daysAfter(at: Date, days: number, timeZone: string): Date {
  const wall = wallTime(at, timeZone);
  return momentOf({ ...wall, day: wall.day + days }, timeZone);
}
