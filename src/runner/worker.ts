import type { Catalog } from '../catalog/catalog.ts';
import type {
  AskChecks,
  Estate,
  Hands,
  PersonAnswer,
  Step,
  StepAnswer,
  StepFrame,
  Verification,
  Words,
} from '../kit/index.ts';
import {
  captureSaying,
  lookAtStep,
  performStep,
  holdsContainer,
  resourcesOf,
  resumeStep,
  sentences,
  words,
} from '../kit/index.ts';
import type { Policy } from '../policy/policy.ts';
import { aboutChange } from '../policy/about-change.ts';
import { decide } from '../policy/decide.ts';
import { repeatsOpenEffect, stillOpen } from '../runs/effects.ts';
import type { PublicKeys } from '../runs/keys.ts';
import type {
  AuditLog,
  RunNotifier,
  ButtonStore,
  CallForHelp,
  History,
  Journal,
  PortionStore,
  PostLedger,
  RunStore,
  UnknownRuns,
} from '../runs/ports.ts';
import type { Report } from '../runs/report.ts';
import type { Brackets } from '../runs/brackets.ts';
import type { ReadOnlySwitch } from '../runs/read-only.ts';
import { RECORD } from '../runs/story.ts';
import { makeButtons } from '../runs/make-buttons.ts';
import { type Plan, type Run, type RunButton, type RunId } from '../runs/run.ts';
import { performChange } from '../changing/perform.ts';
import { audit, type Changing, lookFailed } from '../changing/changing.ts';
import { watchBrackets, type Watching } from '../changing/watch.ts';
import { compareReports } from '../inspecting/history/compare.ts';
import { askAll, type Task, type Told } from '../inspecting/ask-all.ts';
import { type Conclude, concludeHere } from '../inspecting/conclude.ts';
import { follow, type Following } from '../inspecting/progress.ts';
import { askChecks, withinSeconds } from '../inspecting/ask-checks.ts';
import { type Asking, HOSTS_AT_ONCE, hostTasks, inspect, type Inspecting } from '../inspecting/inspect.ts';
import type { FromHost } from '../inspecting/inspect-host.ts';
import type { OnBug } from '../inspecting/judge.ts';
import { decodeAnswers, encodeAnswers } from '../inspecting/portion-codec.ts';
import { withForecasts } from '../inspecting/history/forecast.ts';
import { holdsBy, QUORUM_SECONDS } from '../changing/conditions.ts';
import { lookWith } from '../changing/look.ts';
import { type Preparing, prepareChange, type PreparedRun } from '../changing/prepare.ts';
import { giveUp, type InspectAsk, performRead, planRollback, type Reading } from './read.ts';
import { tellBy } from './tell.ts';
import { withThePast } from '../inspecting/history/past-values.ts';
import { frameOfLook, openReconciler, settle } from '../changing/reconcile.ts';
import { helpWith, shareTasks, type Sharing, WORTH_SHARING } from '../inspecting/fan-out.ts';
import { isOutage } from '../changing/lease.ts';
import type { Targets } from '../kit/targets.ts';
import { replyTo } from '../changing/replies.ts';
import { unreliable, warrantBy } from '../changing/warrant.ts';

export interface WorkerDeps {
  readonly owner: string;
  readonly estate: Estate;
  readonly catalog: Catalog;
  readonly policy: () => Policy;
  /** Why this process may change nothing now, like a policy that is older than another process's. Absent where there is no other. */
  readonly outdated?: () => Promise<Words | undefined>;
  readonly runs: RunStore;
  readonly journal: Journal;
  readonly audit: Pick<AuditLog, 'ofRun' | 'write'>;
  /** Public keys by which requests and approvals are verified; none: nothing is performed here. */
  readonly keys: () => Promise<PublicKeys>;
  readonly unknown: UnknownRuns;
  readonly brackets: Brackets;
  /** Where runs stand in Slack. */
  readonly posts: Pick<PostLedger, 'posts'>;
  readonly readOnly: Pick<ReadOnlySwitch, 'now'>;
  readonly buttons: ButtonStore;
  readonly history: History;
  readonly targets: Targets;
  readonly notifier: Pick<RunNotifier, 'onNotify'>;
  readonly portions: PortionStore;
  /** Absent where there is no other worker to be asked. */
  readonly callForHelp?: CallForHelp;
  /** Judges in another thread; in this one unless set. */
  readonly judge?: { readonly conclude: (onBug: OnBug) => Conclude };
  /** The database's clock. */
  readonly now: () => Promise<Date>;
  readonly log: Record<'error' | 'warn' | 'info', (facts: object, message: string) => void>;
}

/** Handles run ids, whatever delivers them. */
export interface Runner {
  readonly read: (id: RunId, signal: AbortSignal) => Promise<void>;
  readonly change: (id: RunId, signal: AbortSignal) => Promise<void>;
  /** Takes portions of an inspection that another process has begun. Changes nothing. */
  readonly help: (id: RunId, signal: AbortSignal) => Promise<void>;
  /** Ends a run that the queue could not get carried out. Never throws. */
  readonly giveUp: (id: RunId) => Promise<void>;
  /** Finds what lost workers left, looks again at what nobody knows, and ends plans whose time for Confirm is over. To be called every second or so. */
  readonly sweep: () => Promise<void>;
  /** Forgets a little of what was measured long ago. */
  readonly tidy: () => Promise<void>;
}

export function openRunner(deps: WorkerDeps): Runner {
  const { estate, catalog, targets, runs } = deps;
  const onNotify = byRun(deps.notifier);
  const following = (id: RunId): Following => follow(id, { runs, onNotify });

  const inspections = [...catalog.inspections.values()];
  const onBug: OnBug = (error, at) =>
    deps.log.error({ error, ...at }, 'a check could not be asked or judged');
  // One for all inspections of this process: their turns are taken together.
  const conclude = deps.judge?.conclude(onBug) ?? concludeHere(estate, onBug);
  const inspecting = ({ scope, only }: Pick<InspectAsk, 'scope' | 'only'>): Inspecting => ({
    scope,
    ...(only ? { only } : {}),
    estate,
    inspections,
    targets,
    onBug,
    conclude,
  });
  const sharing = (
    runId: RunId,
    tasks: readonly Task<FromHost>[],
    signal: AbortSignal,
  ): Sharing<FromHost> => ({
    runId,
    owner: deps.owner,
    portions: deps.portions,
    tasks,
    atOnce: HOSTS_AT_ONCE,
    signal,
    encode: encodeAnswers(inspections),
    decode: decodeAnswers(inspections),
    pause: (ms) => pause(ms / 1000),
  });
  /** Inspections that were begun here, until they end. */
  const begunHere = new Map<RunId, Promise<unknown>>();

  function inspectFor({ id }: Run, ask: InspectAsk, onProgress: Told, signal: AbortSignal): Promise<Report> {
    const { callForHelp } = deps;
    const report = inspect({
      ...inspecting(ask),
      onProgress,
      signal,
      ...(callForHelp
        ? {
            share: (tasks, aborted, told) =>
              tasks.length < WORTH_SHARING
                ? askAll(tasks, HOSTS_AT_ONCE, aborted, told)
                : shareTasks(sharing(id, tasks, aborted), (helpers) => callForHelp(id, helpers), told),
          }
        : {}),
    }).then((found) => withThePast(found, deps));
    const ended = report.then(
      () => undefined,
      () => undefined,
    );
    begunHere.set(id, ended);
    void ended.then(() => begunHere.delete(id));
    return report;
  }

  /** Asks checks as the inspection does, and nothing else of it. */
  const ask =
    (limits: Pick<Asking, 'perHostTimeoutSeconds'>): AskChecks =>
    (refs) =>
      askChecks(refs, { estate, inspections, targets, onBug, conclude, ...limits }, deps);

  const preparing: Preparing = {
    estate,
    sql: targets.sql,
    checks: ask({}),
    exec: targets.exec,
    containers: targets.containers,
    pause,
  };

  /** A plan, unless a run that nobody knows the end of may have done the same. */
  async function prepare(run: Run): Promise<PreparedRun> {
    const prepared = await planFor(run);
    if (!prepared.ok) {
      if (prepared.nothingToDo && run.ask.kind === 'change')
        await deps.brackets.foundClosed(run.ask.playbooks, run.ask.args, run.id);
      return prepared;
    }
    const open = (await deps.unknown.all()).find(
      (other) => other.id !== run.id && repeatsOpenEffect(prepared.plan.steps, other),
    );
    return open ? { ok: false, says: stillOpen(open.id), instead: [], lookAt: open.id } : prepared;
  }

  async function planFor(run: Run): Promise<PreparedRun> {
    if (run.ask.kind === 'rollback') {
      const of = await runs.get(run.ask.of);
      return of
        ? putBack(run, of)
        : {
            ok: false,
            says: words('The run to roll back is not in the store.', '找不到要回滚的任务。'),
            instead: [],
          };
    }
    if (run.ask.kind !== 'change') throw new Error(`run ${run.id} is no change`);
    const playbooks = run.ask.playbooks.map((name) => {
      const found = catalog.playbooks.get(name);
      if (!found) throw new Error(`there is no playbook ${name}`);
      return found;
    });
    return prepareChange({ playbooks, args: run.ask.args }, preparing);
  }

  async function putBack({ id }: Run, of: Run): Promise<PreparedRun> {
    const planned = planRollback(of, await deps.audit.ofRun(of.id), await deps.keys());
    if (planned.forged !== undefined) {
      const reason = planned.forged;
      deps.log.error({ runId: id, of: of.id, reason }, 'a forged rollback was refused');
      await deps.audit.write({ ...audit(RECORD.forged, id, { of: of.id }), reason });
    }
    return planned;
  }

  const buttonsOf = (
    { id }: Run,
    wanted: Parameters<typeof makeButtons>[2],
    until?: string,
  ): Promise<readonly RunButton[]> => makeButtons(deps.buttons, id, wanted, until);

  const hands: Hands = {
    estate,
    rows: targets.rows,
    once: targets.once,
    tell: tellBy({ runs, posts: deps.posts }),
    containers: targets.containers,
    requests: targets.requests,
    clocks: { here: () => new Date(), database: deps.now },
    holds: holdsBy({
      estate,
      exec: targets.exec,
      checks: ask({}),
      checksAtOnce: ask({ perHostTimeoutSeconds: QUORUM_SECONDS - 1 }),
      checksWithin: (seconds) => (refs) =>
        askChecks(
          refs,
          {
            estate: withinSeconds(seconds, refs, { estate, inspections }),
            inspections,
            targets,
            onBug,
            conclude,
          },
          deps,
        ),
      now: deps.now,
      containers: (condition, since) =>
        holdsContainer(condition, since, {
          estate,
          containers: targets.containers,
          clocks: { database: deps.now },
        }),
    }),
  };
  const changing: Changing = {
    owner: deps.owner,
    runs,
    journal: deps.journal,
    prepare,
    verifications: (run, plan) => verificationsOf(run, plan, catalog, hands),
    warrant: async () =>
      warrantBy({ keys: await deps.keys(), catalog, estate, policy: deps.policy(), log: deps.log }),
    async confirmedPlan(run) {
      const keys = await deps.keys();
      // Without keys nothing can be told; another worker looks.
      if (keys.size === 0) return undefined;
      const reason = unreliable(run, await deps.audit.ofRun(run.id), keys);
      if (reason === undefined) return run.plan;
      deps.log.error({ runId: run.id, reason }, 'a change is not settled: its row is not what was confirmed');
      return undefined;
    },
    unknown: deps.unknown,
    touched: ({ steps }) => resourcesOf(steps, estate),
    perform: (step, frame, permit) => performStep(step, frame, permit, hands),
    resume: (step, frame, answer) => resumeStep(step, frame, answer, hands),
    replyTo: (run, step) => heardReply(run, step, deps),
    follow: following,
    lookAt: async (run, step, frame) => {
      const seen = await lookAtStep(step, frame, hands);
      return seen.kind === 'unknown' ? lookForEffect(run, frame, seen, catalog, preparing) : seen;
    },
    verify: (verification) => verifyOnce(verification, preparing),
    buttons: buttonsOf,
    pause,
    now: deps.now,
    log: deps.log,
  };
  const reconciler = openReconciler(changing);
  const watching: Watching = {
    brackets: deps.brackets,
    runs,
    holds: hands.holds,
    closeButton: async (run, arg) => {
      const [button] = await buttonsOf(run, [{ action: 'close', arg }]);
      if (!button) throw new Error('no button was made');
      return button;
    },
    now: deps.now,
    log: deps.log,
  };

  const reading: Reading = {
    runs,
    inspect: inspectFor,
    follow: following,
    compare: compareReports,
    withForecasts: (report) => withForecasts(report, deps.history, deps.now),
    prepare,
    decide: async (run, plan) => {
      const system = catalog.playbooks.get(plan.playbook)?.system ?? '';
      return decide(deps.policy(), aboutChange(run, plan, { estate, system, at: await deps.now() }));
    },
    readOnly: deps.readOnly.now,
    policy: deps.policy,
    makeButtons: buttonsOf,
    settle: (run) => settle(run, changing),
    timeZone: estate.timeZone,
    now: deps.now,
  };

  return {
    async read(id, signal) {
      try {
        await performRead(id, reading, signal);
      } catch (error) {
        if (signal.aborted || isOutage(error)) throw error;
        deps.log.error({ runId: id, error }, 'a run could not be carried out');
        await giveUp(id, reading, broken(id));
      }
    },
    async change(id, signal) {
      const outdated = await deps.outdated?.();
      // It stays approved, and is handed over again: to a process that may, or to this one when it has caught up.
      if (outdated) deps.log.info({ runId: id, because: outdated.en }, 'a change was not begun here');
      else await performChange(id, changing, signal);
    },
    async help(id, signal) {
      // Skip calls for an inspection that this process started: other workers answer them.
      await begunHere.get(id);
      const run = await runs.get(id);
      if (run?.state !== 'preparing' || run.ask.kind !== 'inspect') return;
      const { cancelled, end } = following(id);
      try {
        const stop = AbortSignal.any([signal, cancelled]);
        const hosts = await helpWith(sharing(id, hostTasks(inspecting(run.ask)), stop), signal);
        if (hosts > 0) deps.log.info({ runId: id, hosts }, 'helped with an inspection');
      } finally {
        await end();
      }
    },
    giveUp: (id) =>
      giveUp(id, reading, broken(id)).catch((error: unknown) =>
        deps.log.error({ runId: id, error }, 'a run could not be ended'),
      ),
    async sweep() {
      await Promise.all([reconciler.sweep(), expire(deps), watchBrackets(watching)]);
    },
    async tidy() {
      await deps.history.forget();
    },
  };
}

/** An answer that nobody signed or gave counts as none: it is recorded, and the step asks again. */
async function heardReply(
  run: Run,
  step: number,
  deps: Pick<WorkerDeps, 'audit' | 'keys' | 'log'>,
): Promise<PersonAnswer | undefined> {
  // Nobody has said anything: the record is not read for it.
  if (!run.replies) return undefined;
  const heard = replyTo(run, step, await deps.audit.ofRun(run.id), await deps.keys());
  if (heard.kind === 'heard') return heard.answer;
  if (heard.kind === 'forged') {
    const { reason } = heard;
    deps.log.error({ runId: run.id, step, reason }, 'a forged answer to a step was refused');
    await deps.audit.write({
      ...audit(RECORD.replied, run.id, { step, forged: true }),
      decision: 'no',
      reason,
    });
  }
  return undefined;
}

/** Ends plans whose time for Confirm is over; one that cannot be ended holds up no other. */
async function expire({ runs, log }: Pick<WorkerDeps, 'runs' | 'log'>): Promise<void> {
  const says = words(
    'Nobody confirmed in time. Nothing was changed; ask again to get a fresh plan.',
    '超过确认时间，未做任何变更。请重新发起以获得新的方案。',
  );
  for (const id of await runs.overdue()) {
    await runs
      .apply(id, { kind: 'ended', outcome: 'expired', says }, audit('ended expired', id))
      .catch((error: unknown) =>
        log.warn({ runId: id, error }, 'a plan could not be ended; it is tried again'),
      );
  }
}

/** Notifications are about every run: this listens to one. */
const byRun =
  (notifier: Pick<RunNotifier, 'onNotify'>) =>
  (id: RunId, listener: () => void): (() => void) =>
    notifier.onNotify((changed) => {
      if (changed === id) listener();
    });

const broken = (id: RunId): Words =>
  words(
    `Something in Fettle itself went wrong. Nothing was changed. Give this number to your Fettle administrator: ${id.slice(0, 8)}`,
    `Fettle 内部出错，未做任何变更。请将此编号告知维护人：${id.slice(0, 8)}`,
  );

function verificationsOf(run: Run, plan: Plan, catalog: Catalog, hands: Hands): readonly Verification[] {
  if (run.ask.kind === 'rollback')
    return plan.steps.map((step, at) => isBack(step, at + 1, plan, run, hands));
  return catalog.playbooks.get(plan.playbook)?.verifications(plan.args, plan.facts) ?? [];
}

/** A look at each step shows that what it puts back is there. */
const isBack = (step: Step, no: number, plan: Plan, run: Run, hands: Hands): Verification => ({
  title: step.title,
  row: plan.rows[0],
  withinSeconds: 10,
  look: async () => {
    const seen = await lookAtStep(step, frameOfLook(run, no), hands);
    // Only a person can see it, and one has said so.
    const isSaid = seen.kind === 'waits' && seen.waiting.for === 'person';
    return {
      state: seen.kind === 'done' || isSaid ? 'ok' : 'critical',
      says: isSaid ? step.title : seen.says,
    };
  },
});

/** As the playbook has it: what the estate shows may decide that a step took effect, never that it did not. */
async function lookForEffect(
  { plan }: Run,
  { no }: StepFrame,
  seen: StepAnswer,
  catalog: Catalog,
  preparing: Preparing,
): Promise<StepAnswer> {
  const look = plan && catalog.playbooks.get(plan.playbook)?.effectOf(plan.facts, no);
  if (!look) return seen;
  const shown = await verifyOnce(look, preparing);
  const says = sentences(words(`${look.title.en}: ${shown.says.en}`, `${look.title.zh}：${shown.says.zh}`));
  return shown.ok
    ? { kind: 'done', says, evidence: seen.evidence }
    : { ...seen, says: sentences(seen.says, says) };
}

async function verifyOnce(
  verification: Pick<Verification, 'look'>,
  preparing: Preparing,
): Promise<{ readonly ok: boolean; readonly says: Words }> {
  try {
    const seen = await verification.look(lookWith(preparing, []));
    return { ok: seen.state === 'ok', says: captureSaying(seen.says) };
  } catch (error) {
    return { ok: false, says: lookFailed(error).says };
  }
}

function pause(seconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, seconds * 1000));
}
