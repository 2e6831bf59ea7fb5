import path from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { Worker } from 'node:worker_threads';
import { type Estate, words } from '../kit/index.ts';
import type { Finding } from '../runs/report.ts';
import { type Conclude, concludeHere, type Question } from './conclude.ts';
import { contextOf, type OnBug, unansweredFinding } from './judge.ts';
import type { Asked, Reply, ThreadData } from './judge-thread.ts';

export interface JudgeAside {
  readonly conclude: (onBug: OnBug) => Conclude;
  readonly close: () => Promise<void>;
}

export interface JudgeAsideSetup extends ThreadData {
  readonly log: Record<'warn', (facts: object, message: string) => void>;
  /** Milliseconds that one answer may take; 3000 unless set. */
  readonly limitMs?: number;
}

const LIMIT_MS = 3000;
/** Loading the definitions. */
const START_MS = 60_000;
/** Questions that the thread has at one time. */
const AT_ONCE = 32;
/** A judge that fills its memory loses its thread, not this process. */
const MOST_MEMORY_MB = 512;
/** After a thread that could not be started. */
const TRY_AGAIN_MS = 60_000;

interface Waiting {
  readonly question: Question;
  readonly onBug: OnBug;
  readonly resolve: (findings: readonly Finding[] | Promise<readonly Finding[]>) => void;
}

/**
 * Judges in a thread of its own, which is started for the first question: whatever an answer costs, this process goes on with
 * everything else. An answer that takes longer than it may is unknown, and the thread is ended and begun anew. Where no thread
 * can be started, judging goes on here.
 */
export function openJudgeAside(setup: JudgeAsideSetup): JudgeAside {
  const limitMs = setup.limitMs ?? LIMIT_MS;
  /** In the order of their numbers; the first is the one that the thread is at. */
  const asked = new Map<number, Waiting>();
  const waiting: (readonly [number, Waiting])[] = [];
  let thread: Worker | undefined;
  let isReady = false;
  let questions = 0;
  let watch: NodeJS.Timeout | undefined;
  let notBefore = 0;
  let closed = false;

  const here = ({ question, onBug }: Waiting): Promise<readonly Finding[]> =>
    concludeHere(setup.estate, onBug)(question);

  const everythingHere = (): void => {
    for (const each of [...asked.values(), ...waiting.splice(0).map(([, one]) => one)])
      each.resolve(here(each));
    asked.clear();
  };

  const giveUp = (because: string): void => {
    setup.log.warn(
      { because },
      'answers cannot be judged in a thread of their own; they are judged in this one',
    );
    notBefore = performance.now() + TRY_AGAIN_MS;
    everythingHere();
  };

  const pump = (): void => {
    if (!isReady) return;
    while (asked.size < AT_ONCE) {
      const next = waiting.shift();
      if (!next) return;
      const [no, one] = next;
      asked.set(no, one);
      thread?.postMessage(travelling(no, one.question));
      if (asked.size === 1) watchFirst();
    }
  };

  const watchFirst = (): void => {
    clearTimeout(watch);
    if (asked.size === 0) return;
    const [first] = asked.keys();
    watch = setTimeout(() => {
      // Messages that have arrived meanwhile come first: this process may have been the late one.
      setImmediate(() =>
        setImmediate(() => {
          if (first !== undefined && asked.keys().next().value === first) lose('it took too long');
        }),
      );
    }, limitMs);
  };

  /** The thread is gone or is ended: the answer that it was at is unknown, the others are asked again. */
  const lose = (because: string): void => {
    const lost = thread;
    if (!lost) return;
    const wasReady = isReady;
    thread = undefined;
    isReady = false;
    clearTimeout(watch);
    lost.removeAllListeners();
    lost.on('error', () => undefined);
    void lost.terminate();
    if (!wasReady) return giveUp(because);
    const [first] = asked;
    if (first) {
      const [no, one] = first;
      asked.delete(no);
      const { came, subject } = one.question;
      one.onBug(new Error(`the answer could not be judged: ${because}`), {
        check: came.check.id,
        place: subject.host?.name ?? subject.app.id,
      });
      one.resolve(tooLong(one.question, setup.estate));
    }
    waiting.unshift(...asked);
    asked.clear();
    if (waiting.length > 0) start();
  };

  const heard = (said: Reply): void => {
    if (said.kind === 'ready') {
      isReady = true;
      clearTimeout(watch);
      return pump();
    }
    const one = asked.get(said.no);
    asked.delete(said.no);
    if (said.kind === 'stranger') one?.resolve(here(one));
    else {
      for (const { says, ...at } of said.bugs) one?.onBug(new Error(says), at);
      one?.resolve(said.findings);
    }
    watchFirst();
    pump();
  };

  const start = (): void => {
    const { code, estate } = setup;
    const made = startThread({ code, estate });
    if (made instanceof Error) return giveUp(made.message);
    thread = made;
    made.unref();
    made.on('message', heard);
    made.on('error', (error) => lose(error.message));
    made.on('exit', (code) => lose(`the thread ended with ${code}`));
    watch = setTimeout(() => lose('it did not start in time'), START_MS);
  };

  return {
    conclude: (onBug) => (question) =>
      new Promise((resolve) => {
        const one: Waiting = { question, onBug, resolve };
        if (closed || (!thread && performance.now() < notBefore)) return resolve(here(one));
        waiting.push([(questions += 1), one]);
        if (!thread) start();
        pump();
      }),
    async close() {
      closed = true;
      clearTimeout(watch);
      const last = thread;
      thread = undefined;
      isReady = false;
      last?.removeAllListeners();
      everythingHere();
      await last?.terminate();
    },
  };
}

/** A check travels by its name: it is found again in the catalog of the thread. */
function travelling(no: number, { subject, command, output, came }: Question): Asked {
  const { check, ...rest } = came;
  return { no, question: { subject, command, output }, check: `${subject.system} ${check.id}`, came: rest };
}

const tooLong = ({ subject, command, output, came }: Question, estate: Estate): readonly Finding[] =>
  unansweredFinding(
    came.check,
    subject,
    contextOf(came.check, subject.app, estate),
    { command, output },
    words(
      'this answer took too long to judge, which no honest answer does; read it in the evidence',
      '判断该返回内容耗时过长，正常的返回内容不会如此。请查看证据',
    ),
  );

/** From source it needs the loader of TypeScript, which a thread must be given by hand; compiled it needs nothing. */
function startThread(data: ThreadData): Worker | Error {
  const here = fileURLToPath(import.meta.url);
  const kind = path.extname(here);
  const entry = pathToFileURL(path.join(path.dirname(here), `judge-thread${kind}`));
  const loading = `import { register } from ${JSON.stringify(import.meta.resolve('tsx/esm/api'))};
register();
await import(${JSON.stringify(entry.href)});`;
  const first = kind === '.ts' ? new URL(`data:text/javascript,${encodeURIComponent(loading)}`) : entry;
  try {
    return new Worker(first, {
      workerData: data,
      env: {},
      execArgv: [],
      resourceLimits: { maxOldGenerationSizeMb: MOST_MEMORY_MB },
    });
  } catch (error) {
    return error instanceof Error ? error : new Error(String(error));
  }
}
