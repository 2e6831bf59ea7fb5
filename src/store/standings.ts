import { z } from 'zod';
import type { Standings } from '../runs/ports.ts';
import type { Pool } from './pool.ts';
import { oneOf } from './values.ts';

const Row = z.object({ body: z.string() });

/** Who Slack last said a person is. Nothing is older than a day, on the database's clock. */
export function standings(pool: Pool): Standings {
  return {
    async keep(slackId, body) {
      await pool.change(
        `insert into standing (slack_id, body, seen_at) values (?, ?, now(3))
         on duplicate key update body = values(body), seen_at = values(seen_at)`,
        [slackId, body],
      );
      await pool.change('delete from standing where seen_at < now(3) - interval 1 day limit 50');
    },

    async last(slackId) {
      const row = oneOf(
        Row,
        await pool.rows(
          'select body from standing where slack_id = ? and seen_at > now(3) - interval 1 day',
          [slackId],
        ),
      );
      return row?.body;
    },
  };
}
