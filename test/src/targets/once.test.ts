import { mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { freePort } from '../../../lab/services.ts';
import type { Host, RequestStep } from '../../../src/kit/index.ts';
import type { RemoteExec } from '../../../src/kit/targets.ts';
import { createOnce } from '../../../src/targets/once.ts';
import { createSsh2Exec } from '../../../src/targets/ssh2.ts';
import { type Sshd, startSshd } from '../../support/sshd.ts';
import { startTcpProxy, type TcpProxy } from '../../support/tcp-proxy.ts';

type Closable = RemoteExec & { readonly close: () => void };

let sshd: Sshd;
let proxy: TcpProxy;
let exec: Closable;
let folder = '';
let runId = '';
const received: { url: string; body: string; type: string }[] = [];
let onRequest: (() => void) | undefined;

const server = http.createServer((request, response) => {
  let body = '';
  request.on('data', (data: Buffer) => {
    body += data.toString();
  });
  request.on('end', () => {
    received.push({ url: request.url ?? '', body, type: String(request.headers['content-type']) });
    onRequest?.();
    if (request.url === '/silent') return request.socket.destroy();
    if (request.url === '/openiam') return response.writeHead(404).end('no such page');
    if (request.url === '/moved') return response.writeHead(302, { location: '/signal' }).end();
    if (request.url === '/huge') return response.end('x'.repeat(30_000_000));
    if (request.url === '/slow') return void setTimeout(() => response.end('late but here'), 2000);
    return response.writeHead(request.url === '/broken' ? 500 : 200).end(`{"ok":"锁"}\nsecond line`);
  });
});

const connect = (): Closable =>
  createSsh2Exec({
    user: sshd.user,
    login: { kind: 'key-file', path: sshd.keyFile },
    hostKeys: { fingerprints: { orch: [sshd.fingerprint] } },
  });

beforeAll(async () => {
  sshd = await startSshd();
  proxy = await startTcpProxy(sshd.port);
  exec = connect();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});

afterAll(async () => {
  exec.close();
  await proxy.stop();
  await sshd.stop();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});

beforeEach(async () => {
  folder = await mkdtemp(path.join(sshd.folder, 'markers-'));
  runId = crypto.randomUUID();
  received.length = 0;
  onRequest = undefined;
  proxy.hooks = {};
});

const host = (port = sshd.port): Host => ({
  name: 'orch',
  app: 'orch',
  site: 'a',
  address: '127.0.0.1',
  port,
});
const stepTo = (page: string, body = '{"id":"it\'s 锁 $(id) `id` \\\\"}'): RequestStep => ({
  kind: 'request',
  method: 'POST',
  title: { en: 'signal', zh: '信号' },
  from: { host: 'orch' },
  url: `http://127.0.0.1:${(server.address() as AddressInfo).port}${page}`,
  body: { type: 'json', text: body },
});
const once = (more: object = {}) => ({
  runId,
  no: 2,
  fence: 7,
  deadline: new Date(Date.now() + 30_000),
  since: new Date(),
  ...more,
});
const onHost = () => createOnce(exec, folder);

describe('a request sent from a host', () => {
  it('arrives as it was written, and its answer comes back', async () => {
    const step = stepTo('/signal?a=1&b=2');
    expect(await onHost().run(host(), step, once())).toEqual({
      kind: 'done',
      status: 200,
      body: '{"ok":"锁"}\nsecond line',
    });
    expect(received).toEqual([{ url: '/signal?a=1&b=2', body: step.body?.text, type: 'application/json' }]);
  });

  it('is refused a second time, also when both come at once', async () => {
    const answers = await Promise.all(
      [1, 2, 3, 4].map(() => onHost().run(host(), stepTo('/signal'), once())),
    );
    expect(
      answers.map((answer) => (answer.kind === 'refused' ? answer.because : answer.kind)).sort(),
    ).toEqual(['already', 'already', 'already', 'done']);
    expect(await onHost().run(host(), stepTo('/signal'), once())).toEqual({
      kind: 'refused',
      because: 'already',
    });
    expect(received).toHaveLength(1);
  });

  it('is another one when the step or the run is another', async () => {
    await onHost().run(host(), stepTo('/signal'), once());
    await onHost().run(host(), stepTo('/signal'), once({ no: 3 }));
    await onHost().run(host(), stepTo('/signal'), once({ runId: crypto.randomUUID() }));
    expect(received).toHaveLength(3);
  });

  it('has an answer also when the server refuses it or sends it elsewhere', async () => {
    expect(await onHost().run(host(), stepTo('/broken'), once())).toMatchObject({
      kind: 'done',
      status: 500,
    });
    expect(await onHost().run(host(), stepTo('/moved'), once({ no: 3 }))).toMatchObject({
      kind: 'done',
      status: 302,
    });
    expect(received.map(({ url }) => url)).toEqual(['/broken', '/moved']);
  });

  it('goes elsewhere on the same server where it is not found, once, and a look tells that answer', async () => {
    const step = { ...stepTo('/openiam'), ifNotFound: stepTo('/openIam').url };
    const done = { status: 200, body: '{"ok":"锁"}\nsecond line' };
    expect(await onHost().run(host(), step, once())).toEqual({ kind: 'done', ...done });
    expect(await onHost().run(host(), step, once())).toMatchObject({ kind: 'refused' });
    expect(received.map(({ url }) => url)).toEqual(['/openiam', '/openIam']);
    expect(await onHost().look(host(), once())).toEqual({ kind: 'happened', ...done });
    const elsewhere = { ...stepTo('/openiam'), ifNotFound: 'http://127.0.0.2/openIam' };
    expect(await onHost().run(host(), elsewhere, once({ no: 3 }))).toMatchObject({ kind: 'failed' });
    expect(received).toHaveLength(2);
  });

  it('keeps only the beginning of an endless answer', async () => {
    const answer = await onHost().run(host(), stepTo('/huge'), once());
    expect(answer).toMatchObject({ kind: 'done', status: 200 });
    expect(answer.kind === 'done' && answer.body.length).toBe(65_536);
  });

  it('is certainly not sent when nobody listens, and never can be afterwards', async () => {
    const step = { ...stepTo('/signal'), url: `http://127.0.0.1:${await freePort()}/signal` };
    expect(await onHost().run(host(), step, once())).toMatchObject({ kind: 'failed' });
    expect(await onHost().look(host(), once())).toEqual({ kind: 'never' });
    expect(await onHost().run(host(), stepTo('/signal'), once())).toMatchObject({ because: 'already' });
  });

  it('is unknown when it was taken and no answer came, and a look does not know either', async () => {
    expect(await onHost().run(host(), stepTo('/silent'), once())).toMatchObject({ kind: 'unknown' });
    expect(await onHost().look(host(), once())).toEqual({ kind: 'begun' });
    expect(received).toHaveLength(1);
  });

  it('is not sent after its time', async () => {
    const late = once({ deadline: new Date(Date.now() - 3000) });
    expect(await onHost().run(host(), stepTo('/signal'), late)).toEqual({
      kind: 'refused',
      because: 'late',
    });
    expect(received).toEqual([]);
  });

  it('is not sent when its script arrives after its time', async () => {
    const slow: RemoteExec = {
      async run(...args) {
        if (args[1].includes('deadline=')) await new Promise((resolve) => setTimeout(resolve, 2500));
        return exec.run(...args);
      },
    };
    const soon = once({ deadline: new Date(Date.now() + 900) });
    expect(await createOnce(slow, folder).run(host(), stepTo('/signal'), soon)).toEqual({
      kind: 'refused',
      because: 'late',
    });
    expect(received).toEqual([]);
  });

  it('is not sent from a host whose clock is wrong', async () => {
    const skewed: RemoteExec = {
      run: (at, script, ...rest) =>
        exec.run(at, script.replace('date +%s', 'echo $(($(date +%s) + 60))'), ...rest),
    };
    const answer = await createOnce(skewed, folder).run(host(), stepTo('/signal'), once());
    expect(answer).toMatchObject({ kind: 'clock' });
    expect(answer.kind === 'clock' && Math.round(answer.aheadSeconds / 2)).toBe(30);
    expect(received).toEqual([]);
  });

  it('is not sent by a claim that was overtaken', async () => {
    await onHost().run(host(), stepTo('/signal'), once({ no: 1, fence: 8 }));
    expect(await onHost().run(host(), stepTo('/signal'), once({ fence: 7 }))).toEqual({
      kind: 'refused',
      because: 'fenced',
    });
    expect(await onHost().look(host(), once())).toEqual({ kind: 'never' });
    expect(received).toHaveLength(1);
  });

  it('is not sent where somebody else could have made the marker', async () => {
    const mine = `fettle-${process.getuid?.() ?? 0}`;
    await mkdir(path.join(folder, mine), { mode: 0o777 });
    await import('node:fs/promises').then(({ chmod }) => chmod(path.join(folder, mine), 0o777));
    expect(await onHost().run(host(), stepTo('/signal'), once())).toEqual({
      kind: 'refused',
      because: 'no-marker',
    });
    await rm(path.join(folder, mine), { recursive: true });
    await mkdir(path.join(folder, 'elsewhere'), { mode: 0o700 });
    await symlink(path.join(folder, 'elsewhere'), path.join(folder, mine));
    expect(await onHost().run(host(), stepTo('/signal'), once())).toEqual({
      kind: 'refused',
      because: 'no-marker',
    });
    expect(received).toEqual([]);
  });

  it('leaves markers that only the account itself can read', async () => {
    await onHost().run(host(), stepTo('/signal'), once());
    const markers = path.join(folder, `fettle-${process.getuid?.() ?? 0}`);
    expect((await stat(markers)).mode & 0o777).toBe(0o700);
    expect((await readdir(markers)).sort()).toEqual([`${runId}.2`, `${runId}.fence`].sort());
    expect((await stat(path.join(markers, `${runId}.2`, 'body'))).mode & 0o077).toBe(0);
  });

  it.each(['http://user:pw@127.0.0.1/', 'file:///etc/passwd', 'nowhere'])(
    'is not sent to %s',
    async (url) => {
      expect(await onHost().run(host(), { ...stepTo('/'), url }, once())).toMatchObject({ kind: 'failed' });
    },
  );
});

describe('a look at a request', () => {
  it('that was never sent makes sure that it never will be', async () => {
    expect(await onHost().look(host(), once())).toEqual({ kind: 'never' });
    expect(await onHost().look(host(), once())).toEqual({ kind: 'never' });
    expect(await onHost().run(host(), stepTo('/signal'), once())).toEqual({
      kind: 'refused',
      because: 'already',
    });
    expect(received).toEqual([]);
  });

  it('that was answered tells the answer', async () => {
    await onHost().run(host(), stepTo('/broken'), once());
    expect(await onHost().look(host(), once())).toEqual({
      kind: 'happened',
      status: 500,
      body: '{"ok":"锁"}\nsecond line',
    });
  });

  it('on a host that was started since does not claim to know', async () => {
    const look = once({ since: new Date(0) });
    expect(await onHost().look(host(), look)).toEqual({ kind: 'begun' });
    expect(await onHost().look(host(), once())).toEqual({ kind: 'begun' });
  });

  const DAY = 24 * 3600;
  it.each([
    ['whose marker a cleaner may have taken', { clockBehind: 0, upSeconds: 90 * DAY }, 31 * DAY, 'begun'],
    [
      'whose clock was set back and that was started since',
      { clockBehind: 3600, upSeconds: 300 },
      600,
      'begun',
    ],
    [
      'whose clock was set forward and that was started since',
      { clockBehind: -3600, upSeconds: 300 },
      600,
      'begun',
    ],
    ['that has run all the time', { clockBehind: 0, upSeconds: 90 * DAY }, 600, 'never'],
  ] as const)(
    'on a host %s claims no more than it knows',
    async (_, { clockBehind, upSeconds }, ago, kind) => {
      const now = Math.floor(Date.now() / 1000);
      const bin = await mkdtemp(path.join(sshd.folder, 'bin-'));
      const tool = (name: string, script: string): Promise<void> =>
        writeFile(path.join(bin, name), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
      await tool(
        'sed',
        `case $* in *btime*) echo ${now - clockBehind - upSeconds};; *) exec /bin/sed "$@";; esac`,
      );
      await tool('cut', `case $* in *uptime*) echo ${upSeconds};; *) echo 0;; esac`);
      await tool('date', `echo ${now - clockBehind}`);
      const there: RemoteExec = {
        ...exec,
        run: (host, script, limits) => exec.run(host, `PATH=${bin}:$PATH\n${script}`, limits),
      };
      const look = once({ since: new Date((now - ago) * 1000) });
      expect(await createOnce(there, folder).look(host(), look)).toEqual({ kind });
    },
  );

  it('finds the answer that came after the connection was cut, waiting for it if need be', async () => {
    const lost = connect();
    onRequest = () => proxy.cutAll();
    const answer = await createOnce(lost, folder).run(host(proxy.port), stepTo('/slow'), once());
    expect(answer).toMatchObject({ kind: 'unknown' });
    expect(await onHost().look(host(), once())).toEqual({
      kind: 'happened',
      status: 200,
      body: 'late but here',
    });
    expect(received).toHaveLength(1);
    lost.close();
  });

  it('and the request itself, begun together, never both win', async () => {
    for (let n = 0; n < 8; n += 1) {
      runId = crypto.randomUUID();
      const before = received.length;
      const [sent, seen] = await Promise.all([
        onHost().run(host(), stepTo('/signal'), once({ fence: 1 })),
        onHost().look(host(), once({ fence: 2 })),
      ]);
      const reached = received.length - before;
      const says = {
        sent: sent.kind === 'done',
        never: seen.kind === 'never',
        happened: seen.kind === 'happened',
      };
      // A look during the request may not see its end; it never says the opposite of what happened.
      expect([says, reached]).toEqual([
        { sent: reached === 1, never: says.never && reached === 0, happened: says.happened && reached === 1 },
        says.sent ? 1 : 0,
      ]);
    }
  });

  it('at a host that cannot be reached says so', async () => {
    expect(await onHost().look(host(await freePort()), once())).toMatchObject({
      kind: 'no-answer',
    });
  });
});

describe.each(['bash', 'wget'])('a host that has only %s', (tool) => {
  let poor: Sshd;
  let poorExec: Closable;

  beforeAll(async () => {
    const bin = await mkdtemp(path.join(sshd.folder, 'bin-'));
    const tools = [
      'sh',
      'head',
      'date',
      'id',
      'mkdir',
      'ls',
      'cat',
      'mv',
      'rm',
      'find',
      'sed',
      'tail',
      'timeout',
      'sleep',
      'wc',
      'grep',
      'setsid',
      'cut',
      'getconf',
    ];
    for (const name of [...tools, tool]) {
      const from = [`/usr/bin/${name}`, `/bin/${name}`];
      await symlink(from[0] ?? '', path.join(bin, name));
    }
    await writeFile(path.join(bin, 'README'), '');
    poor = await startSshd({ config: [`SetEnv PATH=${bin}`] });
    poorExec = createSsh2Exec({
      user: poor.user,
      login: { kind: 'key-file', path: poor.keyFile },
      hostKeys: { fingerprints: { orch: [poor.fingerprint] } },
    });
  });

  afterAll(async () => {
    poorExec.close();
    await poor.stop();
  });

  it('sends the request once with it', async () => {
    const found = await poorExec.run(host(poor.port), 'for t in curl bash wget; do command -v $t; done', {
      timeoutSeconds: 10,
      outputCapBytes: 1000,
    });
    expect(found).toMatchObject({ stdout: expect.stringMatching(new RegExp(`^(\\S*/)?${tool}\\n$`)) });
    const sender = createOnce(poorExec, folder);
    const step = stepTo('/signal?a=1');
    const answer = await sender.run(host(poor.port), step, once());
    expect(answer).toEqual({ kind: 'done', status: 200, body: '{"ok":"锁"}\nsecond line' });
    expect(received).toEqual([{ url: '/signal?a=1', body: step.body?.text, type: 'application/json' }]);
    expect(await sender.run(host(poor.port), step, once())).toEqual({ kind: 'refused', because: 'already' });
    expect(await sender.run(host(poor.port), stepTo('/broken'), once({ no: 3 }))).toMatchObject({
      kind: 'done',
      status: 500,
    });
    expect(await sender.run(host(poor.port), stepTo('/silent'), once({ no: 4 }))).toMatchObject({
      kind: 'unknown',
    });
    const nobody = { ...step, url: `http://127.0.0.1:${await freePort()}/` };
    expect(await sender.run(host(poor.port), nobody, once({ no: 5 }))).toMatchObject({ kind: 'failed' });
  });
});
