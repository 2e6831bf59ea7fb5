import { type ChildProcess, fork } from 'node:child_process';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Lang } from '../kit/index.ts';
import type { Chart } from '../runs/series.ts';
import { compose } from './compose.ts';
import type { ChartResponse, ChartRequest } from './worker.ts';

/** Draws pictures in a process of its own: it neither holds up the one that asks, nor takes it along when it dies. */
export interface ChartRenderer {
  /** PNG. Rejects when it takes longer than 30 s, or the drawing fails. */
  readonly draw: (chart: Chart, lang: Lang) => Promise<Uint8Array>;
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
export function openChartRenderer({ idleMs = IDLE_MS, limitMs = LIMIT_MS } = {}): ChartRenderer {
  const waiting = new Map<number, Waiting>();
  let worker: ChildProcess | undefined;
  let idle: NodeJS.Timeout | undefined;
  let requests = 0;

  const end = async (because: string): Promise<void> => {
    clearTimeout(idle);
    const ended = worker;
    worker = undefined;
    for (const { reject } of waiting.values()) reject(new Error(because));
    waiting.clear();
    if (!ended || ended.exitCode !== null || ended.signalCode !== null) return;
    const gone = new Promise((resolve) => ended.once('exit', resolve));
    ended.kill('SIGKILL');
    await gone;
  };
  const started = (): ChildProcess => {
    if (worker) return worker;
    const made = startWorker();
    made.on('message', (response: ChartResponse) => {
      const asked = waiting.get(response.no);
      waiting.delete(response.no);
      if ('png' in response) asked?.resolve(response.png);
      else asked?.reject(new Error(`a picture could not be drawn: ${response.problem}`));
    });
    let complaint = '';
    made.stderr?.on('data', (data: Buffer) => {
      complaint = `${complaint}${data.toString()}`.slice(-COMPLAINT);
    });
    const lost = (what: string) => {
      if (worker === made) void end(`the process that draws ended (${what})`);
    };
    made.on('error', (error) => lost(error.message));
    // After its last words.
    made.on('close', (code, signal) => lost([code ?? signal, complaint.trim()].filter(Boolean).join(': ')));
    worker = made;
    return made;
  };

  return {
    async draw(chart, lang) {
      clearTimeout(idle);
      const request: ChartRequest = { no: (requests += 1), picture: compose(chart, lang) };
      let timer: NodeJS.Timeout | undefined;
      try {
        return await new Promise<Uint8Array>((resolve, reject) => {
          waiting.set(request.no, { resolve, reject });
          timer = setTimeout(() => void end(`a picture took longer than ${limitMs} ms`), limitMs);
          started().send(request);
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
function startWorker(): ChildProcess {
  const here = fileURLToPath(import.meta.url);
  const kind = path.extname(here);
  return fork(path.join(path.dirname(here), `worker${kind}`), {
    execArgv: kind === '.ts' ? ['--import', import.meta.resolve('tsx')] : [],
    env: {},
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
  });
}
