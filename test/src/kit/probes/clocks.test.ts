import { describe, expect, it } from 'vitest';
import {
  CLOCK_COMMAND,
  clockOf,
  databaseClock,
  type HostAnswer,
  judgeClocks,
  type ResolvedLimit,
} from '../../../../src/kit/index.ts';
import { answer, ask } from './ask.ts';

const NOON = Date.UTC(2026, 0, 1, 12) / 1000;
const at = (seconds: number): Date => new Date((NOON + seconds) * 1000);
const LIMIT: ResolvedLimit = { row: 'DEPS-C17', value: 5, overridden: false };

/** A host that said this at some moment between the two. */
const host = (name: string, output: string | undefined, from: number, to: number): HostAnswer => ({
  host: { name, app: 'ledger', site: 'a', address: '10.0.0.1', port: 22 },
  ...(output === undefined ? {} : { answer: answer(output) }),
  ranBetween: { from: at(from), to: at(to) },
});
const clock = (name: string, ahead: number, from = 0, to = 1) =>
  clockOf(host(name, `${(NOON + from + ahead).toFixed(9)}\n`, from, to));

describe('the clock of a host', () => {
  it('is ahead by what it shows less the moments between which it was asked', () => {
    expect(clock('a', 0.5).ahead).toEqual({
      least: expect.closeTo(-0.5, 5) as number,
      most: expect.closeTo(0.5, 5) as number,
    });
  });

  it.each([`${NOON}`, `${NOON}.N`, `${NOON}.%N`])(
    'is known to the second where the host has no fractions: %s',
    (output) => {
      const { ahead } = clockOf(host('a', output, 0, 0));
      expect([ahead?.least, ahead?.most]).toEqual([0, 1]);
    },
  );

  it.each([undefined, '', 'sh: date: not found', 'Thu Jan  1 12:00:00 UTC 2026'])(
    'is not known from %j',
    (output) => expect(clockOf(host('a', output, 0, 1))).toEqual({ name: 'a' }),
  );

  it('is read on this machine', async () => {
    const from = new Date();
    const said = await ask(CLOCK_COMMAND);
    const { ahead } = clockOf({
      ...host('a', undefined, 0, 0),
      answer: said,
      ranBetween: { from, to: new Date() },
    });
    expect(ahead?.least).toBeLessThanOrEqual(0);
    expect(ahead?.most).toBeGreaterThanOrEqual(-0.001);
  });
});

describe('clocks that must agree', () => {
  const reference = clock('star-1', 0);

  it('are well within the limit, as far as it can be known', () => {
    expect(judgeClocks([clock('ledger-1', 0.4), clock('ledger-2', -1)], [reference], LIMIT)).toMatchObject({
      state: 'ok',
      value: 2,
      unit: 's',
      says: {
        en: '2 clocks within 2 s of star-1 (limit 5 s; the manual gives none)',
        zh: '2 个时钟与 star-1 相差不超过 2 秒（阈值 5 秒，手册未给出）',
      },
      limit: { row: 'DEPS-C17', value: 5, breach: 'above' },
    });
  });

  it('are a warning when one is surely off, and it is named, whatever is not known of others', () => {
    const clocks = [clock('ledger-1', 0), clock('ledger-2', 40), { name: 'ledger-3' }];
    expect(judgeClocks(clocks, [reference], LIMIT)).toMatchObject({
      state: 'warning',
      value: 40,
      says: {
        en: 'ledger-2 is 40 s ahead of star-1, above the limit of 5 s (DEPS-C17)',
        zh: 'ledger-2 比 star-1 快 40 秒，高于阈值 5 秒（DEPS-C17）',
      },
    });
    expect(judgeClocks([clock('ledger-1', -7200)], [reference], LIMIT)).toMatchObject({
      state: 'warning',
      says: { en: expect.stringContaining('ledger-1 is 7200 s behind star-1') as string },
    });
  });

  it('are unknown when one did not answer, or was asked too far from the other to tell', () => {
    expect(judgeClocks([clock('ledger-1', 0), { name: 'ledger-2' }], [reference], LIMIT)).toMatchObject({
      state: 'unknown',
      says: { en: 'the clock of ledger-2 is not known', zh: '无法获取 ledger-2 的时间' },
    });
    const clocks = [clock('ledger-1', 0), clock('ledger-2', 0)];
    expect(judgeClocks(clocks, [{ name: 'star-1' }], LIMIT)).toMatchObject({
      state: 'unknown',
      says: { en: 'the clock of star-1 is not known' },
    });
    expect(judgeClocks([clock('ledger-1', 5, 0, 10)], [reference], LIMIT)).toMatchObject({
      state: 'unknown',
      says: {
        en: expect.stringMatching(/^ledger-1 and star-1 were looked at too far apart in time/) as string,
      },
    });
    expect(judgeClocks([], [reference], LIMIT)).toMatchObject({ state: 'unknown' });
  });

  it('are told apart when they are off by more than what is not known', () => {
    expect(judgeClocks([clock('ledger-1', 60, 0, 10)], [reference], LIMIT)).toMatchObject({
      state: 'warning',
    });
  });

  it('may be those of a database', () => {
    const database = databaseClock('opswareexecutor', {
      rows: [{ now: `${NOON + 100}.250000` }],
      ranBetween: { from: at(99.9), to: at(100) },
    });
    expect(judgeClocks([clock('executor-1', 0)], [database], LIMIT)).toMatchObject({ state: 'ok' });
    expect(judgeClocks([clock('executor-1', 0)], [databaseClock('db', undefined)], LIMIT)).toMatchObject({
      state: 'unknown',
    });
  });
});
