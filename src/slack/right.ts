import type { PostLedger } from '../runs/ports.ts';
import type { Subject } from '../runs/subject.ts';

/** Seconds the right to show a subject lasts; renewed before every write, and while one is under way. So long after a process has died another shows what it had. */
const LEASE_SECONDS = 6;
const RENEW_MS = 2000;
/** The rest of the right must be long enough for a message to leave. */
const MARGIN_MS = 1500;

/** The right to write what Slack shows of one subject, held by one process at a time. */
export interface Right {
  readonly renew: () => Promise<boolean>;
  /** False when this process may have slept since it was renewed. */
  readonly isCertain: () => boolean;
  readonly stop: () => void;
}

/** The right to show a subject, renewed until it is stopped. By this process's own clock it is certain for less long than the store grants it. */
export async function takeRight(
  posts: Pick<PostLedger, 'take'>,
  subject: Subject,
  owner: string,
): Promise<Right | undefined> {
  let certainUntil = 0;
  const renew = async (): Promise<boolean> => {
    const asked = performance.now();
    const isOurs = await posts.take(subject, owner, LEASE_SECONDS);
    certainUntil = isOurs ? asked + LEASE_SECONDS * 1000 - MARGIN_MS : 0;
    return isOurs;
  };
  if (!(await renew())) return undefined;
  // A right that cannot be renewed lapses, and the next write asks.
  const timer = setInterval(() => void renew().catch(() => undefined), RENEW_MS);
  timer.unref();
  return { renew, isCertain: () => performance.now() < certainUntil, stop: () => clearInterval(timer) };
}
