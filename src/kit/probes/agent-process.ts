import { sh } from '../shell.ts';
import { words } from '../words.ts';
import { KERNEL_FILES } from './kernel-files.ts';
import { cannotAsk, firstOf, unknown } from './limits.ts';
import type { HostProbe } from './probe.ts';
import {
  nameOfProgram,
  type Process,
  PROCESS_SOURCES,
  processList,
  readProcesses,
  showProcesses,
} from './processes.ts';

/**
 * A running program of this name, like an agent that stands beside other apps: in its own path, or as the script that an
 * interpreter runs. A grep, a shell, an editor or a tail that only mentions it never counts.
 */
export const agentProcess = (name: string, { proc } = KERNEL_FILES): HostProbe => ({
  on: 'host',
  command: () => sh`${processList(name, proc)}`,
  judge(answer) {
    const list = readProcesses(answer);
    if (!list) return cannotAsk(PROCESS_SOURCES);
    const own = list.processes.filter((each) => isOf(each, name));
    const pids = firstOf(own.map(({ pid }) => pid));
    if (own.length > 0) {
      const said = words(`${name} runs, pid ${pids.en}`, `${name} 进程正在运行，pid ${pids.zh}`);
      return [{ state: 'ok', value: own.length, says: said, evidence: showProcesses(own) }];
    }
    if (!list.whole) return unknown(words('not every process can be seen', '无法看到全部进程'));
    return [
      {
        state: 'critical',
        value: 0,
        says: words(`no ${name} process`, `没有 ${name} 进程`),
        evidence: showProcesses(list.processes),
      },
    ];
  },
});

const INTERPRETER = /^(java|node|perl|python[\d.]*|ruby)$/;

function isOf(process: Process, name: string): boolean {
  if (process.program.includes(name)) return true;
  if (!INTERPRETER.test(nameOfProgram(process))) return false;
  const script = process.command
    .split(' ')
    .find((word, no) => no > 0 && word !== '' && !word.startsWith('-'));
  return script?.includes(name) ?? false;
}
