import type { Judgement } from '../check.ts';
import { sh } from '../shell.ts';
import { spaced, type Words, words } from '../words.ts';
import { KERNEL_FILES } from './kernel-files.ts';
import { cannotAsk, firstOf, notUnderstood } from './limits.ts';
import type { HostProbe } from './probe.ts';
import {
  established,
  readSocketTable,
  SOCKET_SOURCES,
  showSocket,
  type SocketLine,
  socketTable,
  timesOf,
} from './sockets.ts';

export interface Connected {
  readonly proc?: string;
  /** Where the inventory's addresses have one of this name, every connection must go there. */
  readonly pinned?: string;
}

/** At least one ESTABLISHED connection whose remote port is one of these. `peer` is what is expected there. */
export const connectedTo = (
  ports: readonly number[],
  peer: Words,
  { proc = KERNEL_FILES.proc, pinned }: Connected = {},
): HostProbe => ({
  on: 'host',
  command: () => sh`${socketTable({ remotePorts: ports }, proc)}`,
  judge({ output }, { estate }) {
    const table = readSocketTable(output);
    if (!table) return notUnderstood();
    if (table.source === 'none') return cannotAsk(SOCKET_SOURCES);
    const { open, count } = established(table);
    const evidence = table.lines.map(showSocket).join('\n');
    if (count === 0) {
      const said = words(
        `no connection to ${peer.en} (port ${ports.join(', ')})`,
        `没有与${spaced(peer.zh)}的连接（端口 ${ports.join('、')}）`,
      );
      return [{ state: 'critical', value: 0, says: said, evidence }];
    }
    const shown = firstOf(timesOf(open, peerOf));
    const address = pinned === undefined ? undefined : estate.addresses[pinned];
    if (address !== undefined && open.some((line) => line.address !== address))
      return [{ ...elsewhere(open, address, peer), value: count, evidence }];
    const said = words(
      `${count} connection${count === 1 ? '' : 's'} to ${peer.en}: ${shown.en}`,
      `与${spaced(peer.zh)}的连接 ${count} 条：${shown.zh}`,
    );
    return [{ state: 'ok', value: count, says: said, evidence }];
  },
});

/** Not every connection goes to the address of the inventory, as far as that can be compared. */
function elsewhere(open: readonly SocketLine[], address: string, peer: Words): Judgement {
  if (!/^[\d.]+$|:/.test(address)) {
    return {
      state: 'unknown',
      says: words(
        `the inventory has a name for ${peer.en}, ${address}; write the IP address, which the connections show`,
        `资产清单中${spaced(peer.zh)}的地址是域名 ${address}，无法与连接的 IP 地址比较，请改为 IP 地址`,
      ),
    };
  }
  const others = firstOf(
    timesOf(
      open.filter((line) => line.address !== address),
      peerOf,
    ),
  );
  return {
    state: 'critical',
    says: words(
      `connected to ${others.en}, which is not ${peer.en} of the inventory, ${address}`,
      `连接到 ${others.zh}，与资产清单中${spaced(peer.zh)}的地址 ${address} 不一致`,
    ),
  };
}

const peerOf = ({ address, port }: SocketLine): string => `${address}:${port}`;
