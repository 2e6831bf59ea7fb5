import type { z } from 'zod';
import { type Arguments, argumentsOf, checkArguments } from './args/index.ts';
import type { Clause, RowId } from './clause.ts';
import type { Judgement } from './check.ts';
import type { Estate } from './estate.ts';
import type { Requirement } from './requirement.ts';
import { floorOf, type Risk, type RiskOf, riskWith } from './risk.ts';
import { allGreen, type Look, sayAnswers } from './look.ts';
import type { CheckRef } from './steps/condition.ts';
import { type Course, inOrder } from './course.ts';
import type { Step } from './steps/step.ts';
import { sentences, type Words, words } from './words.ts';

/** What `observe` found: the fault with its facts, or why this playbook is not the remedy. */
export type Observation<Facts> =
  | { readonly applies: true; readonly because: Words; readonly facts: Facts }
  | {
      readonly applies: false;
      readonly because: Words;
      /** `not-found`: the subject does not exist. `not-needed`: nothing to do. `unsafe`: the remedy must not run. */
      readonly reason: 'not-found' | 'not-needed' | 'unsafe';
      /** Something to try instead, e.g. the number of the blocking order. */
      readonly instead?: readonly { readonly title: Words; readonly command: string }[];
    };

/** Why a playbook is not the remedy. */
export type Refusal = Extract<Observation<never>, { applies: false }>;

export const refuse = (
  reason: Refusal['reason'],
  because: Words,
  instead: NonNullable<Refusal['instead']> = [],
): Refusal => ({ applies: false, reason, because, ...(instead.length > 0 ? { instead } : {}) });

export interface Verification<Cited extends RowId = RowId> {
  readonly title: Words;
  readonly row: Cited;
  /** Seconds to keep looking until it holds. */
  readonly withinSeconds: number;
  readonly look: (look: Look<Cited>) => Promise<Judgement>;
  /** The checks that it turns green. */
  readonly checks?: readonly CheckRef[];
}

/** Verified by checks of inspections: all of them are ok, a warning is not, and unknown never is. */
export const checksGreen = <Cited extends RowId>(
  refs: readonly CheckRef[],
  {
    row,
    withinSeconds = AFTER_RESTART_SECONDS,
    title = words('The checks are green again', '检查项恢复正常'),
  }: { readonly row: Cited; readonly withinSeconds?: number; readonly title?: Words },
): Verification<Cited> => ({
  title,
  row,
  withinSeconds,
  checks: refs,
  async look(look) {
    const answers = await look.checks({ title, refs });
    return { state: allGreen(answers) ? 'ok' : 'critical', says: sayAnswers(answers) };
  },
});

/** The manuals' sample: an app takes about ten minutes to start. */
const AFTER_RESTART_SECONDS = 600;

/** A check of the inspection of a system, wherever it is asked. */
export type CheckName = Pick<CheckRef, 'system' | 'check'>;

/** What the author of a fix writes: `playbooks/<system>/<name>.ts` default-exports one. */
export interface PlaybookSpec<Args, Facts, Cited extends RowId> {
  /** Same as the file name. */
  readonly name: string;
  readonly system: string;
  readonly title: Words;
  /** What it is the remedy of. */
  readonly rows: readonly [Cited, ...Cited[]];
  /** Further rows whose documented look-ups it performs on its way. No other row can be cited by `observe` and `verify`. */
  readonly looksAt?: readonly Cited[];
  /** Checks that are green again when it has succeeded: what a red one is offered for. */
  readonly heals?: readonly CheckName[];
  readonly clause: Clause;
  /** Where the facts decide: at least `floor`, and approved by what they say. */
  readonly risk: RiskOf<NoInfer<Facts>>;
  /** Further names, in both languages; its name and its titles are names already. */
  readonly names?: readonly string[];
  /** `args({ … })` of the kit, or a plain zod object, whose members are then typed as texts. */
  readonly args: Arguments<Args> | z.ZodType<Args>;
  /** Arguments as they are stored; shown as one types them, and each is read by a test. */
  readonly examples: readonly [
    Readonly<Record<string, unknown>>,
    ...(readonly Readonly<Record<string, unknown>>[]),
  ];
  /** Checks that must be well before anything is planned, beside the subject itself. Asked once, after `observe` has found that it applies. */
  readonly requires?: (args: NoInfer<Args>, estate: Estate) => readonly Requirement[];
  /** Comes before what uses its facts, so that their type is known there. Looks, changes nothing. Its facts are JSON and part of what is approved: seen again before the run, they must be the same. */
  readonly observe: (args: NoInfer<Args>, look: Look<NoInfer<Cited>>) => Promise<Observation<Facts>>;
  /** The two or three things a person must know before Confirm. */
  readonly warning: (facts: NoInfer<Facts>) => Words;
  /** A list is performed one by one. `oneByOne`, `onEach`, `inTurn` and `bracket` make a course. */
  readonly steps: (facts: NoInfer<Facts>, args: NoInfer<Args>) => readonly Step[] | Course;
  readonly verify: (facts: NoInfer<Facts>, args: NoInfer<Args>) => readonly Verification<NoInfer<Cited>>[];
  /** Whether the step of this number (from 1) took effect, where the estate shows it: asked when its answer was lost. Only `ok` decides. */
  readonly tookEffect?: (
    facts: NoInfer<Facts>,
    no: number,
  ) => Omit<Verification<NoInfer<Cited>>, 'withinSeconds'> | undefined;
  /** Steps that put things back, those of the lanes beside them; why nothing would have to be put back where no lane has steps for it; or why nothing can be (needs the approvals of the next risk class). */
  readonly rollback:
    | ((facts: NoInfer<Facts>) => readonly Step[])
    | 'lanes'
    | { readonly nothing: Words }
    | { readonly irreversible: Words };
}

/** What the rest of Fettle sees: argument and fact types stay inside. */
export interface Playbook {
  readonly kind: 'playbook';
  readonly name: string;
  readonly system: string;
  readonly title: Words;
  readonly rows: readonly [RowId, ...RowId[]];
  readonly looksAt: readonly RowId[];
  readonly heals: readonly CheckName[];
  readonly clause: Clause;
  /** Where the facts decide, the least it can be. */
  readonly risk: Risk;
  readonly names: readonly string[];
  readonly args: Arguments;
  readonly examples: readonly Readonly<Record<string, unknown>>[];
  readonly irreversible: Words | undefined;
  readonly nothingToPutBack: Words | undefined;
  /** Checks raw arguments, looks, and resolves the steps. Changes nothing. */
  readonly prepare: (args: unknown, look: Look) => Promise<Prepared>;
  /** Checks that must be well before it is planned with these arguments. */
  readonly requirements: (args: unknown, estate: Estate) => readonly Requirement[];
  /** The verifications of a plan made earlier, from its recorded arguments and facts. */
  readonly verifications: (args: unknown, facts: unknown) => readonly Verification[];
  /** The look that shows whether a step of such a plan took effect, if there is one. */
  readonly effectOf: (facts: unknown, no: number) => Pick<Verification, 'title' | 'row' | 'look'> | undefined;
}

export type Prepared =
  | {
      readonly ok: true;
      readonly because: Words;
      readonly warning: Words;
      readonly risk: Risk;
      readonly facts: unknown;
      readonly course: Course;
      readonly verify: readonly Verification[];
      readonly rollback: readonly Step[];
    }
  | {
      readonly ok: false;
      readonly reason: 'bad-arguments' | 'not-found' | 'not-needed' | 'unsafe';
      readonly because: Words;
      readonly instead: readonly { readonly title: Words; readonly command: string }[];
    };

export function definePlaybook<Args, Facts, Cited extends RowId>(
  spec: PlaybookSpec<Args, Facts, Cited>,
): Playbook {
  const { name, system, title, rows, looksAt = [], heals = [], clause, risk, examples, rollback } = spec;
  const args = argumentsOf(spec.args);
  return {
    kind: 'playbook',
    name,
    system,
    title,
    rows,
    looksAt,
    heals,
    clause,
    risk: floorOf(risk),
    names: spec.names ?? [],
    args,
    examples,
    irreversible:
      typeof rollback === 'object' && 'irreversible' in rollback ? rollback.irreversible : undefined,
    nothingToPutBack: typeof rollback === 'object' && 'nothing' in rollback ? rollback.nothing : undefined,
    requirements: (stored, estate) => spec.requires?.(args.schema.parse(stored), estate) ?? [],
    // The facts come back from the store as `observe` made them: only these two know their type.
    verifications: (stored, facts) => spec.verify(facts as Facts, args.schema.parse(stored)),
    effectOf: (facts, no) => spec.tookEffect?.(facts as Facts, no),
    async prepare(input, look) {
      const read = checkArguments(args, input, look.estate);
      if (!read.ok)
        return {
          ok: false,
          reason: 'bad-arguments',
          because: sentences(...read.problems.map(({ says }) => says)),
          instead: [],
        };
      const seen = await spec.observe(read.args, look);
      if (!seen.applies)
        return { ok: false, reason: seen.reason, because: seen.because, instead: seen.instead ?? [] };
      return {
        ok: true,
        because: seen.because,
        warning: spec.warning(seen.facts),
        risk: riskWith(risk, seen.facts),
        facts: seen.facts,
        course: courseOf(name, spec.steps(seen.facts, read.args)),
        verify: spec.verify(seen.facts, read.args),
        rollback: typeof rollback === 'function' ? rollback(seen.facts) : [],
      };
    },
  };
}

const courseOf = (name: string, steps: readonly Step[] | Course): Course =>
  'stages' in steps ? steps : inOrder(name, steps);
