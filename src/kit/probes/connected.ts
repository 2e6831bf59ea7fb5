import { sh } from '../shell.ts';
import { type Words, words } from '../words.ts';
import { KERNEL_FILES } from './kernel-files.ts';
import { cannotAsk, firstOf, notUnderstood } from './limits.ts';
import type { HostProbe } from './probe.ts';
import { established, readSocketTable, showSocket, socketTable, timesOf } from './sockets.ts';

/** At least one ESTABLISHED connection whose remote port is one of these. `peer` is what is expected there. */
export const connectedTo = (ports: readonly number[], peer: Words, { proc } = KERNEL_FILES): HostProbe => ({
  on: 'host',
  command: () => sh`${socketTable({ remotePorts: ports }, proc)}`,
  judge({ output }) {
    const table = readSocketTable(output);
    if (!table) return notUnderstood();
    if (table.source === 'none') return cannotAsk('/proc/net/tcp, ss, netstat');
    const { open, count } = established(table);
    const evidence = table.lines.map(showSocket).join('\n');
    if (count === 0) {
      const said = words(
        `no connection to ${peer.en} (port ${ports.join(', ')})`,
        `没有到${spaced(peer.zh)}的连接（端口 ${ports.join('、')}）`,
      );
      return [{ state: 'critical', value: 0, says: said, evidence }];
    }
    const shown = firstOf(timesOf(open, ({ address, port }) => `${address}:${port}`));
    const said = words(
      `${count} connection${count === 1 ? '' : 's'} to ${peer.en}: ${shown}`,
      `到${spaced(peer.zh)}的连接 ${count} 条：${shown}`,
    );
    return [{ state: 'ok', value: count, says: said, evidence }];
  },
});

/** A space around Latin letters inside Chinese. */
const spaced = (name: string): string =>
  `${/^[\x21-\x7e]/.test(name) ? ' ' : ''}${name}${/[\x21-\x7e]$/.test(name) ? ' ' : ''}`;
