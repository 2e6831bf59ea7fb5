import { execFile, spawn } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../lab/services.ts';

const run = promisify(execFile);

/** A MariaDB of its own whose certificate is for one DNS name, signed by a CA of its own. */
export interface TlsMariaDb {
  readonly port: number;
  /** PEM of the CA. */
  readonly ca: string;
  readonly stop: () => Promise<void>;
}

/** Resolves when it listens; `root` has no password. About three seconds. */
export async function startMariaDbWithTls(name: string, ...more: readonly string[]): Promise<TlsMariaDb> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'tls-'));
  const at = (file: string): string => path.join(folder, file);
  const user = os.userInfo().username;
  await makeCertificates(name, at);
  await run('mariadb-install-db', [
    '--no-defaults',
    `--datadir=${at('data')}`,
    `--user=${user}`,
    '--auth-root-authentication-method=normal',
    '--skip-test-db',
  ]);
  const port = await freePort();
  const child = spawn(
    'mariadbd',
    [
      '--no-defaults',
      `--datadir=${at('data')}`,
      `--socket=${at('sock')}`,
      `--pid-file=${at('pid')}`,
      `--port=${port}`,
      '--bind-address=127.0.0.1',
      '--skip-name-resolve',
      `--user=${user}`,
      '--innodb-buffer-pool-size=8M',
      `--ssl-ca=${at('ca.pem')}`,
      `--ssl-cert=${at('server.pem')}`,
      `--ssl-key=${at('server.key')}`,
      ...more,
    ],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  );
  await new Promise<void>((resolve, reject) => {
    let said = '';
    child.stderr.on('data', (data: Buffer) => {
      said += data.toString();
      if (said.includes('ready for connections')) resolve();
    });
    child.once('exit', () => reject(new Error(`mariadbd ended at once: ${said.slice(-2000)}`)));
  });
  return {
    port,
    ca: await readFile(at('ca.pem'), 'utf8'),
    async stop() {
      const gone = new Promise((resolve) => child.once('exit', resolve));
      if (child.exitCode === null && child.kill('SIGTERM')) await gone;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

export async function makeCertificates(name: string, at: (file: string) => string): Promise<void> {
  const openssl = (...args: readonly string[]): Promise<unknown> => run('openssl', [...args]);
  const key = ['-newkey', 'rsa:2048', '-nodes'];
  await openssl(
    'req',
    '-x509',
    ...key,
    '-keyout',
    at('ca.key'),
    '-out',
    at('ca.pem'),
    '-subj',
    '/CN=test authority',
    '-days',
    '2',
  );
  await openssl('req', ...key, '-keyout', at('server.key'), '-out', at('server.csr'), '-subj', `/CN=${name}`);
  await writeFile(at('names'), `subjectAltName=DNS:${name}\n`);
  const signed = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial', '-days', '2'];
  await openssl(
    'x509',
    '-req',
    '-in',
    at('server.csr'),
    ...signed,
    '-extfile',
    at('names'),
    '-out',
    at('server.pem'),
  );
}
