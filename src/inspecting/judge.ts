import {
  type App,
  type Check,
  type CheckContext,
  capture,
  captureLine,
  captureWords,
  type Estate,
  type Host,
  type Judgement,
  type ResolvedLimit,
  type Words,
  words,
} from '../kit/index.ts';
import type { Finding } from '../runs/report.ts';
import { EVIDENCE_CAP } from '../kit/text/evidence.ts';

/** Characters of a command that are kept: far more than any check is long. */
const COMMAND_CAP = 65_536;

/** A check on one subject: an app, or one of its hosts. */
export interface Subject {
  readonly system: string;
  readonly app: App;
  readonly host?: Host;
}

export function contextOf(check: Check, app: App, estate: Estate): CheckContext {
  const limits: Record<string, ResolvedLimit> = {};
  for (const [name, limit] of Object.entries(check.limits ?? {})) {
    const { value, level } = estate.limits[limit.row] ?? {};
    limits[name] = {
      ...limit,
      value: value ?? limit.value,
      ...(level === undefined ? {} : { state: level }),
      overridden: value !== undefined || level !== undefined,
    };
  }
  const [windowSeconds] = check.rows.flatMap((row) => estate.limits[row]?.windowSeconds ?? []);
  return { estate, app, limits, ...(windowSeconds === undefined ? {} : { windowSeconds }) };
}

/** What was run and what came back, as text. */
export interface Asked {
  readonly command: string;
  readonly output: string;
}

/** Hears what is wrong in Fettle itself; the report only says that this check could not be judged. */
export type OnBug = (error: unknown, at: { readonly check: string; readonly place: string }) => void;

/** Findings of what a check concludes. A judge that fails, or says nothing, has understood nothing: unknown, with the output. */
export function findingsOf(
  check: Check,
  subject: Subject,
  context: CheckContext,
  asked: Asked,
  judge: () => readonly Judgement[],
  onBug: OnBug,
): readonly Finding[] {
  const place = subject.host?.name ?? subject.app.id;
  const judgements = judged(judge, (error) => onBug(error, { check: check.id, place }));
  const overridden = check.rows.filter((row) => context.estate.limits[row] !== undefined);
  return judgements
    .map((said) => atOwnLevel(said, check, context))
    .map((judgement) => ({
      system: subject.system,
      app: subject.app.id,
      ...(subject.host ? { host: subject.host.name } : {}),
      check: check.id,
      ...(judgement.part === undefined ? {} : { part: captureLine(judgement.part) }),
      title: check.title,
      state: judgement.state,
      ...(judgement.value === undefined || !Number.isFinite(judgement.value)
        ? {}
        : { value: judgement.value }),
      ...(judgement.unit === undefined ? {} : { unit: judgement.unit }),
      says: captureWords(judgement.says),
      rows: judgement.rows ?? check.rows,
      ...(judgement.limit === undefined ? {} : { limit: judgement.limit }),
      ...(judgement.compare === undefined ? {} : { compare: judgement.compare }),
      clause: check.clause,
      ...(check.literal === undefined ? {} : { literal: check.literal }),
      command: capture(asked.command, COMMAND_CAP),
      evidence: capture(
        judgement.evidence ?? asked.output,
        judgement.state === 'ok' ? EVIDENCE_CAP.ok : EVIDENCE_CAP.notOk,
      ),
      overridden,
    }));
}

/** A breach has the level that the inventory gives one of its rows; of several the graver. */
function atOwnLevel(judgement: Judgement, { rows }: Check, { estate }: CheckContext): Judgement {
  if (judgement.state !== 'warning' && judgement.state !== 'critical') return judgement;
  const levels = (judgement.rows ?? rows).flatMap((row) => estate.limits[row]?.level ?? []);
  const state = levels.includes('critical') ? 'critical' : levels[0];
  return state === undefined ? judgement : { ...judgement, state };
}

/** One unknown finding: the check could not be carried out, and why. */
export const unansweredFinding = (
  check: Check,
  subject: Subject,
  context: CheckContext,
  asked: Asked,
  says: Words,
): readonly Finding[] =>
  findingsOf(
    check,
    subject,
    context,
    asked,
    () => [{ state: 'unknown', says }],
    () => undefined,
  );

function judged(judge: () => readonly Judgement[], onError: (error: unknown) => void): readonly Judgement[] {
  try {
    const judgements = judge();
    if (judgements.length > 0) return judgements;
    onError(new Error('the judge returned no judgement'));
  } catch (error) {
    onError(error);
  }
  return [{ state: 'unknown', says: NOT_JUDGED }];
}

const NOT_JUDGED = words(
  'this answer could not be judged; read it in the evidence',
  '无法判断返回内容，请查看证据',
);
