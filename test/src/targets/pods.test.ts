import { writeFile, readFile } from 'node:fs/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Pods, Scaling } from '../../../src/kit/containers/pods.ts';
import { openCluster } from '../../../src/targets/kubernetes.ts';
import { createPods } from '../../../src/targets/pods.ts';
import { type Cluster, startCluster, type StoredPod } from '../../support/cluster.ts';

let cluster: Cluster;
let pods: Pods;
let clock = new Date('2026-11-29T08:00:00Z');

beforeAll(async () => {
  cluster = await startCluster(() => clock);
  const api = openCluster({ kubeconfig: cluster.kubeconfig });
  pods = createPods(() => api);
});
afterAll(() => cluster.stop());
beforeEach(() => {
  clock = new Date('2026-11-29T08:00:00Z');
  cluster.pods.splice(0, cluster.pods.length, stored('broker-0'), stored('broker-1'));
  cluster.received.length = 0;
  cluster.replicas = 3;
  cluster.before = undefined;
});

const stored = (name: string, more: Partial<StoredPod> = {}): StoredPod => ({
  name,
  uid: `uid-of-${name}`,
  ip: `10.0.0.${name.slice(-1)}`,
  owner: { kind: 'StatefulSet', name: 'broker' },
  phase: 'Running',
  ready: true,
  version: 5,
  created: new Date('2026-11-29T07:00:00Z'),
  annotations: { kept: 'as it is' },
  ...more,
});
const first = (): StoredPod => cluster.pods[0] ?? stored('none');
const place = {
  adapter: 'kubernetes',
  namespace: 'mq',
  workload: { kind: 'statefulset', name: 'broker' },
  pod: 'broker-0',
} as const;
const start = { namespace: 'mq', name: 'broker-0', uid: 'uid-of-broker-0' };
const yes = async (): Promise<boolean> => true;
const deletes = () => cluster.received.filter(({ method }) => method === 'DELETE');

describe('how a pod is', () => {
  it('is seen with its uid and its age by the cluster’s clock, whatever time it is here', async () => {
    expect(await pods.see(place, '')).toEqual({
      kind: 'seen',
      state: 'running',
      status: 'Running',
      pod: start,
      ageSeconds: 3600,
    });
  });

  it('is found by the address of the host where the inventory names no pod, and only among those of its workload', async () => {
    const { pod: _, ...byAddress } = place;
    cluster.pods.push(stored('agent-0', { owner: undefined }));
    expect(await pods.see(byAddress, '10.0.0.1')).toMatchObject({ pod: { name: 'broker-1' } });
    cluster.pods.push(stored('other-1'));
    expect(await pods.see(byAddress, '10.0.0.1')).toMatchObject({ kind: 'not-seen' });
    cluster.pods.splice(0, 4, stored('broker-7f-x1', { owner: { kind: 'ReplicaSet', name: 'broker-7f' } }));
    expect(await pods.see(byAddress, '10.0.0.1')).toMatchObject({ state: 'running' });
    cluster.pods.splice(
      0,
      1,
      stored('broker-web-7f-x1', { owner: { kind: 'ReplicaSet', name: 'broker-web-7f' } }),
    );
    expect(await pods.see(byAddress, '10.0.0.1')).toMatchObject({ state: 'absent' });
  });

  it.each([
    [{ deleting: new Date() }, 'busy'],
    [{ phase: 'Pending' }, 'busy'],
    [{ phase: 'Failed' }, 'stopped'],
    [{ phase: 'Running', ready: false, waiting: 'CrashLoopBackOff' }, 'abnormal'],
    [{ phase: 'Unknown' }, 'unknown'],
  ] as const)('%o is %s', async (more, state) => {
    cluster.pods.splice(0, 1, stored('broker-0', more));
    expect(await pods.see(place, '')).toMatchObject({ kind: 'seen', state });
  });

  it('is not known when the cluster refuses, is not reached, or is another than its certificate says', async () => {
    cluster.before = async () => 403;
    expect(await pods.see(place, '')).toMatchObject({ kind: 'not-seen', detail: 'HTTP 403: instead' });
    const file = `${cluster.kubeconfig}.other`;
    const text = await readFile(cluster.kubeconfig, 'utf8');
    await writeFile(file, text.replace(/https:\/\/localhost:\d+/, 'https://localhost:1'));
    const nobody = createPods(() => openCluster({ kubeconfig: file }));
    expect(await nobody.see(place, '')).toMatchObject({ kind: 'not-seen' });
    expect(await nobody.delete(start, yes)).toMatchObject({ kind: 'refused' });
    await writeFile(file, text.replace('localhost:', '127.0.0.1:'));
    const other = createPods(() => openCluster({ kubeconfig: file }));
    expect(await other.delete(start, yes)).toMatchObject({ kind: 'refused' });
    expect(deletes()).toEqual([]);
  });
});

describe('deleting a pod', () => {
  it('names the uid, the version that was read, and the grace', async () => {
    expect(await pods.delete(start, yes)).toMatchObject({ kind: 'done' });
    expect(deletes()).toMatchObject([
      {
        path: '/api/v1/namespaces/mq/pods/broker-0',
        body: {
          gracePeriodSeconds: 30,
          preconditions: { uid: 'uid-of-broker-0', resourceVersion: '5' },
        },
      },
    ]);
    expect(first().deleting).toBeDefined();
  });

  it('leaves another pod of the name alone, and one that is being deleted', async () => {
    expect(await pods.delete({ ...start, uid: 'another' }, yes)).toMatchObject({ kind: 'refused' });
    first().deleting = new Date();
    expect(await pods.delete(start, yes)).toMatchObject({ kind: 'refused' });
    expect(await pods.delete({ ...start, name: 'gone' }, yes)).toMatchObject({ kind: 'refused' });
    expect(deletes()).toEqual([]);
  });

  it('reads again when the pod changes under it, and asks again whether it may', async () => {
    let asked = 0;
    const answer = await pods.delete(start, async () => {
      asked += 1;
      if (asked === 1) first().version += 1;
      return true;
    });
    expect(answer).toMatchObject({ kind: 'done' });
    expect([asked, deletes().length]).toEqual([2, 2]);
  });

  it('does nothing without a permit', async () => {
    expect(await pods.delete(start, async () => false)).toMatchObject({ kind: 'fenced' });
    expect(deletes()).toEqual([]);
  });

  it('is unknown when the answer is lost, and a look finds it', async () => {
    cluster.before = async ({ method }) => (method === 'DELETE' ? 'lost' : undefined);
    expect(await pods.delete(start, yes)).toMatchObject({ kind: 'unknown' });
    expect(await pods.lookAtDelete(start, 'run')).toMatchObject({ kind: 'happened' });
    cluster.bringBack('broker-0');
    expect(await pods.lookAtDelete(start, 'run')).toMatchObject({ kind: 'happened' });
    cluster.pods.splice(0, 1);
    expect(await pods.lookAtDelete(start, 'run')).toMatchObject({ kind: 'happened' });
    expect(deletes()).toHaveLength(1);
  });

  it('is unknown after a 500, a 503 and a 504, and a look says that it never will happen', async () => {
    for (const code of [500, 503, 504]) {
      cluster.before = async ({ method }) => (method === 'DELETE' ? code : undefined);
      expect(await pods.delete(start, yes)).toMatchObject({ kind: 'unknown' });
    }
    expect(await pods.lookAtDelete(start, 'run')).toMatchObject({ kind: 'never' });
    expect(first().annotations).toMatchObject({ kept: 'as it is' });
  });

  it('has no effect after a look, however long the worker was frozen between its permit and the request', async () => {
    let asked = 0;
    const answer = await pods.delete(start, async () => {
      asked += 1;
      if (asked > 1) return false;
      expect(await pods.lookAtDelete(start, 'run')).toMatchObject({ kind: 'never' });
      return true;
    });
    expect(answer).toMatchObject({ kind: 'fenced' });
    expect(first().deleting).toBeUndefined();
  });

  it('is not told by a cluster that does not answer the look', async () => {
    cluster.before = async () => 503;
    expect(await pods.lookAtDelete(start, 'run')).toMatchObject({ kind: 'no-answer' });
  });
});

describe.each(['deployment', 'statefulset'] as const)('scaling a %s', (kind) => {
  const scaling: Scaling = { namespace: 'mq', workload: { kind, name: 'broker' }, from: 3, to: 4 };

  it('sets the number while it is the one that was shown', async () => {
    expect(await pods.replicas(scaling)).toBe(3);
    expect(await pods.scale(scaling, yes)).toMatchObject({ kind: 'done' });
    expect(cluster.replicas).toBe(4);
    expect(await pods.scale(scaling, yes)).toMatchObject({ kind: 'refused' });
    expect(await pods.lookAtScale(scaling, 'run')).toMatchObject({ kind: 'happened' });
  });

  it('has no effect after a look', async () => {
    let asked = 0;
    const answer = await pods.scale(scaling, async () => {
      asked += 1;
      if (asked > 1) return false;
      expect(await pods.lookAtScale(scaling, 'run')).toMatchObject({ kind: 'never' });
      return true;
    });
    expect(answer).toMatchObject({ kind: 'fenced' });
    expect(cluster.replicas).toBe(3);
  });

  it('is not told when somebody else has set another number', async () => {
    cluster.replicas = 0;
    expect(await pods.replicas(scaling)).toBe(0);
    expect(await pods.scale(scaling, yes)).toMatchObject({ kind: 'refused' });
    expect(await pods.lookAtScale(scaling, 'run')).toMatchObject({ kind: 'no-answer' });
  });
});

describe('a kubeconfig', () => {
  it.each([
    [
      'does not verify',
      (text: string) => text.replace('"certificate-authority-data"', '"insecure-skip-tls-verify":true,"x"'),
    ],
    ['does not use https', (text: string) => text.replace('https:', 'http:')],
    [
      'no current context',
      (text: string) => text.replace('"current-context":"test"', '"current-context":"other"'),
    ],
  ])('that %s is refused', async (says, change) => {
    const file = `${cluster.kubeconfig}.changed`;
    await writeFile(file, change(await readFile(cluster.kubeconfig, 'utf8')));
    expect(() => openCluster({ kubeconfig: file })).toThrow(says);
  });
});
