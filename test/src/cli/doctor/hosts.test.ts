import { chmod, copyFile, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { freePort } from '../../../../lab/services.ts';
import { diagnosisText } from '../../../../src/cli/doctor/diagnosis.ts';
import { diagnoseHosts } from '../../../../src/cli/doctor/hosts.ts';
import { fileLines, preventsLogin } from '../../../../src/cli/doctor/ssh-files.ts';
import type { Host } from '../../../../src/kit/index.ts';
import { openTargets, sshFileProblems, type SystemSshOptions } from '../../../../src/targets/index.ts';
import { makeKey, type Sshd, startSshd } from '../../../support/sshd.ts';

type Client = 'ssh2' | 'system';
const CLIENTS = ['ssh2', 'system'] as const;
const started = new Map<string, Sshd>();

async function start(name: string, ...config: readonly string[]): Promise<void> {
  const server = await startSshd({ config });
  started.set(name, server);
}

function server(name: string): Sshd {
  const found = started.get(name);
  if (!found) throw new Error(`no sshd ${name}`);
  return found;
}

beforeAll(async () => {
  await Promise.all([
    start('well'),
    start('noisy', 'ForceCommand echo "* authorised use only *"; eval "$SSH_ORIGINAL_COMMAND"'),
    start('no-shell', 'ForceCommand /usr/sbin/nologin'),
    start('strange', 'KexAlgorithms diffie-hellman-group18-sha512', 'Ciphers aes256-cbc'),
  ]);
  // One key is let in everywhere.
  for (const { folder } of started.values())
    await writeFile(path.join(folder, 'authorized'), await readFile(`${server('well').keyFile}.pub`));
}, 60_000);
afterAll(async () => {
  await Promise.all([...started.values()].map((each) => each.stop()));
});

const host = (name: string, port: number, address = '127.0.0.1'): Host => ({
  name,
  app: 'msgbroker',
  site: 'a',
  address,
  port,
});
const at = (name: string): Host => host(name, server(name).port);

async function lines(
  client: Client,
  hosts: readonly Host[],
  over: Partial<Pick<SystemSshOptions, 'login' | 'hostKeys' | 'user'>> = {},
): Promise<readonly string[]> {
  const pins = Object.fromEntries(Array.from(started, ([name, { fingerprint }]) => [name, [fingerprint]]));
  const user = over.user ?? server('well').user;
  const targets = openTargets({
    ssh: {
      client,
      user,
      login: over.login ?? { kind: 'key-file', path: server('well').keyFile },
      hostKeys: over.hostKeys ?? { fingerprints: pins },
      connectSeconds: 2,
      ...(client === 'system' ? { explains: true } : {}),
    },
    databases: { accounts: () => undefined },
  });
  try {
    const seen = await diagnoseHosts({ hosts }, targets.exec, user);
    return seen.map(({ ok, name, says }) => `${ok ? 'ok' : 'FAILED'} ${name}: ${says}`);
  } finally {
    await targets.close();
  }
}

describe.each(CLIENTS)('hosts that the doctor logs in to with %s', { timeout: 60_000 }, (client) => {
  it('are one line when all answer', async () => {
    expect(await lines(client, [at('well')])).toEqual([
      expect.stringMatching(/^ok hosts: 1 of 1 answer, the middle one in \d+ ms, the slowest in \d+ ms$/),
    ]);
  });

  it('are well when only their profile prints, which is said', async () => {
    const [all, noise] = await lines(client, [at('noisy')]);
    expect(all).toMatch(/^ok hosts: 1 of 1 answer/);
    expect(noise).toMatch(
      /^ok host noisy .*the profile of \w+ prints before it does: \* authorised use only \*\. /,
    );
  });

  it('are told apart by what the account cannot do', async () => {
    const [, said] = await lines(client, [at('no-shell')]);
    expect(said).toMatch(/^FAILED host no-shell .*logged in as \w+, but the account ran no command/);
    expect(said).toContain('not available');
    expect(said).toContain('not nologin');
  });

  it('with a closed port and an unknown name are two causes', async () => {
    const said = await lines(client, [host('well', await freePort()), host('b', 22, 'no-such-host.invalid')]);
    expect(said[0]).toBe('FAILED hosts: 0 of 2 answer');
    expect(said.slice(1).sort()).toEqual([
      expect.stringMatching(
        /^FAILED host b \(no-such-host\.invalid:22\): unknown host name\. Correct the address/,
      ),
      expect.stringMatching(
        /^FAILED host well \(127\.0\.0\.1:\d+\): connection refused\. Check that sshd runs there/,
      ),
    ]);
  });

  it('that refuse the key, show another host key or none that is pinned say which', async () => {
    const other = path.join(server('well').folder, `other-${client}`);
    await makeKey(other, 'ed25519');
    const [refused, changed, unknown] = await Promise.all([
      lines(client, [at('well')], { login: { kind: 'key-file', path: other } }),
      lines(client, [at('well')], {
        hostKeys: { fingerprints: { well: [server('noisy').fingerprint] } },
      }),
      lines(client, [at('well')], { hostKeys: {} }),
    ]);
    expect(refused[1]).toMatch(/^FAILED host well .*permission denied for \w+.*authorized_keys/i);
    expect(changed[1]).toMatch(/^FAILED host well .*wrong host key: .*SHA256:/);
    expect(unknown[1]).toMatch(
      /^FAILED host well .*no host key is pinned\. Add it to SSH_KNOWN_HOSTS \(ssh-keyscan -p \d+ 127\.0\.0\.1\)/,
    );
  });

  it('that share no algorithm with the client say so', async () => {
    const [, said] = await lines(client, [at('strange')]);
    expect(said).toMatch(/^FAILED host strange .*no algorithm in common/);
  });

  it('are one line for each cause, with a count and the first names, when they are many', async () => {
    const closed = await freePort();
    const many = Array.from({ length: 500 }, (_, n) => host(`h-${n + 1}`, closed));
    const said = await lines(client === 'system' ? 'ssh2' : client, [at('well'), ...many]);
    expect(said).toHaveLength(2);
    expect(said[0]).toMatch(/^FAILED hosts: 1 of 501 answer/);
    expect(said[1]).toMatch(
      /^FAILED 500 hosts \(h-1 \(127\.0\.0\.1:\d+\), h-2 .*, h-3 .* and 497 more\): connection refused\. /,
    );
  });
});

describe('what the clients say of a network', () => {
  it.each([
    ['unreachable', 'connect EHOSTUNREACH 10.0.0.1:22', 'no route to the host'],
    ['unreachable', 'ssh: connect to host 10.0.0.1 port 22: No route to host', 'no route to the host'],
    ['unreachable', 'connect ENETUNREACH 10.0.0.1:22', 'no route to the host'],
    ['unreachable', 'no connection within 10 s', 'no connection in time'],
    ['unreachable', 'ssh: connect to host 10.0.0.1 port 22: Connection timed out', 'no connection in time'],
    ['unreachable', 'getaddrinfo EAI_AGAIN a.bank.example', 'unknown host name'],
    ['timeout', 'connected, but no login within 10 s', 'connected, but no login within 10 s'],
    [
      'closed',
      'the host closed the connection before the login',
      'the host closed the connection before the login',
    ],
  ] as const)('%s, “%s”, is: %s', async (reason, detail, cause) => {
    const exec = {
      run: async () => ({ kind: 'no-answer', reason, detail, stdout: '', sent: false, tookMs: 1 }) as const,
    };
    const [, line] = await diagnoseHosts({ hosts: [host('a', 22)] }, exec, 'admin');
    expect(line?.says.startsWith(`${cause}. `)).toBe(true);
  });

  it('tells a shell that hangs from a host that does', async () => {
    const exec = {
      run: async () =>
        ({
          kind: 'no-answer',
          reason: 'timeout',
          detail: 'no end within 15 s',
          stdout: '',
          sent: true,
          tookMs: 1,
        }) as const,
    };
    const [, line] = await diagnoseHosts({ hosts: [host('a', 22)] }, exec, 'admin');
    expect(line?.says).toContain('the shell did not run the command within 15 s');
  });
});

describe('the files that every login needs', () => {
  it('are told once, before the hosts, where one is missing; who else can read it is told with the configuration', async () => {
    const folder = await mkdtemp(path.join(os.tmpdir(), 'doctor-'));
    const open = path.join(folder, 'open');
    await copyFile(server('well').keyFile, open);
    await chmod(open, 0o644);
    const hosts = [host('a', 2022, '10.0.0.1'), host('b', 2022, '10.0.0.2')];
    const look = (key: string, known?: string): readonly string[] =>
      fileLines(
        sshFileProblems({
          login: { kind: 'key-file', path: key },
          hostKeys: known === undefined ? {} : { knownHosts: known },
        }),
        hosts,
      ).map(({ name, says }) => `${name}: ${says}`);
    expect(look('/nope/key')).toEqual([
      'SSH_KEY_FILE: /nope/key does not exist. Correct the path, or make a key with: ssh-keygen -t ed25519 -f /nope/key',
    ]);
    expect(look(open)).toEqual([]);
    expect(look(server('well').keyFile, '/nope/known')).toEqual([
      expect.stringContaining(
        'SSH_KNOWN_HOSTS: /nope/known does not exist. Correct the path, or pin all host keys with: ssh-keyscan -p 2022 10.0.0.1 10.0.0.2 >> /nope/known',
      ),
    ]);
    expect(
      sshFileProblems({ login: { kind: 'agent', socket: '/nope/agent' }, hostKeys: {} }).map(preventsLogin),
    ).toEqual([true]);
  });
});

describe('what the doctor says', () => {
  it('ends with a count, and every line says whether it is well in words', () => {
    const text = diagnosisText([
      { name: 'Redis', ok: true, says: 'answers' },
      { name: 'MySQL', ok: false, says: 'connection refused' },
    ]);
    expect(text).toBe('ok      Redis: answers\nFAILED  MySQL: connection refused\n\n1 of 2 lines FAILED.');
    expect(diagnosisText([])).toContain('All is well.');
  });
});
