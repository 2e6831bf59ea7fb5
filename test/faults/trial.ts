import type { WorkspaceClient } from '../../lab/workspace/client.ts';
import type { Acknowledged, Effect, Evidence, Told, Violation } from './judge.ts';
import { type Order, removedLocks, rowsOf, signalsOf } from './oracle.ts';
import type { Random } from './random.ts';
import { LOCKS, type Rig } from './rig.ts';
import { until } from './waiting.ts';

export const ASKER = 'U0LIN';
export const APPROVER = 'U0ZHAO';
export const CHANNEL = 'C0OPS';
/** Milliseconds until a plan must be shown; longer is a trial that could not begin. */
const PLAN_MS = 45_000;
/** Milliseconds after which a run that is not at rest counts as one that never is. */
const REST_MS = 120_000;
/** Milliseconds that a pressed button has to come to anything. */
const BUTTON_MS = 20_000;

/** One trial under way: an order of its own, what was done to the run of it, what was seen. */
export interface Trial {
  readonly rig: Rig;
  readonly random: Random;
  readonly order: Order;
  readonly typed: string;
  readonly acknowledged: Acknowledged[];
  readonly found: Violation[];
  /** By run: when it was first seen to have ended for good. */
  readonly endedAt: Map<string, number>;
}

export interface Shown {
  readonly runId: string;
  readonly ts: string;
}

/** What a run is in the store; undefined before it is there or while the store is away. */
export interface Seen {
  readonly id: string;
  readonly state: string;
  readonly outcome: string | undefined;
  readonly revision: number;
  readonly isShown: boolean;
}

export class CannotBegin extends Error {
  override readonly name = 'CannotBegin';
}

let orders = 0;

/** Makes an order that a fix applies to. */
export async function newTrial(rig: Rig, random: Random, kind: Order['kind']): Promise<Trial> {
  orders += 1;
  const tail = `${String(random.seed % 100_000).padStart(5, '0')}${String(orders).padStart(5, '0')}`;
  const no = kind === 'signals' ? `r1_20190${tail}` : `CNHZ_582018${tail}`;
  await rig.practice.estate.break(kind === 'signals' ? 'order-stuck' : 'order-blocked', no);
  const order = kind === 'signals' ? signalsOf(no) : await rowsOf(rig.database, LOCKS, no);
  return { rig, random, order, typed: `/unstick ${no}`, acknowledged: [], found: [], endedAt: new Map() };
}

/** The order goes; what happened to it has been judged. */
export async function forget({ rig, order }: Trial): Promise<void> {
  rig.way.delayMs = 0;
  rig.engine.behaveWell();
  await rig.practice.estate.mend(order.kind === 'signals' ? 'order-stuck' : 'order-blocked', order.no);
}

const clientOf = ({ rig }: Trial): WorkspaceClient => rig.practice.workspace.client;

/** Types the command and waits for the plan with its Confirm button. */
export async function planned(trial: Trial): Promise<Shown> {
  // How many runs one person may begin in a minute is not what is tried here.
  await trial.rig.database.change('delete from fettle.asked');
  const typed = await until(
    async () => (await clientOf(trial).type(ASKER, CHANNEL, trial.typed)).ok,
    20_000,
    500,
  );
  if (typed !== true) throw new CannotBegin(`${trial.typed} was not taken`);
  const shown = await until(async () => {
    const [run] = await runsOf(trial);
    return run?.state === 'waiting' && run.isShown && shownOf(trial, run.id);
  }, PLAN_MS);
  if (!shown) throw new CannotBegin(`no plan for ${trial.typed}: ${JSON.stringify(await runsOf(trial))}`);
  return shown;
}

async function shownOf({ rig }: Trial, runId: string): Promise<Shown | undefined> {
  const [post] = await rig.database.rows(
    "select ts from fettle.post where run_id = ? and post_key = 'top' and ts is not null",
    [runId],
  );
  return post && { runId, ts: String(post['ts']) };
}

/** The runs of what was typed in this trial, oldest first. */
export async function runsOf({ rig, typed }: Trial): Promise<readonly Seen[]> {
  const rows = await rig.database.rows(
    "select id, state, outcome, revision, shown_revision from fettle.run where json_value(body, '$.typed') = ? order by seq",
    [typed],
  );
  return rows.map((row) => ({
    id: String(row['id']),
    state: String(row['state']),
    outcome: row['outcome'] === null ? undefined : String(row['outcome']),
    revision: Number(row['revision']),
    isShown: String(row['revision']) === String(row['shown_revision']),
  }));
}

/** A look that counts as no answer while the store is away. */
export const quietly = async <T>(look: () => Promise<T>): Promise<T | undefined> =>
  look().catch(() => undefined);

/** Presses a button in the thread as somebody; true when Slack was told that it has arrived. */
export async function press(trial: Trial, { ts }: Shown, button: string, as = APPROVER): Promise<boolean> {
  const acted = await clientOf(trial)
    .click({ as, channel: CHANNEL, threadTs: ts }, button)
    .catch(() => undefined);
  return acted?.ok === true;
}

/** Waits until every run of the trial has ended and is shown, and notes when it was first seen to have. */
export async function rest(trial: Trial, limitMs = REST_MS): Promise<boolean> {
  const rested = await until(
    () =>
      quietly(async () => {
        const runs = await runsOf(trial);
        for (const { id, state, outcome } of runs)
          if (state === 'ended' && outcome !== 'unknown' && !trial.endedAt.has(id))
            trial.endedAt.set(id, Date.now());
        return runs.length > 0 && runs.every(({ state, isShown }) => state === 'ended' && isShown);
      }),
    limitMs,
  );
  return rested === true;
}

/** Presses Re-check where the outcome is unknown: something must come of it. */
export async function lookAgain(trial: Trial, shown: Shown): Promise<void> {
  const seen = async (): Promise<Seen | undefined> =>
    (await runsOf(trial)).find(({ id }) => id === shown.runId);
  const before = await seen();
  if (before?.outcome !== 'unknown') return;
  const client = clientOf(trial);
  const from = await client.now();
  if (
    !(await press(trial, shown, 'fettle:look-again', ASKER)) &&
    !(await press(trial, shown, 'Re-check', ASKER))
  )
    return;
  const settled = await until(async () => (await seen())?.outcome !== 'unknown', BUTTON_MS);
  const came =
    settled === true || (await seen())?.revision !== before.revision || (await toldAlone(trial, from, ASKER));
  trial.acknowledged.push({ what: 'Re-check', answered: came });
  await rest(trial, BUTTON_MS);
}

/** Whether somebody alone was told something after an event. */
export async function toldAlone(trial: Trial, after: number, who: string): Promise<boolean> {
  const entries = await clientOf(trial).events(after, 1);
  return entries.some(({ change }) => change.type === 'message' && change.only_for === who);
}

/** Collects what is known of the trial on both sides. */
export async function evidenceOf(trial: Trial, rested: boolean): Promise<Evidence> {
  const { rig, order } = trial;
  const units = order.plan.flat();
  const runs = await Promise.all((await runsOf(trial)).map((run) => toldOf(trial, run)));
  const signals = rig.practice.estate
    .signals()
    .filter(({ executionId, accepted }) => accepted && units.includes(`task ${executionId}`))
    .map(({ executionId, at }): Effect => ({ unit: `task ${executionId}`, at: Date.parse(at) }));
  const { parts, threads } = await standing(
    trial,
    runs.map(({ id }) => id),
  );
  return {
    plan: order.plan,
    arrivals: rig.engine.arrivals(units),
    effects: order.kind === 'signals' ? signals : await removedLocks(rig.database, order),
    runs,
    acknowledged: trial.acknowledged,
    parts,
    threads,
    rested,
    found: trial.found,
  };
}

async function toldOf({ rig, endedAt }: Trial, { id, state, outcome }: Seen): Promise<Told> {
  const [[row], lines] = await Promise.all([
    rig.database.rows('select body from fettle.run where id = ?', [id]),
    rig.database.rows(
      'select action, facts, unix_timestamp(at) * 1000 as at from fettle_audit.audit where run_id = ? order by n',
      [id],
    ),
  ]);
  const body = JSON.parse(String(row?.['body'] ?? '{}')) as {
    readonly says?: { readonly en: string };
    readonly steps?: readonly {
      readonly no: number;
      readonly state: string;
      readonly says?: { readonly en: string };
    }[];
  };
  return {
    id,
    state,
    outcome,
    says: body.says?.en ?? '',
    steps: (body.steps ?? []).map(({ no, state: of, says }) => ({ no, state: of, says: says?.en ?? '' })),
    endedAt: endedAt.get(id),
    audit: lines.map((line) => {
      const facts = JSON.parse(String(line['facts'])) as { readonly step?: unknown };
      return {
        action: String(line['action']),
        step: typeof facts.step === 'number' ? facts.step : undefined,
        at: Number(line['at']),
      };
    }),
  };
}

/** Which parts of these runs stand in the channel, each as often as it does, and the text of the threads they stand in. */
async function standing(
  { rig }: Trial,
  runs: readonly string[],
): Promise<{ readonly parts: readonly string[]; readonly threads: readonly string[] }> {
  const { workspace } = rig.practice;
  const call = async (
    method: string,
    query: Readonly<Record<string, string>>,
  ): Promise<readonly Message[]> => {
    const asked = new URLSearchParams({
      channel: CHANNEL,
      include_all_metadata: 'true',
      limit: '200',
      ...query,
    });
    const response = await fetch(`${workspace.apiUrl}${method}?${asked.toString()}`, {
      headers: { authorization: `Bearer ${workspace.botToken}` },
    });
    return ((await response.json()) as { readonly messages?: readonly Message[] }).messages ?? [];
  };
  const keyOf = ({ metadata }: Message): string => metadata?.event_payload?.key ?? '';
  const isOurs = (message: Message): boolean => runs.some((run) => keyOf(message).startsWith(run));
  const tops = (await call('conversations.history', {})).filter(isOurs);
  const replies = await Promise.all(tops.map(({ ts }) => call('conversations.replies', { ts })));
  const threads = await Promise.all(
    tops.map(({ ts }) => workspace.client.text({ as: ASKER, channel: CHANNEL, threadTs: ts })),
  );
  return { parts: replies.flat().filter(isOurs).map(keyOf), threads };
}

interface Message {
  readonly ts: string;
  readonly metadata?: { readonly event_payload?: { readonly key?: string } };
}
