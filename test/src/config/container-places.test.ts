import { describe, expect, it } from 'vitest';
import { readInventory } from '../../../src/config/inventory.ts';

type HostEntry = Readonly<Record<string, unknown>>;

const read = (adapter: string | undefined, hosts: readonly HostEntry[], nodes: readonly HostEntry[] = []) =>
  readInventory(
    'inventory.yaml',
    {
      name: 'bank',
      environment: 'test',
      timeZone: 'UTC',
      domain: 'bank.example',
      sites: [{ name: 'a' }],
      apps: {
        broker: {
          system: 'MQ',
          hosts: hosts.map((host, index) => ({
            name: `broker-${index + 1}`,
            address: `10.0.0.${index + 1}`,
            ...host,
          })),
        },
        machine: {
          system: 'PHYS',
          hosts: [{ name: 'node-1', address: '10.0.1.1' }, { name: 'node-2', address: '10.0.1.2' }, ...nodes],
        },
      },
      ...(adapter === undefined ? {} : { containers: { adapter } }),
    },
    [],
  );

function hostsOf(...given: Parameters<typeof read>) {
  const result = read(...given);
  if (!result.ok) throw new Error(JSON.stringify(result.problems));
  return result.inventory.estate.hosts;
}

function problemsOf(...given: Parameters<typeof read>): readonly string[] {
  const result = read(...given);
  return result.ok
    ? []
    : result.problems.map(({ path, says }) => `${path.replace('apps.broker.hosts.', '')}: ${says}`);
}

describe('where the container of a host is', () => {
  it('is a node and a name for docker', () => {
    const [host] = hostsOf('docker', [{ node: 'node-1', container: 'mq-broker.1', search: 'mq-msgbroker' }]);
    expect(host).toMatchObject({
      container: { adapter: 'docker', node: 'node-1', container: 'mq-broker.1' },
      console: { search: 'mq-msgbroker' },
    });
  });

  it('is a workload of a namespace for kubernetes, and a pod where its name is known', () => {
    const hosts = hostsOf('kubernetes', [
      { namespace: 'mq', workload: 'statefulset/broker', pod: 'broker-0' },
      { namespace: 'mq', workload: 'deployment/broker' },
    ]);
    expect(hosts.map(({ container }) => container).slice(0, 2)).toEqual([
      {
        adapter: 'kubernetes',
        namespace: 'mq',
        workload: { kind: 'statefulset', name: 'broker' },
        pod: 'broker-0',
      },
      { adapter: 'kubernetes', namespace: 'mq', workload: { kind: 'deployment', name: 'broker' } },
    ]);
  });

  it('is a word to search for, or a product, for a person; nothing of it need be said', () => {
    const hosts = hostsOf(undefined, [{ search: '消息 mq-msgbroker' }, { product: 'HAS' }, {}]);
    expect(hosts.slice(0, 3).map(({ console: place }) => place)).toEqual([
      { search: '消息 mq-msgbroker' },
      { product: 'HAS' },
      undefined,
    ]);
    expect(
      hosts.every(({ container, isOpsNode }) => container === undefined && isOpsNode === undefined),
    ).toBe(true);
  });

  it('marks the nodes that carry the platform itself', () => {
    const hosts = hostsOf('docker', [], [{ name: 'node-3', address: '10.0.1.3', ops: true }]);
    expect(hosts.map(({ name, isOpsNode }) => [name, isOpsNode === true])).toEqual([
      ['node-1', false],
      ['node-2', false],
      ['node-3', true],
    ]);
  });
});

describe('mistakes', () => {
  it.each([
    ['docker', { node: 'node-1' }, '0.container: is missing; write node and container'],
    ['docker', { container: 'c' }, '0.node: is missing; write node and container'],
    [
      'kubernetes',
      { namespace: 'mq', pod: 'broker-0' },
      '0.workload: is missing; write namespace and workload',
    ],
    [
      'kubernetes',
      { namespace: 'mq', workload: 'broker' },
      '0.workload: write deployment/<name> or statefulset/<name>',
    ],
    [
      'kubernetes',
      { namespace: 'Mq', workload: 'deployment/b' },
      '0.namespace: write a namespace: small letters, digits and "-"',
    ],
    [
      'docker',
      { node: 'node-3', container: 'c' },
      '0.node: node-3 is no host of this file (near: node-1, node-2); correct the name, or add the node',
    ],
    [
      'docker',
      { node: 'broker-1', container: 'c' },
      '0.node: is the host itself; write the machine that carries it',
    ],
    ['docker', { node: 'node-1', container: '-f' }, '0.container: write the name that docker ps shows'],
    [
      'docker',
      { node: 'node-1', container: 'c; reboot' },
      '0.container: write the name that docker ps shows',
    ],
    [
      'docker',
      { node: 'node-1', contaner: 'c' },
      '0.contaner: is not known here; remove it or correct its spelling',
    ],
    ['docker', { ops: 'yes' }, '0.ops: write true for a node that carries the platform itself'],
    ['docker', { search: 'a\nb' }, '0.search: write the word as the console shows it'],
    ['docker', { search: '' }, '0.search: write the word as the console shows it'],
  ])('%s: %o is told', (adapter, host, says) => {
    expect(problemsOf(adapter, [host])).toContain(says);
  });

  it('a place of another adapter is told with the adapter', () => {
    expect(problemsOf(undefined, [{ node: 'node-1', container: 'c' }])).toEqual(
      ['node', 'container'].map(
        (word) =>
          `0.${word}: belongs to another adapter, and containers.adapter is manual; remove it, or change containers.adapter`,
      ),
    );
    expect(problemsOf('docker', [{ namespace: 'mq', workload: 'deployment/b' }])).toHaveLength(2);
  });

  it('one container is one host, and a container carries none', () => {
    const here = { node: 'node-1', container: 'c' };
    expect(problemsOf('docker', [here, { ...here, node: 'node-2' }, here])).toEqual([
      '2.container: is the container of broker-1 already',
    ]);
    expect(problemsOf('docker', [here, { node: 'broker-1', container: 'd' }])).toEqual([
      '1.node: broker-1 is a container itself; write a machine',
    ]);
    const pod = { namespace: 'mq', workload: 'statefulset/b', pod: 'b-0' };
    expect(problemsOf('kubernetes', [pod, { ...pod, namespace: 'ms' }, pod])).toEqual([
      '2.pod: is the pod of broker-1 already',
    ]);
  });
});
