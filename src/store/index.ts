import type {
  AuditLog,
  ButtonStore,
  History,
  Journal,
  PartStore,
  PostLedger,
  RunStore,
  Standings,
} from '../runs/ports.ts';
import type { Admission } from '../runs/admission.ts';
import type { ScheduleStore } from '../runs/schedule.ts';
import { admission } from './admission.ts';
import { auditWriter, type AuditHead, type AuditOptions } from './audit.ts';
import { publishHeads } from './audit-heads.ts';
import { verifyChain } from './audit-verify.ts';
import { buttonStore } from './buttons.ts';
import { history } from './history.ts';
import { journal } from './journal.ts';
import { migrate, readMigrations } from './migrate.ts';
import { openPool, type Account } from './pool.ts';
import { partStore } from './parts.ts';
import { postLedger } from './posts.ts';
import { runStore } from './runs.ts';
import { scheduleStore } from './schedules.ts';
import { standings } from './standings.ts';
import { oneOf, SqlTime } from './values.ts';
import { z } from 'zod';

export { StoreFailed, StoreUnavailable } from './errors.ts';
export { appGrantsFor, grantsFor } from './grants.ts';
export type { AuditHead } from './audit.ts';

export interface StoreOptions extends Account, AuditOptions {
  /** The audit chain's own account, whose rights are those of grantsFor(); unless set the chain is written on the same account. */
  readonly auditAccount?: { readonly user: string; readonly password: string };
  /** 60 unless set. */
  readonly headEverySeconds?: number;
  /** How long a claim lasts without a sign of its worker; 30 unless set. */
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
  readonly audit: AuditChain;
  readonly journal: Journal;
  readonly posts: PostLedger;
  readonly parts: PartStore;
  readonly history: History;
  /** Rejects with StoreUnavailable when the database does not answer. */
  readonly ping: () => Promise<void>;
  /** The database's clock. */
  readonly now: () => Promise<Date>;
  readonly close: () => Promise<void>;
}

export interface AuditChain extends AuditLog {
  readonly head: () => Promise<AuditHead>;
  /** Compares with heads that were kept outside as well. */
  readonly verify: (published?: readonly AuditHead[]) => ReturnType<AuditLog['verify']>;
}

/** Connects and brings the schema up to date. Rejects with StoreUnavailable when the database is away, with StoreFailed when it refuses. */
export async function openStore(options: StoreOptions): Promise<Store> {
  const { host, port, user, password, database, ssl } = options;
  const account: Account = { host, port, user, password, database, ...(ssl ? { ssl } : {}) };
  const pool = openPool(account, options.connections ?? 8);
  const own = options.auditAccount && openPool({ ...account, ...options.auditAccount }, 2);
  const close = async (): Promise<void> => {
    await Promise.all([pool.close(), own?.close()]);
  };
  try {
    await migrate(pool, await readMigrations());
    const audit = auditWriter(pool, own, options);
    await audit.head();
    const heads = publishHeads(audit.head, options);
    return {
      runs: runStore(pool, audit),
      buttons: buttonStore(pool),
      schedules: scheduleStore(pool, audit),
      audit: {
        write: audit.write,
        head: audit.head,
        verify: (published) => verifyChain(pool, options.auditKey, published),
      },
      journal: journal(pool, audit, options.leaseSeconds ?? 30),
      posts: postLedger(pool),
      admission: admission(pool, audit, database),
      standings: standings(pool),
      parts: partStore(pool, options.leaseSeconds ?? 30),
      history: history(pool, options.historyDays ?? 35),
      ping: async () => {
        await pool.rows('select 1');
      },
      now: async () => {
        const row = oneOf(z.object({ now: SqlTime }), await pool.rows('select now(3) as now'));
        if (!row) throw new Error('the database did not say what time it is');
        return new Date(row.now);
      },
      close: async () => {
        heads.stop();
        await close();
      },
    };
  } catch (error) {
    await close();
    throw error;
  }
}
