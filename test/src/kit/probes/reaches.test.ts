import { chmod } from 'node:fs/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { type HostContext, reaches, words } from '../../../../src/kit/index.ts';
import { aContext, answer, folderWith, listen, look } from './ask.ts';

const ends: (() => unknown)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

const LB = words('the load balancer of DBP', 'DBP 负载均衡');
const probe = (port = 8066) => reaches({ address: 'dbp-lb', port: () => port, what: LB });
const at = (address: string): HostContext => {
  const context = aContext();
  return { ...context, estate: { ...context.estate, addresses: { 'dbp-lb': address } } };
};

describe('reaches', () => {
  const withPing = async (code: number): Promise<string> => {
    const programs = await folderWith({ ping: `#!/bin/sh\nexit ${code}\n` });
    ends.push(programs.remove);
    await chmod(programs.at('ping'), 0o755);
    return programs.at('.');
  };

  it('connects to the port where nobody answers ping', async () => {
    const [open, closed] = [await listen(), await listen()];
    ends.push(open.close);
    await closed.close();
    const env = { PATH: `${await withPing(1)}:${process.env['PATH'] ?? ''}` };
    expect(await look(probe(open.port), at('127.0.0.1'), env)).toMatchObject([{ state: 'ok' }]);
    expect(await look(probe(closed.port), at('127.0.0.1'), env)).toMatchObject([{ state: 'critical' }]);
  });

  it.each([
    ['answers ping', 0, 'ok'],
    ['does not answer ping', 1, 'critical'],
    ['cannot be asked so', 2, 'unknown'],
  ])('without bash, an address that %s', async (_, code, state) => {
    expect(await look(probe(), at('10.0.0.1'), { PATH: await withPing(code) })).toMatchObject([{ state }]);
  });

  it.each([
    ['ping answers\ntcp open\n', 'ok', '（10.0.0.1）ping 可达'],
    ['ping answers\ntcp closed\n', 'ok', '（10.0.0.1）ping 可达；端口 8066 无法从本机连接'],
    ['ping silent\ntcp open\n', 'ok', '（10.0.0.1）端口 8066 可连接，ping 无应答'],
    ['ping silent\ntcp closed\n', 'critical', '（10.0.0.1）不可达'],
    ['ping none\ntcp closed\n', 'critical', '（10.0.0.1）不可达'],
  ])('takes %j for %s', (output, state, zh) => {
    expect(probe().judge(answer(output), at('10.0.0.1'))).toMatchObject([
      { state, says: { zh: `DBP 负载均衡${zh}` } },
    ]);
  });

  it('takes a connection that hangs for none, and half an answer for no answer', () => {
    const half = answer('ping silent\n');
    expect(probe().judge({ ...half, timedOut: true }, at('10.0.0.1'))).toMatchObject([{ state: 'critical' }]);
    expect(probe().judge(half, at('10.0.0.1'))).toMatchObject([{ state: 'unknown' }]);
  });

  it('asks for the address as long as the inventory has none', async () => {
    expect(await look(probe())).toMatchObject([
      {
        state: 'unknown',
        says: {
          en: 'write the address of the load balancer of DBP in inventory.yaml: addresses: { dbp-lb: … }',
          zh: '请在 inventory.yaml 中填写 DBP 负载均衡的地址：addresses: { dbp-lb: … }',
        },
      },
    ]);
  });
});
