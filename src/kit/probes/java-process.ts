import { sh } from '../shell.ts';
import { words } from '../words.ts';
import { KERNEL_FILES, type KernelFiles } from './kernel-files.ts';
import { cannotAsk, firstOf, unknown } from './limits.ts';
import type { HostProbe } from './probe.ts';
import {
  mayBeCut,
  nameOfProgram,
  PROCESS_SOURCES,
  processList,
  readProcesses,
  showProcesses,
} from './processes.ts';

export interface JavaOptions extends Partial<KernelFiles> {
  /** The app's spellings in arguments, where people also call it by a word that is in many command lines; all spellings unless set. */
  readonly named?: readonly string[];
  /** What the manual looks for in the command line, a class or an archive, in place of any name of the app. */
  readonly searched?: readonly string[];
}

/**
 * A running `java` whose arguments name the app by any of its spellings. The program itself must be called java,
 * so a grep, a shell or an editor that merely mentions it never counts.
 */
export function javaProcess({ proc = KERNEL_FILES.proc, named, searched }: JavaOptions = {}): HostProbe {
  return {
    on: 'host',
    command: () => sh`${processList('java', proc)}`,
    judge(answer, { app }) {
      const list = readProcesses(answer);
      if (!list) return cannotAsk(PROCESS_SOURCES);
      const running = list.processes.filter((each) => nameOfProgram(each) === 'java');
      const names = searched ?? [app.id, ...(named ?? app.names)];
      const isIn = (command: string) => (name: string) => command.toLowerCase().includes(name.toLowerCase());
      const own = running.filter(({ command }) => names.some(isIn(command)));
      const evidence = showProcesses(own.length > 0 ? own : running);
      const [first] = own;
      if (first) {
        const pids = firstOf(own.map(({ pid }) => pid));
        const found = searched?.find(isIn(first.command)) ?? app.id;
        return [
          {
            state: 'ok',
            value: own.length,
            says: words(
              `java runs for ${found}, pid ${pids.en}`,
              `${found} 的 java 进程正在运行，pid ${pids.zh}`,
            ),
            evidence,
          },
        ];
      }
      if (!list.whole) return unknown(words('not every process can be seen', '无法看到全部进程'));
      if (running.length === 0) {
        return [
          {
            state: 'critical',
            value: 0,
            says: words('no java process', '没有 java 进程'),
            evidence: answer.output,
          },
        ];
      }
      const wanted = searched ?? [app.id];
      if (running.some(mayBeCut)) {
        const says = words(
          `java runs; its arguments are too long to see whether they name ${wanted.join(' or ')}`,
          `有 java 进程，其参数过长，未能完整读取，无法确认是否为 ${wanted.join('、')}`,
        );
        return [{ state: 'unknown', says, evidence }];
      }
      return [
        {
          state: 'warning',
          value: 0,
          says: words(
            `java runs, but nothing in its arguments names ${wanted.join(' or ')}`,
            `有 java 进程，但其参数中没有 ${wanted.join('、')}`,
          ),
          evidence,
        },
      ];
    },
  };
}
