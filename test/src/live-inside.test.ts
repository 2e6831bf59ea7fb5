import { describe, expect, it } from 'vitest';
import type { Inventory } from '../../src/config/inventory.ts';
import { openLiveInside } from '../../src/live-inside.ts';
import type { Inside } from '../../src/inside.ts';

/** Insides that remember, one for each inventory. */
function stage() {
  const told: string[] = [];
  const ends = new Map<string, () => void>();
  const open = async ({ containers: name }: Pick<Inventory, 'containers'>): Promise<Inside> => {
    const reading = async (id: string): Promise<void> => {
      told.push(`${name} reads ${id}`);
      await new Promise<void>((resolve) => ends.set(id, resolve));
    };
    return {
      runner: { read: reading },
      desk: {},
      dueSchedules: {},
      close: async () => void told.push(`${name} closed`),
    } as unknown as Inside;
  };
  return { told, ends, open };
}
const inventory = (containers: Inventory['containers']): Inventory => ({ containers }) as Inventory;
const log = { warn: () => undefined };
const never = new AbortController().signal;

describe('an inventory that is replaced', () => {
  it('is what the next run goes by, while those under way keep theirs and its connections', async () => {
    const { told, ends, open } = stage();
    const { inside, use } = await openLiveInside(open, inventory('docker'), log);
    const { read } = inside.runner as unknown as { read: (id: string, signal: AbortSignal) => Promise<void> };
    const first = read('one', never);
    await use(inventory('kubernetes'));
    const second = read('two', never);
    expect(told).toEqual(['docker reads one', 'kubernetes reads two']);
    ends.get('one')?.();
    await first;
    expect(told.at(-1)).toBe('docker closed');
    ends.get('two')?.();
    await second;
    expect(told.filter((line) => line.endsWith('closed'))).toEqual(['docker closed']);
  });

  it('closes what nothing uses at once, and at the end everything that is left', async () => {
    const { told, open } = stage();
    const { inside, use } = await openLiveInside(open, inventory('docker'), log);
    await use(inventory('kubernetes'));
    expect(told).toEqual(['docker closed']);
    await inside.close();
    expect(told).toEqual(['docker closed', 'kubernetes closed']);
  });

  it('stays what it was when the new one cannot be opened', async () => {
    const { told, open } = stage();
    const { inside, use } = await openLiveInside(
      (next) => (next.containers === 'manual' ? Promise.reject(new Error('no')) : open(next)),
      inventory('docker'),
      log,
    );
    await expect(use(inventory('manual'))).rejects.toThrow('no');
    await inside.close();
    expect(told).toEqual(['docker closed']);
  });
});
