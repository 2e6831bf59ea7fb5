import type { ShellAnswer } from '../check.ts';
import { isCutLine } from '../text/lines.ts';
import { part, type ShellPart, sh } from '../shell.ts';

/** One process of a host: `command` is its whole command line, the words parted by blanks. */
export interface Process {
  readonly pid: string;
  /** The program itself, with its path where it shows one. */
  readonly program: string;
  readonly command: string;
}

export interface ProcessList {
  readonly processes: readonly Process[];
  /** False when processes of other users are hidden, or the list was cut off. */
  readonly whole: boolean;
}

/** What `processList` reads from. */
export const PROCESS_SOURCES = ['/proc', 'ps'] as const;

/** Bytes of a command line that are shown of each process. A kernel before 4.2 has no more of it than one page. */
const SHOWN_BYTES = 8192;
const PAGE_BYTES = 4096;

/** Whether a part of a command line may be missing: a class stands behind its class path. The blanks at its end are not counted. */
export function mayBeCut({ command }: Process): boolean {
  const bytes = Buffer.byteLength(command);
  if (isCutLine(command)) return true;
  return [PAGE_BYTES, SHOWN_BYTES].some((most) => bytes >= most - 4 && bytes <= most);
}

/** Prints the processes in whose command line the word is, from /proc; all of them by `ps` where /proc is closed. */
export const processList = (word: string, proc: string): ShellPart =>
  part(sh`
cd ${proc} 2>/dev/null
if [ -r 1/cmdline ]; then
  echo proc
  for d in [0-9]*; do
    c=
    { read -r c <"$d/cmdline"; } 2>/dev/null
    case $c in
      *${word}*) printf '%s ' "$d"; { tr '\000\n' '  ' <"$d/cmdline"; } 2>/dev/null | head -c ${SHOWN_BYTES}; echo ;;
    esac
  done
elif ps -eo pid,args >/dev/null 2>&1; then
  echo ps
  ps -eo pid,args 2>/dev/null
else
  echo none
fi`);

/** Undefined when the host has neither /proc nor ps. */
export function readProcesses({ output, truncated, linesOnly }: ShellAnswer): ProcessList | undefined {
  const [source, ...lines] = output.split('\n');
  if (source !== 'proc' && source !== 'ps') return undefined;
  // Process 1 is always there: a list without it hides the processes of other users.
  const whole =
    (!truncated || linesOnly === true) && (source === 'proc' || lines.some((line) => /^\s*1\s/.test(line)));
  return { whole, processes: lines.map(readProcess).filter((each) => each !== undefined) };
}

export const showProcesses = (processes: readonly Process[]): string =>
  processes.map(({ pid, command }) => `${pid} ${command}`).join('\n');

/** Name of the program without its path. */
export const nameOfProgram = ({ program }: Process): string => program.split('/').at(-1) ?? '';

function readProcess(line: string): Process | undefined {
  const [, pid = '', program = '', rest = ''] = /^\s*(\d+) +(\S+)([^]*)$/.exec(line) ?? [];
  return program === '' ? undefined : { pid, program, command: `${program}${rest}`.trim() };
}
