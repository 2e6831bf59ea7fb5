import { existsSync } from 'node:fs';
import { chmod, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { scriptsOf } from './commands.ts';
import { HEALTHY } from './conditions.ts';
import { type KeyPair, newKeyPair } from './keys.ts';
import { localTime, offsetOf } from './local-time.ts';
import { type PlannedAddresses, type PlannedHost, SSH_PORT } from './plan.ts';
import { ProcFiles } from './proc-files.ts';

export interface EstateFacts extends PlannedAddresses {
  readonly hosts: readonly PlannedHost[];
  /** Public key that may log in. */
  readonly login: string;
  readonly timeZone: string;
}

/** Writes what a host finds in its own /etc and /proc and what its commands are, and gives it a host key that stays the same over restarts. */
export async function writeHostFiles(
  folder: string,
  host: PlannedHost,
  estate: EstateFacts,
): Promise<{ readonly folder: string; readonly key: KeyPair }> {
  const own = path.join(folder, host.name);
  const files = path.join(own, 'files');
  await rm(files, { recursive: true, force: true });
  await mkdir(path.join(files, 'etc/ssh'), { recursive: true });
  await mkdir(path.join(files, 'usr'), { recursive: true });
  await mkdir(path.join(own, 'proc'), { recursive: true });
  const key = await keptKey(path.join(own, 'host_key'));
  const etc: Readonly<Record<string, string>> = {
    hostname: `${host.name}\n`,
    hosts: hostsFile(host, estate),
    passwd: PASSWD,
    group: 'root:x:0:\nadmin:x:1000:\nnogroup:x:65534:\n',
    timezone: `${estate.timeZone}\n`,
    'ssh/sshd_config': `${SSHD_CONFIG}SetEnv TZ=${clockOf(estate.timeZone)}\n`,
    'ssh/admin_keys': `${estate.login}\n`,
  };
  for (const [name, text] of Object.entries(etc)) await writeFile(path.join(files, 'etc', name), text);
  for (const [file, script] of scriptsOf(host.app)) {
    const place = path.join(files, file);
    await mkdir(path.dirname(place), { recursive: true });
    await writeFile(place, script);
    await chmod(place, 0o755);
  }
  const procFiles = new ProcFiles(host.app.cores, host.app.memoryGb);
  for (const [name, text] of Object.entries(procFiles.files(HEALTHY))) {
    await writeFile(path.join(own, 'proc', name), text);
  }
  return { folder: own, key };
}

/** The key pair of a file, made when there is none yet. */
export async function keptKey(file: string): Promise<KeyPair> {
  const [kept, pub] = await Promise.all([
    readFile(file, 'utf8').catch(() => ''),
    readFile(`${file}.pub`, 'utf8').catch(() => ''),
  ]);
  if (kept !== '' && pub !== '') return { private: kept, public: pub.trim() };
  const made = newKeyPair();
  await writeFile(file, made.private, { mode: 0o600 });
  await chmod(file, 0o600);
  await writeFile(`${file}.pub`, `${made.public}\n`);
  return made;
}

const PASSWD = `root:x:0:0:root:/root:/bin/bash
admin:*:1000:1000:admin:/home/admin:/bin/bash
sshd:*:102:65534::/run/sshd:/usr/sbin/nologin
nobody:*:65534:65534:nobody:/nonexistent:/usr/sbin/nologin
`;

const SSHD_CONFIG = `Port ${SSH_PORT}
HostKey /.host/host_key
AuthorizedKeysFile /etc/ssh/admin_keys
StrictModes no
UsePAM no
PasswordAuthentication no
KbdInteractiveAuthentication no
PermitRootLogin no
UseDNS no
PrintMotd no
PrintLastLog no
MaxSessions 100
LogLevel ERROR
Subsystem sftp internal-sftp
`;

/** The zone as a shell takes it: by its name where this machine knows it, else by its offset of today, as POSIX writes it. */
function clockOf(timeZone: string): string {
  if (existsSync(path.join('/usr/share/zoneinfo', timeZone))) return timeZone;
  const offset = offsetOf(timeZone, Date.now());
  const { zone } = localTime(0, offset);
  const [hours, minutes] = [zone.slice(1, 3), zone.slice(3)];
  return offset === 0 ? 'UTC0' : `<${zone}>${offset < 0 ? '+' : '-'}${hours}:${minutes}`;
}

function hostsFile(own: PlannedHost, { hosts, servers, balancers }: EstateFacts): string {
  const others = [...servers, ...[...balancers].map(([name, { address }]) => [name, address] as const)];
  return [
    '127.0.0.1 localhost',
    `${own.address} ${own.name}`,
    ...hosts.map(({ address, name }) => `${address} ${name}`),
    ...others.map(([name, address]) => `${address} ${name}.practice.local ${name}`),
    '',
  ].join('\n');
}
