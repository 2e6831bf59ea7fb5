import { z } from 'zod';
import { type Admission, type Admitted, type Before, fullness, type Load } from '../runs/admission.ts';
import { canonicalJson } from '../kit/canonical.ts';
import type { Ask, Run } from '../runs/run.ts';
import type { AuditWriter } from './audit.ts';
import { holdName, lockName } from './named-lock.ts';
import type { Pool, Session } from './pool.ts';
import { keyHash, parseRun, runColumns, scopeKey } from './run-row.ts';
import { insertRun } from './runs.ts';
import { SqlNumber } from './values.ts';

/** Begins what people ask for, one at a time for all bots, so that a limit is a limit. */
export function admission(pool: Pool, audit: AuditWriter, database: string): Admission {
  const lock = lockName('asked', database);
  return {
    async look({ ask, person, channel, key }) {
      const known = await pool.rows('select id from run where idempotency_key = ?', [keyHash(key)]);
      return { ...(await before(pool, ask, person.id, channel)), isKnown: known.length > 0 };
    },

    begin: (run, idempotencyKey, entry, mayJoin) =>
      pool.transaction(async (tx): Promise<Admitted> => {
        await holdName(tx, lock);
        const [known] = await tx.rows(`select ${runColumns} from run where idempotency_key = ?`, [
          keyHash(idempotencyKey),
        ]);
        if (known !== undefined) return { kind: 'begun', run: parseRun(known), created: false };
        const channel = run.origin.surface === 'slack' ? run.origin.channel : '';
        const { full, same } = await before(tx, run.ask, run.requestedBy.id, channel);
        const joined = same.find(({ id, origin }) => mayJoin.has(id) || isIn(origin, channel));
        if (joined) {
          await audit.writeWith(tx, {
            ...entry,
            runId: joined.id,
            facts: { ...entry.facts, joined: joined.id },
          });
          return { kind: 'joined', run: joined };
        }
        if (full) return { kind: 'full', full };
        const stored = await insertRun(tx, audit, run, idempotencyKey, entry);
        await tx.change('insert into asked (run_id, person, channel, asked_at) values (?, ?, ?, now(3))', [
          run.id,
          run.requestedBy.id,
          channel,
        ]);
        await tx.change('delete from asked where asked_at < now(3) - interval 1 day limit 50');
        return { kind: 'begun', run: stored, created: true };
      }),
  };
}

const isIn = (origin: Run['origin'], channel: string): boolean =>
  origin.surface === 'slack' && origin.channel === channel;

async function before(
  session: Session,
  ask: Ask,
  person: string,
  channel: string,
): Promise<Omit<Before, 'isKnown'>> {
  const full = fullness({
    person: await loadOf(session, 'person', person),
    channel: await loadOf(session, 'channel', channel),
  });
  return { ...(full ? { full } : {}), same: await sameUnderWay(session, ask) };
}

const Begun = z.object({ ago: SqlNumber, is_under_way: SqlNumber, is_recent: SqlNumber });

async function loadOf(session: Session, of: 'person' | 'channel', value: string): Promise<Load> {
  const rows = await session.rows(
    `select timestampdiff(microsecond, a.asked_at, now(3)) as ago,
       if(r.state in ('queued', 'preparing'), 1, 0) as is_under_way,
       if(a.asked_at > now(3) - interval 60 second, 1, 0) as is_recent
     from asked a join run r on r.id = a.run_id
     where a.${of} = ? and a.asked_at > now(3) - interval 1 day order by a.asked_at`,
    [value],
  );
  const begun = z.array(Begun).parse(rows);
  return {
    underWay: begun.filter((row) => row.is_under_way === 1).length,
    begunSecondsAgo: begun.filter((row) => row.is_recent === 1).map(({ ago }) => ago / 1_000_000),
  };
}

/** One that has lost its way is not waited for: after an hour the same is inspected anew. */
async function sameUnderWay(session: Session, ask: Ask): Promise<readonly Run[]> {
  if (ask.kind !== 'inspect') return [];
  const rows = await session.rows(
    `select ${runColumns} from run where scope_key = ? and kind = 'inspect' and on_slack = 1
       and state in ('queued', 'preparing') and created_at > now(3) - interval 1 hour order by seq limit 20`,
    [scopeKey(ask)],
  );
  const wanted = canonicalJson(ask);
  return rows
    .map(readable)
    .filter((run) => run !== undefined && run.cancelled === undefined && canonicalJson(run.ask) === wanted)
    .flatMap((run) => run ?? []);
}

/** A row that cannot be read is nothing to join; others report it. */
function readable(row: unknown): Run | undefined {
  try {
    return parseRun(row);
  } catch {
    return undefined;
  }
}
