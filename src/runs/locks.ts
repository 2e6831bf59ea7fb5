import { placeWords, type Resource, sentences, type Words, words } from '../kit/index.ts';
import { type Person, type Run, type RunId, shortId } from './run.ts';

/** A resource that a change has, or waits for. Times are the database's, ISO 8601. */
export interface ResourceLock {
  readonly resource: Resource;
  readonly runId: RunId;
  /** The change has it; otherwise it waits for it. */
  readonly held: boolean;
  /** Who asked for the change, and what it is; absent where this version cannot read it. */
  readonly by?: Person;
  readonly reason?: Words;
  readonly since: string;
  /** The worker, its fence, and until when it counts as alive without a sign; absent while nobody has the run. */
  readonly owner?: string;
  readonly fence?: number;
  readonly expires?: string;
}

/** Asked for what locks there are, and for what changes wait. */
export interface Locks {
  readonly all: () => Promise<readonly ResourceLock[]>;
}

/**
 * Whether a run keeps the locks that it took: while it runs, while it is put down after its first step, and while nobody knows how it
 * ended. A run that has begun no step has none.
 */
export const keepsLocks = ({
  state,
  outcome,
  steps,
}: Pick<Run, 'outcome' | 'steps'> & { readonly state: string }): boolean =>
  state === 'running' || outcome === 'unknown' || (state === 'suspended' && steps.length > 0);

/** Why a confirmed run does not begin: who has what it needs. It begins by itself. */
export const waitsForLock = (
  resource: Resource,
  holder: Pick<ResourceLock, 'runId' | 'by' | 'reason' | 'held'>,
): Words => {
  const { runId, by, reason, held } = holder;
  const place = placeWords(resource);
  const en = `run ${shortId(runId)}${by ? ` of ${by.name}` : ''}${reason ? ` (${reason.en})` : ''}`;
  const zh = `${by ? `${by.name} 的` : ''}任务 ${shortId(runId)}${reason ? `（${reason.zh}）` : ''}`;
  return sentences(
    held
      ? words(`Waits: ${place.en} is held by ${en}.`, `等待中：${place.zh} 正由${zh}占用。`)
      : words(
          `Waits: ${en} is before it, for ${place.en}.`,
          `等待中：${zh}排在前面，等待同一资源（${place.zh}）。`,
        ),
    words('It begins by itself; nothing has expired.', '资源释放后自动开始，确认不会因此过期。'),
  );
};
