import { Unreadable } from '../runs/faults.ts';
import type { RunId } from '../runs/run.ts';

type Work = (id: RunId, signal: AbortSignal) => Promise<void>;

/** The same work, which leaves a run alone that this version cannot read: the sweeper of a version that can hands it over again. */
export function leaveUnreadable<
  W extends { readonly read: Work; readonly change: Work; readonly help: Work },
>(runner: W, log: { readonly warn: (facts: object, message: string) => void }): W {
  const leaving =
    (work: Work): Work =>
    async (id, signal) => {
      try {
        await work(id, signal);
      } catch (error) {
        if (!(error instanceof Unreadable && error.id === id)) throw error;
        log.warn({ runId: id, because: error.message }, 'a run is left to a version that can read it');
      }
    };
  return {
    ...runner,
    read: leaving(runner.read),
    change: leaving(runner.change),
    help: leaving(runner.help),
  };
}
