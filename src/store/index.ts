import type {
  AuditLog,
  ButtonStore,
  History,
  Journal,
  PortionStore,
  PolicyRegister,
  PostLedger,
  RunStore,
  Standings,
  UnknownRuns,
  UnreadableRuns,
} from '../runs/ports.ts';
import type { Brackets } from '../runs/brackets.ts';
import type { ReadOnlySwitch } from '../runs/read-only.ts';
import type { Locks } from '../runs/locks.ts';
import type { Admission } from '../runs/admission.ts';
import type { ScheduleEdits } from '../runs/schedule-edits.ts';
import type { ScheduleStore } from '../runs/schedule-store.ts';
import { admission } from './admission.ts';
import { linesOf } from './audit-lines.ts';
import { auditWriter, type AuditHead, type AuditOptions } from './audit.ts';
import { auditSchemaOf, auditTables } from './audit-table.ts';
import { publishHeads } from './audit-heads.ts';
import { verifyChain } from './audit-verify.ts';
import { verifyStory } from './audit-story.ts';
import type { StoryFault } from '../runs/story-check.ts';
import { brackets } from './brackets.ts';
import { buttonStore } from './buttons.ts';
import { history } from './history.ts';
import { journal } from './journal.ts';
import { locks } from './locks.ts';
import { StoreFailed } from './errors.ts';
import { migrate, missingFrom, readMigrations } from './migrate.ts';
import { openPool, type Account, type Pool } from './pool.ts';
import { portionStore } from './portions.ts';
import { policyRegister } from './policies.ts';
import { postLedger } from './posts.ts';
import { readOnlySwitch } from './read-only.ts';
import { runStore } from './runs.ts';
import { scheduleEdits } from './schedule-edits.ts';
import { scheduleStore } from './schedules.ts';
import { unknownRuns } from './unknown-runs.ts';
import { unreadableRows } from './readable.ts';
import { unreadableRuns } from './unreadable-runs.ts';
import { standings } from './standings.ts';
import { oneOf, SqlTime } from './values.ts';
import { z } from 'zod';

export { StoreFailed, StoreUnavailable } from './errors.ts';
export { auditSchemaOf, auditTable } from './audit-table.ts';
export { type AccountRole, accountName, appGrantsFor, grantsFor, grantsOf, type Schemas } from './grants.ts';
export { inspectGrants, type GrantsSeen } from './grants-seen.ts';
export type { AuditHead } from './audit.ts';

export interface StoreOptions extends Account, AuditOptions {
  /** The audit chain's own account, whose rights are those of grants.sql; unless set the chain is written on the same account. */
  readonly auditAccount?: { readonly user: string; readonly password: string };
  /** Where the audit chain is; `<database>_audit` unless set. */
  readonly auditDatabase?: string;
  /** Whether opening brings the schema up to date. Unless set: only while one account does everything; otherwise a schema that is not up to date is refused. */
  readonly migratesAtStart?: boolean;
  /** 60 unless set. */
  readonly headEverySeconds?: number;
  /** Whether the head is handed out when the store is closed, too; true unless set. */
  readonly headAtEnd?: boolean;
  /** How long a claim lasts without a sign of its worker; 10 unless set. */
  readonly leaseSeconds?: number;
  /** Days for which measurements are kept; 35 unless set. */
  readonly historyDays?: number;
  /** Connections of this process; 8 unless set. */
  readonly connections?: number;
}

export interface Store {
  readonly runs: RunStore;
  readonly admission: Admission;
  readonly standings: Standings;
  readonly buttons: ButtonStore;
  readonly schedules: ScheduleStore;
  readonly scheduleEdits: ScheduleEdits;
  readonly audit: AuditChain;
  readonly journal: Journal;
  readonly locks: Locks;
  readonly brackets: Brackets;
  readonly readOnly: ReadOnlySwitch;
  readonly unknown: UnknownRuns;
  readonly posts: PostLedger;
  readonly portions: PortionStore;
  readonly history: History;
  readonly policies: PolicyRegister;
  readonly unreadable: UnreadableRuns;
  /** Rejects with StoreUnavailable when the database does not answer. */
  readonly ping: () => Promise<void>;
  /** The database's clock. */
  readonly now: () => Promise<Date>;
  readonly close: () => Promise<void>;
}

export interface AuditChain extends AuditLog {
  readonly head: () => Promise<AuditHead>;
  /** Also compares with externally kept heads. */
  readonly verify: (published?: readonly AuditHead[]) => ReturnType<AuditLog['verify']>;
  /** Whether what is recorded of changes can have happened, and whether the store agrees with it. */
  readonly verifyStory: () => Promise<readonly StoryFault[]>;
}

/** How long a claim lasts without a sign of its worker. One comes every two seconds, so three may be lost. */
export const CLAIM_SECONDS = 8;

/** Brings the schema up to date on the account that may; answers the migrations that were missing. */
export async function migrateStore(
  options: Account & Pick<StoreOptions, 'auditDatabase'>,
): Promise<readonly string[]> {
  const { auditDatabase: _, ...account } = options;
  const pool = openPool(account, 1);
  try {
    return await migrate(pool, await readMigrations(), schemasOf(options));
  } finally {
    await pool.close();
  }
}

/** A schema that is up to date is left as it is: then no right to change tables is needed. */
async function bringUpToDate(
  pool: Pool,
  schemas: ReturnType<typeof schemasOf>,
  migrates: boolean,
): Promise<void> {
  const migrations = await readMigrations();
  const missing = await missingFrom(pool, migrations, schemas.auditSchema);
  if (missing.length === 0) return;
  if (!migrates)
    throw new StoreFailed(
      'SCHEMA_OLDER',
      `The database is not up to date; missing: ${missing.join(', ')}. Run "fettle migrate" with the account of MYSQL_MIGRATE_USER.`,
    );
  await migrate(pool, migrations, schemas);
}

const schemasOf = ({ database, auditDatabase }: Pick<StoreOptions, 'database' | 'auditDatabase'>) => ({
  database,
  auditSchema: auditDatabase ?? auditSchemaOf(database),
});

/** Connects, and brings the schema up to date where one account does everything. Rejects with StoreUnavailable when the database is away, with StoreFailed when it refuses. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { host, port, user, password, database, ssl } = options;
  const account: Account = { host, port, user, password, database, ...(ssl ? { ssl } : {}) };
  const pool = openPool(account, options.connections ?? 8);
  const schemas = schemasOf(options);
  const own =
    options.auditAccount &&
    openPool({ ...account, ...options.auditAccount, database: schemas.auditSchema }, 2);
  const close = async (): Promise<void> => {
    await Promise.all([pool.close(), own?.close()]);
  };
  try {
    await bringUpToDate(pool, schemas, options.migratesAtStart ?? !own);
    const audit = auditWriter(pool, own, auditTables(schemas.auditSchema), options);
    await audit.head();
    const unreadable = unreadableRows(options.log);
    const heads = publishHeads(audit.head, options);
    return {
      runs: runStore(pool, audit, unreadable),
      buttons: buttonStore(pool),
      schedules: scheduleStore(pool, audit, unreadable),
      scheduleEdits: scheduleEdits(pool, audit.tables),
      audit: {
        write: audit.write,
        ofRun: (id) => linesOf(pool, audit.tables, id),
        head: audit.head,
        verifyStory: () => verifyStory(pool, audit.tables),
        verify: (published) => verifyChain(pool, audit.tables, options.auditKey, published),
      },
      journal: journal(pool, audit, options.leaseSeconds ?? CLAIM_SECONDS, unreadable),
      locks: locks(pool),
      brackets: brackets(pool, audit, unreadable),
      readOnly: readOnlySwitch(pool, audit),
      unknown: unknownRuns(pool, unreadable),
      posts: postLedger(pool),
      admission: admission(pool, audit, database),
      standings: standings(pool),
      portions: portionStore(pool, options.leaseSeconds ?? 30),
      policies: policyRegister(pool, audit),
      history: history(pool, options.historyDays ?? 35, unreadable),
      unreadable: (limit) => unreadableRuns(pool, unreadable.of('run'), limit),
      ping: async () => {
        await pool.rows('select 1');
      },
      now: async () => {
        const row = oneOf(z.object({ now: SqlTime }), await pool.rows('select now(3) as now'));
        if (!row) throw new Error('the database did not say what time it is');
        return new Date(row.now);
      },
      close: async () => {
        await heads.stop();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
