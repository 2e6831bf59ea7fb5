import type { HostContext } from '../check.ts';
import { sh } from '../shell.ts';
import { words } from '../words.ts';
import { notUnderstood, unknown } from './limits.ts';
import { placeOfLog } from './log-answer.ts';
import { findLog } from './log-script.ts';
import { closedLog, noLog } from './log-words.ts';
import type { HostProbe } from './probe.ts';

export interface LogSays {
  readonly path: string;
  readonly text: (context: HostContext) => string;
}

/** A line of the log has the text, whenever it was written: a start-up log says once that all went well. Critical without one. */
export const logSays = ({ path, text }: LogSays): HostProbe => ({
  on: 'host',
  command: (context) => sh`${findLog(placeOfLog(path, context.app))}
tail -c 8388608 "$file" | tr -d '\000\r' | grep -wF -e ${text(context)} | tail -n 1 | cut -c 1-600 | sed 's/^/said /'
echo '---'
tail -n 20 "$file" | cut -c 1-600`,
  judge({ output }, context) {
    const split = output.indexOf('\n---\n');
    const head = split === -1 ? output : output.slice(0, split);
    if (/^missing$/m.test(head)) return unknown(noLog(placeOfLog(path, context.app)));
    const [, closed] = /^unreadable (.*)$/m.exec(head) ?? [];
    if (closed !== undefined) return unknown(closedLog(closed));
    const [, file] = /^file (.*)$/m.exec(head) ?? [];
    if (file === undefined || split === -1) return notUnderstood();
    const wanted = text(context);
    const [, line] = /^said (.*)$/m.exec(head) ?? [];
    if (line !== undefined)
      return [
        { state: 'ok', says: words(`the log says “${wanted}”`, `日志中有“${wanted}”`), evidence: line },
      ];
    return [
      {
        state: 'critical',
        says: words(`${file} does not say “${wanted}”`, `${file} 中没有“${wanted}”`),
        evidence: output.slice(split + 5),
      },
    ];
  },
});
