import type { HostContext, Judgement } from '../check.ts';
import { sh } from '../shell.ts';
import { spaced, type Words, words } from '../words.ts';
import { cannotAsk, notUnderstood, unknown } from './limits.ts';
import type { HostProbe } from './probe.ts';

export interface Reached {
  /** The name under which the inventory has the address, among `addresses`. */
  readonly address: string;
  /** A TCP port that shows that the address can be reached where ping is blocked. */
  readonly port: (context: HostContext) => number;
  readonly what: Words;
}

/** Whether an address of the inventory can be reached from the host, by ping or by TCP. Unknown as long as the inventory has none. */
export const reaches = ({ address, port, what }: Reached): HostProbe => ({
  on: 'host',
  command: (context) => {
    const target = context.estate.addresses[address];
    return target === undefined ? sh`:` : reach(target, port(context));
  },
  timeoutSeconds: 15,
  judge({ output, timedOut }, context) {
    const target = context.estate.addresses[address];
    if (target === undefined) {
      return unknown(
        words(
          `write the address of ${what.en} in inventory.yaml: addresses: { ${address}: … }`,
          `请在 inventory.yaml 中填写${spaced(what.zh)}的地址：addresses: { ${address}: … }`,
        ),
      );
    }
    const [, ping] = /^ping (answers|silent|none)$/m.exec(output) ?? [];
    const [, tcp = timedOut ? 'closed' : undefined] = /^tcp (open|closed|none)$/m.exec(output) ?? [];
    if (tcp === undefined || ping === undefined) return notUnderstood();
    if (tcp === 'none' && ping === 'none') return cannotAsk(['bash', 'ping']);
    return [{ ...judgeReached(target, port(context), what, tcp, ping), evidence: output }];
  },
});

/** Prints `ping` and `tcp` with what came of each, none when the host cannot ask so. A connection that hangs has not come about. */
const reach = (target: string, port: number) => sh`
if command -v ping >/dev/null 2>&1; then
  ping -c 3 -W 2 ${target}
  case $? in 0) echo 'ping answers' ;; 1) echo 'ping silent' ;; *) echo 'ping none' ;; esac
else
  echo 'ping none'
fi
if command -v bash >/dev/null 2>&1; then
  limit=
  if command -v timeout >/dev/null 2>&1; then limit='timeout 4'; fi
  if $limit bash -c 'exec 3<>"/dev/tcp/$0/$1"' ${target} ${port}; then echo 'tcp open'; else echo 'tcp closed'; fi
else
  echo 'tcp none'
fi`;

/** The manual asks for an answer to ping. Where ping is blocked, a connection shows the same; where a port admits only some clients, none does not show the contrary. */
function judgeReached(address: string, port: number, what: Words, tcp: string, ping: string): Judgement {
  const name = words(`${what.en}, ${address},`, `${what.zh}（${address}）`);
  if (ping === 'answers') {
    const closed = tcp === 'closed';
    return {
      state: 'ok',
      says: words(
        `${name.en} answers ping${closed ? `; port ${port} accepts no connection from here` : ''}`,
        `${name.zh}ping 可达${closed ? `；端口 ${port} 无法从本机连接` : ''}`,
      ),
    };
  }
  if (tcp === 'open') {
    return {
      state: 'ok',
      says: words(
        `${name.en} accepts connections on port ${port}, and does not answer ping`,
        `${name.zh}端口 ${port} 可连接，ping 无应答`,
      ),
    };
  }
  return { state: 'critical', says: words(`${name.en} cannot be reached`, `${name.zh}不可达`) };
}
