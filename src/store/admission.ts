import { z } from 'zod';
import { type Admission, type Admitted, type Before, fullness, type Load } from '../runs/admission.ts';
import { canonicalJson } from '../kit/canonical.ts';
import type { Ask, Run } from '../runs/run.ts';
import type { AuditWriter } from './audit.ts';
import { inTurn } from './in-turn.ts';
import { holdName, lockName } from './named-lock.ts';
import type { Pool, Session, Transaction } from './pool.ts';
import { keyHash, parseRun, runColumns, scopeKey } from './run-row.ts';
import { insertRun } from './runs.ts';
import { SqlNumber, SqlYes } from './values.ts';

/** How many runs are begun by one process before it clears away what limits do not need any more. */
const CLEAR_EVERY = 50;
const CLEARED_AT_ONCE = 4 * CLEAR_EVERY;

/**
 * Begins what people ask for, so that a limit is a limit for all bots: those of one person one after another, and those in one
 * channel. Others are not held up.
 */
export function admission(pool: Pool, audit: AuditWriter, database: string): Admission {
  const take = inTurn();
  let begun = 0;
  const clear = (): void => {
    begun += 1;
    if (begun % CLEAR_EVERY !== 0) return;
    // Whoever comes next clears away what is left.
    pool
      .change(`delete from asked where asked_at < now(3) - interval 1 day limit ${CLEARED_AT_ONCE}`)
      .catch(() => undefined);
  };
  /** Those of this process wait here, and not as sessions. Persons come before channels everywhere: nobody waits in a circle. */
  const oneByOne = <T>(person: string, channel: string, work: (tx: Transaction) => Promise<T>): Promise<T> =>
    take(`person ${person}`, () =>
      take(`channel ${channel}`, () =>
        pool.transaction(async (tx) => {
          await holdName(tx, lockName('asked', `${database} person ${person}`));
          await holdName(tx, lockName('asked', `${database} channel ${channel}`));
          return work(tx);
        }),
      ),
    );
  return {
    async look({ ask, person, channel, key }) {
      const known = await pool.rows('select id from run where idempotency_key = ?', [keyHash(key)]);
      return { ...(await before(pool, ask, person.id, channel)), isKnown: known.length > 0 };
    },

    begin(run, idempotencyKey, entry, mayJoin) {
      const person = run.requestedBy.id;
      const channel = run.origin.surface === 'slack' ? run.origin.channel : '';
      return oneByOne(person, channel, async (tx): Promise<Admitted> => {
        const [known] = await tx.rows(`select ${runColumns} from run where idempotency_key = ?`, [
          keyHash(idempotencyKey),
        ]);
        if (known !== undefined) return { kind: 'begun', run: parseRun(known), created: false };
        const { full, same } = await before(tx, run.ask, person, channel);
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
        await tx.change('insert into asked (run_id, person, channel, asked_at) values (?, ?, ?, now(3))', [
          run.id,
          person,
          channel,
        ]);
        tx.afterCommit(clear);
        // Last, because everybody else waits for the end of the chain.
        const stored = await insertRun(tx, audit, run, idempotencyKey, entry);
        return { kind: 'begun', run: stored, created: true };
      });
    },
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
  const full = fullness(await loadsOf(session, { person, channel }));
  return { ...(full ? { full } : {}), same: await sameUnderWay(session, ask) };
}

const Begun = z.object({
  whose: z.enum(['person', 'channel']),
  ago: SqlNumber,
  is_under_way: SqlYes,
  is_recent: SqlYes,
});

/** Of both at once. */
async function loadsOf(
  session: Session,
  of: Readonly<Record<'person' | 'channel', string>>,
): Promise<Readonly<Record<'person' | 'channel', Load>>> {
  const select = (whose: 'person' | 'channel'): string =>
    `select '${whose}' as whose, timestampdiff(microsecond, a.asked_at, now(3)) as ago,
       if(r.state in ('queued', 'preparing'), 1, 0) as is_under_way,
       if(a.asked_at > now(3) - interval 60 second, 1, 0) as is_recent
     from asked a join run r on r.id = a.run_id
     where a.${whose} = ? and a.asked_at > now(3) - interval 1 day`;
  const rows = await session.rows(`${select('person')} union all ${select('channel')} order by ago desc`, [
    of.person,
    of.channel,
  ]);
  const begun = z.array(Begun).parse(rows);
  const load = (whose: 'person' | 'channel'): Load => {
    const own = begun.filter((row) => row.whose === whose);
    return {
      underWay: own.filter((row) => row.is_under_way).length,
      begunSecondsAgo: own.filter((row) => row.is_recent).map(({ ago }) => ago / 1_000_000),
    };
  };
  return { person: load('person'), channel: load('channel') };
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
