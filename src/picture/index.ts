import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Lang } from '../kit/index.ts';
import type { Course } from '../runs/course.ts';
import { compose } from './compose.ts';
import type { Delivered, Order } from './painter.ts';

/** Draws pictures in a process of its own: it neither holds up the one that asks, nor takes it along when it dies. */
export interface Artist {
  /** PNG. Rejects when it takes longer than 30 s, or the drawing fails. */
  readonly draw: (course: Course, lang: Lang) => Promise<Uint8Array>;
  readonly close: () => Promise<void>;
}

const LIMIT_MS = 30_000;
/** Loading what draws takes a second, and memory: it is kept for the next picture, but not for ever. */
const IDLE_MS = 5 * 60_000;
/** Characters kept of what it says when it dies. */
const COMPLAINT = 2000;

interface Waiting {
  readonly resolve: (png: Uint8Array) => void;
  readonly reject: (error: Error) => void;
}

/** Nothing is started before the first picture. */
export function openArtist({ idleMs = IDLE_MS, limitMs = LIMIT_MS } = {}): Artist {
  const waiting = new Map<number, Waiting>();
  let painter: ChildProcess | undefined;
  let idle: NodeJS.Timeout | undefined;
  let orders = 0;

  const end = async (because: string): Promise<void> => {
    clearTimeout(idle);
    const ended = painter;
    painter = undefined;
    for (const { reject } of waiting.values()) reject(new Error(because));
    waiting.clear();
    if (!ended || ended.exitCode !== null || ended.signalCode !== null) return;
    const gone = new Promise((resolve) => ended.once('exit', resolve));
    ended.kill('SIGKILL');
    await gone;
  };
  const started = (): ChildProcess => {
    if (painter) return painter;
    const made = startPainter();
    made.on('message', (delivered: Delivered) => {
      const asked = waiting.get(delivered.no);
      waiting.delete(delivered.no);
      if ('png' in delivered) asked?.resolve(delivered.png);
      else asked?.reject(new Error(`a picture could not be drawn: ${delivered.problem}`));
    });
    let complaint = '';
    made.stderr?.on('data', (data: Buffer) => {
      complaint = `${complaint}${data.toString()}`.slice(-COMPLAINT);
    });
    const lost = (what: string) => {
      if (painter === made) void end(`the process that draws ended (${what})`);
    };
    made.on('error', (error) => lost(error.message));
    // After its last words.
    made.on('close', (code, signal) => lost([code ?? signal, complaint.trim()].filter(Boolean).join(': ')));
    painter = made;
    return made;
  };

  return {
    async draw(course, lang) {
      clearTimeout(idle);
      const order: Order = { no: (orders += 1), picture: compose(course, lang) };
      let timer: NodeJS.Timeout | undefined;
      try {
        return await new Promise<Uint8Array>((resolve, reject) => {
          waiting.set(order.no, { resolve, reject });
          timer = setTimeout(() => void end(`a picture took longer than ${limitMs} ms`), limitMs);
          started().send(order);
        });
      } finally {
        clearTimeout(timer);
        if (waiting.size === 0) idle = setTimeout(() => void end('idle'), idleMs).unref();
      }
    },
    close: () => end('closed'),
  };
}

/** From source it needs the loader of TypeScript; compiled it needs nothing. It gets none of the secrets in the environment. */
function startPainter(): ChildProcess {
  const here = fileURLToPath(import.meta.url);
  const kind = path.extname(here);
  return fork(path.join(path.dirname(here), `painter${kind}`), {
    execArgv: kind === '.ts' ? ['--import', import.meta.resolve('tsx')] : [],
    env: {},
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}
