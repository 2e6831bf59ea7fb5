import type { ClusterCheck, Limit } from '../check.ts';
import { CLOCK_COMMAND, CLOCK_QUERY, clockOf, databaseClock, judgeClocks } from '../probes/clocks.ts';
import { limitOf, unknown } from '../probes/limits.ts';
import { words } from '../words.ts';

/** The manuals say that clocks must agree, and name no tolerance. */
export const CLOCK_TOLERANCE_SECONDS = 5;

/** The clocks of an app's hosts against that of its database, which has this name in the inventory. */
export const databaseClockCheck = ({
  database,
  state,
  ...facts
}: Pick<ClusterCheck, 'id' | 'title' | 'apps' | 'rows' | 'clause'> &
  Pick<Limit, 'state'> & { readonly database: string }): ClusterCheck => ({
  on: 'cluster',
  ...facts,
  limits: { apart: { row: facts.rows[0], value: CLOCK_TOLERANCE_SECONDS, ...(state ? { state } : {}) } },
  command: () => CLOCK_COMMAND,
  database: { name: database, query: CLOCK_QUERY },
  judge({ hosts, database: answer }, context) {
    if (!context.estate.databases.some(({ name }) => name === database)) {
      return unknown(
        words(
          `write the database in inventory.yaml: databases: { ${database}: { host: … } }`,
          `请在 inventory.yaml 中填写数据库：databases: { ${database}: { host: … } }`,
        ),
      );
    }
    return [judgeClocks(hosts.map(clockOf), [databaseClock(database, answer)], limitOf(context, 'apart'))];
  },
});
