import { z } from 'zod';
import type { PostLedger } from '../runs/ports.ts';
import type { Subject } from '../runs/subject.ts';
import type { Pool } from './pool.ts';

/** Where subjects were shown. The right to show one is one row's owner, on the database's clock, and lapses by itself. */
export function postLedger(pool: Pool): PostLedger {
  return {
    async take(subject, owner, seconds) {
      const { table, who, until, where, values } = rightOf(subject);
      if (table === 'shown')
        await pool.change('insert ignore into shown (subject_kind, subject_id) values (?, ?)', values);
      const taken = await pool.change(
        `update ${table} set ${who} = ?, ${until} = now(3) + interval ? second
         where ${where} and (${who} is null or ${who} = ? or ${until} <= now(3))`,
        [owner, String(Math.ceil(seconds)), ...values, owner],
      );
      return taken === 1;
    },

    async posts({ kind, id }) {
      const rows = await pool.rows(
        'select post_key, channel, ts, hash from post where run_id = ? and subject_kind = ? order by seq',
        [id, kind],
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

    async save({ kind, id }, { key, channel, ts, hash }) {
      await pool.change(
        `insert into post (run_id, subject_kind, post_key, channel, ts, hash) values (?, ?, ?, ?, ?, ?)
         on duplicate key update channel = values(channel), ts = values(ts), hash = values(hash)`,
        [id, kind, key, channel, ts ?? null, hash],
      );
    },

    // It may have moved on meanwhile: it stays unshown then, and is taken again.
    async shown(subject, owner, revision) {
      const { table, who, until, upTo, where, values } = rightOf(subject);
      await pool.change(
        `update ${table} set ${upTo} = greatest(${upTo}, cast(? as unsigned)), ${who} = null, ${until} = null
         where ${where} and ${who} = ?`,
        [String(revision), ...values, owner],
      );
    },

    async giveBack(subject, owner) {
      const { table, who, until, where, values } = rightOf(subject);
      await pool.change(`update ${table} set ${who} = null, ${until} = null where ${where} and ${who} = ?`, [
        ...values,
        owner,
      ]);
    },
  };
}

interface RightRow {
  readonly table: 'run' | 'shown';
  /** Columns: who has the right, until when, and the revision that was shown last. */
  readonly who: string;
  readonly until: string;
  readonly upTo: string;
  readonly where: string;
  readonly values: readonly string[];
}

/** The row that says who is showing a subject: its own, or one beside it. */
function rightOf({ kind, id }: Subject): RightRow {
  return kind === 'run'
    ? {
        table: 'run',
        who: 'show_owner',
        until: 'show_until',
        upTo: 'shown_revision',
        where: 'id = ?',
        values: [id],
      }
    : {
        table: 'shown',
        who: 'owner',
        until: 'until',
        upTo: 'revision',
        where: 'subject_kind = ? and subject_id = ?',
        values: [kind, id],
      };
}

const PostRow = z.object({
  post_key: z.string(),
  channel: z.string(),
  ts: z.string().nullable(),
  hash: z.string(),
});
