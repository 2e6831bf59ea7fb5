import { describe, expect, it } from 'vitest';
import reg from '../../../playbooks/reg/inspection.ts';
import type { HostCheck, HostContext } from '../../../src/kit/index.ts';
import { appOf, estateOf } from '../../support/estates.ts';
import { answer } from '../../src/kit/probes/ask.ts';

const check = (id: string): HostCheck => {
  const found = reg.checks.find((each): each is HostCheck => each.id === id && each.on === 'host');
  if (!found) throw new Error(`no host check ${id}`);
  return found;
};

const context = (version: string, ports: Readonly<Record<number, number>> = {}): HostContext => ({
  estate: estateOf({ options: { REG: { version, clusters: 'per-site' } } }),
  app: appOf('metaserver', 'REG', { names: ['meta'], ports }),
  limits: {},
  host: { name: 'metaserver-1', app: 'metaserver', site: 'a', address: '10.0.0.1', port: 2022 },
});

/** What the table of sockets prints when these ports listen. */
const listening = (...ports: readonly number[]) =>
  answer(`ss\n${ports.map((port) => `1 LISTEN 0.0.0.0:${port}\n`).join('')}read 9\n`);

describe('the ports of a meta node', () => {
  it('are those of raft as well in version 5, and not in version 6', () => {
    const parts = (version: string) =>
      check('meta-further-ports')
        .judge(listening(9611, 9612, 9615), context(version))
        .map(({ part, state }) => [part, state]);
    expect(parts('v5')).toEqual([
      ['9611', 'ok'],
      ['9612', 'ok'],
      ['9614', 'critical'],
      ['9615', 'ok'],
    ]);
    expect(parts('v6')).toEqual([
      ['9611', 'ok'],
      ['9612', 'ok'],
      ['9615', 'ok'],
    ]);
  });
});

describe('port 8080, which the manual prints', () => {
  const judge = (open: readonly number[], ports?: Readonly<Record<number, number>>) =>
    check('printed-port').judge(listening(...open), context('v5', ports));

  it('is told, and never red: no role has it', () => {
    expect(judge([8080])).toMatchObject([{ state: 'ok', says: { en: 'port 8080 listens on 0.0.0.0' } }]);
    expect(judge([9610])).toMatchObject([
      {
        state: 'ok',
        says: { en: 'port 8080 does not listen; the manual prints it, and no role is documented to have it' },
      },
    ]);
  });

  it('is a warning where the inventory says that there is one', () => {
    expect(judge([18_080], { 8080: 18_080 })).toMatchObject([{ state: 'ok' }]);
    expect(judge([9610], { 8080: 18_080 })).toMatchObject([
      { state: 'warning', says: { zh: '端口 18080 未监听' } },
    ]);
  });
});

describe('the process of a role', () => {
  const judge = (command: string) =>
    check('meta-process').judge(answer(`proc\n42 /opt/java/bin/java ${command}\n`), context('v5'));

  it('is known by what a command line calls it, not by a word that any may have', () => {
    expect(judge('-Dapp.name=registry-meta -jar registry-meta.jar')).toMatchObject([{ state: 'ok' }]);
    expect(judge('-XX:MaxMetaspaceSize=256m -jar agent.jar')).toMatchObject([{ state: 'warning' }]);
  });
});
