import { describe, expect, it } from 'vitest';
import { nodesReachable } from '../../../playbooks/phys/reachable.ts';
import type { Host, HostAnswer, HostContext } from '../../../src/kit/index.ts';
import { appOf, estateOf } from '../../support/estates.ts';
import { answer } from '../../src/kit/probes/ask.ts';

const host = (no: number): Host => ({
  name: `node-${no}`,
  app: 'physical-node',
  site: 'a',
  address: `10.0.0.${no}`,
  port: 22,
});
const hosts = [1, 2, 3, 4].map(host);
const app = appOf('physical-node', 'PHYS', { hosts: hosts.map(({ name }) => name) });
const context = (no: number, all: readonly Host[] = hosts): HostContext => ({
  estate: estateOf({ apps: [app], hosts: all }),
  app,
  limits: {},
  host: host(no),
});
const judge = (answers: readonly HostAnswer[]) => nodesReachable.judge({ hosts: answers }, context(1));
const said = (no: number, output = ''): HostAnswer => ({ host: host(no), answer: answer(output) });

describe('whether nodes can be reached', () => {
  it('is asked of each by the two before it', () => {
    const pinged = (no: number, all?: readonly Host[]) =>
      [...nodesReachable.command(context(no, all)).matchAll(/ping -c 3 -W 2 (\S+)/g)].map(([, at]) => at);
    expect(pinged(1)).toEqual(['10.0.0.2', '10.0.0.3']);
    expect(pinged(4)).toEqual(['10.0.0.1', '10.0.0.2']);
    expect(pinged(1, hosts.slice(0, 2))).toEqual(['10.0.0.2']);
    expect(pinged(1, hosts.slice(0, 1))).toEqual([]);
  });

  it('is proven by a login', () => {
    expect(judge([said(1, '10.0.0.2 silent\n'), said(2)])).toMatchObject([
      { part: 'node-1', state: 'ok' },
      { part: 'node-2', state: 'ok', says: { en: 'Fettle can log in' } },
    ]);
  });

  it('is decided by the others where a node let nobody in', () => {
    const answers = [said(1, '10.0.0.3 silent\n'), said(2, '10.0.0.3 silent\n10.0.0.4 answers\n')];
    expect(judge([...answers, { host: host(3) }, { host: host(4) }])).toMatchObject([
      { state: 'ok' },
      { state: 'ok' },
      {
        part: 'node-3',
        state: 'critical',
        says: {
          en: 'cannot be reached: no answer to ping from node-1, node-2',
          zh: '不可达：node-1、node-2 无法 ping 通',
        },
      },
      { part: 'node-4', state: 'ok', says: { en: 'answers ping from node-2, but Fettle cannot log in' } },
    ]);
  });

  it('is not known when nobody could ping', () => {
    const [, node] = judge([said(1), { host: host(2) }]);
    expect(node).toMatchObject({ part: 'node-2', state: 'unknown' });
  });
});
