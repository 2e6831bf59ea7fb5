/** Deliveries of one person that are taken at once, and how many more each second. */
const AT_ONCE = 40;
const A_SECOND = 1;
/** One sentence in so many milliseconds where every sentence is a call of Slack's API. */
const TOLD_EVERY_MS = 10_000;
const KEEP_AT_MOST = 5000;

/** `taken`, or too much: then it is told, or was told just now. */
export type Pressure = 'taken' | 'tell' | 'told';

/** Keeps one person from taking this process's time from everybody else. Generous: no hand clicks so fast. */
export function createFloodGate(now: () => number = Date.now): (userId: string) => Pressure {
  const people = new Map<string, { left: number; at: number; toldAt: number }>();
  return (userId) => {
    if (people.size >= KEEP_AT_MOST && !people.has(userId)) people.clear();
    const at = now();
    const one = people.get(userId) ?? { left: AT_ONCE, at, toldAt: -Infinity };
    people.set(userId, one);
    one.left = Math.min(AT_ONCE, one.left + ((at - one.at) / 1000) * A_SECOND);
    one.at = at;
    if (one.left >= 1) {
      one.left -= 1;
      return 'taken';
    }
    if (at - one.toldAt < TOLD_EVERY_MS) return 'told';
    one.toldAt = at;
    return 'tell';
  };
}
