import type { Host } from '../kit/index.ts';
import { type BatchAnswer, batchCapBytes, type BatchItem, readBatch, writeBatch } from './batch.ts';
import type { ExecAnswer, RemoteExec } from '../kit/targets.ts';

/** Each command with what became of it. */
export interface BatchAsked {
  readonly answers: readonly BatchAnswer[];
  /** What the host answered last: it says why commands were not begun. */
  readonly whole: ExecAnswer;
}

/**
 * Runs the commands on a host as one script. When one of them ends the script, by a flood of output or by force, those
 * that had not begun are asked again without it. All of it together has the one time limit.
 */
export async function askBatch(
  host: Host,
  items: readonly BatchItem[],
  exec: RemoteExec,
  timeoutSeconds: number,
  signal?: AbortSignal,
): Promise<BatchAsked> {
  const began = performance.now();
  let secondsLeft = timeoutSeconds;
  const asked = items.map((item): Asked => ({ item, answer: { kind: 'not-begun' } }));
  for (let left = asked; ; ) {
    const batch = writeBatch(left.map(({ item }) => item));
    const limits = { timeoutSeconds: secondsLeft, outputCapBytes: batchCapBytes(left.length) };
    const whole = await exec.run(host, batch.script, limits, signal);
    for (const [k, answer] of readBatch(batch, whole.stdout, whole.between).entries()) {
      const each = left[k];
      if (each) each.answer = answer;
    }
    const again = left.filter(({ answer }) => isToAskAgain(answer, whole));
    const isOver = whole.kind === 'no-answer' || again.length === 0 || again.length === left.length;
    // Whole seconds: people read them.
    secondsLeft = Math.floor(timeoutSeconds - (performance.now() - began) / 1000);
    if (isOver || secondsLeft < 1) return { answers: asked.map(({ answer }) => answer), whole };
    left = again;
  }
}

interface Asked {
  readonly item: BatchItem;
  answer: BatchAnswer;
}

/** A command that had begun when the output of another filled the answer is no more at fault than one that had not. */
const isToAskAgain = (answer: BatchAnswer, whole: ExecAnswer): boolean =>
  answer.kind === 'not-begun' ||
  (answer.kind === 'broken-off' && whole.kind === 'answered' && whole.truncated);
