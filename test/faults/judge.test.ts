import { describe, expect, it } from 'vitest';
import { type Evidence, judge, type Told } from './judge.ts';

const intent = (step: number, at: number) => ({ action: 'step begun', step, at });
const told = (over: Partial<Told> = {}): Told => ({
  id: '5bd2d3a1',
  state: 'ended',
  outcome: 'done',
  says: 'Done and verified.',
  steps: [
    { no: 1, state: 'done', says: 'Answered HTTP 200.' },
    { no: 2, state: 'done', says: 'Answered HTTP 200.' },
  ],
  endedAt: 3000,
  audit: [{ action: 'confirm', step: undefined, at: 500 }, intent(1, 900), intent(2, 1900)],
  ...over,
});

const both = [
  { unit: 'task 1', at: 1000 },
  { unit: 'task 2', at: 2000 },
];

/** A change of two signals that went as it should, but for this. */
const evidence = (over: Partial<Evidence> = {}): Evidence => ({
  plan: [['task 1'], ['task 2']],
  arrivals: both,
  effects: both,
  runs: [told()],
  acknowledged: [{ what: 'a click', answered: true }],
  parts: ['5bd2d3a1:top', '5bd2d3a1:plan'],
  threads: ['Done and verified.'],
  rested: true,
  found: [],
  ...over,
});

const kinds = (over: Partial<Evidence>): readonly string[] => judge(evidence(over)).map(({ kind }) => kind);

describe('the judge of a trial', () => {
  it('finds nothing in a change that went as it should', () => {
    expect(judge(evidence())).toEqual([]);
  });

  it('finds an effect that came twice, and a request that came twice though the target refused it', () => {
    expect(kinds({ effects: [...both, { unit: 'task 1', at: 2500 }] })).toEqual(['doubled']);
    expect(kinds({ arrivals: [...both, { unit: 'task 2', at: 2500 }] })).toEqual(['doubled']);
  });

  it('finds an effect before its intent, and one that nobody confirmed', () => {
    expect(
      kinds({ runs: [told({ audit: [{ action: 'confirm', step: undefined, at: 500 }, intent(1, 900)] })] }),
    ).toEqual(['unrecorded']);
    expect(kinds({ runs: [told({ audit: [intent(1, 900), intent(2, 2500)] })] })).toEqual([
      'unrecorded',
      'unrecorded',
      'unrecorded',
    ]);
  });

  it('finds an effect after the end was told', () => {
    expect(kinds({ effects: [both[0] ?? both, { unit: 'task 2', at: 9000 }].flat() })).toEqual([
      'after the end',
    ]);
  });

  it.each<[string, Partial<Told>]>([
    [
      'nothing changed',
      { outcome: 'failed', says: 'Not sent: no connection. Nothing was changed.', steps: [] },
    ],
    [
      'fewer steps in effect',
      { outcome: 'failed', says: 'Fettle was stopped. 1 of 2 steps took effect.', steps: [] },
    ],
    [
      'a step not started',
      { outcome: 'failed', says: '', steps: [{ no: 2, state: 'not-started', says: '' }] },
    ],
    [
      'a step not sent',
      { outcome: 'failed', says: '', steps: [{ no: 2, state: 'failed', says: 'Not sent: late' }] },
    ],
  ])('finds the falsehood of %s', (_, over) => {
    expect(kinds({ runs: [told(over)] })).toContain('false');
  });

  it('finds a done that is not, for the whole and for a step that reached nobody', () => {
    const half = both.slice(0, 1);
    expect(kinds({ effects: half, arrivals: half })).toEqual(['false', 'false']);
    expect(kinds({ effects: half })).toEqual(['false']);
  });

  it('lets a step be done that the target answered well and did not do, when the end says so', () => {
    const run = told({ outcome: 'failed', says: 'Performed, but not verified.' });
    expect(kinds({ effects: both.slice(0, 1), runs: [run] })).toEqual([]);
  });

  it('finds a falsehood that stands in Slack only', () => {
    expect(kinds({ threads: ['Refused. Nothing was changed.'] })).toEqual(['false']);
  });

  it('finds what was acknowledged and lost, what stands twice, and who never comes to rest', () => {
    expect(kinds({ acknowledged: [{ what: 'a command', answered: false }] })).toEqual(['lost']);
    expect(kinds({ parts: ['5bd2d3a1:top', '5bd2d3a1:top'] })).toEqual(['told twice']);
    expect(kinds({ threads: ['Done.', 'Done.'] })).toEqual(['told twice']);
    expect(kinds({ rested: false })).toEqual(['no rest']);
  });

  it('finds an unknown that could be known, and lets one stand that could not', () => {
    const unknown = told({ outcome: 'unknown', says: 'Nobody knows.', steps: [], endedAt: undefined });
    expect(kinds({ runs: [unknown] })).toEqual(['stays unknown']);
    expect(kinds({ runs: [unknown], effects: [] })).toEqual([]);
    const known = told({
      outcome: 'unknown',
      says: 'Nobody knows.',
      steps: [{ no: 1, state: 'done', says: '1' }],
      endedAt: undefined,
    });
    expect(kinds({ runs: [known], effects: both.slice(0, 1) })).toEqual([]);
  });
});
