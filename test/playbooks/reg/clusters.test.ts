import { describe, expect, it } from 'vitest';
import { clusterOf, oneLeader, quorum } from '../../../playbooks/reg/clusters.ts';
import type { CheckContext, Host, HostAnswer } from '../../../src/kit/index.ts';
import { appOf, estateOf } from '../../support/estates.ts';
import { answer } from '../../src/kit/probes/ask.ts';

type Says = 'Leader' | 'Follower' | 'false' | 'INITIAL' | 'no role' | 'refused' | 'odd' | 'nothing';

const host = (name: string, site = 'a', app = 'metaserver'): Host => ({
  name,
  app,
  site,
  address: '10.0.0.1',
  port: 2022,
});

function outputOf(says: Exclude<Says, 'nothing'>): string {
  const page = (status: number, body: string) => `HTTP/1.1 ${status} X\r\n\r\n${body}`;
  switch (says) {
    case 'refused':
      return 'curl: (7) Failed to connect to 127.0.0.1 port 9615: Connection refused';
    case 'odd':
      return page(200, '<html>');
    case 'no role':
      return page(200, '{"success":true,"message":"MetaServerBoot httpServerStart:true"}');
    case 'false':
      return page(500, '{"success":false,"message":"MetaServerBoot raftStatus:false"}');
    case 'INITIAL':
      return page(500, '{"success":false,"message":"DataServerBoot httpServer:true, status:INITIAL"}');
    case 'Leader':
    case 'Follower':
      return page(200, `{"success":true,"message":"MetaServerBoot raftStatus:${says}"}`);
    default:
      return says satisfies never;
  }
}

const node = (at: Host, says: Says): HostAnswer =>
  says === 'nothing' ? { host: at } : { host: at, answer: answer(outputOf(says)) };
const nodes = (...says: readonly Says[]): readonly HostAnswer[] =>
  says.map((each, k) => node(host(`m-${k + 1}`), each));

const context = (clusters = 'per-site'): CheckContext => ({
  estate: estateOf({ options: { REG: { version: 'v5', clusters } } }),
  app: appOf('metaserver', 'REG'),
  limits: {},
});
const leader = (hosts: readonly HostAnswer[], clusters?: string) =>
  oneLeader.judge({ hosts }, context(clusters));
const alive = (hosts: readonly HostAnswer[], clusters?: string) =>
  quorum(9622).judge({ hosts }, context(clusters));

describe('the leader', () => {
  it.each<readonly [readonly Says[], string, string, string]>([
    [['Follower', 'Leader', 'Follower'], 'ok', 'leader m-2, 2 followers', 'Leader 为 m-2，Follower 2 个'],
    [['Leader'], 'ok', 'leader m-1, 0 followers', 'Leader 为 m-1，Follower 0 个'],
    [['Leader', 'Leader', 'Follower'], 'critical', '2 leaders: m-1, m-2', '有 2 个 Leader：m-1、m-2'],
    [['Leader', 'Leader', 'nothing'], 'critical', '2 leaders: m-1, m-2', '有 2 个 Leader：m-1、m-2'],
    [['Follower', 'Follower', 'Follower'], 'critical', 'no meta node is leader', '没有 Leader'],
    [['false', 'refused', 'refused'], 'critical', 'no meta node is leader', '没有 Leader'],
    [
      ['Leader', 'false', 'refused'],
      'critical',
      'leader m-1; not healthy: m-2, m-3',
      'Leader 为 m-1；不健康：m-2、m-3',
    ],
    [
      ['Follower', 'nothing', 'odd'],
      'unknown',
      'no leader among those that said so; not known of m-2, m-3',
      '未发现 Leader；m-2、m-3 未知',
    ],
    [
      ['Leader', 'nothing', 'no role'],
      'unknown',
      'leader m-1; not known of m-2, m-3',
      'Leader 为 m-1；m-2、m-3 未知',
    ],
  ])('of %j is %s', (says, state, en, zh) => {
    expect(leader(nodes(...says))).toMatchObject([{ state, says: { en, zh } }]);
  });
});

describe('the quorum', () => {
  it.each<readonly [readonly Says[], string, string]>([
    [['Leader', 'Follower', 'Follower'], 'ok', '3 of 3 alive'],
    [['Leader', 'Follower', 'refused'], 'ok', '2 of 3 alive; not m-3'],
    [['Leader', 'Follower', 'nothing'], 'ok', '2 of 3 alive; not known of m-3'],
    [['Leader', 'Follower', 'INITIAL'], 'warning', '2 of 3 alive; not m-3; not in state working: m-3'],
    [['Leader', 'refused', 'nothing'], 'unknown', '1 of 3 alive; not m-2; not known of m-3'],
    [['Leader', 'refused', 'INITIAL'], 'critical', '1 of 3 alive; not m-2, m-3: not more than half'],
    [
      ['Leader', 'Leader', 'refused', 'refused'],
      'critical',
      '2 of 4 alive; not m-3, m-4: not more than half',
    ],
  ])('of %j is %s', (says, state, en) => {
    expect(alive(nodes(...says))).toMatchObject([{ state, says: { en } }]);
  });

  it('is told in Chinese as well', () => {
    expect(alive(nodes('Leader', 'refused', 'refused'))[0]?.says.zh).toBe(
      '3 个节点中存活 1 个；m-2、m-3 异常：未超过半数',
    );
  });
});

describe('two rooms', () => {
  const rooms = [
    node(host('a-1', 'a'), 'Leader'),
    node(host('a-2', 'a'), 'Follower'),
    node(host('b-1', 'b'), 'Leader'),
    node(host('b-2', 'b'), 'refused'),
  ];

  it('are two registries, unless the inventory says that they are one', () => {
    expect(leader(rooms)).toMatchObject([
      { part: 'a', state: 'ok' },
      { part: 'b', state: 'critical' },
    ]);
    expect(alive(rooms)).toMatchObject([
      { part: 'a', state: 'ok' },
      { part: 'b', state: 'critical' },
    ]);
    expect(leader(rooms, 'one')).toMatchObject([{ state: 'critical', value: 2 }]);
    expect(alive(rooms, 'one')).toMatchObject([{ state: 'ok', value: 3 }]);
  });

  it('are told apart by the name in the inventory as well', () => {
    expect(clusterOf(host('a-1', 'a', 'meta-blue'), context())).toBe('meta-blue a');
    expect(clusterOf(host('a-1', 'a', 'meta-blue'), context('one'))).toBe('metaserver');
  });
});
