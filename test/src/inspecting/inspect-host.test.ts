import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type Estate, type HostCheck, type Inspection, sh, words } from '../../../src/kit/index.ts';
import { inspect } from '../../../src/inspecting/inspect.ts';
import type { RemoteExec } from '../../../src/kit/targets.ts';
import type { Report } from '../../../src/runs/report.ts';
import { createSsh2Exec } from '../../../src/targets/ssh2.ts';
import { type Sshd, startSshd } from '../../support/sshd.ts';
import { estate as made, mq } from './estate.ts';

let sshd: Sshd;
let exec: RemoteExec & { readonly close: () => void };

beforeAll(async () => {
  sshd = await startSshd();
  exec = connect(sshd.fingerprint);
});
afterAll(async () => {
  exec.close();
  await sshd.stop();
});

const connect = (fingerprint: string) =>
  createSsh2Exec({
    user: sshd.user,
    login: { kind: 'key-file', path: sshd.keyFile },
    hostKeys: { fingerprints: { 'msgbroker-1': [fingerprint] } },
    connectSeconds: 5,
  });

const estate = (): Estate => ({
  ...made,
  hosts: made.hosts.map((host) => ({ ...host, address: '127.0.0.1', port: sshd.port })),
});

const echo = (id: string, command: HostCheck['command'], timeoutSeconds = 15): HostCheck => ({
  on: 'host',
  id,
  title: words(id, id),
  apps: ['msgbroker'],
  rows: ['MQ-C07'],
  clause: { document: '002', section: '4' },
  command,
  timeoutSeconds,
  judge: ({ output, exitCode }) => [
    { state: exitCode === 0 ? 'ok' : 'warning', says: words(output, output) },
  ],
});

const over = (
  checks: readonly HostCheck[],
  by: RemoteExec,
  more: { readonly signal?: AbortSignal; readonly perHostTimeoutSeconds?: number } = {},
): Promise<Report> =>
  inspect({
    scope: { kind: 'host', ids: ['msgbroker-1'] },
    estate: estate(),
    inspections: [{ ...mq, checks } satisfies Inspection],
    targets: {
      exec: by,
      sql: { read: () => Promise.reject(new Error('no database is asked here')) },
      http: { get: () => Promise.reject(new Error('no page is asked here')) },
    },
    ...more,
  });

const seen = ({ findings }: Report) =>
  findings.map(({ check, state, says: { en } }) => `${check} ${state}: ${en}`);

describe('the checks of a host over a real connection', () => {
  it('each have their own answer, whatever the others do', async () => {
    const checks = [
      echo('first', () => sh`echo one`),
      echo('exits', () => sh`echo two; exit 3`),
      echo('hangs', () => sh`echo three; sleep 30`, 1),
      echo('leaves-a-child', () => sh`sleep 30 & echo four`, 1),
      // Its own shell, which is not the one that $$ names.
      echo('closes', () => sh`exec >&- 2>&-; kill -9 "$(exec sh -c 'echo $PPID')"`),
      echo('last', () => sh`cat; echo six`),
    ];
    expect(seen(await over(checks, exec))).toEqual([
      'first ok: one',
      'exits warning: two',
      'hangs unknown: stopped at its limit of 1 s',
      'leaves-a-child unknown: stopped at its limit of 1 s',
      'closes warning: ',
      'last ok: six',
    ]);
  });

  it('are one critical finding when the host shows another key, and nothing is sent', async () => {
    const marker = path.join(sshd.folder, randomUUID());
    const wrong = connect(`SHA256:${'A'.repeat(43)}`);
    const report = await over([echo('first', () => sh`touch ${marker}`)], wrong);
    wrong.close();
    expect(report.findings).toMatchObject([{ check: 'host', state: 'critical', rows: ['MQ-C07'] }]);
    expect(report.findings[0]?.evidence).toContain(sshd.fingerprint);
    expect(existsSync(marker)).toBe(false);
  });

  const slow = (marker: string): readonly HostCheck[] => [
    echo('first', () => sh`echo one`),
    echo('second', () => sh`echo two; touch ${marker}; sleep 30`),
    echo('third', () => sh`echo three`),
  ];
  const begun = (marker: string) => vi.waitUntil(() => existsSync(marker), { timeout: 10_000 });

  it('keep what had finished when the connection is cut', async () => {
    const marker = path.join(sshd.folder, randomUUID());
    const report = over(slow(marker), exec);
    await begun(marker);
    for (const session of await sshd.sessions()) process.kill(session, 'SIGKILL');
    expect(seen(await report)).toEqual([
      'first ok: one',
      'second unknown: not answered: the connection was closed while this ran',
      'third unknown: not answered: the connection was closed before this ran',
    ]);
  });

  it('keep what had finished when it is cancelled', async () => {
    const marker = path.join(sshd.folder, randomUUID());
    const stop = new AbortController();
    const report = over(slow(marker), exec, { signal: stop.signal });
    await begun(marker);
    stop.abort();
    expect(seen(await report)).toEqual([
      'first ok: one',
      'second unknown: not answered: cancelled while this ran',
      'third unknown: not answered: cancelled before this ran',
    ]);
  });

  it('keep what had finished when the whole time is over', async () => {
    const report = await over(slow(path.join(sshd.folder, randomUUID())), exec, { perHostTimeoutSeconds: 2 });
    expect(seen(report)).toEqual([
      'first ok: one',
      expect.stringMatching(
        /^second unknown: not answered: the host did not answer within [234] s while this ran$/,
      ),
      expect.stringMatching(
        /^third unknown: not answered: the host did not answer within [234] s before this ran$/,
      ),
    ]);
  });
});
