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
  it('is well when the port of the address accepts a connection, and critical when it does not', async () => {
    const [open, closed] = [await listen(), await listen()];
    ends.push(open.close);
    await closed.close();
    expect(await look(probe(open.port), at('127.0.0.1'))).toMatchObject([
      { state: 'ok', says: { en: `127.0.0.1:${open.port} accepts connections` } },
    ]);
    expect(await look(probe(closed.port), at('127.0.0.1'))).toMatchObject([{ state: 'critical' }]);
  });

  it.each([
    ['answers ping', 0, 'ok'],
    ['does not answer ping', 1, 'critical'],
    ['cannot be asked so', 2, 'unknown'],
  ])('without bash, an address that %s', async (_, code, state) => {
    const programs = await folderWith({ ping: `#!/bin/sh\nexit ${code}\n` });
    ends.push(programs.remove);
    await chmod(programs.at('ping'), 0o755);
    expect(await look(probe(), at('10.0.0.1'), { PATH: programs.at('.') })).toMatchObject([{ state }]);
  });

  it('tells a load balancer without a service behind it from one that is gone', () => {
    const says = (output: string, timedOut = false) =>
      probe().judge({ ...answer(output), timedOut }, at('10.0.0.1'))[0]?.says;
    expect(says('ping answers\ntcp closed\n')?.zh).toBe('DBP 负载均衡 ping 可达，但 10.0.0.1:8066 无法连接');
    expect(says('ping silent\ntcp closed\n')?.en).toBe('10.0.0.1:8066 cannot be reached');
    expect(says('ping silent\n', true)?.en).toBe('10.0.0.1:8066 cannot be reached');
    expect(says('ping silent\n')?.en).toBe('the answer could not be understood');
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
