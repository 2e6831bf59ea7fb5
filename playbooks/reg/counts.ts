import { type Condition, type Estate, type Look, type Words, words } from '../../src/kit/index.ts';
import { clusterOf } from './clusters.ts';
import { COUNTS_LOG, newestCounts } from './log-checks.ts';
import { type Counts, parseCounts } from './logs.ts';

/** How many publishers, subscribers and watchers a registry has, by the parts of the check `session-counts`. */
export type Baseline = readonly { readonly part: string; readonly value: number }[];

const PARTS = ['publishers', 'subscribers', 'watchers'] as const;

/** Share of the baseline that is enough: 90 % to 100 % come back within 3 to 10 minutes (REG-M23). */
const ENOUGH = 0.9;

/**
 * Adds up what these session nodes wrote down last; a node whose counts cannot be read is named. The sums are rounded up by at most 2 %:
 * clients come and go between the preview and the run, and a plan must be the same then.
 */
export async function readBaseline(
  sessions: readonly string[],
  look: Pick<Look<'REG-C12'>, 'log'>,
): Promise<{ readonly counts: Baseline } | { readonly without: string; readonly says: Words }> {
  const all: Counts[] = [];
  for (const host of sessions) {
    const seen = await look.log({
      title: words('Publishers, subscribers and watchers', '发布者、订阅者与 watcher 数'),
      row: 'REG-C12',
      host,
      app: 'sessionserver',
      log: COUNTS_LOG,
    });
    if (seen.kind === 'not-read') return { without: host, says: seen.says };
    const counts = parseCounts(newestCounts(seen.window) ?? '');
    if (!counts)
      return { without: host, says: words('no line gives the counts', '日志中没有发布者、订阅者数') };
    all.push(counts);
  }
  return {
    counts: PARTS.flatMap((part) => {
      const values = all.flatMap((each) => each[part] ?? []);
      // A sum without one of the nodes would be too small.
      if (values.length < all.length) return [];
      return [{ part, value: coarse(values.reduce((sum, value) => sum + value, 0)) }];
    }),
  };
}

/** The next number up that is a multiple of 1, 2 or 5 times a power of ten, which is at most 2 % of the count. */
export function coarse(count: number): number {
  const most = count / 50;
  const power = 10 ** Math.floor(Math.log10(Math.max(1, most)));
  const step = [5, 2, 1].map((times) => times * power).find((each) => each <= most) ?? 1;
  return Math.ceil(count / step) * step;
}

/** So many of the baseline are there again, by what the session nodes of its cluster write down. */
export function recovered(estate: Estate, host: string, counts: Baseline): Condition {
  const app = estate.apps.find(({ id }) => id === 'sessionserver');
  const sessions = estate.hosts.filter((each) => each.app === 'sessionserver');
  const own = sessions.find(({ name }) => name === host);
  if (!app || !own) throw new Error(`${host} is no session node`);
  const context = { estate, app, limits: {} };
  const isOne = new Set(sessions.map((each) => clusterOf(each, context))).size === 1;
  const prefix = isOne ? '' : `${clusterOf(own, context)} `;
  return {
    kind: 'at-least',
    check: { system: 'REG', check: 'session-counts', app: 'sessionserver' },
    windowSeconds: COUNTS_LOG.windowSeconds,
    parts: counts.map(({ part, value }) => ({ part: prefix + part, value: Math.ceil(value * ENOUGH) })),
  };
}
