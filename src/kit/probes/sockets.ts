import { part, type ShellPart, sh } from '../shell.ts';

/** One line of a socket table that a host printed: `count` sockets with this state and address. */
export interface SocketLine {
  readonly count: number;
  readonly state: string;
  readonly address: string;
  readonly port: number;
}

/** Which table was read; `none`: the host has neither /proc/net/tcp nor ss nor netstat. */
export interface SocketTable {
  readonly source: 'proc' | 'ss' | 'netstat' | 'none';
  readonly lines: readonly SocketLine[];
}

/**
 * Prints the host's TCP sockets that listen, or those whose remote port is one of `remotePorts`, counted by state and address.
 * Filtered and counted on the host: a busy broker has tens of thousands of them.
 */
export function socketTable(
  which: 'listening' | { readonly remotePorts: readonly number[] },
  proc: string,
): ShellPart {
  const listening = which === 'listening';
  const ports = listening ? [] : which.remotePorts;
  const hex = ` ${ports.map((port) => port.toString(16).toUpperCase().padStart(4, '0')).join(' ')} `;
  const plain = ` ${ports.join(' ')} `;
  const wanted = listening ? 1 : 0;
  return part(sh`
p=${proc}
if [ -r "$p/net/tcp" ] || [ -r "$p/net/tcp6" ]; then
  echo proc
  cat "$p/net/tcp" "$p/net/tcp6" 2>/dev/null | awk -v listening=${wanted} -v ports=${hex} '
    listening && $4 == "0A" { c[$4 " " $2]++ }
    !listening && $4 != "0A" { n = split($3, a, ":"); if (n == 2 && index(ports, " " a[2] " ")) c[$4 " " $3]++ }
    END { for (k in c) print c[k], k; print "read", NR }'
elif command -v ss >/dev/null 2>&1; then
  echo ss
  ss -tan 2>/dev/null | awk -v listening=${wanted} -v ports=${plain} '
    listening && $1 == "LISTEN" { c[$1 " " $4]++ }
    !listening && $1 != "LISTEN" { n = split($5, a, ":"); if (n > 1 && index(ports, " " a[n] " ")) c[$1 " " $5]++ }
    END { for (k in c) print c[k], k; print "read", NR }'
elif command -v netstat >/dev/null 2>&1; then
  echo netstat
  netstat -tan 2>/dev/null | awk -v listening=${wanted} -v ports=${plain} '
    $1 !~ /^tcp/ { next }
    listening && $6 == "LISTEN" { c[$6 " " $4]++ }
    !listening && $6 != "LISTEN" { n = split($5, a, ":"); if (n > 1 && index(ports, " " a[n] " ")) c[$6 " " $5]++ }
    END { for (k in c) print c[k], k; print "read", NR }'
else
  echo none
fi`);
}

/** Reads what `socketTable` printed; undefined when it is something else, was cut off, or comes from a table without so much as a heading. */
export function readSocketTable(output: string): SocketTable | undefined {
  const [first, ...rest] = output.trim().split('\n');
  const source = first?.trim();
  if (source === 'none') return { source, lines: [] };
  if (source !== 'proc' && source !== 'ss' && source !== 'netstat') return undefined;
  if (!/^read [1-9]/.test(rest.pop() ?? '')) return undefined;
  const lines: SocketLine[] = [];
  for (const line of rest) {
    const fields = /^(\d+) (\S+) (\S+):([0-9A-Fa-f]+)$/.exec(line.trim());
    if (!fields) return undefined;
    const [, count = '', state = '', address = '', port = ''] = fields;
    lines.push({
      count: Number(count),
      state: STATES[state] ?? state.replace('-', '_'),
      address: source === 'proc' ? addressOf(address) : address.replace(MAPPED, '$1'),
      port: Number.parseInt(port, source === 'proc' ? 16 : 10),
    });
  }
  return { source, lines };
}

/** As `netstat` writes it. */
export const showSocket = ({ count, state, address, port }: SocketLine): string =>
  `${count} ${state} ${address.includes(':') && !address.startsWith('[') ? `[${address}]` : address}:${port}`;

const STATES: Readonly<Record<string, string>> = {
  '01': 'ESTABLISHED',
  '02': 'SYN_SENT',
  '03': 'SYN_RECV',
  '04': 'FIN_WAIT1',
  '05': 'FIN_WAIT2',
  '06': 'TIME_WAIT',
  '07': 'CLOSE',
  '08': 'CLOSE_WAIT',
  '09': 'LAST_ACK',
  '0A': 'LISTEN',
  '0B': 'CLOSING',
  ESTAB: 'ESTABLISHED',
};

/** An IPv4 address as ss and netstat write it on a socket of IPv6. */
const MAPPED = /^\[?::ffff:([\d.]+)\]?$/;

/** The kernel prints each 32-bit word of an address in the machine's byte order, which is little-endian here. */
function addressOf(hex: string): string {
  const bytes = (hex.match(/.{8}/g) ?? []).flatMap((word) =>
    (word.match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)).reverse(),
  );
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.length !== 16) return hex;
  const isMapped = bytes.slice(0, 10).every((byte) => byte === 0) && bytes[10] === 255 && bytes[11] === 255;
  if (isMapped) return bytes.slice(12).join('.');
  if (bytes.every((byte) => byte === 0)) return '::';
  const groups = Array.from({ length: 8 }, (_, i) =>
    (((bytes[2 * i] ?? 0) << 8) | (bytes[2 * i + 1] ?? 0)).toString(16),
  );
  return groups.join(':');
}
