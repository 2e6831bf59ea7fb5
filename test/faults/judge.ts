/** One thing that happened at the target: a signal that arrived, a row that went. `unit` names what it happened to. */
export interface Effect {
  readonly unit: string;
  /** Milliseconds since 1970. */
  readonly at: number;
}

/** A run as Fettle recorded it. */
export interface Told {
  readonly id: string;
  readonly state: string;
  readonly outcome: string | undefined;
  /** The sentence of the end. */
  readonly says: string;
  readonly steps: readonly { readonly no: number; readonly state: string; readonly says: string }[];
  /** When it was first seen to have ended with an outcome other than unknown. */
  readonly endedAt: number | undefined;
  readonly audit: readonly {
    readonly action: string;
    readonly step: number | undefined;
    readonly at: number;
  }[];
}

/** What people did that Slack was told has arrived. */
export interface Acknowledged {
  readonly what: string;
  /** A run, a new state of it, or a sentence to the person. */
  readonly answered: boolean;
}

/** Everything a trial is judged by. The first three are seen at the target only. */
export interface Evidence {
  /** What each step of the plan acts on, in the order of the steps. */
  readonly plan: readonly (readonly string[])[];
  /** Requests as they reached the target, refused ones too. */
  readonly arrivals: readonly Effect[];
  readonly effects: readonly Effect[];
  readonly runs: readonly Told[];
  readonly acknowledged: readonly Acknowledged[];
  /** Messages by the part of a run that they show: each part stands once. */
  readonly parts: readonly string[];
  /** The text of each thread of the runs. */
  readonly threads: readonly string[];
  readonly rested: boolean;
  /** What the trial itself found wrong. */
  readonly found: readonly Violation[];
}

export const KINDS = [
  'doubled',
  'unrecorded',
  'after the end',
  'false',
  'lost',
  'told twice',
  'stays unknown',
  'no rest',
] as const;
export type Kind = (typeof KINDS)[number];

export interface Violation {
  readonly kind: Kind;
  readonly says: string;
}

/** Milliseconds by which two clocks of this machine may differ in what they wrote down. */
const CLOCK_MS = 100;

/** Holds what was recorded and told against what happened at the target. Pure. */
export function judge(evidence: Evidence): readonly Violation[] {
  return [
    ...evidence.found,
    ...doubled(evidence),
    ...unrecorded(evidence),
    ...afterTheEnd(evidence),
    ...evidence.runs.flatMap((run) => falsehoods(run, evidence)),
    ...shownFalsehoods(evidence),
    ...lost(evidence),
    ...toldTwice(evidence),
    ...unsettled(evidence),
  ];
}

const violation = (kind: Kind, says: string): Violation => ({ kind, says });

function doubled({ arrivals, effects }: Evidence): readonly Violation[] {
  const counted = (what: string, seen: readonly Effect[]): readonly Violation[] =>
    [...new Set(seen.map(({ unit }) => unit))].flatMap((unit) => {
      const times = seen.filter((each) => each.unit === unit).length;
      return times > 1 ? [violation('doubled', `${unit} ${what} ${times} times`)] : [];
    });
  return [...counted('was asked for', arrivals), ...counted('happened', effects)];
}

/** Before an effect its intent must stand in the audit chain, and before that a confirmation. */
function unrecorded({ effects, plan, runs }: Evidence): readonly Violation[] {
  return effects.flatMap(({ unit, at }): readonly Violation[] => {
    const step = plan.findIndex((units) => units.includes(unit)) + 1;
    const lines = runs.flatMap(({ audit }) => audit);
    const before = (wanted: (line: (typeof lines)[number]) => boolean): boolean =>
      lines.some((line) => wanted(line) && line.at <= at + CLOCK_MS);
    return [
      ...(before(({ action, step: of }) => /begun/.test(action) && of === step)
        ? []
        : [violation('unrecorded', `${unit} happened before its intent was recorded`)]),
      ...(before(({ action }) => /confirm/.test(action))
        ? []
        : [violation('unrecorded', `${unit} happened without a recorded confirmation`)]),
    ];
  });
}

function afterTheEnd({ effects, runs }: Evidence): readonly Violation[] {
  const [run, ...more] = runs;
  const ended = run?.endedAt;
  if (ended === undefined || more.length > 0) return [];
  return effects
    .filter(({ at }) => at > ended + CLOCK_MS)
    .map(({ unit, at }) =>
      violation('after the end', `${unit} happened ${Math.round(at - ended)} ms after the end was told`),
    );
}

const NOTHING = /nothing was changed|未做任何变更/i;
const NOT_SENT = /not sent|未发送/i;
const TOOK_EFFECT = /(\d+) of \d+ steps? took effect/;

function falsehoods(run: Told, { plan, effects, arrivals }: Evidence): readonly Violation[] {
  const happened = new Set(effects.map(({ unit }) => unit));
  const arrived = new Set(arrivals.map(({ unit }) => unit));
  const complete = plan.filter((units) => units.every((unit) => happened.has(unit))).length;
  const says: Violation[] = [];
  const say = (text: string): void => void says.push(violation('false', `${text}: “${run.says}”`));
  if (NOTHING.test(run.says) && happened.size > 0)
    say(`${happened.size} effects, and yet nothing is said to be changed`);
  if (run.outcome === 'done' && complete < plan.length)
    say(`done, with ${complete} of ${plan.length} steps in effect`);
  const claimed = TOOK_EFFECT.exec(run.says)?.[1];
  if (
    claimed !== undefined &&
    (Number(claimed) > complete || (run.outcome !== 'unknown' && Number(claimed) < complete))
  )
    say(`${complete} steps are in effect`);
  for (const step of run.steps) {
    const units = plan[step.no - 1] ?? [];
    const reached = units.every((unit) => happened.has(unit) || arrived.has(unit));
    const some = units.some((unit) => happened.has(unit));
    // A target that answers well and does nothing is found by the verification, not by the step.
    if (step.state === 'done' && !reached)
      say(`step ${step.no} is said to be done and never reached the target`);
    if (step.state === 'not-started' && some)
      say(`step ${step.no} is said not to be started and is in effect`);
    if (NOT_SENT.test(step.says) && units.some((unit) => arrived.has(unit)))
      say(`step ${step.no} arrived and is said not to be sent (${step.says})`);
  }
  return says;
}

/** What stands in Slack, beside what the store would have it say. */
const shownFalsehoods = ({ threads, effects }: Evidence): readonly Violation[] =>
  effects.length === 0
    ? []
    : threads
        .filter((text) => NOTHING.test(text))
        .map(() => violation('false', 'its thread says that nothing was changed'));

const lost = ({ acknowledged }: Evidence): readonly Violation[] =>
  acknowledged
    .filter(({ answered }) => !answered)
    .map(({ what }) => violation('lost', `${what} was acknowledged, and nothing came of it`));

function toldTwice({ parts, runs, threads }: Evidence): readonly Violation[] {
  const twice = [...new Set(parts)].filter((part) => parts.filter((each) => each === part).length > 1);
  return [
    ...twice.map((part) => violation('told twice', `${part} stands more than once`)),
    ...(threads.length > runs.length
      ? [violation('told twice', `${threads.length} threads of ${runs.length} runs`)]
      : []),
  ];
}

/** Unknown at the end is true only where the target cannot say: effects that are there can be seen. */
function unsettled({ runs, rested, effects, plan }: Evidence): readonly Violation[] {
  if (!rested)
    return [
      violation(
        'no rest',
        runs.map(({ id, state }) => `${id.slice(0, 8)} is ${state}`).join(', ') || 'no run',
      ),
    ];
  const happened = new Set(effects.map(({ unit }) => unit));
  return runs
    .filter(({ outcome }) => outcome === 'unknown')
    .flatMap(({ says, steps }) => {
      const isTold = (at: number): boolean => steps.find(({ no }) => no === at + 1)?.state === 'done';
      const seen = plan.flatMap((units, at) =>
        !isTold(at) && units.every((unit) => happened.has(unit)) ? [at + 1] : [],
      );
      return seen.length > 0
        ? [violation('stays unknown', `step ${seen.join(', ')} is in effect: “${says}”`)]
        : [];
    });
}
