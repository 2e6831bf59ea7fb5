import { describe, expect, it } from 'vitest';
import inspection from '../../../playbooks/acvip/inspection.ts';
import type { ClusterCheck, Estate, Judgement } from '../../../src/kit/index.ts';
import { contextOf } from '../../../src/inspecting/judge.ts';
import { appOf, estateOf } from '../../support/estates.ts';

const NOON = Date.UTC(2026, 0, 1, 12) / 1000;
const ranBetween = { from: new Date(NOON * 1000), to: new Date((NOON + 1) * 1000) };
const WITH_DATABASE = { databases: [{ name: 'acvip', host: 'rds', port: 3306, schema: 'acvip' }] };

/** Judges a server so far ahead of the right time against a database that is right, or that did not answer. */
function judge(ahead: number, estate: Partial<Estate>, answers = true): readonly Judgement[] {
  const check = inspection.checks.find(
    (each): each is ClusterCheck => each.id === 'clock' && each.on === 'cluster',
  );
  if (!check) throw new Error('no clock');
  const output = `${(NOON + 0.5 + ahead).toFixed(9)}\n`;
  const host = { name: 'acvip-1', app: 'acvip', site: 'a', address: '10.0.0.1', port: 2022 };
  const hosts = [
    { host, answer: { output, exitCode: 0, truncated: false, timedOut: false }, ranBetween },
  ] as const;
  const database = answers ? { database: { rows: [{ now: String(NOON + 0.5) }], ranBetween } } : {};
  return check.judge({ hosts, ...database }, contextOf(check, appOf('acvip', 'ACVIP'), estateOf(estate)));
}

describe('the clock of a server', () => {
  it('is held against that of the database', () => {
    expect(judge(0.3, WITH_DATABASE)).toMatchObject([{ state: 'ok', unit: 's' }]);
    expect(judge(-30, WITH_DATABASE)).toMatchObject([
      { state: 'critical', says: { zh: 'acvip-1 比 acvip 慢 30 秒，高于阈值 5 秒（ACVIP-C07）' } },
    ]);
  });

  it('is unknown when the database does not answer', () => {
    expect(judge(0, WITH_DATABASE, false)).toMatchObject([
      { state: 'unknown', says: { en: 'the clock of acvip is not known' } },
    ]);
  });

  it('asks for the database where the inventory has none', () => {
    expect(judge(0, {}, false)).toMatchObject([
      {
        state: 'unknown',
        says: { en: expect.stringContaining('databases: { acvip: { host: … } }') as string },
      },
    ]);
  });
});
