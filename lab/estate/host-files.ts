import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { addressOf, type PlannedHost, SSH_PORT } from './plan.ts';
import { DATABASE_SERVERS, type DatabaseServer } from './apps/app.ts';
import { type KeyPair, newKeyPair } from './keys.ts';
import { HEALTHY } from './conditions.ts';
import { Vitals } from './vitals.ts';

/** Writes what a host finds in its own /etc and /proc, and gives it a host key that stays the same over restarts. */
export async function writeHostFiles(
  folder: string,
  host: PlannedHost,
  estate: { readonly hosts: readonly PlannedHost[]; readonly login: string; readonly timeZone: string },
): Promise<{ readonly folder: string; readonly key: KeyPair }> {
  const own = path.join(folder, host.name);
  await mkdir(path.join(own, 'etc/ssh'), { recursive: true });
  await mkdir(path.join(own, 'proc'), { recursive: true });
  const key = await keptKey(path.join(own, 'host_key'));
  const vitals = new Vitals(host.app.cores, host.app.memoryGb);
  const etc: Readonly<Record<string, string>> = {
    hostname: `${host.name}\n`,
    hosts: hostsFile(estate.hosts, host),
    passwd: PASSWD,
    group: 'root:x:0:\nadmin:x:1000:\nnogroup:x:65534:\n',
    timezone: `${estate.timeZone}\n`,
    'ssh/sshd_config': SSHD_CONFIG,
    'ssh/admin_keys': `${estate.login}\n`,
  };
  for (const [name, text] of Object.entries(etc)) await writeFile(path.join(own, 'etc', name), text);
  for (const [name, text] of Object.entries(vitals.files(HEALTHY))) {
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

function hostsFile(hosts: readonly PlannedHost[], own: PlannedHost): string {
  const servers = (Object.keys(DATABASE_SERVERS) as DatabaseServer[]).map(
    (server) => `${addressOf(server)} ${server}.practice.local ${server}`,
  );
  const lines = hosts.map(({ address, name }) => `${address} ${name}`);
  return ['127.0.0.1 localhost', `${own.address} ${own.name}`, ...lines, ...servers, ''].join('\n');
}
