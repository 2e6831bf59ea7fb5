import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { PracticeApp } from '../../../lab/estate/apps/app.ts';
import { APPS } from '../../../lab/estate/apps/index.ts';
import { systemOf } from '../../../lab/estate/faults/fault.ts';
import { FAULTS } from '../../../lab/estate/faults/index.ts';
import { ssh, type TestEstate, testEstate } from './practice.ts';

/** How a fault shows itself to a plain shell on a host. */
export interface Seen {
  readonly on: string;
  readonly look: string;
  readonly healthy: RegExp;
  readonly broken: RegExp;
}

/** Lines that only a fault brings into a log of the host. `pattern` is grep's. */
export const onlyThen = (on: string, pattern: string, log: string): Seen => ({
  on,
  look: `grep -c '${pattern}' logs/${log}`,
  healthy: /^0$/,
  broken: /^[1-9]\d*$/,
});

export const lookAt = async (practice: TestEstate, { on, look }: Seen): Promise<string> =>
  (await ssh(practice.estate, on, look)).stdout.trim();

/** Tests that each fault is seen on an estate of these apps and gone when it is mended, and that none of the systems' is left out. */
export function seesFaults(
  systems: readonly (string | undefined)[],
  apps: readonly PracticeApp[],
  seen: Readonly<Record<string, Seen>>,
  elsewhere: readonly string[] = [],
): void {
  describe('a fault', () => {
    let practice: TestEstate;
    beforeAll(async () => {
      practice = await testEstate({ apps, faults: [] });
    });
    afterAll(() => practice.stop());

    it.each(Object.entries(seen))(
      '%s is seen by a shell on the host and gone when mended',
      async (id, each) => {
        const { estate } = practice;
        expect(await lookAt(practice, each)).toMatch(each.healthy);
        expect((await estate.break(id)).map(({ on }) => on)).toContain(each.on);
        expect(await lookAt(practice, each)).toMatch(each.broken);
        await estate.mend(id);
        expect(await lookAt(practice, each)).toMatch(each.healthy);
      },
    );

    it('is seen here or tested elsewhere: none is left out', () => {
      const theirs = FAULTS.filter(
        (fault) => fault.on === 'host' && systems.includes(systemOf(fault, APPS)),
      ).map(({ id }) => id);
      expect(theirs.toSorted()).toEqual([...Object.keys(seen), ...elsewhere].toSorted());
    });
  });
}
