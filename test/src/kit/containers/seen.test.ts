import { describe, expect, it } from 'vitest';
import type { DockerContainer } from '../../../../src/kit/containers/docker.ts';
import { holdsContainer, seeContainers } from '../../../../src/kit/containers/seen.ts';
import type { ContainerPlace, Host } from '../../../../src/kit/index.ts';
import type { Containers } from '../../../../src/kit/targets.ts';
import { estateOf } from '../../../support/estates.ts';
import { noContainers } from '../../../support/no-containers.ts';

const host = (name: string, container?: ContainerPlace, more: Partial<Host> = {}): Host => ({
  name,
  app: 'broker',
  site: 'a',
  address: '10.0.0.1',
  port: 22,
  ...(container ? { container } : {}),
  ...more,
});
const onNode = (node: string, container: string): ContainerPlace => ({ adapter: 'docker', node, container });
const hosts = [
  host('node-1'),
  host('node-2'),
  host('b-1', onNode('node-1', 'b1')),
  host('b-2', onNode('node-1', 'b2')),
  host('b-3', onNode('node-2', 'b3')),
  host('lost', onNode('node-9', 'x')),
  host('page', undefined, { console: { search: 'mq-msgbroker' } }),
  host('pod', {
    adapter: 'kubernetes',
    namespace: 'mq',
    workload: { kind: 'statefulset', name: 'b' },
    pod: 'b-0',
  }),
];
const estate = estateOf({ hosts });
const start = { id: 'a'.repeat(64), startedAt: '2026-11-29T07:00:00Z' };
const run: DockerContainer = { state: 'running', status: 'Up 2 minutes', start, ageSeconds: 120 };

function containersWith(own: Readonly<Record<string, DockerContainer>>, asked: string[] = []): Containers {
  return {
    onNode: async (node, names) => {
      asked.push(`${node.name}: ${names.join(' ')}`);
      return { kind: 'seen', containers: new Map(Object.entries(own)) };
    },
    pods: {
      ...noContainers.pods,
      see: async () => ({
        kind: 'seen',
        state: 'running',
        status: 'Running',
        pod: { namespace: 'mq', name: 'b-0', uid: 'u' },
        ageSeconds: 120,
      }),
    },
  };
}

describe('a look at containers', () => {
  it('asks each node once, and answers for every host in the order asked', async () => {
    const asked: string[] = [];
    const seen = await seeContainers(hosts, estate, containersWith({ b1: run, b2: run, b3: run }, asked));
    expect(asked).toEqual(['node-1: b1 b2', 'node-2: b3']);
    expect(seen.map(({ host: name, state }) => `${name} ${state}`)).toEqual([
      'node-1 unknown',
      'node-2 unknown',
      'b-1 running',
      'b-2 running',
      'b-3 running',
      'lost unknown',
      'page unknown',
      'pod running',
    ]);
  });

  it('says why a node does not tell', async () => {
    for (const because of ['no-docker', 'not-allowed', 'no-daemon', 'no-answer'] as const) {
      const silent: Containers = { ...noContainers, onNode: async () => ({ kind: 'not-seen', because }) };
      const [seen] = await seeContainers([host('b-1', onNode('node-1', 'b1'))], estate, silent);
      expect(seen).toMatchObject({ state: 'unknown', says: { en: expect.stringContaining('node-1') } });
    }
  });
});

describe('a condition on a container', () => {
  const at = new Date('2026-11-29T08:00:00Z');
  const held = async (
    state: 'running' | 'stopped' | 'absent' | 'restarted',
    own: DockerContainer,
    since = new Date(at.getTime() - 600_000),
  ): Promise<boolean> =>
    (
      await holdsContainer({ kind: 'container', host: 'b-1', state }, since, {
        estate,
        containers: containersWith({ b1: own }),
        clocks: { database: async () => at },
      })
    ).holds;
  const states = ['running', 'stopped', 'absent', 'abnormal', 'busy', 'unknown'] as const;

  it('holds for exactly the state that it names: busy and unknown are none', async () => {
    for (const wanted of ['running', 'stopped', 'absent'] as const)
      for (const state of states)
        expect([wanted, state, await held(wanted, { ...run, state })]).toEqual([
          wanted,
          state,
          wanted === state,
        ]);
  });

  it('is restarted when it runs and its age is less than the time since, whatever the clock of its node shows', async () => {
    expect(await held('restarted', run)).toBe(true);
    expect(await held('restarted', { ...run, start: { ...start, startedAt: '2031-01-01T00:00:00Z' } })).toBe(
      true,
    );
    expect(await held('restarted', { ...run, ageSeconds: 601 })).toBe(false);
    expect(await held('restarted', { ...run, ageSeconds: 600 })).toBe(false);
    for (const state of states.slice(1)) expect(await held('restarted', { ...run, state })).toBe(false);
    const { ageSeconds: _, ...ageless } = run;
    expect(await held('restarted', ageless)).toBe(false);
  });

  it('does not hold for a host that is not in the inventory', async () => {
    const seen = await holdsContainer({ kind: 'container', host: 'gone', state: 'absent' }, at, {
      estate,
      containers: containersWith({}),
      clocks: { database: async () => at },
    });
    expect(seen.holds).toBe(false);
  });
});
