import { describe, expect, it } from 'vitest';
import reinitConnections from '../../playbooks/rmc/reinit-connections.ts';
import restartApp from '../../playbooks/gen/restart-app.ts';
import { RESTARTS } from '../../playbooks/gen/restart-table.ts';
import pushResume from '../../playbooks/reg/push-resume.ts';
import pushStop from '../../playbooks/reg/push-stop.ts';
import restartStaragent from '../../playbooks/star/restart-staragent.ts';
import taskDelivery from '../../playbooks/deps/task-delivery.ts';
import { definePlaybook, args, type Playbook, words } from '../../src/kit/index.ts';
import { planOf, type Seen, unwritten } from '../support/plan-of.ts';
import { stepIdsOf } from '../../src/catalog/manuals.ts';
import { readManuals } from '../support/manuals.ts';

const WITH_CONSOLE: Seen['estate'] = {
  hosts: [
    {
      name: 'msgbroker-1',
      app: 'msgbroker',
      site: 'site',
      address: '127.0.0.1',
      port: 22,
      console: { search: 'mq-msgbroker' },
    },
  ],
};
const METAS: Seen['estate'] = {
  hosts: ['meta-1', 'meta-2'].map((name) => ({
    name,
    app: 'metaserver',
    site: 'site-a',
    address: '127.0.0.1',
    port: 22,
  })),
};

/** Each playbook with the arguments and the estate in which it applies, and the steps of the manuals that its plan carries out. */
const APPLIES: readonly (readonly [Playbook, string, Seen, readonly string[]])[] = [
  [
    restartStaragent,
    'ledger-1',
    { checks: { 'agent-process': 'critical' }, sql: { opswareexecutor: [] } },
    [
      'DEPS-F17.2',
      'STAR-A03.2',
      'STAR-F01.1',
      'STAR-F01.2',
      'STAR-F01.3',
      'STAR-F01.4',
      'STAR-PR02.1',
      'STAR-PR02.2',
    ],
  ],
  [reinitConnections, 'all', {}, ['RMC-F03.1', 'RMC-PR01.1']],
  [
    restartApp,
    'msgbroker msgbroker-1',
    { estate: WITH_CONSOLE, containers: {} },
    ['MQ-F02.1', 'MQ-PR02.1', 'MQ-PR02.2', 'MQ-PR02.3', 'MQ-PR02.4', 'YUN-PR09.1'],
  ],
  [
    taskDelivery,
    'ledger-1',
    { checks: { 'agent-connection': 'critical' } },
    [
      'DEPS-P01.1',
      'DEPS-P01.2',
      'DEPS-P01.3',
      'DEPS-P01.4',
      'DEPS-P01.5',
      'DEPS-P01.6',
      'DEPS-P01.7',
      'STAR-PR01.1',
      'STAR-PR01.2',
    ],
  ],
  [pushStop, 'site-a reason="replace meta-2"', { estate: METAS }, ['REG-PR01.1', 'REG-PR01.2', 'REG-PR01.3']],
  [
    pushResume,
    'site-a',
    { estate: METAS, checks: { 'push-switch': 'critical' } },
    ['REG-PR02.1', 'REG-PR02.2', 'REG-PR02.3'],
  ],
];

const planned = async (playbook: Playbook, typed: string, seen: Seen) => {
  const read = await planOf(playbook, typed, seen);
  if (!read.ok) throw new Error(read.says.en);
  return read;
};

describe('a plan without machines', () => {
  it.each(APPLIES)('of $name carries out the steps of its manual', async (playbook, typed, seen, cited) => {
    const { plan } = await planned(playbook, typed, seen);
    const cites = plan.steps.flatMap((step) => step.cites ?? []);
    expect([...new Set(cites)].toSorted()).toEqual(cited);
    expect(unwritten(plan)).toEqual([]);
  });

  it('shows each step as it would be confirmed', async () => {
    const { lines } = await planned(reinitConnections, 'aciaasconnectore-1 reason="the other is new"', {});
    expect(lines[0]).toBe(
      'request aciaasconnectore-1: curl -X PUT http://localhost:8341/privateapi/conns/reinit',
    );
    expect(lines.map((line) => line.split(' ', 1)[0])).toEqual(['request', 'wait', 'shell']);
  });

  it('of a restart says how a container that does not come back is started, and that a pod needs no start', async () => {
    const byConsole = await planned(restartApp, 'msgbroker msgbroker-1', { estate: WITH_CONSOLE });
    expect(byConsole.plan.rollback).toMatchObject([{ kind: 'manual', host: 'msgbroker-1', changes: true }]);
    expect(byConsole.plan.nothingToPutBack).toBeUndefined();
    const start = { adapter: 'kubernetes', namespace: 'mq', name: 'msgbroker-0', uid: 'u-1' } as const;
    const place = {
      adapter: 'kubernetes',
      namespace: 'mq',
      workload: { kind: 'statefulset', name: 'msgbroker' },
    } as const;
    const inCluster = await planned(restartApp, 'msgbroker msgbroker-1', {
      estate: { hosts: (WITH_CONSOLE?.hosts ?? []).map((host) => ({ ...host, container: place })) },
      look: {
        containers: async ({ hosts }) =>
          hosts.map((host) => ({ host, state: 'running', says: words('runs', '运行中'), start })),
      },
    });
    expect(inCluster.plan.steps[0]).toMatchObject({
      kind: 'container',
      place: { of: 'pod', name: 'msgbroker-0' },
    });
    expect(inCluster.plan.rollback).toEqual([]);
    expect(inCluster.plan.nothingToPutBack?.en).toContain('another pod');
  });

  it('is refused by arguments, by what is seen, and by what is required', async () => {
    const seen: Seen = { sql: { opswareexecutor: [] } };
    expect(await planOf(restartStaragent, 'nowhere-1', seen)).toMatchObject({ ok: false });
    expect(await planOf(restartStaragent, { hosts: ['ledger-1'] }, seen)).toMatchObject({
      says: { en: 'staragent is well on ledger-1.' },
    });
    const demanding = made({ requires: () => [{ checks: [AGENT] }] });
    expect(await planOf(demanding, '')).toMatchObject({ ok: true });
    const unknown = await planOf(demanding, '', { checks: { 'agent-process': 'unknown' } });
    expect(unknown).toMatchObject({
      ok: false,
      says: { en: expect.stringContaining('Nothing was changed.') },
    });
  });

  it('is no plan where it could not be stored, cites no manual, asks a check that is none, or looks where nothing is given', async () => {
    const step = { kind: 'check', title: words('Look', '查看'), conditions: [] } as const;
    await expect(planOf(made({ steps: () => [step] }), '')).rejects.toThrow('cannot be stored');
    const citing = made({ steps: () => [{ ...step, conditions: [GREEN], cites: ['STAR-PR02.9'] }] });
    await expect(planOf(citing, '')).rejects.toThrow('cites STAR-PR02.9, which no manual has');
    const asking = made({ requires: () => [{ checks: [{ ...AGENT, check: 'agent' }] }] });
    await expect(planOf(asking, '')).rejects.toThrow('the inspection of STAR has no check agent');
    await expect(
      planOf(restartStaragent, 'ledger-1', { checks: { 'agent-process': 'critical' } }),
    ).rejects.toThrow('sql of opswareexecutor');
  });

  it('names the texts that nobody has written yet', async () => {
    const { plan } = await planned(made({ title: words('Restart', '待写：Restart') }), '', {});
    expect(unwritten(plan)).toEqual(['待写：Restart']);
  });
});

it('the table of restarts cites steps that the manuals have', async () => {
  const known = new Set((await readManuals()).systems.flatMap(stepIdsOf));
  const cited = [...RESTARTS.values()].flatMap(({ cites }) => [
    ...(cites?.restart ?? []),
    ...(cites?.back ?? []),
  ]);
  expect(cited.length).toBeGreaterThan(30);
  expect(cited.filter((id) => !known.has(id))).toEqual([]);
});

const AGENT = { system: 'STAR', check: 'agent-process', on: { host: 'staragent-1' } } as const;
const GREEN = { kind: 'checks', checks: [AGENT] } as const;

type Spec = Parameters<typeof definePlaybook<unknown, null, 'STAR-F01'>>[0];
/** A playbook that applies everywhere and does nothing, but for what is given. */
const made = (over: Partial<Spec>): Playbook =>
  definePlaybook<unknown, null, 'STAR-F01'>({
    name: 'made',
    system: 'STAR',
    title: words('Made', '示例'),
    rows: ['STAR-F01'],
    clause: { document: '004', section: '4.3.5' },
    risk: 'low',
    args: args({}),
    examples: [{}],
    observe: async () => ({ applies: true, because: words('Always.', '总是适用。'), facts: null }),
    warning: () => words('', ''),
    steps: () => [],
    verify: () => [],
    rollback: { nothing: words('It does nothing.', '未做变更。') },
    ...over,
  });
