import type { Host } from '../../kit/index.ts';
import type { SshFileProblem } from '../../targets/index.ts';
import type { Diagnosis } from './diagnosis.ts';

/** Addresses that one ssh-keyscan is written with. */
const MOST_ADDRESSES = 20;

/** The files that every login needs, told once and not with every host. */
export const fileLines = (
  problems: readonly SshFileProblem[],
  hosts: readonly Host[],
): readonly Diagnosis[] =>
  problems.map(({ setting, file, problem }) => ({
    name: setting,
    ok: false,
    says: `${file} ${SAYS[problem]}. ${advice(setting, file, problem, hosts)}`,
  }));

/** Without these no host can be logged in to, so none is tried. */
export const preventsLogin = ({ setting }: SshFileProblem): boolean => setting !== 'SSH_KNOWN_HOSTS';

const SAYS: Readonly<Record<SshFileProblem['problem'], string>> = {
  missing: 'does not exist',
  unreadable: 'cannot be read by this account',
};

function advice(
  setting: SshFileProblem['setting'],
  file: string,
  problem: SshFileProblem['problem'],
  hosts: readonly Host[],
): string {
  if (problem === 'unreadable')
    return 'Give the account that runs Fettle the right to read it, and no other.';
  switch (setting) {
    case 'SSH_KEY_FILE':
      return `Correct the path, or make a key with: ssh-keygen -t ed25519 -f ${file}`;
    case 'SSH_AUTH_SOCK':
      return 'Start the agent, or set SSH_KEY_FILE instead.';
    case 'SSH_KNOWN_HOSTS':
      return `Correct the path, or pin all host keys with: ${scans(hosts)} >> ${file} — and compare the fingerprints with the hosts’ owners.`;
    default:
      return setting satisfies never;
  }
}

function scans(hosts: readonly Host[]): string {
  const ports = new Map<number, string[]>();
  for (const { address, port } of hosts) ports.set(port, [...(ports.get(port) ?? []), address]);
  const one = ([port, addresses]: readonly [number, readonly string[]]): string => {
    const more = addresses.length - MOST_ADDRESSES;
    return `ssh-keyscan -p ${port} ${addresses.slice(0, MOST_ADDRESSES).join(' ')}${more > 0 ? ` (and ${more} more)` : ''}`;
  };
  const all = Array.from(ports, one);
  return all.length === 1 ? (all[0] ?? '') : `(${all.join('; ')})`;
}
