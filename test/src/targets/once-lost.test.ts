import { mkdtemp, symlink, writeFile } from 'node:fs/promises';
import net from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { freePort } from '../../../lab/services.ts';
import type { Host, RequestStep } from '../../../src/kit/index.ts';
import type { OnceAnswer, RemoteExec } from '../../../src/kit/targets.ts';
import { createOnce } from '../../../src/targets/once.ts';
import { createSsh2Exec } from '../../../src/targets/ssh2.ts';
import { type Sshd, startSshd } from '../../support/sshd.ts';
import { fullBacklog } from '../../support/full-backlog.ts';

type Closable = RemoteExec & { readonly close: () => void };

/** How a server treats the connection: what it has read of the request when it does so is counted as an effect. */
type Way = (socket: net.Socket, heard: () => void) => void;

/** The request's own limit of ten seconds, several of them beside one another. */
const LONG = { timeout: 60_000 };
const body = '{"executionId":"1"}';
const isWhole = (text: string): boolean => text.includes('\r\n\r\n') && text.endsWith(body);

const WAYS: Readonly<Record<string, Way>> = {
  'never reads': (socket) => void socket.pause(),
  'reads and says nothing': onWhole(() => undefined),
  'reads, does it, and closes': onWhole((socket) => socket.end()),
  'reads, does it, and resets': onWhole((socket) => socket.resetAndDestroy()),
  'reads, does it, and answers half a head': onWhole((socket) => socket.write('HTTP/1.1 20')),
  'reads, does it, and answers no HTTP': onWhole((socket) =>
    socket.end("failed: Connection refused\r\nwget: can't connect to remote host: Connection refused\r\n"),
  ),
  'resets at once': (socket) => socket.resetAndDestroy(),
};

function onWhole(then: (socket: net.Socket) => void): Way {
  return (socket, heard) => {
    let text = '';
    socket.on('data', (data: Buffer) => {
      const was = isWhole(text);
      text += data.toString();
      if (was || !isWhole(text)) return;
      heard();
      then(socket);
    });
  };
}

async function serverThat(way: Way, { onTestFinished }: Pick<TestContext, 'onTestFinished'>) {
  let effects = 0;
  const sockets = new Set<net.Socket>();
  const server = net.createServer((socket) => {
    sockets.add(socket);
    socket.on('error', () => undefined);
    way(socket, () => (effects += 1));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  return { port: (server.address() as net.AddressInfo).port, effects: () => effects };
}

describe.concurrent.each(['curl', 'bash', 'wget'])('a request that %s sent', (tool) => {
  let sshd: Sshd;
  let exec: Closable;

  beforeAll(async () => {
    const bin = await mkdtemp(path.join(os.tmpdir(), 'fettle-bin-'));
    const tools = 'sh head date id mkdir ls cat mv rm find sed tail timeout sleep wc grep setsid cut getconf';
    for (const name of [...tools.split(' '), tool])
      await symlink(`/usr/bin/${name}`, path.join(bin, name)).catch(() => undefined);
    sshd = await startSshd({
      config: [`SetEnv PATH=${bin} http_proxy=http://127.0.0.1:9 all_proxy=http://127.0.0.1:9`],
    });
    exec = createSsh2Exec({
      user: sshd.user,
      login: { kind: 'key-file', path: sshd.keyFile },
      hostKeys: { fingerprints: { orch: [sshd.fingerprint] } },
    });
  });
  afterAll(async () => {
    exec.close();
    await sshd.stop();
  });
  const post = async (url: string, through: RemoteExec = exec): Promise<OnceAnswer> => {
    const folder = await mkdtemp(path.join(sshd.folder, 'markers-'));
    const host: Host = { name: 'orch', app: 'orch', site: 'a', address: '127.0.0.1', port: sshd.port };
    const step: RequestStep = {
      kind: 'request',
      method: 'POST',
      title: { en: 's', zh: '信' },
      from: { host: 'orch' },
      url,
      body: { type: 'json', text: body },
    };
    const once = { runId: crypto.randomUUID(), no: 1, fence: 1, deadline: new Date(Date.now() + 30_000) };
    return createOnce(through, folder).run(host, step, once);
  };

  it.for(Object.keys(WAYS))('is never said to be unsent by a server that %s', LONG, async (name, context) => {
    const server = await serverThat(WAYS[name] as Way, context);
    const answer = await post(`http://127.0.0.1:${server.port}/signal`);
    // A connection may end before anything was sent over it.
    const unsent = name === 'resets at once' && server.effects() === 0 ? ['failed'] : [];
    expect(['unknown', ...unsent]).toContain(answer.kind);
  });

  it('is unsent where nobody listens', async () => {
    expect(await post(`http://127.0.0.1:${await freePort()}/`)).toMatchObject({ kind: 'failed' });
  });

  it.runIf(tool !== 'wget')('is unsent where the name is unknown', LONG, async () => {
    expect(await post('http://no-such-host.invalid:80/')).toMatchObject({ kind: 'failed' });
  });

  it.runIf(tool !== 'wget')(
    'is unsent where no connection comes about in time',
    LONG,
    async ({ onTestFinished }) => {
      const { port, close } = await fullBacklog();
      onTestFinished(close);
      expect(await post(`http://127.0.0.1:${port}/`)).toMatchObject({ kind: 'failed' });
    },
  );

  it.runIf(tool === 'wget')('is not unsent because one of several addresses refused it', async () => {
    const said = `Connecting to localhost (localhost)|::1|:80... failed: Connection refused.
Connecting to localhost (localhost)|127.0.0.1|:80... connected.
HTTP request sent, awaiting response... Read error (Connection timed out) in headers.
Giving up.`;
    const twoAddresses = await mkdtemp(path.join(sshd.folder, 'bin-'));
    await writeFile(path.join(twoAddresses, 'wget'), `#!/bin/sh\necho '${said}' >&2\nexit 4\n`, {
      mode: 0o755,
    });
    const through: RemoteExec = {
      run: (host, script, limits) => exec.run(host, `PATH=${twoAddresses}:$PATH\n${script}`, limits),
    };
    const answer = await post('http://localhost/signal', through);
    expect(answer.kind).toBe('unknown');
  });
});
