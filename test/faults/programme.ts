import { judge, type Violation } from './judge.ts';
import { type Random, randomFrom } from './random.ts';
import type { Rig } from './rig.ts';
import {
  CannotBegin,
  evidenceOf,
  forget,
  lookAgain,
  newTrial,
  rest,
  type Shown,
  type Trial,
} from './trial.ts';
import type { Order } from './oracle.ts';
import { until } from './waiting.ts';

/** A class of faults: what is tried, and how often in every hundred trials. */
export interface FaultClass {
  readonly name: string;
  readonly title: string;
  readonly share: number;
  readonly tries: readonly Attempt[];
}

export interface Attempt {
  readonly name: string;
  /** Rows or signals; either unless set. */
  readonly kind?: Order['kind'];
  /** Asks, breaks, mends. Resolves when everything it broke is whole again; the run then comes to rest by itself. */
  readonly perform: (trial: Trial) => Promise<Performed>;
}

export interface Performed {
  /** Undefined where nothing was shown. */
  readonly shown: Shown | undefined;
  /** When the fault happened, by `performance.now()`; rest is counted from here. */
  readonly faultAt: number;
  /** The run need not have ended: only its parts are looked at. */
  readonly mayStand?: boolean;
  /** Looked for after the rest, by what was broken: a frozen process is awake again. */
  readonly afterwards?: () => Promise<void>;
}

export interface Result {
  readonly of: string;
  readonly attempt: string;
  readonly seed: number;
  readonly kind: Order['kind'];
  readonly restMs: number | undefined;
  readonly violations: readonly Violation[];
  /** What it was judged by, where there is a violation. */
  readonly evidence?: unknown;
}

/** Of a trial that could not begin, e.g. because a busy machine kept a host from answering, nothing was tried: it is drawn again. */
const MOST_DRAWN = 3;

/** One trial by its seed: the same seed draws the same attempt, kind and moments. Throws CannotBegin. */
export async function runTrial(rig: Rig, of: FaultClass, seed: number): Promise<Result> {
  for (let drawn = 1; ; drawn += 1) {
    try {
      return await tryOnce(rig, of, seed + drawn - 1);
    } catch (error) {
      if (!(error instanceof CannotBegin) || drawn === MOST_DRAWN) throw error;
      process.stderr.write(`${of.name}: ${error.message}; drawn again\n`);
    }
  }
}

async function tryOnce(rig: Rig, of: FaultClass, seed: number): Promise<Result> {
  const random = randomFrom(seed);
  const attempt = random.pick(of.tries);
  const kind = attempt.kind ?? random.pick(['rows', 'signals']);
  const trial = await newTrial(rig, random, kind);
  const result = { of: of.name, attempt: attempt.name, seed, kind };
  try {
    const { shown, faultAt, mayStand, afterwards } = await attempt.perform(trial);
    const rested = mayStand === true || (await rest(trial));
    const restMs = rested && mayStand !== true ? Math.round(performance.now() - faultAt) : undefined;
    await afterwards?.();
    if (shown && rested) await lookAgain(trial, shown);
    const evidence = await evidenceOf(trial, rested);
    const violations = judge(evidence);
    return { ...result, restMs, violations, ...(violations.length > 0 ? { evidence } : {}) };
  } finally {
    await mend(rig, trial);
  }
}

/** What a trial has lost comes back, and nothing of it is left to the next one. */
async function mend(rig: Rig, trial: Trial): Promise<void> {
  await rig.practice.workspace.client.clearFaults();
  await rig.practice.redis.start();
  await rig.practice.mariadb.start();
  await rig.processes.mend();
  await until(() => isReady(rig.practice.workspace.client), 20_000);
  await forget(trial);
}

/** The bot listens: the last that was heard of its sockets is that one is open. */
async function isReady(client: Rig['practice']['workspace']['client']): Promise<boolean> {
  const entries = await client.events(Math.max(0, (await client.now()) - RECENT_EVENTS), 1);
  const socket = entries.findLast(({ change }) => change.type === 'socket')?.change;
  return socket?.type !== 'socket' || socket.open > 0;
}

const RECENT_EVENTS = 3000;

/** Seeds by class, so many in all, in an order that mixes the classes. */
export function drawTrials(
  classes: readonly FaultClass[],
  trials: number,
  random: Random,
): readonly { readonly of: FaultClass; readonly seed: number }[] {
  const total = classes.reduce((sum, { share }) => sum + share, 0);
  const drawn = classes.flatMap((of) =>
    Array.from({ length: Math.max(1, Math.round((trials * of.share) / total)) }, () => ({
      of,
      key: random.next(),
    })),
  );
  return drawn.sort((a, b) => a.key - b.key).map(({ of }) => ({ of, seed: random.between(1, 2 ** 31 - 1) }));
}
