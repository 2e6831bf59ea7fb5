import type { Answer, Asked, HttpService } from '../../lab/estate/service.ts';
import { FEW_APPS } from '../../lab/estate/apps/index.ts';
import type { PracticeApp, Program } from '../../lab/estate/apps/app.ts';
import { DEAD, renumber, STUCK } from '../../lab/estate/orders/sample-orders.ts';
import { takeSignal } from '../../lab/estate/orders/signals.ts';
import { json } from '../../lab/estate/service.ts';
import type { Database } from './database.ts';
import type { Effect } from './judge.ts';
import { pause } from './waiting.ts';

/** An order of the practice platform that a trial acts on, and what each step of its plan touches. */
export interface Order {
  readonly kind: 'signals' | 'rows';
  readonly no: string;
  readonly plan: readonly (readonly string[])[];
}

/** What the signal endpoint does with the requests of an order. */
export type Manner =
  | { readonly kind: 'well'; readonly afterMs: number }
  /** Does it, or not, and then never answers. */
  | { readonly kind: 'hangs'; readonly does: boolean }
  /** Does it, or not, and then answers with this status. */
  | { readonly kind: 'answers'; readonly does: boolean; readonly status: number };

/** Sees at the engine's door every request that arrives, before anything is done with it. */
export interface Engine {
  readonly apps: readonly PracticeApp[];
  readonly arrivals: (units: readonly string[]) => readonly Effect[];
  readonly behave: (units: readonly string[], manner: Manner) => void;
  readonly behaveWell: () => void;
}

export function watchedEngine(): Engine {
  const arrivals: Effect[] = [];
  const manners = new Map<string, Manner>();
  const door: HttpService = async (asked, served): Promise<Answer> => {
    const unit = unitOf(asked);
    if (unit === undefined) return takeSignal(asked, served);
    arrivals.push({ unit, at: Date.now() });
    const manner = manners.get(unit) ?? { kind: 'well', afterMs: 0 };
    switch (manner.kind) {
      case 'well':
        await pause(manner.afterMs);
        return takeSignal(asked, served);
      case 'hangs':
        if (manner.does) await takeSignal(asked, served);
        return new Promise<never>(() => undefined);
      case 'answers':
        if (manner.does) await takeSignal(asked, served);
        return json(manner.status, { success: manner.status < 300 });
      default:
        return manner satisfies never;
    }
  };
  const watched = (program: Program): Program => ({
    ...program,
    ports: Object.fromEntries(
      Object.entries(program.ports ?? {}).map(([port, service]) => [
        port,
        service === takeSignal ? door : service,
      ]),
    ),
  });
  const apps = FEW_APPS.map((app): PracticeApp => {
    const [first, ...rest] = app.programs;
    return { ...app, programs: [watched(first), ...rest.map(watched)] };
  });
  return {
    apps,
    arrivals: (units) => arrivals.filter(({ unit }) => units.includes(unit)),
    behave: (units, manner) => {
      for (const unit of units) manners.set(unit, manner);
    },
    behaveWell: () => manners.clear(),
  };
}

function unitOf({ method, body }: Asked): string | undefined {
  if (method !== 'POST') return undefined;
  const found = /"executionId":"(\d+)"/.exec(body)?.[1];
  return found === undefined ? undefined : `task ${found}`;
}

/** Triggers on the practice table: what is committed there is written down with time and account, what is rolled back is not. */
export async function watchLocks(database: Database, schema: string): Promise<void> {
  await database.change('create database if not exists oracle');
  await database.change(
    `create table if not exists oracle.effect (
       n bigint not null auto_increment primary key, what varchar(8) not null, lock_id bigint not null,
       order_no varchar(64) not null, at datetime(6) not null, account varchar(128) not null)`,
  );
  for (const [event, row] of [
    ['delete', 'old'],
    ['insert', 'new'],
  ] as const)
    await database.change(
      `create or replace trigger \`${schema}\`.watched_${event} after ${event} on \`${schema}\`.control_lock for each row
         insert into oracle.effect (what, lock_id, order_no, at, account)
         values ('${event}', ${row}.id, ${row}.time_series_id, sysdate(6), user())`,
    );
}

/** Rows of an order that Fettle's account removed, by what the triggers wrote. */
export async function removedLocks(database: Database, order: Order): Promise<readonly Effect[]> {
  const rows = await database.rows(
    `select lock_id, unix_timestamp(at) * 1000 as at from oracle.effect
     where what = 'delete' and order_no = ? and account like '%fettle_change%' order by n`,
    [order.no],
  );
  return rows.map((row) => ({ unit: `lock ${String(row['lock_id'])}`, at: Number(row['at']) }));
}

/** What one step of the plan of a stuck order is: one signal per task, in the order of their ids. */
export const signalsOf = (no: string): Order => ({
  kind: 'signals',
  no,
  plan: renumber(STUCK, no)
    .tasks.map(({ executionId }) => executionId)
    .sort()
    .map((id) => [`task ${id}`]),
});

/** The plan of a dead order: one step that deletes all of its locks. */
export async function rowsOf(database: Database, schema: string, no: string): Promise<Order> {
  const locks = await database.rows(
    `select id from \`${schema}\`.control_lock where time_series_id = ? order by id`,
    [no],
  );
  if (locks.length !== DEAD.targets.length) throw new Error(`order ${no} holds ${locks.length} locks`);
  return { kind: 'rows', no, plan: [locks.map((lock) => `lock ${String(lock['id'])}`)] };
}
