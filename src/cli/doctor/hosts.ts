import { clean, type Estate, type Host, mask } from '../../kit/index.ts';
import type { ExecAnswer, RemoteExec } from '../../kit/targets.ts';
import { askEach } from './ask-each.ts';
import { byCause, type Diagnosis, type Failed } from './diagnosis.ts';

/** Seconds that one host gets to answer. */
const HOST_SECONDS = 15;
const HOSTS_AT_ONCE = 32;
const SAYS = 'fettle';
const SHOWN_CHARACTERS = 120;

/** Logs in to every host of the inventory and runs nothing but `echo`: one line for all that answer, one for each cause of trouble. */
export async function diagnoseHosts(
  { hosts }: Pick<Estate, 'hosts'>,
  exec: RemoteExec,
  user: string,
): Promise<readonly Diagnosis[]> {
  const limits = { timeoutSeconds: HOST_SECONDS, outputCapBytes: 4096 };
  const answers = await askEach(hosts, HOSTS_AT_ONCE, (host) => exec.run(host, `echo ${SAYS}`, limits));
  const failed: Failed[] = [];
  const noisy: Failed[] = [];
  const tookMs: number[] = [];
  for (const [host, answer] of answers) {
    const trouble = troubleOf(host, answer, user);
    if (!trouble || trouble.isOnlyNoise) tookMs.push(answer.tookMs);
    if (trouble) (trouble.isOnlyNoise ? noisy : failed).push({ name: called(host), ...trouble });
  }
  return [
    ...summary(tookMs, hosts.length),
    ...byCause(HOSTS, noisy).map((line) => ({ ...line, ok: true })),
    ...byCause(HOSTS, failed),
  ];
}

const HOSTS = { one: 'host', many: 'hosts' } as const;
const called = ({ name, address, port }: Host): string => `${name} (${address}:${port})`;

function summary(tookMs: readonly number[], total: number): readonly Diagnosis[] {
  if (total === 0) return [{ name: 'hosts', ok: true, says: 'the inventory names none' }];
  const sorted = [...tookMs].sort((a, b) => a - b);
  const middle = sorted[Math.floor(sorted.length / 2)];
  const speed =
    middle === undefined ? '' : `, the middle one in ${middle} ms, the slowest in ${sorted.at(-1)} ms`;
  return [
    { name: 'hosts', ok: tookMs.length === total, says: `${tookMs.length} of ${total} answer${speed}` },
  ];
}

interface Trouble {
  readonly cause: string;
  readonly advice: string;
  /** Checks work all the same. */
  readonly isOnlyNoise?: boolean;
}

function troubleOf(host: Host, answer: ExecAnswer, user: string): Trouble | undefined {
  if (answer.kind === 'no-answer') return causeOf(answer, host, user);
  const out = shown(answer.stdout);
  if (out === SAYS) return undefined;
  if (out.split('\n').includes(SAYS))
    return {
      cause: `answers, but the profile of ${user} prints before it does: ${first(out)}`,
      advice: 'Checks ignore it; print only in interactive shells.',
      isOnlyNoise: true,
    };
  const said = first(out === '' ? shown(answer.stderr) : out);
  return {
    cause: `logged in as ${user}, but the account ran no command: it ended with ${answer.exitCode ?? 'a signal'}${said === '' ? '' : ` and said “${said}”`}`,
    advice: `Give ${user} a login shell there (/bin/sh), not nologin or a forced command.`,
  };
}

/** Text of a host as a terminal may show it. */
const shown = (text: string): string => mask(clean(text)).trim();
const first = (text: string): string => text.split('\n', 1)[0]?.slice(0, SHOWN_CHARACTERS) ?? '';

/** Names the cause so that hosts with the same one are told together: without what differs from host to host. */
function causeOf(answer: Extract<ExecAnswer, { kind: 'no-answer' }>, host: Host, user: string): Trouble {
  const detail = first(shown(answer.detail));
  const known = DETAILS.find(([pattern]) => pattern.test(detail));
  if (known && FROM_DETAIL.has(answer.reason)) return { cause: known[1], advice: known[2] };
  const silent = answer.sent && answer.reason === 'timeout';
  if (silent)
    return {
      cause: `logged in as ${user}, but the shell did not run the command within ${HOST_SECONDS} s`,
      advice: 'Look for a profile that asks a question or starts another shell (read, exec).',
    };
  switch (answer.reason) {
    case 'refused':
      return {
        cause: 'connection refused',
        advice: 'Check that sshd runs there and that the port in the inventory is its port.',
      };
    case 'unreachable':
      return {
        cause: detail,
        advice: 'Check the address in the inventory and the network between here and there.',
      };
    case 'timeout':
      return { cause: detail, advice: 'Check the load of the host and firewalls that drop packets.' };
    case 'host-key-changed':
      return {
        cause: `wrong host key: ${detail}`,
        advice:
          'Compare it with the host’s owner before you trust it; then correct SSH_KNOWN_HOSTS or the fingerprint in the inventory.',
      };
    case 'host-key-unknown':
      return {
        cause: 'no host key is pinned',
        advice: `Add it to SSH_KNOWN_HOSTS (ssh-keyscan -p ${host.port} ${host.address}), or its fingerprint to the inventory; compare it with the host’s owner first.`,
      };
    case 'login-refused':
      return {
        cause: `permission denied for ${user}: ${detail}`,
        advice: 'Check SSH_USER, SSH_KEY_FILE, and authorized_keys on the host.',
      };
    case 'closed':
      return { cause: detail, advice: 'Check the log of sshd there.' };
    case 'cancelled':
      return { cause: 'not asked', advice: '' };
    default:
      return answer.reason satisfies never;
  }
}

/** Reasons that the words of the client tell apart. */
const FROM_DETAIL: ReadonlySet<string> = new Set(['unreachable', 'closed', 'timeout']);
const DETAILS: readonly (readonly [RegExp, string, string])[] = [
  [
    /ENOTFOUND|EAI_AGAIN|could not resolve|name or service not known/i,
    'unknown host name',
    'Correct the address in the inventory, or the name service of this machine.',
  ],
  [
    /EHOSTUNREACH|ENETUNREACH|no route to host|network is unreachable/i,
    'no route to the host',
    'Check the address in the inventory and the routes and firewalls between here and there.',
  ],
  [
    /no connection within|timed out|ETIMEDOUT/i,
    'no connection in time',
    'Check the address in the inventory, that the host is on, and firewalls that drop packets.',
  ],
  [
    /no matching|unable to negotiate/i,
    'this client and the host have no algorithm in common',
    'Update sshd there, or set SSH_CLIENT=system with a client that still speaks to it.',
  ],
];
