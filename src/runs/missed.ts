import { localTime, NOTHING_CAPTURED, type Words, words } from '../kit/index.ts';
import type { Finding, Report } from './report.ts';
import type { Missed, Outage, Scheduled } from './schedule.ts';

/** `missed 3 inspections from … to …: Fettle was not running`, in the local time of a zone. */
export function missedWords(missed: Missed, zone: string): Words {
  const [from, to] = [localTime(missed.from, zone), localTime(missed.to, zone)];
  const why = missed.because ? OUTAGE[missed.because] : undefined;
  const tail = { en: why ? `: ${why.en}` : '', zh: why ? `：${why.zh}` : '' };
  if (missed.count === 1 && !missed.more)
    return words(`missed the inspection of ${from}${tail.en}`, `漏检 1 次（${from}）${tail.zh}`);
  const more = missed.more ? words('more than ', '超过') : words('', '');
  return words(
    `missed ${more.en}${missed.count} inspections from ${from} to ${to}${tail.en}`,
    `漏检${more.zh} ${missed.count} 次（${from} 至 ${to}）${tail.zh}`,
  );
}

export const OUTAGE: Readonly<Record<Outage, Words>> = {
  stopped: words('Fettle was not running', 'Fettle 未运行'),
  database: words('Fettle could not reach its database', 'Fettle 无法连接其数据库'),
};

/** The check that stands for inspections which did not take place. */
const MISSED_CHECK = 'missed-inspections';

export const isMissedFinding = ({ check }: Pick<Finding, 'check'>): boolean => check === MISSED_CHECK;

/** The report with what its schedule missed as a finding of its own: nobody knows how the estate was then. */
export function withMissed(report: Report, scheduled: Scheduled | undefined, zone: string): Report {
  if (!scheduled?.missed) return report;
  const finding: Finding = {
    system: report.findings[0]?.system ?? '',
    app: scheduled.name,
    check: MISSED_CHECK,
    title: words('Inspections by schedule', '定时巡检'),
    state: 'unknown',
    says: missedWords(scheduled.missed, zone),
    rows: ['GEN-K04'],
    clause: { document: '001', section: '1' },
    evidence: NOTHING_CAPTURED,
    overridden: [],
  };
  return { ...report, findings: [...report.findings, finding] };
}

/** Without what was missed: that says nothing about the estate, so it is nothing to compare with. */
export const withoutMissed = (report: Report): Report => ({
  ...report,
  findings: report.findings.filter((finding) => !isMissedFinding(finding)),
});
