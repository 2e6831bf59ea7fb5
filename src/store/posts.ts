import { z } from 'zod';
import type { PostLedger } from '../runs/ports.ts';
import type { Pool } from './pool.ts';

/** Where runs were shown. The right to show a run is one row's owner, on the database's clock, and lapses by itself. */
export function postLedger(pool: Pool): PostLedger {
  return {
    async take(runId, owner, seconds) {
      const taken = await pool.change(
        `update run set show_owner = ?, show_until = now(3) + interval ? second
         where id = ? and (show_owner is null or show_owner = ? or show_until <= now(3))`,
        [owner, String(Math.ceil(seconds)), runId, owner],
      );
      return taken === 1;
    },

    async posts(runId) {
      const rows = await pool.rows(
        'select post_key, channel, ts, hash from post where run_id = ? order by seq',
        [runId],
      );
      return z
        .array(PostRow)
        .parse(rows)
        .map(({ post_key: key, channel, ts, hash }) => ({
          key,
          channel,
          hash,
          ...(ts === null ? {} : { ts }),
        }));
    },

    async save(runId, { key, channel, ts, hash }) {
      await pool.change(
        `insert into post (run_id, post_key, channel, ts, hash) values (?, ?, ?, ?, ?)
         on duplicate key update channel = values(channel), ts = values(ts), hash = values(hash)`,
        [runId, key, channel, ts ?? null, hash],
      );
    },

    // A run may have moved on meanwhile: it stays unshown then, and is taken again.
    async shown(runId, owner, revision) {
      await pool.change(
        `update run set shown_revision = greatest(shown_revision, cast(? as unsigned)), show_owner = null, show_until = null
         where id = ? and show_owner = ?`,
        [String(revision), runId, owner],
      );
    },

    async giveBack(runId, owner) {
      await pool.change(
        'update run set show_owner = null, show_until = null where id = ? and show_owner = ?',
        [runId, owner],
      );
    },
  };
}

const PostRow = z.object({
  post_key: z.string(),
  channel: z.string(),
  ts: z.string().nullable(),
  hash: z.string(),
});
