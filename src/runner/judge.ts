import {
  type App,
  type Check,
  type CheckContext,
  clean,
  type Estate,
  type Host,
  type Judgement,
  mask,
  type ResolvedLimit,
  type Words,
  words,
} from '../kit/index.ts';
import type { Finding } from '../runs/report.ts';
import { asEvidence, asWords, oneLine } from './evidence.ts';

/** A check on one subject: an app, or one of its hosts. */
export interface Subject {
  readonly system: string;
  readonly app: App;
  readonly host?: Host;
}

export function contextOf(check: Check, app: App, estate: Estate): CheckContext {
  const limits: Record<string, ResolvedLimit> = {};
  for (const [name, limit] of Object.entries(check.limits ?? {})) {
    const own = estate.limits[limit.row];
    limits[name] = { row: limit.row, value: own ?? limit.value, overridden: own !== undefined };
  }
  return { estate, app, limits };
}

/** What was run and what came back, as text. */
export interface Asked {
  readonly command: string;
  readonly output: string;
}

/** Findings of what a check concludes. A judge that fails, or says nothing, has understood nothing: unknown, with the output. */
export function findingsOf(
  check: Check,
  subject: Subject,
  context: CheckContext,
  asked: Asked,
  judge: () => readonly Judgement[],
): readonly Finding[] {
  const judgements = judged(judge);
  const overridden = Object.values(context.limits)
    .filter((limit) => limit.overridden)
    .map(({ row }) => row);
  return judgements.map((judgement) => ({
    system: subject.system,
    app: subject.app.id,
    ...(subject.host ? { host: subject.host.name } : {}),
    check: check.id,
    ...(judgement.part === undefined ? {} : { part: oneLine(judgement.part) }),
    title: check.title,
    state: judgement.state,
    ...(judgement.value === undefined || !Number.isFinite(judgement.value) ? {} : { value: judgement.value }),
    ...(judgement.unit === undefined ? {} : { unit: judgement.unit }),
    says: asWords(judgement.says),
    rows: judgement.rows ?? check.rows,
    clause: check.clause,
    ...(check.literal === undefined ? {} : { literal: check.literal }),
    command: mask(clean(asked.command)).trim(),
    evidence: asEvidence(judgement.evidence ?? asked.output),
    overridden: overridden.filter((row) => (judgement.rows ?? check.rows).includes(row)),
  }));
}

/** One unknown finding: the check could not be carried out, and why. */
export const unansweredFinding = (
  check: Check,
  subject: Subject,
  context: CheckContext,
  asked: Asked,
  says: Words,
): readonly Finding[] => findingsOf(check, subject, context, asked, () => [{ state: 'unknown', says }]);

function judged(judge: () => readonly Judgement[]): readonly Judgement[] {
  try {
    const judgements = judge();
    if (judgements.length > 0) return judgements;
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return [
      {
        state: 'unknown',
        says: words(`the answer could not be judged: ${detail}`, `无法判断返回内容:${detail}`),
      },
    ];
  }
  return [{ state: 'unknown', says: words('the answer says nothing', '返回内容中没有结果') }];
}
