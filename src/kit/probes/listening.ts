import type { Judgement, ResolvedLimit } from '../check.ts';
import { portOf } from '../estate.ts';
import { sh } from '../shell.ts';
import { words } from '../words.ts';
import { KERNEL_FILES } from './kernel-files.ts';
import { cannotAsk, firstOf, heldAgainst, notUnderstood } from './limits.ts';
import type { HostProbe } from './probe.ts';
import { readSocketTable, showSocket, SOCKET_SOURCES, socketTable } from './sockets.ts';

/**
 * Every port must be in LISTEN: the exact local port, not digits somewhere in a line. One judgement a port. Where the check has
 * a limit `open`, it says what a closed port means and how long it must be closed; critical and at once otherwise.
 */
export const listening = (ports: readonly number[], { proc } = KERNEL_FILES): HostProbe => ({
  on: 'host',
  command: () => sh`${socketTable('listening', proc)}`,
  judge({ output }, { app, host, limits: { open } }) {
    const table = readSocketTable(output);
    if (!table) return notUnderstood();
    if (table.source === 'none') return cannotAsk(SOCKET_SOURCES);
    return ports.map((documented): Judgement => {
      const part = String(documented);
      const port = portOf(app, documented);
      const served = table.lines.filter((line) => line.port === port && line.state === 'LISTEN');
      if (served.length > 0) {
        const where = firstOf(served.map(({ address }) => address));
        return {
          part,
          state: 'ok',
          ...heldOpen(1, open),
          says: words(`port ${port} listens on ${where.en}`, `端口 ${port} 正在监听（${where.zh}）`),
          evidence: served.map(showSocket).join('\n'),
        };
      }
      // The port that this very session came in through accepts connections, whoever listens on it.
      if (port === host.port) {
        return {
          part,
          state: 'ok',
          ...heldOpen(1, open),
          says: words(`port ${port} accepted this session`, `端口 ${port} 可连接（本次会话由此进入）`),
          evidence: `${host.address}:${port}`,
        };
      }
      return {
        part,
        state: open?.state ?? 'critical',
        ...heldOpen(0, open),
        says: words(`port ${port} does not listen`, `端口 ${port} 未监听`),
        evidence: table.lines.map(showSocket).join('\n'),
      };
    });
  },
});

const heldOpen = (value: 0 | 1, open: ResolvedLimit | undefined): Pick<Judgement, 'value' | 'limit'> =>
  open ? { value, limit: heldAgainst(open, 'below') } : {};
