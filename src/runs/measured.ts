import { createHash } from 'node:crypto';
import type { CheckState } from '../kit/index.ts';
import { type Finding, findingKey, type Report } from './report.ts';

/** What is measured again and again: one check on one host or app, or one part of it. */
export type Subject = Pick<Finding, 'system' | 'app' | 'host' | 'check' | 'part'>;

/** What an inspection measured of one subject. */
export interface Measurement {
  readonly subject: Subject;
  readonly state: CheckState;
  readonly value?: number;
  readonly unit?: string;
  /** sha256 of the evidence, in hex. */
  readonly evidenceHash: string;
}

/** A measurement as it is read again. */
export type PastValue = Pick<Measurement, 'state' | 'value' | 'unit'> & { readonly at: Date };

/** What was measured within an hour: the worst state, the newest value and how far the values went. */
export interface PastHour {
  /** When it was last measured in that hour. */
  readonly at: Date;
  readonly state: CheckState;
  readonly unit?: string;
  /** Absent when nothing was measured in numbers. */
  readonly values?: { readonly low: number; readonly high: number; readonly newest: number };
}

/** Everything that an inspection measured, once for each subject; also what it could not compare yet, so that it can be compared later. */
export function measurementsOf({ findings, notYet = [] }: Report): readonly Measurement[] {
  const all = [...findings, ...notYet.map(({ finding }) => finding)];
  const bySubject = new Map(all.toReversed().map((finding) => [findingKey(finding), finding]));
  return [...bySubject.values()].map(({ system, app, host, check, part, state, value, unit, evidence }) => ({
    subject: {
      system,
      app,
      check,
      ...(host === undefined ? {} : { host }),
      ...(part === undefined ? {} : { part }),
    },
    state,
    ...(value === undefined ? {} : { value }),
    ...(unit === undefined ? {} : { unit }),
    evidenceHash: createHash('sha256').update(evidence).digest('hex'),
  }));
}
