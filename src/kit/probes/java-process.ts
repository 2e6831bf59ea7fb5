import { sh } from '../shell.ts';
import { words } from '../words.ts';
import { KERNEL_FILES } from './kernel-files.ts';
import { cannotAsk, firstOf, unknown } from './limits.ts';
import type { HostProbe } from './probe.ts';

/**
 * A running `java` whose arguments name the app by any of its spellings. The program itself must be called java,
 * so a grep, a shell or an editor that merely mentions it never counts.
 */
export function javaProcess({ proc } = KERNEL_FILES): HostProbe {
  return {
    on: 'host',
    command: () => sh`
cd ${proc} 2>/dev/null
if [ -r 1/cmdline ]; then
  echo proc
  for d in [0-9]*; do
    c=
    { read -r c <"$d/cmdline"; } 2>/dev/null
    case $c in
      *java*) printf '%s ' "$d"; { tr '\000\n' '  ' <"$d/cmdline"; } 2>/dev/null | head -c 8192; echo ;;
    esac
  done
elif ps -eo pid,args >/dev/null 2>&1; then
  echo ps
  ps -eo pid,args 2>/dev/null
else
  echo none
fi`,
    judge({ output, truncated }, { app }) {
      const [source, ...lines] = output.split('\n');
      if (source !== 'proc' && source !== 'ps') return cannotAsk('/proc, ps');
      // Process 1 is always there: a list without it hides the processes of other users.
      const isWhole = !truncated && (source === 'proc' || lines.some((line) => /^\s*1\s/.test(line)));
      const running = lines.map(readProcess).filter((each) => each !== undefined);
      const names = [app.id, ...app.names].map((name) => name.toLowerCase());
      const own = running.filter(({ command }) => names.some((name) => command.toLowerCase().includes(name)));
      const evidence = (own.length > 0 ? own : running)
        .map(({ pid, command }) => `${pid} ${command}`)
        .join('\n');
      const [first] = own;
      if (first) {
        const pids = firstOf(own.map(({ pid }) => pid));
        return [
          {
            state: 'ok',
            value: own.length,
            says: words(
              `java runs for ${app.id}, pid ${pids}`,
              `${app.id} 的 java 进程正在运行，pid ${pids}`,
            ),
            evidence,
          },
        ];
      }
      if (!isWhole) return unknown(words('not every process can be seen', '无法看到全部进程'));
      if (running.length === 0) {
        return [
          { state: 'critical', value: 0, says: words('no java process', '没有 java 进程'), evidence: output },
        ];
      }
      return [
        {
          state: 'warning',
          value: 0,
          says: words(
            `java runs, but nothing in its arguments names ${app.id}`,
            `有 java 进程，但其参数中没有 ${app.id}`,
          ),
          evidence,
        },
      ];
    },
  };
}

function readProcess(line: string): { readonly pid: string; readonly command: string } | undefined {
  const [, pid = '', program = '', rest = ''] = /^\s*(\d+) +(\S+)(.*)$/.exec(line) ?? [];
  return program.split('/').at(-1) === 'java' ? { pid, command: `${program}${rest}`.trim() } : undefined;
}
