import { z } from 'zod';
import type { UnreadableRuns } from '../runs/ports.ts';
import { RunId } from '../runs/run.ts';
import type { Pool } from './pool.ts';
import { FORMAT, Shown } from './run-row.ts';
import { SqlNumber, SqlTime, SqlYes } from './values.ts';

/** Seconds after which nobody who can read a run seems to be there. */
const QUIET_SECONDS = 60;
/** Characters of a body that are looked through for where the run is shown. */
const MOST_CHARACTERS = 4_000_000;

const Row = z.object({
  id: RunId,
  created_at: SqlTime,
  format: SqlNumber,
  left: SqlYes,
  body: z.string().nullable(),
});

/** Runs of a newer format, and of those that could not be read here the newest. */
export async function unreadableRuns(
  pool: Pool,
  known: readonly string[],
  limit: number,
): ReturnType<UnreadableRuns> {
  const damaged = known.slice(-limit);
  const rows = await pool.rows(
    `select id, created_at, format, if(char_length(body) <= ${MOST_CHARACTERS}, body, null) as body,
       (unshown = 1 and changed_at < now(3) - interval ${QUIET_SECONDS} second) as \`left\`
     from run where format > ${FORMAT} ${damaged.length > 0 ? `or id in (${damaged.map(() => '?').join(', ')})` : ''}
     order by seq desc limit ${limit}`,
    damaged,
  );
  return rows.flatMap((row) => {
    const read = Row.safeParse(row);
    if (!read.success) return [];
    const { id, created_at: createdAt, format, left: isLeft, body } = read.data;
    const shownTo = Shown.safeParse(parsed(body));
    return [
      {
        id,
        createdAt,
        isNewer: format > FORMAT,
        isLeft,
        ...(shownTo.success ? { shownTo: shownTo.data } : {}),
      },
    ];
  });
}

function parsed(body: string | null): unknown {
  try {
    return JSON.parse(body ?? 'null');
  } catch {
    return undefined;
  }
}
