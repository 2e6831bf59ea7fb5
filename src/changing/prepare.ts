import type { Playbook, Prepared, Words } from '../kit/index.ts';
import { captureSaying, NoSuchDatabase, sentences, words } from '../kit/index.ts';
import { laidOut } from '../runs/layout.ts';
import { withHash } from '../runs/plan.ts';
import type { Looked, Plan, Run, RunId } from '../runs/run.ts';
import { SqlFailed } from '../kit/targets.ts';
import { lookAround, NOTHING_CHANGED } from './environment.ts';
import { type Eyes, lookWith } from './look.ts';

export type Preparing = Eyes;

/** A plan, or the answer why there is none. Nothing was changed either way. */
export type PreparedRun =
  | { readonly ok: true; readonly plan: Plan }
  | {
      readonly ok: false;
      readonly says: Words;
      readonly instead: NonNullable<Run['instead']>;
      /** The playbooks looked, and there is nothing to do. */
      readonly nothingToDo?: true;
      /** A run that must be settled first. */
      readonly lookAt?: RunId;
    };

type Refusal = { readonly playbook: Playbook; readonly prepared: Extract<Prepared, { ok: false }> };
type Ready = {
  readonly playbook: Playbook;
  readonly prepared: Extract<Prepared, { ok: true }>;
  readonly looked: readonly Looked[];
};

/** Lets each playbook look; exactly one must apply. Then asks what that one requires. */
export async function prepareChange(
  ask: { readonly playbooks: readonly Playbook[]; readonly args: Readonly<Record<string, unknown>> },
  deps: Preparing,
): Promise<PreparedRun> {
  const ready: Ready[] = [];
  const refused: Refusal[] = [];
  for (const playbook of ask.playbooks) {
    const looked: Looked[] = [];
    try {
      const prepared = await playbook.prepare(ask.args, lookWith(deps, looked));
      if (prepared.ok) ready.push({ playbook, prepared, looked });
      else refused.push({ playbook, prepared });
    } catch (error) {
      if (!(error instanceof SqlFailed || error instanceof NoSuchDatabase)) throw error;
      return { ok: false, says: couldNotLook(error), instead: [] };
    }
  }

  const [only, second] = ready;
  if (only && second) return ambiguous(ready);
  if (!only) return nothing(refused);
  const environment = await lookAround(only.playbook.requirements(ask.args, deps.estate), deps.checks);
  if (!environment.ok) return { ok: false, says: environment.says, instead: [] };
  const looked = [...only.looked, ...environment.looked];
  return { ok: true, plan: planOf({ ...only, looked }, ask.args) };
}

function planOf({ playbook, prepared, looked }: Ready, args: unknown): Plan {
  const { name, title, rows, irreversible, nothingToPutBack } = playbook;
  const { because, warning, risk, facts, course, verify, rollback } = prepared;
  const laid = laidOut(course, rollback);
  if (laid.steps.length > 0 && laid.rollback.length === 0 && !irreversible && !nothingToPutBack)
    throw new Error(`the playbook ${name} says nothing of going back`);
  return withHash({
    playbook: name,
    args,
    title,
    risk,
    rows,
    because: captureSaying(because),
    warning: captureSaying(warning),
    facts,
    ...laid,
    verify: verify.map(({ title: promised, row, checks }) => ({
      title: promised,
      row,
      ...(checks ? { checks } : {}),
    })),
    looked,
    ...(irreversible ? { irreversible } : {}),
    ...(nothingToPutBack && laid.rollback.length === 0 ? { nothingToPutBack } : {}),
  });
}

function couldNotLook(error: SqlFailed | NoSuchDatabase): Words {
  if (error instanceof NoSuchDatabase) {
    return words(
      `The inventory names no database "${error.message}". Add it under "databases" in inventory.yaml. Nothing was changed.`,
      `资产清单中没有数据库“${error.message}”。请在 inventory.yaml 的 databases 下补充。未做任何变更。`,
    );
  }
  return sentences(
    words(`A database did not answer as needed: ${error.message}`, `数据库查询未成功：${error.message}`),
    NOTHING_CHANGED,
  );
}

/** The most telling answer first: not found beats unsafe beats not needed. */
function nothing(refused: readonly Refusal[]): PreparedRun {
  const order = ['bad-arguments', 'not-found', 'unsafe', 'not-needed'] as const;
  const telling = order.find((reason) => refused.some(({ prepared }) => prepared.reason === reason));
  const chosen = refused.filter(({ prepared }) => prepared.reason === telling);
  const said = [...new Map(chosen.map(({ prepared }) => [prepared.because.en, prepared.because])).values()];
  const instead = [
    ...new Map(
      chosen.flatMap(({ prepared }) => prepared.instead).map((each) => [each.command, each]),
    ).values(),
  ];
  return {
    ok: false,
    says: sentences(...said),
    instead,
    ...(telling === 'not-needed' ? { nothingToDo: true } : {}),
  };
}

function ambiguous(ready: readonly Ready[]): PreparedRun {
  return {
    ok: false,
    says: sentences(
      words(
        `Two remedies would fit, and the manual does not say which comes first: ${ready.map(({ prepared }) => prepared.because.en).join(' ')}`,
        `有两种处理方式均适用，手册未说明先后：${ready.map(({ prepared }) => prepared.because.zh).join('')}`,
      ),
      NOTHING_CHANGED,
    ),
    instead: [],
  };
}
