import { describe, expect, it } from 'vitest';
import { isWithin, nextOpening, readMoment, readSpan, type Span } from '../../../src/policy/calendar.ts';

const BERLIN = 'Europe/Berlin';
const span = (text: string): Span => {
  const read = readSpan(text);
  if (!read) throw new Error(`"${text}" is no span`);
  return read;
};
const at = (iso: string): Date => new Date(iso);
const opening = (from: string, text: string, zone = BERLIN): string | undefined => {
  const open = span(text);
  return nextOpening(at(from), zone, { minutes: [open.from, open.to, 0], moments: [] }, (moment) =>
    isWithin(open, moment, zone),
  )?.toISOString();
};

describe('days and hours', () => {
  it.each([
    ['Mon-Fri 22:00-06:00', [1, 2, 3, 4, 5], 1320, 360],
    ['sat, sun 00:00-24:00', [0, 6], 0, 1440],
    ['Fri-Mon 09:30-11:30', [0, 1, 5, 6], 570, 690],
    ['09:30-11:30', [0, 1, 2, 3, 4, 5, 6], 570, 690],
    ['daily 09:30 - 11:30', [0, 1, 2, 3, 4, 5, 6], 570, 690],
    ['周一至周五 22:00-06:00', [1, 2, 3, 4, 5], 1320, 360],
  ])('%s are read', (text, days, from, to) => {
    expect(readSpan(text)).toEqual({ text, days, from, to });
  });

  it.each([
    '',
    'Mon-Fri',
    '22:00',
    '22-06',
    '25:00-26:00',
    '10:00-10:00',
    'Foo 10:00-11:00',
    '10:00-24:30',
    '9:30-11:30',
  ])('"%s" are none', (text) => {
    expect(readSpan(text)).toBeUndefined();
  });

  it('over midnight belong to the day on which they begin', () => {
    const friday = span('Fri 22:00-06:00');
    expect(isWithin(friday, at('2026-11-27T21:30:00Z'), BERLIN)).toBe(true);
    expect(isWithin(friday, at('2026-11-28T04:59:00Z'), BERLIN)).toBe(true);
    expect(isWithin(friday, at('2026-11-28T05:00:00Z'), BERLIN)).toBe(false);
    expect(isWithin(friday, at('2026-11-27T04:00:00Z'), BERLIN)).toBe(false);
  });
});

describe('the next opening', () => {
  it('is where the clocks show it, before and after they are changed', () => {
    expect(opening('2026-03-27T12:00:00Z', 'daily 22:00-23:00')).toBe('2026-03-27T21:00:00.000Z');
    expect(opening('2026-03-29T12:00:00Z', 'daily 22:00-23:00')).toBe('2026-03-29T20:00:00.000Z');
    expect(opening('2026-10-25T12:00:00Z', 'daily 22:00-23:00')).toBe('2026-10-25T21:00:00.000Z');
  });

  it('of hours that the clocks leave out that night is the moment at which they are changed', () => {
    expect(opening('2026-03-28T23:00:00Z', 'Sun 02:30-03:30')).toBe('2026-03-29T01:00:00.000Z');
    expect(opening('2026-03-28T23:00:00Z', 'Sun 02:10-02:50')).toBe('2026-04-05T00:10:00.000Z');
  });

  it('of hours that come twice that night is both times', () => {
    expect(opening('2026-10-24T20:00:00Z', 'Sun 02:00-02:30')).toBe('2026-10-25T00:00:00.000Z');
    expect(opening('2026-10-25T00:30:00Z', 'Sun 02:00-02:30')).toBe('2026-10-25T01:00:00.000Z');
  });

  it('is found minute by minute alike, in zones that change their clocks and in those that do not', () => {
    const random = seeded(7);
    const found: string[] = [];
    const looked: string[] = [];
    for (const zone of [BERLIN, 'America/New_York', 'Australia/Lord_Howe', 'Asia/Shanghai'])
      for (let turn = 0; turn < 12; turn += 1) {
        const from =
          at('2026-03-27T00:00:00Z').getTime() + random(4 * 1440) * 60_000 + random(2) * 190 * 86_400_000;
        const begins = random(1440);
        const ends = (begins + 1 + random(600)) % 1440;
        if (begins === ends) continue;
        const open: Span = {
          text: '',
          days: [random(7), random(7)],
          from: begins,
          to: ends === 0 ? 1440 : ends,
        };
        const first = nextOpening(
          new Date(from),
          zone,
          { minutes: [open.from, open.to, 0], moments: [] },
          (moment) => isWithin(open, moment, zone),
        );
        let walked = from - (from % 60_000) + 60_000;
        while (!isWithin(open, new Date(walked), zone)) walked += 60_000;
        const name = `${zone} ${begins} ${ends} ${open.days.join()}`;
        // Where it is open as it is, the next edge is later than the next minute.
        if (isWithin(open, new Date(from), zone)) continue;
        found.push(`${name} ${first?.toISOString() ?? ''}`);
        looked.push(`${name} ${new Date(walked).toISOString()}`);
      }
    expect(found.length).toBeGreaterThan(20);
    expect(found).toEqual(looked);
  });
});

describe('a day and a time', () => {
  it('are read on the clocks of the estate', () => {
    expect(readMoment('2026-10-01 10:30', 'Asia/Shanghai')?.toISOString()).toBe('2026-10-01T02:30:00.000Z');
    expect(readMoment('2026-10-01', 'Asia/Shanghai')?.toISOString()).toBe('2026-09-30T16:00:00.000Z');
    expect(readMoment('2026-10-01T02:30:00Z', 'Asia/Shanghai')?.toISOString()).toBe(
      '2026-10-01T02:30:00.000Z',
    );
    for (const text of [
      '2026-02-30',
      '2026-13-01',
      '2026-10-01 24:00',
      'tomorrow',
      '2026-10-01T02:30:00',
      '',
    ])
      expect(readMoment(text, 'Asia/Shanghai')).toBeUndefined();
  });
});

function seeded(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}
