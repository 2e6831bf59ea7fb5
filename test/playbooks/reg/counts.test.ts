import { describe, expect, it } from 'vitest';
import { coarse, readBaseline, recovered } from '../../../playbooks/reg/counts.ts';
import type { LogReply } from '../../../src/kit/index.ts';
import { lookOf } from '../../support/blind-look.ts';
import { appOf, estateOf } from '../../support/estates.ts';

const line = (subscribers: number, publishers: number): string =>
  `[Count]Subscriber count: ${subscribers}, Publisher count: ${publishers}, Watcher count: 36, Connection count: 24`;
const looking = (lines: Readonly<Record<string, readonly string[]>>) =>
  lookOf({
    log: async ({ host }): Promise<LogReply> => ({
      kind: 'read',
      window: {
        path: '/log',
        seconds: 300,
        dated: true,
        whole: true,
        lines: 1,
        tally: new Map(),
        sums: new Map(),
        last: lines[host] ?? [],
      },
    }),
  });

describe('the counts of a registry', () => {
  it('are the newest of each node, added up', async () => {
    const look = looking({ 's-1': [line(1, 1), line(1240, 860)], 's-2': [line(1240, 860)] });
    expect(await readBaseline(['s-1', 's-2'], look)).toEqual({
      counts: [
        { part: 'publishers', value: 1720 },
        { part: 'subscribers', value: 2480 },
        { part: 'watchers', value: 72 },
      ],
    });
  });

  it('are not known where one node does not tell', async () => {
    const look = looking({ 's-1': [line(1240, 860)], 's-2': ['started'] });
    expect(await readBaseline(['s-1', 's-2'], look)).toMatchObject({ without: 's-2' });
  });

  it('are rounded up, by at most 2 % or to the next whole number', () => {
    for (let count = 0; count < 100_000; count = Math.ceil(count * 1.013) + 1) {
      expect(coarse(count)).toBeGreaterThanOrEqual(count);
      expect(coarse(count)).toBeLessThan(Math.max(count + 1, count * 1.02 + 1e-9));
      expect(Number.isInteger(coarse(count))).toBe(true);
    }
    expect(coarse(0)).toBe(0);
  });

  it('are there again with 90 % of them, by the parts that the check has where there are several registries', () => {
    const host = (name: string, site: string) => ({
      name,
      site,
      app: 'sessionserver',
      address: '127.0.0.1',
      port: 22,
    });
    const estate = (clusters: 'per-site' | 'one') =>
      estateOf({
        apps: [appOf('sessionserver', 'REG', { hosts: ['s-1', 's-2'] })],
        hosts: [host('s-1', 'a'), host('s-2', 'b')],
        options: { REG: { clusters } },
      });
    const counts = [{ part: 'publishers', value: 1725 }];
    expect(recovered(estate('per-site'), 's-2', counts)).toMatchObject({
      parts: [{ part: 'b publishers', value: 1553 }],
    });
    expect(recovered(estate('one'), 's-2', counts)).toMatchObject({
      parts: [{ part: 'publishers', value: 1553 }],
    });
  });
});
