import { z } from 'zod';
import type { Subject } from '../runs/measured.ts';
import type { History, Past } from '../runs/ports.ts';
import { findingKey } from '../runs/report.ts';
import { hashOf, LEVELS } from './measurements.ts';
import { inParts, repeated } from './in-parts.ts';
import type { Pool } from './pool.ts';
import { SqlNumber, SqlTime, SqlYes, toSqlTime } from './values.ts';

/** Rows that are forgotten in one statement. */
const PORTION = 2000;
const SWEEP_SECONDS = 5;
/** What is forgotten by which time, and how many days later: of a subject two days after its last measurement nothing is left. */
const KEPT = [
  ['measurement', 'at', 0],
  ['measured_hour', 'hour_at', 0],
  ['subject', 'seen_on', 2],
] as const;

/** What inspections measured. Every question is one statement for some hundred subjects. */
export function history(pool: Pool, keepDays: number): History {
  return {
    values: async (subjects, from, to) =>
      grouped(
        await ask(
          pool,
          subjects,
          (hashes) =>
            `select lower(hex(s.hash)) as hash, m.at, m.level, m.value, m.unit
             from subject s join measurement m on m.subject = s.id
             where s.hash in (${hashes}) and m.at between ? and ? order by m.subject, m.at, m.run_seq`,
          [from, to],
          PastRow,
        ),
        ({ at, level, value, unit }) => ({
          at: new Date(at),
          state: stateOf(level),
          ...(value === null ? {} : { value }),
          ...(unit === null ? {} : { unit }),
        }),
      ),

    hours: async (subjects, from, to) =>
      grouped(
        await ask(
          pool,
          subjects,
          (hashes) =>
            `select lower(hex(s.hash)) as hash, h.at, h.level, h.low, h.high, h.newest, h.unit
             from subject s join measured_hour h on h.subject = s.id
             where s.hash in (${hashes}) and h.hour_at between ? - interval 1 hour and ? and h.at >= ?
             order by h.subject, h.hour_at`,
          [from, to, from],
          HourRow,
        ),
        ({ at, level, low, high, newest, unit }) => ({
          at: new Date(at),
          state: stateOf(level),
          ...(low === null || high === null || newest === null ? {} : { values: { low, high, newest } }),
          ...(unit === null ? {} : { unit }),
        }),
      ),

    lows: async (subjects, since) =>
      single(
        await ask(
          pool,
          subjects,
          (hashes) =>
            `select lower(hex(s.hash)) as hash, min(h.low) as found
             from subject s join measured_hour h on h.subject = s.id
             where s.hash in (${hashes}) and h.hour_at >= ? group by s.id having found is not null`,
          [since],
          z.object({ hash: z.string(), found: z.number() }),
        ),
        ({ found }) => found,
      ),

    firsts: async (subjects, after) =>
      single(
        await ask(
          pool,
          subjects,
          (hashes) =>
            `select lower(hex(s.hash)) as hash, min(m.at) as found
             from subject s join measurement m on m.subject = s.id
             where s.hash in (${hashes}) and m.at > ? group by s.id`,
          [after],
          z.object({ hash: z.string(), found: SqlTime }),
        ),
        ({ found }) => new Date(found),
      ),

    async subjects(of) {
      const found: Subject[] = [];
      for (const part of inParts(of)) {
        const rows = await pool.rows(
          `select of_system, app, host, check_id, part from subject
           where (of_system, app, check_id) in (${repeated('(?, ?, ?)', part)})
           order by of_system, app, check_id, host, part`,
          part.flatMap(({ system, app, check }) => [system, app, check]),
        );
        found.push(...rows.map((row) => subjectOf(SubjectRow.parse(row))));
      }
      return found;
    },

    // One process at a time, without waiting: whoever comes second has nothing to do.
    forget: () =>
      pool.session(SWEEP_SECONDS, async (session) => {
        const name = "concat('fettle.forget.', md5(database()))";
        const [got] = await session.rows(`select get_lock(${name}, 0) as got`);
        if (!z.object({ got: SqlYes }).parse(got).got) return 0;
        let rows = 0;
        for (const [table, column, days] of KEPT)
          rows += await session.change(
            `delete from ${table} where ${column} < now(3) - interval ? day order by ${column} limit ${PORTION}`,
            [String(keepDays + days)],
          );
        await session.rows(`select release_lock(${name}) as released`);
        return rows;
      }),
  };
}

const PastRow = z.object({
  hash: z.string(),
  at: SqlTime,
  level: SqlNumber,
  value: z.number().nullable(),
  unit: z.string().nullable(),
});

const HourRow = z.object({
  hash: z.string(),
  at: SqlTime,
  level: SqlNumber,
  low: z.number().nullable(),
  high: z.number().nullable(),
  newest: z.number().nullable(),
  unit: z.string().nullable(),
});

const SubjectRow = z.object({
  of_system: z.string(),
  app: z.string(),
  host: z.string().nullable(),
  check_id: z.string(),
  part: z.string().nullable(),
});

const subjectOf = ({
  of_system: system,
  app,
  host,
  check_id: check,
  part,
}: z.infer<typeof SubjectRow>): Subject => ({
  system,
  app,
  check,
  ...(host === null ? {} : { host }),
  ...(part === null ? {} : { part }),
});

function stateOf(level: number): (typeof LEVELS)[number] {
  const state = LEVELS[level];
  if (state === undefined) throw new Error(`a measurement has the level ${level}`);
  return state;
}

interface Answers<Row> {
  readonly rows: readonly Row[];
  readonly keyOf: (hash: string) => string;
}

/** Asks one question about many subjects, some hundred at a time. */
async function ask<Row extends { readonly hash: string }>(
  pool: Pool,
  subjects: readonly Subject[],
  sql: (hashes: string) => string,
  times: readonly Date[],
  schema: z.ZodType<Row>,
): Promise<Answers<Row>> {
  const keys = new Map(subjects.map((subject) => [hashOf(subject), findingKey(subject)]));
  const rows: Row[] = [];
  for (const part of inParts([...keys.keys()])) {
    const found = await pool.rows(sql(repeated('unhex(?)', part)), [
      ...part,
      ...times.map((time) => toSqlTime(time.toISOString())),
    ]);
    for (const row of found) rows.push(schema.parse(row));
  }
  return { rows, keyOf: (hash) => keys.get(hash) ?? hash };
}

function grouped<Row extends { readonly hash: string }, T>(
  { rows, keyOf }: Answers<Row>,
  read: (row: Row) => T,
): Past<readonly T[]> {
  const found = new Map<string, T[]>();
  for (const row of rows) {
    const key = keyOf(row.hash);
    const known = found.get(key);
    if (known) known.push(read(row));
    else found.set(key, [read(row)]);
  }
  return found;
}

const single = <Row extends { readonly hash: string }, T>(
  { rows, keyOf }: Answers<Row>,
  read: (row: Row) => T,
): Past<T> => new Map(rows.map((row) => [keyOf(row.hash), read(row)]));
