import { describe, expect, it } from 'vitest';
import type { RecordedLine } from '../../../src/runs/ports.ts';
import { lineFaults } from '../../../src/runs/story-check.ts';

type Written = Partial<RecordedLine> & Pick<RecordedLine, 'action'>;

const asked: Written = { actorId: 'lin', action: 'ask', decision: 'ask', facts: { request: 'r' } };
const planned: Written = { action: 'planned', facts: { hash: 'h', looked: 'l' } };
const confirmedBy = (actorId: string, hash = 'h'): Written => ({
  actorId,
  action: 'confirm',
  decision: 'run',
  facts: { hash, steps: ['d1', 'd2'], grant: `g-${actorId}` },
});
const claimed = (fence: number, over: object = {}): Written => ({
  action: 'run claimed',
  facts: { hash: 'h', needs: 1, approvers: ['zhao'], grants: ['g-zhao'], target: 't', fence, ...over },
});
const begun = (step: number, digest = `d${step}`): Written => ({
  action: 'step begun',
  facts: { step, digest },
});
const notStarted = (step: number): Written => ({ action: 'step not started', facts: { step } });
const finished = (step: number): Written => ({ action: 'step done', facts: { step } });
const takenBack = (actorId: string): Written => ({
  actorId,
  action: 'approval taken back',
  decision: 'run',
  facts: { hash: 'h', grant: `g-${actorId}` },
});
const rejected: Written = { actorId: 'qian', action: 'reject', decision: 'run', facts: { hash: 'h' } };
const sealed: Written = { action: 'run sealed', facts: {} };
const ended = (outcome: string): Written => ({ action: `ended ${outcome}`, facts: {} });

const told = (lines: readonly Written[], since = 1): readonly string[] =>
  [
    ...lineFaults(
      lines.map((line, index) => ({
        n: index + 1,
        actorId: 'fettle',
        decision: undefined,
        reason: undefined,
        facts: {},
        ...line,
      })),
      since,
    ),
  ].map(({ row, because }) => `${row}: ${because}`);

const start = [asked, planned, confirmedBy('zhao')];
const whole = [...start, claimed(1), begun(1), finished(1), begun(2), finished(2), ended('done')];

describe('the record of a change holds', () => {
  it.each<[string, readonly Written[]]>([
    ['when it was carried out', whole],
    ['when nobody confirmed it', [asked, planned, ended('expired')]],
    ['when it was rejected', [...start, rejected]],
    [
      'when an approval was taken back, and given again',
      [...start, takenBack('zhao'), confirmedBy('zhao'), claimed(1), begun(1), finished(1), ended('done')],
    ],
    [
      'when it was handed back, and an approval taken back and given again before the next claim',
      [
        ...start,
        claimed(1),
        { action: 'run handed back', facts: {} },
        takenBack('zhao'),
        confirmedBy('zhao'),
        claimed(2),
        begun(1),
        finished(1),
        ended('done'),
      ],
    ],
    ['when it was refused before a plan', [asked, ended('refused')]],
    [
      'when everything was stopped before an effect, and the step begun anew afterwards',
      [
        ...start,
        claimed(1),
        begun(1),
        notStarted(1),
        { action: 'run suspended', facts: {} },
        { action: 'run resumed', facts: { hash: 'h', target: 't', fence: 2 } },
        begun(1),
        finished(1),
        ended('done'),
      ],
    ],
    [
      'when its worker was lost, and what it left was settled',
      [
        ...start,
        claimed(1),
        begun(1),
        sealed,
        ended('unknown'),
        { action: 'step done', facts: { no: 1 } },
        ended('failed'),
      ],
    ],
    [
      'when the line of a claim was written twice',
      [...start, claimed(1), claimed(1), begun(1), ended('failed')],
    ],
    [
      'when two people had to confirm',
      [
        ...start,
        confirmedBy('qian'),
        claimed(1, { needs: 2, approvers: ['zhao', 'qian'] }),
        begun(1),
        ended('failed'),
      ],
    ],
  ])('%s', (_, lines) => expect(told(lines)).toEqual([]));

  it('as far as it reaches: older lines have no such story', () => {
    expect(told([claimed(1, { hash: undefined }), begun(1), finished(1), ended('done')], 5)).toEqual([]);
  });
});

describe('the record of a change does not hold', () => {
  it.each<[string, readonly Written[], string]>([
    [
      'a step that was taken back after its result',
      [...start, claimed(1), begun(1), finished(1), notStarted(1)],
      'step 1 was taken back after its result',
    ],
    [
      'a step that was taken back by nobody who had the run',
      [...start, claimed(1), begun(1), sealed, notStarted(1)],
      'step 1 was taken back without a claim',
    ],
    [
      'a step that was taken back without having been begun',
      [...start, claimed(1), notStarted(1)],
      'step 1 was taken back, but was never begun',
    ],
    [
      'a step that came to a result after it was taken back',
      [...start, claimed(1), begun(1), notStarted(1), finished(1)],
      'step 1 came to a result, but was never begun',
    ],
    ['a claim without a confirmation', [asked, planned, claimed(1)], '3: claimed with 0 recorded'],
    ['a confirmation without a request', [planned, confirmedBy('zhao')], '2: confirmed, but nobody asked'],
    ['a confirmation without a plan', [asked, confirmedBy('zhao')], '2: confirmed, but no such plan'],
    [
      'a confirmation of another plan',
      [asked, planned, confirmedBy('zhao', 'x'), claimed(1)],
      '4: claimed with 0',
    ],
    [
      'a confirmation that nobody signed',
      [asked, planned, { ...confirmedBy('zhao'), facts: { hash: 'h', steps: [] } }],
      '3: confirmed without a signature',
    ],
    [
      'too few confirmations',
      [...start, claimed(1, { needs: 2 })],
      '4: claimed with 1 recorded confirmations of 2',
    ],
    [
      'a claim by an approval that was taken back',
      [...start, takenBack('zhao'), claimed(1)],
      '5: claimed with 0',
    ],
    [
      'an approval that was taken back and never given',
      [...start, takenBack('qian')],
      '4: qian took back an approval that is not recorded',
    ],
    [
      'an approval that was taken back while it ran',
      [...start, claimed(1), takenBack('zhao')],
      '5: an approval was taken back after it was begun',
    ],
    ['a claim of what was rejected', [...start, rejected, claimed(1)], '5: claimed after it had ended'],
    ['one person twice', [...start, confirmedBy('zhao')], '4: confirmed twice by zhao'],
    [
      'a claim by the word of somebody who did not confirm',
      [...start, claimed(1, { approvers: ['qian'] })],
      '4: claimed by the word of qian',
    ],
    [
      'a claim that names nobody',
      [...start, claimed(1, { approvers: [] })],
      '4: claimed by the word of too few',
    ],
    ['two claims', [...start, claimed(1), claimed(2)], '5: claimed twice'],
    ['a claim after the end', [...whole, claimed(2)], '10: claimed after it had ended'],
    ['a step after the end', [...whole, begun(3)], '10: step 3 was begun after the end'],
    [
      'a step after it was given up',
      [...start, claimed(1), sealed, begun(1)],
      '6: step 1 was begun without a claim',
    ],
    ['a step without a claim', [...start, begun(1)], '4: step 1 was begun without a claim'],
    ['a step that is not in the plan', [...start, claimed(1), begun(1, 'x')], '5: step 1 is not in the plan'],
    [
      'a step in the place of another',
      [...start, claimed(1), begun(1, 'd2')],
      '5: step 1 is not in the plan',
    ],
    ['a step more than the plan has', [...start, claimed(1), begun(3)], '5: step 3 is not in the plan'],
    ['a step twice', [...start, claimed(1), begun(1), begun(1)], '6: step 1 was begun twice'],
    ['a result of what was not begun', [...start, claimed(1), finished(1)], '5: step 1 came to a result'],
    ['giving up what nobody had', [...start, sealed], '4: given up, but never claimed'],
    ['an end of what nobody carried out', [...start, ended('done')], '4: carried out without a claim'],
    ['two requests', [asked, ...start], '2: it was asked for twice'],
    [
      'a forgery that was refused',
      [...start, { action: 'forgery refused', reason: 'why' }],
      '4: a forgery was refused: why',
    ],
    [
      'a press that was refused as a forgery',
      [asked, planned, { action: 'confirm', decision: 'no', reason: 'why', facts: { forged: true } }],
      '3: a forgery was refused: why',
    ],
  ])('%s', (_, lines, fault) => {
    expect(told(lines)).toContainEqual(expect.stringContaining(fault));
  });
});
