import type { HostContext, Judgement } from '../check.ts';
import { inThisEstate, type LogLook, readLog } from './log-answer.ts';
import { logScript } from './log-script.ts';
import type { LogWindow } from './log-words.ts';
import type { HostProbe } from './probe.ts';

/** The inventory may say that folders are elsewhere, or set another window. */
export interface LogWindowOptions extends LogLook {
  readonly judge: (window: LogWindow, context: HostContext) => readonly Judgement[];
}

/** Looks at the lines of the last seconds of a log, counted on the host. Only the newest lines travel. */
export const logWindow = (options: LogWindowOptions): HostProbe => ({
  on: 'host',
  timeoutSeconds: LOG_SECONDS,
  command: (context) => logScript(inThisEstate(options, context)),
  judge(answer, context) {
    const seen = readLog(answer, inThisEstate(options, context));
    return seen.ok ? options.judge(seen.window, context) : seen.judgements;
  },
});

/** A large log takes its time to be read. */
export const LOG_SECONDS = 15;
