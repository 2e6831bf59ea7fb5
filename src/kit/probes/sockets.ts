import { part, type ShellPart, sh } from '../shell.ts';

/** One line of a socket table that a host printed: `count` sockets with this state and address. */
export interface SocketLine {
  readonly count: number;
  readonly state: string;
  readonly address: string;
  readonly port: number;
}

/** What `socketTable` reads from. */
export const SOCKET_SOURCES = ['/proc/net/tcp', 'ss', 'netstat'] as const;

/** Which table was read; `none`: the host has none of the sources. */
export interface SocketTable {
  readonly source: 'proc' | 'ss' | 'netstat' | 'none';
  readonly lines: readonly SocketLine[];
}

/** Which sockets: those that listen, or the connections to one of these remote ports, or those that clients have to one of these local ones. */
export type WantedSockets =
  | 'listening'
  | { readonly remotePorts: readonly number[] }
  | { readonly localPorts: readonly number[] };

/**
 * Prints the host's TCP sockets of one sort, counted by state and address: the local one of those that listen, else the remote
 * one; of clients with the local port, since theirs are of the moment. Filtered and counted on the host: a busy broker has tens of thousands.
 */
export function socketTable(wanted: WantedSockets, proc: string): ShellPart {
  const { which, ports } = asked(wanted);
  const hex = ` ${ports.map((port) => port.toString(16).toUpperCase().padStart(4, '0')).join(' ')} `;
  const plain = ` ${ports.join(' ')} `;
  return part(sh`
p=${proc}
if [ -r "$p/net/tcp" ] || [ -r "$p/net/tcp6" ]; then
  echo proc
  cat "$p/net/tcp" "$p/net/tcp6" 2>/dev/null | awk -v which=${which} -v ports=${hex} ${`{ see($4, $2, $3, $4 == "0A") }${COUNT}`}
elif command -v ss >/dev/null 2>&1; then
  echo ss
  ss -tan 2>/dev/null | awk -v which=${which} -v ports=${plain} ${`{ see($1, $4, $5, $1 == "LISTEN") }${COUNT}`}
elif command -v netstat >/dev/null 2>&1; then
  echo netstat
  netstat -tan 2>/dev/null | awk -v which=${which} -v ports=${plain} ${`$1 ~ /^tcp/ { see($6, $4, $5, $6 == "LISTEN") }${COUNT}`}
else
  echo none
fi`);
}

function asked(wanted: WantedSockets): { readonly which: string; readonly ports: readonly number[] } {
  if (wanted === 'listening') return { which: 'listening', ports: [] };
  return 'localPorts' in wanted
    ? { which: 'clients', ports: wanted.localPorts }
    : { which: 'servers', ports: wanted.remotePorts };
}

/** The rest of each awk program. Of very many addresses the last ones are counted together, as `*`. */
const COUNT = String.raw`
function see(state, local, remote, listens,  end, n, key) {
  if (listens != (which == "listening")) return
  if (listens) { c[state " " local]++; return }
  n = split(which == "clients" ? local : remote, end, ":")
  if (n < 2 || !index(ports, " " end[n] " ")) return
  sub(/:[^:]*$/, "", remote)
  key = state " " remote ":" end[n]
  if (!(key in c) && ++keys > 200) key = state " *:" end[n]
  c[key]++
}
END { for (k in c) print c[k], k; print "read", NR }`;

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

/** How many there are of each, the most frequent first: `10.0.0.7:3306 ×2`. */
export function timesOf(
  lines: readonly SocketLine[],
  nameOf: (line: SocketLine) => string,
): readonly string[] {
  const times = new Map<string, number>();
  for (const line of lines) times.set(nameOf(line), (times.get(nameOf(line)) ?? 0) + line.count);
  return [...times]
    .sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1))
    .map(([name, count]) => (count === 1 ? name : `${name} ×${count}`));
}

/** Those of them that are open, and how many. */
export function established({ lines }: SocketTable): {
  readonly open: readonly SocketLine[];
  readonly count: number;
} {
  const open = lines.filter(({ state }) => state === 'ESTABLISHED');
  return { open, count: open.reduce((sum, line) => sum + line.count, 0) };
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
