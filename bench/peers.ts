import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { SSH_PORT } from '../lab/estate/plan.ts';
import { HOSTS_AT_ONCE } from '../src/inspecting/inspect.ts';
import type { HostsReady } from './hosts.ts';
import { COMBINED, MARK, NEEDED } from './script.ts';

/** Another tool that runs one script on many hosts. */
export interface Peer {
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env: Readonly<Record<string, string>>;
}

const TOOLS = [
  { program: 'ssh', debian: 'openssh-client' },
  { program: 'pdsh', debian: 'pdsh' },
  { program: 'clush', debian: 'clustershell' },
  { program: 'ansible', debian: 'ansible' },
] as const;

/** What has to be installed first, as a sentence; undefined when all is there. */
export function missingTools(): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(':'), '/usr/sbin', '/sbin'];
  const missing = [...NEEDED, ...TOOLS].filter(
    ({ program }) => !folders.some((folder) => existsSync(path.join(folder, program))),
  );
  if (missing.length === 0) return undefined;
  const names = missing.map(({ program }) => program).join(', ');
  const packages = [...new Set(missing.map(({ debian }) => debian))].join(' ');
  return `Not installed here: ${names}. On Debian: apt-get install ${packages}`;
}

/** Every tool with as many hosts at one time as Fettle, a new connection for each host, and otherwise its own defaults. */
export async function preparePeers(
  folder: string,
  { hosts, keyFile, knownHosts }: HostsReady,
): Promise<readonly Peer[]> {
  const file = (name: string): string => path.join(folder, name);
  await mkdir(file('home'), { recursive: true });
  await writeFile(file('hosts'), hosts.map(({ address }) => `${address}\n`).join(''));
  const ssh = [
    'Host *',
    'User admin',
    `Port ${SSH_PORT}`,
    `IdentityFile ${keyFile}`,
    'IdentitiesOnly yes',
    `UserKnownHostsFile ${knownHosts}`,
    'GlobalKnownHostsFile /dev/null',
    'StrictHostKeyChecking yes',
    'BatchMode yes',
    'LogLevel ERROR',
    'ControlMaster no',
    'ControlPath none',
    '',
  ].join('\n');
  await writeFile(file('ssh_config'), ssh);
  await writeFile(file('ssh_config_curve'), `${ssh}KexAlgorithms curve25519-sha256\n`);
  await writeFile(
    file('ansible.cfg'),
    `[defaults]\ninventory=${file('ansible_hosts')}\nforks=${HOSTS_AT_ONCE}\n[ssh_connection]\npipelining=True\nssh_args=-F ${file('ssh_config')}\n`,
  );
  await writeFile(
    file('ansible_hosts'),
    `[all]\n${hosts.map(({ address }) => `${address}\n`).join('')}[all:vars]\nansible_user=admin\nansible_port=${SSH_PORT}\nansible_ssh_private_key_file=${keyFile}\nansible_python_interpreter=/usr/bin/python3\n`,
  );
  const pdsh = (name: string, config: string): Peer => ({
    name,
    program: 'pdsh',
    args: ['-R', 'ssh', '-w', `^${file('hosts')}`, '-f', String(HOSTS_AT_ONCE), COMBINED],
    env: { PDSH_SSH_ARGS: `-F ${file(config)} %h` },
  });
  return [
    pdsh('pdsh', 'ssh_config'),
    {
      name: 'clush',
      program: 'clush',
      args: [
        '--hostfile',
        file('hosts'),
        '-f',
        String(HOSTS_AT_ONCE),
        '-q',
        '-o',
        `-F ${file('ssh_config')}`,
        COMBINED,
      ],
      env: {},
    },
    pdsh('pdsh, curve25519', 'ssh_config_curve'),
    {
      name: 'ansible shell',
      program: 'ansible',
      args: ['all', '-m', 'shell', '-a', COMBINED],
      env: { ANSIBLE_CONFIG: file('ansible.cfg'), ANSIBLE_HOME: file('home/.ansible') },
    },
  ].map((peer) => ({ ...peer, env: { ...peer.env, HOME: file('home') } }));
}

const MOST_SECONDS = 600;

/** Runs a tool to its end. Throws when it does not start or takes longer than ten minutes. */
export function runPeer(
  { program, args, env }: Peer,
  signal: AbortSignal,
): Promise<{
  readonly wallSeconds: number;
  /** Looks that were answered. */
  readonly marks: number;
  /** The last of what it printed. */
  readonly tail: string;
}> {
  return new Promise((resolve, reject) => {
    const began = performance.now();
    const child = spawn(program, args, {
      env: { PATH: process.env['PATH'], ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
      timeout: MOST_SECONDS * 1000,
      killSignal: 'SIGKILL',
      signal,
    });
    const said: Buffer[] = [];
    child.stdout.on('data', (bytes: Buffer) => said.push(bytes));
    child.stderr.on('data', (bytes: Buffer) => said.push(bytes));
    child.once('error', reject);
    child.once('close', (_, killed) => {
      if (killed !== null) {
        reject(new Error(`${program} was stopped after ${MOST_SECONDS} s`));
        return;
      }
      const text = Buffer.concat(said).toString();
      const marks = text.split(MARK).length - 1;
      resolve({ wallSeconds: (performance.now() - began) / 1000, marks, tail: text.slice(-500) });
    });
  });
}
