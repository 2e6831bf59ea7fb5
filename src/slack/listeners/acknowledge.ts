import type { Log } from '../log.ts';

/** Milliseconds that recording may take before Slack, which gives up after three seconds, is answered all the same. */
export const ACK_BUDGET_MS = 2000;

/** An acknowledgement that is given once: when what came is recorded, or when Slack's patience runs short. */
export interface Acknowledgement<Response> {
  /** True when this gave it. */
  readonly give: (response?: Response) => Promise<boolean>;
}

/** Until it is given, Slack tells the person that it failed, or delivers again: nothing is lost that a process takes down with it. */
export function acknowledgement<Response>(
  ack: (response?: Response) => Promise<unknown>,
  log: Log,
): Acknowledgement<Response> {
  let isGiven = false;
  const give = async (response?: Response): Promise<boolean> => {
    if (isGiven) return false;
    isGiven = true;
    clearTimeout(late);
    try {
      await (response === undefined ? ack() : ack(response));
      return true;
    } catch (error) {
      // Recorded it is; the person sees what comes of it.
      log.warn({ err: error }, 'slack took no acknowledgement');
      return false;
    }
  };
  const late = setTimeout(() => void give(), ACK_BUDGET_MS);
  return { give };
}
