import type { CheckContext, ClusterCheck, HostAnswer } from '../check.ts';
import { portOf } from '../estate.ts';
import { type ShellCommand, sh } from '../shell.ts';
import { words } from '../words.ts';
import { KERNEL_FILES, type KernelFiles } from './kernel-files.ts';
import { cannotAsk, firstOf, judgeLimits, limitsOf, notKnownOf, notUnderstood, unknown } from './limits.ts';
import type { HostProbe } from './probe.ts';
import { established, readSocketTable, showSocket, SOCKET_SOURCES, socketTable, timesOf } from './sockets.ts';

export interface ClientsOptions extends Partial<Pick<KernelFiles, 'proc'>> {
  /** What it means when there is none; critical unless set. */
  readonly none?: 'ok' | 'warning' | 'critical';
}

/** ESTABLISHED connections of clients to these local ports, counted by where they come from. Limits of the check are the most that there may be. */
export const clientsOn = (
  ports: readonly number[],
  { none = 'critical', proc = KERNEL_FILES.proc }: ClientsOptions = {},
): HostProbe => ({
  on: 'host',
  command: (context) => askClients(ports, proc, context),
  judge({ output }, context) {
    const table = readSocketTable(output);
    if (!table) return notUnderstood();
    if (table.source === 'none') return cannotAsk(SOCKET_SOURCES);
    const { open, count } = established(table);
    const on = shownPorts(ports, context);
    const evidence = table.lines.map(showSocket).join('\n');
    if (count === 0) {
      const said = words(`no client on port ${on.en}`, `端口 ${on.zh} 没有客户端连接`);
      return [{ state: none, value: 0, says: said, evidence }];
    }
    const limits = limitsOf(context);
    if (limits.length > 0) {
      const name = words(`clients on port ${on.en}:`, `端口 ${on.zh} 的客户端连接`);
      return [judgeLimits({ name, value: count, unit: '', evidence }, limits)];
    }
    const shown = firstOf(timesOf(open, ({ address }) => address));
    const said = words(
      `${count} ${clients(count)} on port ${on.en}: ${shown.en}`,
      `端口 ${on.zh} 的客户端连接 ${count} 条：${shown.zh}`,
    );
    return [{ state: 'ok', value: count, says: said, evidence }];
  },
});

/** The same, summed over the hosts of a cluster. Never red: a manual that limits it limits each host. */
export const clusterClientsOn = (
  ports: readonly number[],
  { proc = KERNEL_FILES.proc }: Pick<ClientsOptions, 'proc'> = {},
): Pick<ClusterCheck, 'on' | 'command' | 'judge'> => ({
  on: 'cluster',
  command: (context) => askClients(ports, proc, context),
  judge({ hosts }, context) {
    const counted = hosts.map((each) => ({ name: each.host.name, count: countOf(each) }));
    const silent = counted.filter(({ count }) => count === undefined).map(({ name }) => name);
    const sum = counted.reduce((all, { count = 0 }) => all + count, 0);
    const on = shownPorts(ports, context);
    if (silent.length > 0) {
      const not = notKnownOf(silent);
      return unknown(
        words(
          `at least ${sum} ${clients(sum)} on port ${on.en}; ${not.en}`,
          `端口 ${on.zh} 的客户端连接至少 ${sum} 条；${not.zh}`,
        ),
      );
    }
    const evidence = counted.map(({ name, count }) => `${name} ${count}`).join('\n');
    const said = words(
      `${sum} ${clients(sum)} on port ${on.en} of ${hosts.length} hosts`,
      `${hosts.length} 台主机端口 ${on.zh} 的客户端连接共 ${sum} 条`,
    );
    return [{ state: 'ok', value: sum, says: said, evidence }];
  },
});

const clients = (count: number): string => (count === 1 ? 'client' : 'clients');

const askClients = (ports: readonly number[], proc: string, { app }: CheckContext): ShellCommand =>
  sh`${socketTable({ localPorts: ports.map((port) => portOf(app, port)) }, proc)}`;

function shownPorts(ports: readonly number[], { app }: CheckContext) {
  const here = ports.map((port) => portOf(app, port));
  return words(here.join(', '), here.join('、'));
}

function countOf({ answer }: HostAnswer): number | undefined {
  const table = answer && readSocketTable(answer.output);
  return table && table.source !== 'none' ? established(table).count : undefined;
}
