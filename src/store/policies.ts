import { z } from 'zod';
import type { PolicyRegister } from '../runs/ports.ts';
import { FETTLE } from '../runs/run.ts';
import type { AuditWriter } from './audit.ts';
import { StoreFailed } from './errors.ts';
import type { Pool } from './pool.ts';
import { storable } from './storable.ts';
import { oneOf, SqlTime, SqlYes, toSqlTime } from './values.ts';

const Newest = z.object({ version: z.string(), modified_at: SqlTime });

/** Which version of policy.yaml is the newest: the one whose file was modified last, on no later clock than the database's. */
export function policyRegister(pool: Pool, audit: AuditWriter): PolicyRegister {
  return {
    register: ({ version, modifiedAt, owner }, by) =>
      pool.transaction(async (tx) => {
        const at = toSqlTime(modifiedAt.toISOString());
        const row = oneOf(
          Newest.extend({ later: SqlYes }),
          await tx.rows(
            `select version, modified_at, least(?, now(3)) > modified_at as later
             from policy_newest where id = 1 for update`,
            [at],
          ),
        );
        if (!row) throw new StoreFailed('POLICY_ROW', 'The row of policy_newest is gone. Restore it.');
        const isSame = row.version === version;
        if (isSame || !row.later) {
          if (isSame && row.later)
            await tx.change('update policy_newest set modified_at = least(?, now(3)) where id = 1', [at]);
          return { newest: row.version, modifiedAt: new Date(row.modified_at) };
        }
        await tx.change(
          `update policy_newest set version = ?, modified_at = least(?, now(3)), since = now(3), registered_by = ?
           where id = 1`,
          [version, at, storable(by, 190)],
        );
        await audit.writeWith(tx, {
          actor: FETTLE,
          action: 'policy changed',
          facts: {
            from: row.version,
            to: version,
            modifiedAt: modifiedAt.toISOString(),
            by,
            ...(owner === undefined ? {} : { owner }),
          },
        });
        return { newest: version, modifiedAt };
      }),
  };
}
