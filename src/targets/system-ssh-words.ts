import { quote } from '../kit/index.ts';
import type { NoAnswer } from '../kit/targets.ts';
import { judgeKey, nameInFile, pinsOf } from './host-keys.ts';
import type { Machine, SystemSshOptions } from './ssh-options.ts';

const SHOWN = 'fettle-host-key';

/** What the host printed to standard error, without the lines that are ours. */
export const withoutOurLines = (stderr: string, mark: string): string =>
  stderr.replaceAll(new RegExp(`^(${mark}|${SHOWN}) .*\\n?`, 'gm'), '');

/** The arguments of the ssh client for one command on a machine. */
export function sshArguments(
  machine: Machine,
  options: SystemSshOptions,
  command: string,
): readonly string[] {
  return [
    ...optionsFor(machine, options),
    '-T',
    '-p',
    String(machine.port),
    '-l',
    machine.user,
    '--',
    address(machine),
    command,
  ];
}

function optionsFor(machine: Machine, options: SystemSshOptions): readonly string[] {
  const { login, hostKeys, configFile = 'none' } = options;
  const { everySeconds, missed } = options.keepalive ?? { everySeconds: 5, missed: 3 };
  const settings: readonly (readonly [string, string | number])[] = [
    ['BatchMode', 'yes'],
    ['LogLevel', options.explains === true ? 'INFO' : 'ERROR'],
    ['StrictHostKeyChecking', mayAccept(machine, options) ? 'accept-new' : 'yes'],
    ['UserKnownHostsFile', hostKeys.knownHosts === undefined ? '/dev/null' : `"${hostKeys.knownHosts}"`],
    ['GlobalKnownHostsFile', '/dev/null'],
    ['HashKnownHosts', 'no'],
    ['UpdateHostKeys', 'no'],
    ['CheckHostIP', 'no'],
    ...fingerprintSetting(machine, options),
    ['PreferredAuthentications', 'publickey'],
    ['ConnectTimeout', options.connectSeconds ?? 10],
    ['ServerAliveInterval', everySeconds],
    ['ServerAliveCountMax', missed],
    ['ForwardAgent', 'no'],
    ['ClearAllForwardings', 'yes'],
    ['PermitLocalCommand', 'no'],
    ['ControlMaster', 'no'],
    ['ControlPath', 'none'],
    ['EscapeChar', 'none'],
    ...(login.kind === 'agent'
      ? ([['IdentityAgent', `"${login.socket}"`]] as const)
      : ([
          ['IdentityAgent', 'none'],
          ['IdentitiesOnly', 'yes'],
          ['IdentityFile', `"${login.path}"`],
        ] as const)),
    ...(login.certificate === undefined ? [] : ([['CertificateFile', `"${login.certificate}"`]] as const)),
    ...(machine.jump ? ([['ProxyCommand', proxyCommand(machine.jump, options)]] as const) : []),
  ];
  return ['-F', configFile, ...settings.flatMap(([name, value]) => ['-o', `${name}=${value}`])];
}

/** The way through a jump host, with the same pins and limits there; `-J` would take none of them along. */
function proxyCommand(jump: Machine, options: SystemSshOptions): string {
  const words = [
    options.program ?? 'ssh',
    ...optionsFor(jump, options),
    '-p',
    String(jump.port),
    '-l',
    jump.user,
  ];
  const inner = words.map((word) => quote(word).replaceAll('%', '%%')).join(' ');
  return `${inner} -W [%h]:%p -- ${quote(address(jump)).replaceAll('%', '%%')}`;
}

/** Only a machine without any pin may be added. */
const mayAccept = (machine: Machine, { hostKeys }: SystemSshOptions): boolean => {
  if (hostKeys.acceptNew !== true || hostKeys.knownHosts === undefined) return false;
  const pins = pinsOf(machine, hostKeys);
  return pins.fingerprints.length === 0 && pins.revoked.length === 0;
};

/** Lets the client accept a key by its fingerprint; needs OpenSSH 8.5, so it is set only for machines that have one. */
function fingerprintSetting(
  machine: Machine,
  { hostKeys }: SystemSshOptions,
): readonly (readonly [string, string])[] {
  const wanted = hostKeys.fingerprints?.[machine.name] ?? [];
  if (wanted.length === 0) return [];
  const bad = wanted.find((text) => !/^SHA256:[A-Za-z0-9+/]{43}=?$/.test(text));
  if (bad !== undefined) throw new Error(`the fingerprint of ${machine.name} is not a SHA256 one`);
  const any = wanted.map((text) => text.replace(/=$/, '')).join('|');
  return [
    [
      'KnownHostsCommand',
      `/bin/sh -c "echo '${SHOWN} %H %f' >&2; case %f in ${any}) echo '%H %t %K';; esac"`,
    ],
  ];
}

function address({ address }: Machine): string {
  if (address.startsWith('-')) throw new Error('an address cannot begin with a hyphen');
  return address;
}

/** Why the client ended before a script could be sent, from what it printed. */
export function whyNoSession(
  stderr: string,
  machine: Machine,
  { hostKeys }: SystemSshOptions,
): { readonly reason: NoAnswer; readonly detail: string } {
  if (
    /host key verification failed|remote host identification has changed/i.test(stderr) ||
    saysTogether(stderr, /host key/i, /revoked/i)
  ) {
    const hop =
      machine.jump && lastNamed(stderr, machine.jump) > lastNamed(stderr, machine) ? machine.jump : machine;
    const shown = stderr.match(/SHA256:[A-Za-z0-9+/]{43}/g)?.at(-1) ?? 'a key of another type';
    const verdict = judgeKey(shown, pinsOf(hop, hostKeys));
    const where = hop === machine ? '' : `jump host ${hop.name}: `;
    return verdict.ok
      ? { reason: 'host-key-changed', detail: `${where}the ssh client refuses the key of the host` }
      : { reason: verdict.reason, detail: `${where}${verdict.detail}` };
  }
  const line = withoutOurLines(stderr, SHOWN).trim().split('\n').at(-1)?.trim() ?? '';
  const reason = REASONS.find(([says]) => says(stderr))?.[1] ?? 'unreachable';
  return { reason, detail: line === '' ? 'the ssh client gave no reason' : line };
}

const lastNamed = (stderr: string, machine: Machine): number => stderr.lastIndexOf(nameInFile(machine));

/** Whether a line says the one thing and then the other. */
const saysTogether = (text: string, first: RegExp, then: RegExp): boolean =>
  text.split(/[\r\n]/).some((line) => {
    const at = line.search(first);
    return at !== -1 && then.test(line.slice(at));
  });

const any =
  (pattern: RegExp) =>
  (stderr: string): boolean =>
    pattern.test(stderr);

const REASONS: readonly (readonly [(stderr: string) => boolean, NoAnswer])[] = [
  [
    any(/permission denied|too many authentication failures|no more authentication methods/i),
    'login-refused',
  ],
  [any(/connection refused/i), 'refused'],
  [(stderr) => saysTogether(stderr, /during banner exchange|banner exchange: /i, /timed out/i), 'timeout'],
  [
    any(/timed out|no route to host|network is unreachable|could not resolve|name or service not known/i),
    'unreachable',
  ],
  [any(/closed by|reset by peer|broken pipe|kex_exchange_identification/i), 'closed'],
];
