import type { Playbook, Prepared, Words } from '../kit/index.ts';
import { captureSaying, NoSuchDatabase, sentences, words } from '../kit/index.ts';
import { laidOut } from '../runs/layout.ts';
import { withHash } from '../runs/plan.ts';
import type { Report } from '../runs/report.ts';
import type { Looked, Plan, Run, RunId } from '../runs/run.ts';
import { SqlFailed } from '../kit/targets.ts';
import { type Eyes, lookWith } from './look.ts';

export interface Preparing extends Eyes {
  /** Inspects these apps; used for the environment check before anything is planned. */
  readonly inspectApps: (apps: readonly string[]) => Promise<Report>;
}

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

/** Checks the environment, then lets each playbook look. Exactly one must apply. */
export async function prepareChange(
  ask: { readonly playbooks: readonly Playbook[]; readonly args: Readonly<Record<string, unknown>> },
  parts: Preparing,
): Promise<PreparedRun> {
  const sick = await environmentProblem(ask.playbooks, parts);
  if (sick) return { ok: false, says: sick, instead: [] };

  const ready: Ready[] = [];
  const refused: Refusal[] = [];
  for (const playbook of ask.playbooks) {
    const looked: Looked[] = [];
    try {
      const prepared = await playbook.prepare(ask.args, lookWith(parts, looked));
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
  return { ok: true, plan: planOf(only, ask.args) };
}

function planOf({ playbook, prepared, looked }: Ready, args: unknown): Plan {
  const { name, title, risk, rows, irreversible, nothingToPutBack } = playbook;
  const { because, warning, facts, course, verify, rollback } = prepared;
  return withHash({
    playbook: name,
    args,
    title,
    risk,
    rows,
    because: captureSaying(because),
    warning: captureSaying(warning),
    facts,
    ...laidOut(course, rollback),
    verify: verify.map((each) => ({ title: each.title, row: each.row })),
    looked,
    ...(irreversible ? { irreversible } : {}),
    ...(nothingToPutBack ? { nothingToPutBack } : {}),
  });
}

async function environmentProblem(
  playbooks: readonly Playbook[],
  { inspectApps }: Preparing,
): Promise<Words | undefined> {
  const apps = [...new Set(playbooks.flatMap(({ healthy }) => healthy))];
  if (apps.length === 0) return undefined;
  const report = await inspectApps(apps);
  const bad = report.findings.filter(({ state }) => state === 'critical' || state === 'unknown');
  if (bad.length === 0) return undefined;
  const [first] = bad;
  const where = first?.host ?? first?.app ?? '';
  const more = bad.length > 1 ? ` (+${bad.length - 1})` : '';
  return sentences(
    words(
      `The environment check comes first, and it failed: ${where}: ${first?.says.en ?? ''}${more}`,
      `环境检查未通过：${where}：${first?.says.zh ?? ''}${more}`,
    ),
    words(`Mend ${apps.join(', ')}, then ask again.`, `请先恢复 ${apps.join('、')}，再重新发起。`),
    NOTHING_CHANGED,
  );
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

const NOTHING_CHANGED = words('Nothing was changed.', '未做任何变更。');

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
