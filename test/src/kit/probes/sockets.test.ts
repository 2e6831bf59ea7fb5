import net from 'node:net';
import { afterEach, describe, expect, it } from 'vitest';
import {
  clientsOn,
  clusterClientsOn,
  connectedTo,
  type HostAnswer,
  listening,
  portsCheck,
  words,
} from '../../../../src/kit/index.ts';
import { aContext, answer, ask, folderWith, listen, look, onlyPrograms } from './ask.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const STORE = words('message store', '消息库');
const NO_PROC = { proc: '/nowhere', cgroup: '/nowhere' };
const READ_BY = [
  ['the kernel', undefined, undefined],
  ['ss', NO_PROC, ['ss', 'awk']],
  ['netstat', NO_PROC, ['netstat', 'awk']],
] as const;

describe('listening', () => {
  it.each(READ_BY)(
    'sees a port of IPv4 and one of IPv6 with %s, and not one that is closed',
    async (_, files, programs) => {
      const [four, six, closed] = [await listen(), await listen(undefined, '::1'), await listen()];
      ends.push(four.close, six.close);
      await closed.close();
      const only = programs && (await onlyPrograms(...programs));
      if (only) ends.push(only.remove);
      const seen = await look(listening([four.port, six.port, closed.port], files), aContext(), only?.env);
      expect(seen.map(({ part, state }) => [part, state])).toEqual([
        [String(four.port), 'ok'],
        [String(six.port), 'ok'],
        [String(closed.port), 'critical'],
      ]);
      expect(seen[0]?.says.en).toContain('127.0.0.1');
      expect(seen[2]?.says.zh).toContain(`端口 ${closed.port}`);
    },
  );

  it('takes neither a longer port, a remote port nor another state for a listening one', () => {
    const seen = listening([80, 9529]).judge(
      answer('proc\n1 0A 00000000:1F90\n2 01 0100007F:0050\n1 0A 0100007F:9529\nread 9\n'),
      aContext(),
    );
    expect(seen.map(({ state }) => state)).toEqual(['critical', 'critical']);
  });

  it('reads addresses of the kernel', () => {
    const table =
      'proc\n1 0A 0100007F:2539\n1 0A 00000000000000000000000000000000:0050\n1 0A 0000000000000000FFFF00000200000A:0051\nread 4';
    const says = listening([9529, 80, 81])
      .judge(answer(table), aContext())
      .map(({ says }) => says.en);
    expect(says).toEqual([
      'port 9529 listens on 127.0.0.1',
      'port 80 listens on ::',
      'port 81 listens on 10.0.0.2',
    ]);
  });

  it.each([
    ['nothing at all', ''],
    ['a table without a heading', 'proc\nread 0\n'],
    ['a table that was cut off', 'proc\n1 0A 0100007F:2539\n'],
    ['a line of something else', 'proc\nawk: not found\nread 3\n'],
    ['a host that can tell nothing', 'none\n'],
  ])('knows nothing from %s', (_, output) => {
    expect(listening([9529]).judge(answer(output), aContext())).toMatchObject([{ state: 'unknown' }]);
  });

  it('has the level and the duration of a limit that says what a closed port means', () => {
    const check = portsCheck({
      id: 'port',
      apps: ['msgbroker'],
      rows: ['DDS-M04'],
      clause: { document: '002', section: '3.1.1' },
      ports: [80, 2022],
      closed: { row: 'DDS-M04', state: 'warning', lastsSeconds: 60 },
    });
    if (check.on !== 'host') throw new Error('no host check');
    const { open } = check.limits ?? {};
    if (!open) throw new Error('no limit');
    const context = { ...aContext(), limits: { open: { ...open, overridden: false } } };
    const limit = { row: 'DDS-M04', value: 1, breach: 'below', lastsSeconds: 60 };
    expect(check.judge(answer('proc\nread 1\n'), context)).toMatchObject([
      { part: '80', state: 'warning', value: 0, limit },
      { part: '2022', state: 'ok', value: 1, limit },
    ]);
  });

  it('counts the port of its own session as open', () => {
    const seen = listening([2022]).judge(answer('proc\nread 1\n'), aContext());
    expect(seen).toMatchObject([{ state: 'ok', part: '2022' }]);
  });
});

async function connect(port: number, host = '127.0.0.1'): Promise<void> {
  const socket = net.connect(port, host);
  ends.push(() => socket.destroy());
  await new Promise((resolve) => socket.once('connect', resolve));
}

describe('connectedTo', () => {
  it.each(READ_BY)('counts the connections to a remote port with %s', async (_, files, programs) => {
    const [server, idle] = [await listen(), await listen()];
    ends.push(server.close, idle.close);
    await connect(server.port);
    await connect(server.port);
    const only = programs && (await onlyPrograms(...programs));
    if (only) ends.push(only.remove);
    expect(await look(connectedTo([server.port, 1], STORE, files), aContext(), only?.env)).toMatchObject([
      {
        state: 'ok',
        value: 2,
        says: {
          en: `2 connections to message store: 127.0.0.1:${server.port} ×2`,
          zh: `与消息库的连接 2 条：127.0.0.1:${server.port} ×2`,
        },
      },
    ]);
    expect(await look(connectedTo([idle.port], STORE, files), aContext(), only?.env)).toMatchObject([
      { state: 'critical', value: 0, says: { en: `no connection to message store (port ${idle.port})` } },
    ]);
  });

  it('counts no connection that is closing or not yet open', () => {
    const seen = connectedTo([3306], STORE).judge(
      answer('proc\n4 06 0700000A:0CEA\n1 02 0700000A:0CEA\n1 08 0700000A:0CEA\nread 20\n'),
      aContext(),
    );
    expect(seen).toMatchObject([{ state: 'critical', value: 0 }]);
    expect(seen[0]?.evidence).toContain('4 TIME_WAIT 10.0.0.7:3306');
  });

  describe('that must go to an address of the inventory', () => {
    const pinned = (output: string, addresses: Readonly<Record<string, string>>) => {
      const context = aContext();
      const [judged] = connectedTo([9003], words('ACVIP', 'ACVIP'), { pinned: 'acvip' }).judge(
        answer(output),
        { ...context, estate: { ...context.estate, addresses } },
      );
      return judged;
    };
    const table =
      'ss\n2 ESTAB 10.0.0.7:9003\n1 ESTAB [::ffff:10.0.0.7]:9003\n5 TIME-WAIT 10.0.0.8:9003\nread 9';

    it('are well when they all do, also through a socket of IPv6', () => {
      expect(pinned(table, { acvip: '10.0.0.7' })).toMatchObject({ state: 'ok', value: 3 });
      expect(pinned(table, {})).toMatchObject({ state: 'ok', value: 3 });
    });

    it('are critical when one goes elsewhere', () => {
      expect(pinned(table.replace('TIME-WAIT', 'ESTAB'), { acvip: '10.0.0.7' })).toMatchObject({
        state: 'critical',
        says: {
          en: 'connected to 10.0.0.8:9003 ×5, which is not ACVIP of the inventory, 10.0.0.7',
          zh: '连接到 10.0.0.8:9003 ×5，与资产清单中 ACVIP 的地址 10.0.0.7 不一致',
        },
      });
      expect(pinned('ss\nread 9', { acvip: '10.0.0.7' })).toMatchObject({ state: 'critical', value: 0 });
    });

    it('cannot be compared with a name', () => {
      expect(pinned(table, { acvip: 'acvip.bank.example' })).toMatchObject({
        state: 'unknown',
        says: { en: expect.stringContaining('write the IP address') as string },
      });
    });
  });

  it('reads a table of files, the exact port in hexadecimal', async () => {
    const row = (no: number, local: string, remote: string, state: string): string =>
      `   ${no}: ${local} ${remote} ${state} 00000000:00000000 00:00000000 00000000     0        0 1 1 0 100 0 0 10 0\n`;
    const folder = await folderWith({
      'net/tcp':
        '  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode\n' +
        row(0, '0500000A:0CEA', '0600000A:9C40', '01') +
        row(1, '0500000A:9C41', '0700000A:0CEA', '01') +
        row(2, '0500000A:9C42', '0700000A:0B44', '01') +
        row(3, '0500000A:9C43', '0700000A:CEA0', '01'),
    });
    ends.push(folder.remove);
    const files = { proc: folder.at('.'), cgroup: '/nowhere' };
    expect(await look(connectedTo([3306, 2884], STORE, files))).toMatchObject([
      { state: 'ok', value: 2, says: { en: '2 connections to message store: 10.0.0.7:2884, 10.0.0.7:3306' } },
    ]);
  });
});

describe('clientsOn', () => {
  /** Two from 10.0.0.6, one closing, one of IPv6; and what a client has itself, to the same remote port. */
  const TABLE =
    'proc\n2 01 0600000A:2329\n1 06 0600000A:2329\n1 01 0000000000000000FFFF00000700000A:2329\nread 9\n';

  it.each(READ_BY)('counts the clients of a local port with %s', async (_, files, programs) => {
    const [server, idle] = [await listen(), await listen()];
    ends.push(server.close, idle.close);
    await connect(server.port);
    await connect(server.port);
    const only = programs && (await onlyPrograms(...programs));
    if (only) ends.push(only.remove);
    expect(await look(clientsOn([server.port], files), aContext(), only?.env)).toMatchObject([
      {
        state: 'ok',
        value: 2,
        says: {
          en: `2 clients on port ${server.port}: 127.0.0.1 ×2`,
          zh: `端口 ${server.port} 的客户端连接 2 条：127.0.0.1 ×2`,
        },
      },
    ]);
    expect(await look(clientsOn([idle.port], files), aContext(), only?.env)).toMatchObject([
      { state: 'critical', value: 0, says: { en: `no client on port ${idle.port}` } },
    ]);
  });

  it('counts what is open, of every address', () => {
    const [seen] = clientsOn([9001]).judge(answer(TABLE), aContext());
    expect(seen).toMatchObject({
      state: 'ok',
      value: 3,
      says: { en: '3 clients on port 9001: 10.0.0.6 ×2, 10.0.0.7' },
    });
    expect(seen?.evidence).toContain('1 TIME_WAIT 10.0.0.6:9001');
  });

  it('looks at the port that serves in this installation', async () => {
    const server = await listen();
    ends.push(server.close);
    await connect(server.port);
    const context = aContext();
    const elsewhere = { ...context, app: { ...context.app, ports: { 9001: server.port } } };
    expect(await look(clientsOn([9001]), elsewhere)).toMatchObject([{ state: 'ok', value: 1 }]);
  });

  it('holds them against the most that there may be', () => {
    const judged = (limit: number) => clientsOn([9001]).judge(answer(TABLE), aContext({ most: limit }));
    expect(judged(3)).toMatchObject([
      { state: 'ok', value: 3, says: { en: 'clients on port 9001: 3 (limit 3)' } },
    ]);
    expect(judged(2)).toMatchObject([
      {
        state: 'warning',
        limit: { row: 'MQ-M04', value: 2 },
        says: { zh: '端口 9001 的客户端连接 3，高于阈值 2（MQ-M04）' },
      },
    ]);
  });

  it('takes no client for what its check says', () => {
    const judged = (none: 'ok' | 'warning') =>
      clientsOn([9001], { none }).judge(answer('proc\nread 3\n'), aContext());
    expect(judged('ok')).toMatchObject([{ state: 'ok', value: 0 }]);
    expect(judged('warning')).toMatchObject([{ state: 'warning', value: 0 }]);
  });

  it('counts the clients of very many addresses, though it names the first only', async () => {
    const row = (no: number): string =>
      `   ${no}: 0500000A:2329 ${(0x0a000000 + no).toString(16).toUpperCase()}:9C40 01\n`;
    const folder = await folderWith({
      'net/tcp': `  sl  local_address rem_address   st\n${Array.from({ length: 3000 }, (_, no) => row(no)).join('')}`,
    });
    ends.push(folder.remove);
    const probe = clientsOn([9001], { proc: folder.at('.') });
    const answered = await ask(probe.command(aContext()));
    expect(answered.output.length).toBeLessThan(10_000);
    expect(probe.judge(answered, aContext())).toMatchObject([{ state: 'ok', value: 3000 }]);
  });

  it.each([
    ['nothing at all', ''],
    ['a table that was cut off', 'proc\n1 01 0600000A:2329\n'],
    ['a host that can tell nothing', 'none\n'],
  ])('knows nothing from %s', (_, output) => {
    expect(clientsOn([9001]).judge(answer(output), aContext())).toMatchObject([{ state: 'unknown' }]);
  });
});

describe('clusterClientsOn', () => {
  const from = (name: string, output?: string): HostAnswer => ({
    host: { ...aContext().host, name },
    ...(output === undefined ? {} : { answer: answer(output) }),
  });
  const TWO = 'proc\n2 01 0600000A:2329\n4 06 0600000A:2329\nread 9\n';

  it('adds them up over the hosts', () => {
    const judged = clusterClientsOn([9001]).judge(
      { hosts: [from('a-1', TWO), from('a-2', TWO), from('a-3', 'proc\nread 1\n')] },
      aContext(),
    );
    expect(judged).toMatchObject([
      {
        state: 'ok',
        value: 4,
        says: {
          en: '4 clients on port 9001 of 3 hosts',
          zh: '3 台主机端口 9001 的客户端连接共 4 条',
        },
        evidence: 'a-1 2\na-2 2\na-3 0',
      },
    ]);
  });

  it.each([
    ['did not answer', undefined],
    ['answered something else', 'sh: awk: not found'],
    ['can tell nothing', 'none\n'],
  ])('does not know the sum when a host %s', (_, output) => {
    const judged = clusterClientsOn([9001]).judge(
      { hosts: [from('a-1', TWO), from('a-2', output)] },
      aContext(),
    );
    expect(judged).toMatchObject([
      { state: 'unknown', says: { en: 'at least 2 clients on port 9001; not known of a-2' } },
    ]);
  });
});
