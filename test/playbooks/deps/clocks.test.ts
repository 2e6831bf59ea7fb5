import { describe, expect, it } from 'vitest';
import deps from '../../../playbooks/deps/inspection.ts';
import gen from '../../../playbooks/gen/inspection.ts';
import star from '../../../playbooks/star/inspection.ts';
import type { ClusterCheck, Estate, HostAnswer, Judgement } from '../../../src/kit/index.ts';
import { contextOf } from '../../../src/inspecting/judge.ts';
import { estateFrom } from '../../support/estates.ts';

const NOON = Date.UTC(2026, 0, 1, 12) / 1000;
const span = { from: new Date(NOON * 1000), to: new Date((NOON + 1) * 1000) };

const host = (name: string, no: number) => ({ name, address: `10.0.0.${no}` });
const DATABASE = { name: 'opswareexecutor', host: 'rds', port: 3306, schema: 'opswareexecutor' } as const;
const ESTATE: Estate = {
  ...estateFrom(
    {
      acopswareexecutor: { hosts: [host('executor-1', 1), host('executor-2', 2)] },
      acstarserver2: { hosts: [host('star-1', 3), host('star-2', 4)] },
      ledger: { is: 'business-host', hosts: [host('ledger-1', 5)] },
      loans: { is: 'business-host', hosts: [host('loans-1', 6)] },
    },
    [deps, star, gen],
  ),
  databases: [DATABASE],
};

/** Judges the hosts by how far each clock is ahead; one that is left out did not answer. */
function judge(
  id: string,
  ahead: Readonly<Record<string, number>>,
  database?: number,
  limits: Estate['limits'] = {},
): readonly Judgement[] {
  const check = deps.checks.find((each): each is ClusterCheck => each.id === id && each.on === 'cluster');
  const app = ESTATE.apps.find(({ kind }) => kind === check?.apps[0]);
  if (!check || !app) throw new Error(`no cluster check ${id}`);
  const apps = ESTATE.apps.filter(({ kind }) => check.apps.includes(kind));
  const hosts = ESTATE.hosts
    .filter(({ name }) => apps.some((each) => each.hosts.includes(name)))
    .map((each): HostAnswer => {
      const seconds = ahead[each.name];
      if (seconds === undefined) return { host: each };
      const output = `${(NOON + 0.5 + seconds).toFixed(9)}\n`;
      return {
        host: each,
        answer: { output, exitCode: 0, truncated: false, timedOut: false },
        ranBetween: span,
      };
    });
  const answer =
    database === undefined
      ? {}
      : { database: { rows: [{ now: `${NOON + 0.5 + database}` }], ranBetween: span } };
  return check.judge({ hosts, ...answer }, contextOf(check, app, { ...ESTATE, limits }));
}

describe('the clocks of the executors', () => {
  it('are held against that of their database', () => {
    expect(judge('executor-clock', { 'executor-1': 0.2, 'executor-2': -0.3 }, 0)).toMatchObject([
      { state: 'ok', unit: 's' },
    ]);
    expect(judge('executor-clock', { 'executor-1': 30, 'executor-2': 0 }, 0)).toMatchObject([
      {
        state: 'warning',
        value: 30,
        says: {
          en: 'executor-1 is 30 s ahead of opswareexecutor, above the limit of 5 s (DEPS-C16)',
          zh: 'executor-1 比 opswareexecutor 快 30 秒，高于阈值 5 秒（DEPS-C16）',
        },
      },
    ]);
    expect(judge('executor-clock', { 'executor-1': 0, 'executor-2': 0 }, -45)).toMatchObject([
      {
        state: 'warning',
        says: { en: expect.stringMatching(/^executor-1 is 45 s ahead .*, executor-2 is/) as string },
      },
    ]);
  });

  it('are unknown without the database, or without one of them', () => {
    expect(judge('executor-clock', { 'executor-1': 0, 'executor-2': 0 })).toMatchObject([
      { state: 'unknown' },
    ]);
    expect(judge('executor-clock', { 'executor-1': 0 }, 0)).toMatchObject([
      { state: 'unknown', says: { en: 'the clock of executor-2 is not known' } },
    ]);
  });

  it('may differ by as much as the inventory says', () => {
    const skewed = { 'executor-1': 30, 'executor-2': 0 };
    expect(judge('executor-clock', skewed, 0, { 'DEPS-C16': { value: 60 } })).toMatchObject([
      { state: 'ok' },
    ]);
  });
});

describe('the clocks of business hosts', () => {
  const well = { 'star-1': 0, 'star-2': 0.1, 'ledger-1': 0, 'loans-1': -0.2 };

  it('of every app are held against those of every pipeline server', () => {
    expect(judge('agent-clock', well)).toMatchObject([
      {
        state: 'ok',
        says: { en: expect.stringMatching(/^2 clocks within .* of star-1, star-2 /) as string },
      },
    ]);
    expect(judge('agent-clock', { ...well, 'loans-1': -400 })).toMatchObject([
      {
        state: 'warning',
        says: { en: expect.stringMatching(/^loans-1 is 400 s behind star-1, /) as string },
      },
    ]);
    expect(judge('agent-clock', { ...well, 'star-2': 90 })).toMatchObject([
      { state: 'warning', says: { zh: expect.stringContaining('ledger-1 比 star-2 慢 90 秒') as string } },
    ]);
  });

  it('are unknown when no pipeline server answered', () => {
    expect(judge('agent-clock', { 'ledger-1': 0, 'loans-1': 0 })).toMatchObject([
      {
        state: 'unknown',
        says: { en: expect.stringContaining('the clock of star-1 is not known') as string },
      },
    ]);
  });
});
