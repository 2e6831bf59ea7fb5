import type { AuditSeen } from '../runs/ports.ts';
import type { HeadsRead } from './audit-heads.ts';

/** The means with which the chain was checked. */
export interface ComparedWith {
  readonly heads: Extract<HeadsRead, { ok: true }>;
  /** The chain was checked with FETTLE_AUDIT_KEY. */
  readonly keyed: boolean;
}

/** The text and exit code of `fettle audit verify`. 0: whole; 1: broken. Either way it says what could not be proved. */
export function auditText(
  { rows, head, problems }: AuditSeen,
  compared: ComparedWith,
): { readonly text: string; readonly code: number } {
  const lines = [
    problems.length === 0
      ? `The audit chain is whole: ${rows} rows, head ${head}.`
      : `The audit chain is broken: ${problems.length === 1 ? 'one problem' : `${problems.length} problems`}.`,
    ...problems.map(({ n, because }) => `  row ${n}: ${because}`),
    ...unproven(rows, compared),
  ];
  return { text: lines.join('\n'), code: problems.length === 0 ? 0 : 1 };
}

function unproven(rows: number, { heads: { heads, unreadable }, keyed }: ComparedWith): readonly string[] {
  const newest = Math.max(0, ...heads.map(({ n }) => n));
  return [
    heads.length === 0
      ? 'Not compared with published heads: newest rows that were cut off together with their heads would not show. Give --heads with the log.'
      : `Compared with ${heads.length === 1 ? 'one published head' : `${heads.length} published heads`}, the newest of row ${newest}.`,
    ...(heads.length > 0 && rows > newest
      ? [
          `Rows ${newest + 1} to ${rows} are newer than the newest published head: rows cut off after them would not show.`,
        ]
      : []),
    ...(unreadable > 0
      ? [
          `${unreadable === 1 ? 'One line speaks' : `${unreadable} lines speak`} of a head and could not be read; nothing was compared with ${unreadable === 1 ? 'it' : 'them'}.`,
        ]
      : []),
    ...(keyed
      ? []
      : [
          heads.length === 0
            ? 'Checked without FETTLE_AUDIT_KEY: a chain that somebody rewrote and hashed again would not show.'
            : `Checked without FETTLE_AUDIT_KEY: rows after ${newest} that somebody rewrote and hashed again would not show.`,
        ]),
  ];
}
