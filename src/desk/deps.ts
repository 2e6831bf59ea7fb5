import type { Catalog } from '../catalog/catalog.ts';
import type { Estate, Scope, Words } from '../kit/index.ts';
import { words } from '../kit/index.ts';
import type { Policy } from '../policy/policy.ts';
import type { Admission } from '../runs/admission.ts';
import type { Brackets } from '../runs/brackets.ts';
import type { Locks } from '../runs/locks.ts';
import type { ReadOnlySwitch } from '../runs/read-only.ts';
import type { Authority } from '../runs/authority.ts';
import type {
  AuditLog,
  ButtonStore,
  Dispatch,
  History,
  PostLedger,
  RunStore,
  UnreadableRuns,
} from '../runs/ports.ts';
import type { Run } from '../runs/run.ts';
import type { ScheduleStore } from '../runs/schedule-store.ts';

/** Dependencies of asking and pressing. */
export interface DeskDeps {
  readonly estate: Estate;
  readonly catalog: Catalog;
  readonly policy: () => Policy;
  /** Why nothing may be confirmed at this process now. Absent where there is no other process. */
  readonly outdated?: () => Promise<Words | undefined>;
  readonly runs: RunStore;
  readonly buttons: ButtonStore;
  readonly history: Pick<History, 'subjects' | 'values' | 'hours'>;
  readonly audit: AuditLog;
  readonly dispatch: Dispatch;
  readonly schedules: ScheduleStore;
  readonly locks: Locks;
  readonly brackets: Pick<Brackets, 'all'>;
  readonly readOnly: ReadOnlySwitch;
  /** Whether results can be shown in a channel that this person may know of; `shared` where another organisation would read them; undefined when Slack does not say. */
  readonly canShow: (channel: string, slackId?: string) => Promise<boolean | 'shared' | undefined>;
  /** Whether somebody can read a channel; no where nobody knows. Absent where there is no Slack. */
  readonly canRead?: (channel: string, slackId: string) => Promise<boolean>;
  /** Limits on what people ask for in Slack. Absent at a terminal: who has one can start as many processes as they like. */
  readonly admission?: Admission;
  /** Where runs stand in Slack. */
  readonly posts?: Pick<PostLedger, 'posts'>;
  /** Runs that this version cannot read; absent where nobody has a page. */
  readonly unreadable?: UnreadableRuns;
  readonly systemsOf: (scope: Scope) => readonly string[];
  /** The database's clock. */
  readonly now: () => Promise<Date>;
  /** Signs what people ask for and agree to, where this process may. */
  readonly authority: Authority;
  readonly log: Record<'warn' | 'error', (facts: object, message: string) => void>;
}

/** Hands a run to the queue; the sweeper sends it again when the queue is back. */
export async function handOver(deps: Pick<DeskDeps, 'dispatch' | 'log' | 'runs'>, run: Run): Promise<void> {
  try {
    await deps.dispatch.send(run);
  } catch (error) {
    deps.log.warn({ runId: run.id, error }, 'the queue cannot be reached; the run waits in the store');
    // Said once: the sweeper comes every few seconds for as long as the queue is away.
    if (run.says?.en !== QUEUE_AWAY.en) await deps.runs.apply(run.id, { kind: 'noted', says: QUEUE_AWAY });
  }
}

const QUEUE_AWAY = words(
  'Recorded. The queue cannot be reached now; this goes on by itself when it is back.',
  '已记录。目前无法连接队列，恢复后将自动继续。',
);

/** System of a playbook; an unknown one has none, and policy refuses that. */
export const systemOf = (deps: Pick<DeskDeps, 'catalog'>, playbook: string): string =>
  deps.catalog.playbooks.get(playbook)?.system ?? '';
