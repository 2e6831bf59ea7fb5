import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import {
  type CheckAnswer,
  type CheckRef,
  type CheckState,
  checksGreen,
  definePlaybook,
  NOTHING_CAPTURED,
  type Observation,
  type Risk,
  type Step,
  words,
} from '../../../src/kit/index.ts';
import { type Preparing, prepareChange } from '../../../src/changing/prepare.ts';
import { hashPlan } from '../../../src/runs/plan.ts';
import { noContainers } from '../../support/no-containers.ts';
import { estateOf } from '../../support/estates.ts';

const ref = (check: string, host: string): CheckRef => ({ system: 'S', check, on: { host } });
const request: Step = {
  kind: 'request',
  method: 'POST',
  title: words('Restart', '重启'),
  from: { host: 'h-1' },
  url: 'http://127.0.0.1/',
};

interface Facts {
  readonly hosts: number;
}
const found = (hosts: number): Observation<Facts> => ({
  applies: true,
  because: words('Down', '宕机'),
  facts: { hosts },
});

/** A playbook that restarts `h-1` and wants its peers well. */
const restart = ({
  observation = found(1),
  atWorst,
  heals,
  rollback = { nothing: words('It runs again.', '已恢复运行。') },
}: {
  observation?: Observation<Facts>;
  atWorst?: 'warning';
  heals?: readonly { system: string; check: string }[];
  rollback?: { nothing: ReturnType<typeof words> } | (() => readonly Step[]);
} = {}) =>
  definePlaybook({
    name: 'restart',
    system: 'S',
    title: words('Restart', '重启'),
    rows: ['MQ-F02'],
    clause: { document: '002', section: '4.4.2' },
    risk: { floor: 'low', of: ({ hosts }: Facts): Risk => (hosts === 1 ? 'dangerous' : 'read-only') },
    args: z.object({ host: z.string('Name a host.') }),
    examples: [{ host: 'h-1' }],
    requires: ({ host }) => [
      {
        checks: ['h-1', 'h-2', 'h-3'].filter((each) => each !== host).map((each) => ref('up', each)),
        ...(atWorst ? { atWorst } : {}),
      },
    ],
    ...(heals ? { heals } : {}),
    observe: async () => observation,
    warning: () => words('Careful', '注意'),
    steps: () => [request],
    verify: (_, { host }) => [checksGreen([ref('up', host)], { row: 'MQ-F02' })],
    rollback,
  });

/** An estate whose hosts are in these states; tells what was asked. */
function stage(states: Readonly<Record<string, CheckState>>): Preparing & { readonly asked: CheckRef[][] } {
  const asked: CheckRef[][] = [];
  return {
    asked,
    estate: estateOf(),
    sql: { read: () => Promise.reject(new Error('no database')) },
    pause: async () => undefined,
    exec: { run: () => Promise.reject(new Error('no host')) },
    containers: noContainers,
    checks: async (refs) => {
      asked.push([...refs]);
      return refs.map((each): CheckAnswer => {
        const host = 'host' in each.on ? each.on.host : each.on.app;
        return {
          ref: each,
          host,
          state: states[host] ?? 'unknown',
          says: words('seen', '已查看'),
          evidence: NOTHING_CAPTURED,
          title: words('Up', '运行'),
          rows: ['MQ-C01'],
          command: NOTHING_CAPTURED,
        };
      });
    },
  };
}

const plan = (playbooks: ReturnType<typeof restart>[], deps: Preparing, args: object = { host: 'h-1' }) =>
  prepareChange({ playbooks, args: { ...args } }, deps);

describe('what a playbook requires', () => {
  it('is asked once, of the hosts that are named, and stands in the plan', async () => {
    const deps = stage({ 'h-2': 'ok', 'h-3': 'ok' });
    const prepared = await plan([restart()], deps);
    expect(deps.asked).toEqual([[ref('up', 'h-2'), ref('up', 'h-3')]]);
    expect(prepared).toMatchObject({
      ok: true,
      plan: {
        looked: [
          {
            title: { en: 'Environment check' },
            place: 'h-2, h-3',
            asked: 'S up',
            says: { en: '2 of 2 ok.' },
          },
        ],
      },
    });
  });

  it('must be green: unknown and warning are refused and named, and the target itself may be anything', async () => {
    for (const target of ['ok', 'warning', 'critical', 'unknown'] as const)
      for (const peer of ['ok', 'warning', 'critical', 'unknown'] as const) {
        const prepared = await plan([restart()], stage({ 'h-1': target, 'h-2': 'ok', 'h-3': peer }));
        expect(prepared.ok).toBe(peer === 'ok');
        const said = prepared.ok ? '' : prepared.says.en;
        expect(said.includes(`h-3: Up is ${peer}: seen.`)).toBe(peer !== 'ok');
        expect(said.includes('Fix h-3 first, then run the command again. Nothing was changed.')).toBe(
          peer !== 'ok',
        );
        expect(said).not.toContain('h-2');
      }
  });

  it('lets a warning pass where it says so, and nothing worse', async () => {
    for (const [peer, ok] of [
      ['warning', true],
      ['critical', false],
      ['unknown', false],
    ] as const) {
      const prepared = await plan([restart({ atWorst: 'warning' })], stage({ 'h-2': 'ok', 'h-3': peer }));
      expect(prepared.ok).toBe(ok);
    }
  });

  it('is not met by a check that nobody answered', async () => {
    const prepared = await plan([restart()], { ...stage({}), checks: async () => [] });
    expect(prepared).toMatchObject({
      ok: false,
      says: { en: expect.stringContaining('no answer to this check') },
    });
  });

  it.each(['not-found', 'not-needed', 'unsafe'] as const)(
    'is not asked when the subject is %s',
    async (reason) => {
      const deps = stage({});
      const observation = { applies: false, reason, because: words('No.', '否。') } as const;
      expect(await plan([restart({ observation })], deps)).toMatchObject({ ok: false, says: { en: 'No.' } });
      expect(deps.asked).toEqual([]);
    },
  );

  it('is not asked for arguments that mean nothing', async () => {
    const deps = stage({});
    expect(await plan([restart()], deps, {})).toMatchObject({
      ok: false,
      says: { en: expect.stringContaining('Name a host.') },
    });
    expect(deps.asked).toEqual([]);
  });
});

describe('the risk of a plan', () => {
  const well = () => stage({ 'h-2': 'ok', 'h-3': 'ok' });

  it('is what the facts say, and never below the floor', async () => {
    const risks = await Promise.all(
      [1, 2].map(async (hosts) => {
        const prepared = await plan([restart({ observation: found(hosts) })], well());
        return prepared.ok ? prepared.plan.risk : undefined;
      }),
    );
    expect(risks).toEqual(['dangerous', 'low']);
    expect(restart().risk).toBe('low');
  });

  it('is part of what is approved', async () => {
    const prepared = await plan([restart()], well());
    if (!prepared.ok) throw new Error(prepared.says.en);
    expect(hashPlan({ ...prepared.plan, risk: 'low' })).not.toBe(prepared.plan.hash);
  });
});

describe('a plan', () => {
  it('names the checks that it turns green', async () => {
    const prepared = await plan([restart()], stage({ 'h-2': 'ok', 'h-3': 'ok' }));
    expect(prepared).toMatchObject({ plan: { verify: [{ row: 'MQ-F02', checks: [ref('up', 'h-1')] }] } });
  });

  it('is none when its playbook says nothing of going back', async () => {
    const silent = plan([restart({ rollback: () => [] })], stage({ 'h-2': 'ok', 'h-3': 'ok' }));
    await expect(silent).rejects.toThrow('says nothing of going back');
  });

  it('says why there is nothing to put back, and takes no other class by it', async () => {
    const prepared = await plan([restart()], stage({ 'h-2': 'ok', 'h-3': 'ok' }));
    expect(prepared).toMatchObject({ plan: { nothingToPutBack: { en: 'It runs again.' } } });
    expect(prepared).not.toHaveProperty('plan.irreversible');
  });
});
