import { createHash } from 'node:crypto';
import { z } from 'zod';
import type { CheckState } from '../kit/index.ts';
import { type Measurement, measurementsOf, type Subject } from '../runs/measured.ts';
import { findingKey, type Report } from '../runs/report.ts';
import { inParts, repeated } from './in-parts.ts';
import type { Session } from './pool.ts';
import type { LockedRun } from './run-lock.ts';
import { storable } from './storable.ts';
import { oneOf, SqlNumber, SqlYes, toSqlTime } from './values.ts';

/** States by their level, the worst last. */
export const LEVELS: readonly CheckState[] = ['ok', 'unknown', 'warning', 'critical'];

/** The short name of a subject in the database, in hex. */
export const hashOf = (subject: Subject): string =>
  createHash('sha256').update(findingKey(subject)).digest('hex').slice(0, 32);

/**
 * Prepares to keep what a report measured: makes its subjects known, and answers what writes the measurements together
 * with the report. Rows are written in the order of their subjects, so that reports written at one time wait for each
 * other instead of standing in each other's way.
 */
export async function keeping(
  pool: Session,
  report: Report,
): Promise<(tx: Session, locked: Pick<LockedRun, 'run' | 'now'>) => Promise<void>> {
  const measured = measurementsOf(report);
  const ids = await subjectIds(
    pool,
    measured.map(({ subject }) => subject),
  );
  const rows = measured
    .map((measurement) => ({ id: ids(measurement.subject), measurement }))
    .sort((a, b) => a.id - b.id);
  return (tx, { run, now }) => write(tx, rows, run.id, now);
}

interface Row {
  readonly id: number;
  readonly measurement: Measurement;
}

async function write(tx: Session, rows: readonly Row[], runId: string, now: string): Promise<void> {
  const run = oneOf(z.object({ seq: SqlNumber }), await tx.rows('select seq from run where id = ?', [runId]));
  if (!run) throw new Error(`there is no run ${runId}`);
  const at = toSqlTime(now);
  const hour = `${at.slice(0, 13)}:00:00`;
  for (const part of inParts(rows)) {
    // A part that is filled up has its last row several times.
    await tx.change(
      `insert into measurement (subject, at, run_seq, level, value, unit, evidence)
       values ${repeated('(?, ?, ?, ?, ?, ?, unhex(?))', part)} on duplicate key update level = values(level)`,
      part.flatMap(({ id, measurement }) => {
        const { level, value, unit } = columnsOf(measurement);
        return [String(id), at, String(run.seq), level, value, unit, measurement.evidenceHash];
      }),
    );
    // Values of the hour in another unit are dropped. Columns are set from the left: the unit comes last.
    await tx.change(
      `insert into measured_hour (subject, hour_at, at, level, low, high, newest, unit)
       values ${repeated('(?, ?, ?, ?, ?, ?, ?, ?)', part)} on duplicate key update
         at = values(at), level = greatest(level, values(level)),
         low = if(unit <=> values(unit), coalesce(least(low, values(low)), low, values(low)), values(low)),
         high = if(unit <=> values(unit), coalesce(greatest(high, values(high)), high, values(high)), values(high)),
         newest = coalesce(values(newest), newest), unit = if(values(newest) is null, unit, values(unit))`,
      part.flatMap(({ id, measurement }) => {
        const { level, value, unit } = columnsOf(measurement);
        return [String(id), hour, at, level, value, value, value, unit];
      }),
    );
  }
}

const columnsOf = ({ state, value, unit }: Measurement) => ({
  level: String(LEVELS.indexOf(state)),
  value: value === undefined ? null : String(value),
  unit: unit === undefined ? null : storable(unit, 40),
});

const Known = z.object({ id: SqlNumber, hash: z.string(), today: SqlYes });

/** Numbers of subjects. New ones are added, and each is marked once a day as still measured. */
async function subjectIds(
  pool: Session,
  subjects: readonly Subject[],
): Promise<(subject: Subject) => number> {
  const ids = new Map<string, number>();
  const find = async (wanted: readonly string[]): Promise<ReadonlySet<string>> => {
    const marked = new Set<string>();
    for (const part of inParts(wanted)) {
      const rows = await pool.rows(
        `select id, lower(hex(hash)) as hash, seen_on = current_date as today from subject
         where hash in (${repeated('unhex(?)', part)})`,
        part,
      );
      for (const { id, hash, today } of rows.map((row) => Known.parse(row))) {
        ids.set(hash, id);
        if (today) marked.add(hash);
      }
    }
    return marked;
  };
  const named = new Map(subjects.map((subject) => [hashOf(subject), subject]));
  const marked = await find([...named.keys()]);
  const unmarked = [...named].filter(([hash]) => !marked.has(hash)).sort(([a], [b]) => (a < b ? -1 : 1));
  for (const part of inParts(unmarked))
    await pool.change(
      `insert into subject (hash, of_system, app, host, check_id, part, seen_on)
       values ${repeated('(unhex(?), ?, ?, ?, ?, ?, current_date)', part)}
       on duplicate key update seen_on = values(seen_on)`,
      part.flatMap(([hash, { system, app, host, check, part: of }]) => [
        hash,
        storable(system, 64),
        storable(app, 190),
        host === undefined ? null : storable(host, 190),
        storable(check, 190),
        of === undefined ? null : storable(of, 500),
      ]),
    );
  if (unmarked.length > 0) await find(unmarked.map(([hash]) => hash));
  return (subject) => {
    const id = ids.get(hashOf(subject));
    if (id === undefined) throw new Error(`the subject ${findingKey(subject)} was not written`);
    return id;
  };
}
