import type { PortionProgress, PortionState, PortionStore } from '../runs/ports.ts';
import type { RunId } from '../runs/run.ts';
import { askAll, askOne, inLanes, type Task, type Told } from './ask-all.ts';

/** Hosts in a portion: large enough that taking one costs nothing beside asking it, small enough that the last ones are shared too. */
const PORTION = 20;
/** Fewer hosts than this are quicker alone. */
export const WORTH_SHARING = 2 * PORTION;
const TELL_MS = 1000;
/** Between two looks whether the others have ended. */
const WAIT_MS = 250;
/** How long the answers of other workers are waited for when the inspection was cancelled: they must hear of it, and end what they have begun. */
const CANCEL_MS = 9000;
/** How often a helper tries to leave the answers of a portion; whoever collects asks again for what could not be left. */
const LEAVE_TRIES = 10;

export interface Sharing<Answer> {
  readonly runId: RunId;
  readonly owner: string;
  readonly portions: PortionStore;
  readonly tasks: readonly Task<Answer>[];
  /** Tasks that this worker has under way at one time. */
  readonly atOnce: number;
  readonly signal: AbortSignal;
  readonly encode: (answers: readonly Named<Answer>[]) => string;
  /** undefined for what another version wrote: it is then asked again. */
  readonly decode: (body: string) => readonly Named<Answer>[] | undefined;
  readonly pause: (ms: number) => Promise<void>;
}

export interface Named<Answer> {
  readonly name: string;
  readonly answer: Answer;
}

/** Asks every task, together with whichever workers help, and keeps the order of the answers. Whoever begins it collects. */
export async function shareTasks<Answer>(
  sharing: Sharing<Answer>,
  callForHelp: (helpers: number) => Promise<void>,
  told: Told,
): Promise<readonly Answer[]> {
  const { runId, portions, tasks, signal, pause } = sharing;
  const laid = portionsOf(tasks.map(({ name }) => name));
  await portions.lay(runId, laid);
  await callForHelp(laid.length - 1).catch(() => undefined);
  const own = worker(sharing);
  const others = new Map<number, PortionProgress>();
  /** Everything that was ever seen under way, and since when. */
  const since = new Map<string, Date>();
  const tell = (): void => {
    const far = [...own.progress(), ...others.values()];
    const names = far.flatMap(({ waitingFor }) => waitingFor);
    for (const name of names) if (!since.has(name)) since.set(name, new Date());
    told({
      done: far.reduce((sum, part) => sum + part.done, 0),
      total: tasks.length,
      underWay: names
        .map((name) => ({ name, since: since.get(name) ?? new Date() }))
        .sort((a, b) => a.since.getTime() - b.since.getTime()),
    });
  };
  tell();
  let cancelledAt: number | undefined;
  let working = own.work();
  let busy = true;
  // Whether it failed is heard where it is waited for.
  const idle = (): void => void (busy = false);
  void working.then(idle, idle);
  for (;;) {
    await (busy ? Promise.race([working, pause(TELL_MS)]) : pause(WAIT_MS));
    await own.hold();
    const seen = await portions.look(runId).catch(() => undefined);
    for (const part of seen ?? []) if (!own.has(part.no)) others.set(part.no, part);
    tell();
    if (signal.aborted) cancelledAt ??= performance.now();
    if (busy) continue;
    // Cancelled: only what somebody has begun is waited for, and not for long.
    const isOver = ({ no, finished, held }: PortionState): boolean =>
      finished || own.has(no) || (cancelledAt !== undefined && !held);
    if (seen?.every(isOver)) break;
    if (cancelledAt !== undefined && performance.now() - cancelledAt > CANCEL_MS) break;
    if (cancelledAt !== undefined) continue;
    // Portions of a lost worker can be taken again once its lease has lapsed; not without a pause between two tries.
    await pause(WAIT_MS);
    busy = true;
    working = own.work();
    void working.then(idle, idle);
  }
  const answers = await collect(sharing, own, laid.length);
  return fill(sharing, answers, new Set(since.keys()));
}

/**
 * Takes portions of somebody else's inspection until there are none left, and leaves their answers. Resolves with how many it asked.
 * `stopped`: this worker stops, which cancels nothing; what that cuts short is no answer, and others ask again.
 */
export async function helpWith<Answer>(sharing: Sharing<Answer>, stopped: AbortSignal): Promise<number> {
  const { runId, portions, encode, pause } = sharing;
  const own = worker(sharing, async (no, answers) => {
    for (let left = LEAVE_TRIES; left > 0 && !stopped.aborted; left -= 1) {
      const isLeft = await portions.finish(runId, no, encode(answers)).then(
        () => true,
        () => false,
      );
      if (isLeft) return;
      await pause(TELL_MS);
    }
  });
  let busy = true;
  const working = own.work().finally(() => (busy = false));
  while (busy) {
    await Promise.race([working, pause(TELL_MS)]);
    await own.hold();
  }
  await working;
  return own.answers().length;
}

function portionsOf(names: readonly string[]): readonly (readonly string[])[] {
  const laid: string[][] = [];
  for (let at = 0; at < names.length; at += PORTION) laid.push(names.slice(at, at + PORTION));
  return laid;
}

interface Portion<Answer> {
  readonly no: number;
  readonly names: readonly string[];
  readonly answers: Map<string, Answer>;
  readonly underWay: Set<string>;
}

/** Lanes that ask the tasks of the portions this worker has taken, and take another when none is waiting. */
function worker<Answer>(
  { runId, owner, portions, tasks, atOnce, signal }: Sharing<Answer>,
  onFinished: (no: number, answers: readonly Named<Answer>[]) => Promise<void> = async () => undefined,
) {
  const byName = new Map(tasks.map((task) => [task.name, task]));
  const taken = new Map<number, Portion<Answer>>();
  const waiting: { readonly task: Task<Answer>; readonly portion: Portion<Answer> }[] = [];
  let taking: Promise<boolean> | undefined;

  async function takeOne(): Promise<boolean> {
    if (signal.aborted) return false;
    // A database that is away has nothing to give now; the next look tries again.
    const portion = await portions.take(runId, owner).catch(() => undefined);
    if (!portion) return false;
    // Its lease had lapsed while the database was away: what is under way goes on.
    if (taken.has(portion.no)) return true;
    const own: Portion<Answer> = {
      no: portion.no,
      names: portion.hosts,
      answers: new Map(),
      underWay: new Set(),
    };
    taken.set(own.no, own);
    for (const name of portion.hosts) {
      const task = byName.get(name);
      if (task) waiting.push({ task, portion: own });
    }
    return true;
  }

  async function lane(): Promise<void> {
    for (;;) {
      const next = waiting.shift();
      if (!next) {
        taking ??= takeOne().finally(() => (taking = undefined));
        if (!(await taking) && waiting.length === 0) return;
        continue;
      }
      const { task, portion } = next;
      portion.underWay.add(task.name);
      portion.answers.set(task.name, await askOne(task, signal));
      portion.underWay.delete(task.name);
      if (portion.names.every((name) => portion.answers.has(name) || !byName.has(name)))
        await onFinished(portion.no, namedOf(portion));
    }
  }

  const progress = (): readonly PortionProgress[] =>
    [...taken.values()].map(({ no, answers, underWay }) => ({
      no,
      done: answers.size,
      waitingFor: [...underWay],
    }));
  return {
    has: (no: number): boolean => taken.has(no),
    progress,
    work: (): Promise<void> => inLanes(atOnce, signal, lane),
    /** Keeps what it has, and tells of what is under way. */
    hold: () =>
      portions
        .hold(
          runId,
          owner,
          progress().filter(({ waitingFor }) => waitingFor.length > 0),
        )
        .catch(() => undefined),
    answers: () => [...taken.values()].flatMap(namedOf),
  };
}

const namedOf = <Answer>({ answers }: Portion<Answer>): readonly Named<Answer>[] =>
  [...answers].map(([name, answer]) => ({ name, answer }));

/** This worker's own answers and those that the others left. */
async function collect<Answer>(
  { runId, portions, decode }: Sharing<Answer>,
  own: ReturnType<typeof worker<Answer>>,
  count: number,
): Promise<ReadonlyMap<string, Answer>> {
  const answers = new Map<string, Answer>();
  for (let no = 0; no < count; no += 1) {
    if (own.has(no)) continue;
    const body = await portions.fetch(runId, no).catch(() => undefined);
    for (const { name, answer } of (body === undefined ? undefined : decode(body)) ?? [])
      answers.set(name, answer);
  }
  for (const { name, answer } of own.answers()) answers.set(name, answer);
  return answers;
}

/** Asks here whatever nobody answered; not once cancelled: then it is known of each whether somebody had begun it. */
async function fill<Answer>(
  { tasks, atOnce, signal, runId, portions }: Sharing<Answer>,
  answers: ReadonlyMap<string, Answer>,
  begun: ReadonlySet<string>,
): Promise<readonly Answer[]> {
  const left = tasks
    .filter(({ name }) => !answers.has(name))
    .map((task) => ({ ...task, cancelled: (here: boolean) => task.cancelled(here || begun.has(task.name)) }));
  const rest = await askAll(left, atOnce, signal, () => undefined);
  const ofRest = new Map(left.map(({ name }, at) => [name, rest[at]]));
  await portions.clear(runId).catch(() => undefined);
  return tasks.flatMap(({ name }) => answers.get(name) ?? ofRest.get(name) ?? []);
}
