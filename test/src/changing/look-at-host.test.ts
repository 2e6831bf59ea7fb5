import { writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Estate, type Look, sh, words } from '../../../src/kit/index.ts';
import { lookWith } from '../../../src/changing/look.ts';
import type { Looked } from '../../../src/runs/run.ts';
import { openTargets } from '../../../src/targets/index.ts';
import { appOf, estateOf } from '../../support/estates.ts';
import { stampOf } from '../../support/run-check.ts';
import { noContainers } from '../../support/no-containers.ts';
import { type Sshd, startSshd } from '../../support/sshd.ts';

const question = { title: words('Look', '查看'), row: 'STAR-C07', host: 'h-1' } as const;

describe('a playbook that looks at a host', () => {
  let sshd: Sshd;
  let server: Server;
  let targets: ReturnType<typeof openTargets>;
  let estate: Estate;
  let url = '';
  beforeAll(async () => {
    sshd = await startSshd();
    server = createServer((_, response) => void response.end('{ "passed": true }')).listen(0, '127.0.0.1');
    await once(server, 'listening');
    url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/checkService`;
    targets = openTargets({
      ssh: {
        client: 'ssh2',
        user: sshd.user,
        login: { kind: 'key-file', path: sshd.keyFile },
        hostKeys: { fingerprints: { 'h-1': [sshd.fingerprint] } },
        connectSeconds: 5,
      },
      databases: { accounts: () => ({ read: { user: 'nobody', password: '' } }) },
    });
    const at = (name: string, port: number) => ({ name, app: 'a', site: 'a', address: '127.0.0.1', port });
    estate = estateOf({
      apps: [appOf('a', 'S', { hosts: ['h-1', 'h-2'], paths: { '/home/admin/logs': sshd.folder } })],
      hosts: [at('h-1', sshd.port), at('h-2', 1)],
    });
  }, 30_000);
  afterAll(async () => {
    await targets.close();
    await sshd.stop();
    server.close();
  });

  function eyes(): { readonly look: Look; readonly looked: Looked[] } {
    const looked: Looked[] = [];
    const nothing = () => Promise.reject(new Error('not asked here'));
    const deps = {
      estate,
      containers: noContainers,
      exec: targets.exec,
      sql: targets.sql,
      checks: nothing,
      pause: async () => undefined,
    };
    return { look: lookWith(deps, looked), looked };
  }

  it('runs one command there, and keeps the command and its output without secrets', async () => {
    const { look, looked } = eyes();
    const reply = await look.shell({ ...question, command: sh`echo password=${'hunter2'}; exit 3` });
    expect(reply).toMatchObject({ kind: 'answered', answer: { exitCode: 3, output: 'password=hunter2\n' } });
    expect(looked).toMatchObject([{ place: 'h-1', row: 'STAR-C07', says: { en: 'exit code 3' } }]);
    expect(JSON.stringify(looked)).not.toContain('hunter2');
  });

  it('stops a command at its limit, caps its output, and does not take the rest for an answer', async () => {
    const { look, looked } = eyes();
    const slow = await look.shell({ ...question, command: sh`echo early; sleep 30`, timeoutSeconds: 1 });
    expect(slow).toMatchObject({
      kind: 'no-answer',
      output: 'early\n',
      says: { en: 'stopped at its limit of 1 s' },
    });
    const long = await look.shell({ ...question, command: sh`seq 1 100000` });
    expect(long).toMatchObject({ answer: { truncated: true } });
    expect(JSON.stringify(looked).length).toBeLessThan(40_000);
  });

  it('runs it as the documented user, never as another one, and shows that', async () => {
    const { look, looked } = eyes();
    const reply = await look.shell({ ...question, user: 'no-such-user', command: sh`id -un` });
    expect(looked).toMatchObject([{ asked: 'sudo -n -u no-such-user -- id -un' }]);
    if (reply.kind !== 'answered') throw new Error(reply.says.en);
    expect(reply.answer.exitCode).not.toBe(0);
    expect(reply.answer.output).not.toBe(`${os.userInfo().username}\n`);
  });

  it('knows nothing of a host that is gone or does not answer', async () => {
    const { look, looked } = eyes();
    const gone = await look.shell({ ...question, host: 'h-9', command: sh`true` });
    expect(gone).toMatchObject({ kind: 'no-answer', says: { en: 'the inventory has no host h-9' } });
    const silent = await look.shell({ ...question, host: 'h-2', command: sh`true` });
    expect(silent).toMatchObject({ kind: 'no-answer', says: { en: expect.stringContaining('refuse') } });
    expect(await look.page({ ...question, host: 'h-2', url })).toMatchObject({ holds: false });
    expect(looked.map(({ title }) => title.en)).toEqual(['Look', 'Look', 'Look']);
  });

  it('requests a page as the host sees it', async () => {
    const { look, looked } = eyes();
    expect(await look.page({ ...question, url, has: '"passed":true' })).toMatchObject({
      holds: true,
      status: 200,
      body: expect.stringContaining('"passed": true'),
    });
    expect(await look.page({ ...question, url, hasNot: 'passed' })).toMatchObject({
      holds: false,
      status: 200,
    });
    expect(looked).toMatchObject([{ asked: `GET ${url}` }, { says: { en: 'it has “passed”' } }]);
  });

  it('counts the lines of a log in its window by the clock of the host, at the path that it has here', async () => {
    const line = (ago: number, text: string) => `${stampOf(ago)} ${text}\n`;
    await writeFile(
      path.join(sshd.folder, 'error.log'),
      `${line(4000, 'ERROR old')}${line(100, 'ERROR a')}${line(50, 'WARN b')}${line(20, 'ERROR c')}`,
    );
    const log = {
      path: '/home/admin/logs/error.log',
      windowSeconds: 600,
      tally: { awk: '$3' },
      quiet: 'fine',
      missing: 'unknown',
    } as const;
    const { look, looked } = eyes();
    const read = await look.log({ ...question, app: 'a', log });
    if (read.kind !== 'read') throw new Error(read.says.en);
    expect(read.window).toMatchObject({ lines: 3, whole: true });
    expect([...read.window.tally]).toEqual([
      ['ERROR', 2],
      ['WARN', 1],
    ]);
    expect(looked).toMatchObject([{ place: 'h-1', asked: `${sshd.folder}/error.log` }]);
    const none = await look.log({
      ...question,
      app: 'a',
      log: { ...log, path: '/home/admin/logs/none.log' },
    });
    expect(none).toMatchObject({
      kind: 'not-read',
      state: 'unknown',
      says: { en: expect.stringContaining('there is no') },
    });
    const silent = await look.log({ ...question, host: 'h-2', app: 'a', log });
    expect(silent).toMatchObject({ kind: 'not-read', state: 'unknown' });
  });
});
