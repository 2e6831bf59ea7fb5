import { createHash } from 'node:crypto';
import { z } from 'zod';
import { capturedStep } from '../runs/captured-run.ts';
import type { RunId, StepRecord } from '../runs/run.ts';
import { inParts, repeated } from './in-parts.ts';
import type { Session, Transaction } from './pool.ts';
import { oneOf, SqlNumber } from './values.ts';

/** How much of the evidence of its steps a run is read with: a list needs no more than what a message shows of it. */
export type EvidenceRead = 'whole' | 'beginning' | 'none';

/** Characters of the beginning; more than any message shows. */
const BEGINNING = 4000;

const COLUMNS: Readonly<Record<EvidenceRead, string>> = {
  whole: 'coalesce(r.evidence, s.evidence)',
  beginning: `left(coalesce(r.evidence, s.evidence), ${BEGINNING})`,
  none: 'null',
};

const RunOfRow = z.looseObject({ id: z.string(), kind: z.string() });
const Row = z.object({
  run_id: z.string(),
  no: SqlNumber,
  body: z.string(),
  evidence: z.string().nullable(),
});

/** What is stored of the steps of a run beside its row. */
export type StoredRecord = Pick<z.infer<typeof Row>, 'no' | 'body' | 'evidence'>;

/** Rows of runs with the records of their steps as `steps`: of all of them by one query for some hundred runs. */
export async function withSteps(
  session: Pick<Session, 'rows'>,
  rows: readonly unknown[],
  evidence: EvidenceRead,
): Promise<readonly unknown[]> {
  const changes = rows.flatMap((row) => {
    const read = RunOfRow.safeParse(row);
    return read.success && read.data.kind !== 'inspect' ? [read.data.id] : [];
  });
  if (changes.length === 0) return rows;
  const records = new Map<string, StoredRecord[]>();
  for (const part of inParts(changes)) {
    const found = await session.rows(
      `select r.run_id, r.no, r.body, ${COLUMNS[evidence]} as evidence
       from step_record r left join step s on s.run_id = r.run_id and s.no = r.no
       where r.run_id in (${repeated('?', part)}) order by r.run_id, r.no`,
      part,
    );
    for (const each of found) {
      const { run_id: id, ...record } = Row.parse(each);
      const own = records.get(id);
      if (own) own.push(record);
      else records.set(id, [record]);
    }
  }
  return rows.map((row) => {
    const read = RunOfRow.safeParse(row);
    return read.success ? { ...read.data, steps: records.get(read.data.id) ?? [] } : row;
  });
}

/** Writes steps of a run as they are now. */
export async function writeSteps(tx: Transaction, runId: RunId, steps: readonly StepRecord[]): Promise<void> {
  for (const step of steps) await writeStep(tx, runId, capturedStep(step));
}

async function writeStep(tx: Transaction, runId: string, { evidence, ...record }: StepRecord): Promise<void> {
  const no = String(record.no);
  const body = JSON.stringify(record);
  const own = evidence === undefined || (await isInJournal(tx, runId, no, evidence)) ? null : evidence;
  const keep = evidence === undefined ? ', evidence = evidence' : ', evidence = values(evidence)';
  await tx.change(
    `insert into step_record (run_id, no, body, evidence) values (?, ?, ?, ?)
     on duplicate key update body = values(body)${keep}`,
    [runId, no, body, own],
  );
}

async function isInJournal(tx: Transaction, runId: string, no: string, evidence: string): Promise<boolean> {
  const row = oneOf(
    z.object({ hash: z.string() }),
    await tx.rows('select sha2(evidence, 256) as hash from step where run_id = ? and no = ?', [runId, no]),
  );
  return row?.hash === createHash('sha256').update(evidence).digest('hex');
}
