import {
  type App,
  type ClusterCheck,
  type DatabaseAnswer,
  type Estate,
  type HostAnswer,
  words,
} from '../kit/index.ts';
import type { Finding } from '../runs/report.ts';
import type { Conclude } from './conclude.ts';
import { contextOf, unansweredFinding } from './judge.ts';
import { shortValues } from './inspect-app.ts';
import type { Look } from './scope.ts';
import { SqlFailed, type Targets } from '../kit/targets.ts';

/** A cluster check with everything it is judged from; `database` is filled in when it has answered. */
export interface Cluster {
  readonly system: string;
  /** The app that its findings are about: the first of those that the estate has. */
  readonly app: App;
  readonly check: ClusterCheck;
  database?: DatabaseAnswer;
}

/** What one host answered to a cluster check. */
export interface ClusterAnswer extends HostAnswer {
  readonly check: ClusterCheck;
  readonly command: string;
}

const SECONDS = 15;
const MOST_ROWS = 500;

/** One for each cluster check whose apps are looked at as a whole. */
export function clustersOf(looks: readonly Look[]): readonly Cluster[] {
  const clusters = new Map<ClusterCheck, Cluster>();
  for (const { system, app, check, whole } of looks)
    if (check.on === 'cluster' && whole && !clusters.has(check)) clusters.set(check, { system, app, check });
  return [...clusters.values()];
}

/** Asks the database that a cluster is held against. A database that does not answer stays absent. */
export async function readClusterDatabase(
  cluster: Cluster,
  estate: Estate,
  sql: Targets['sql'],
): Promise<void> {
  const { database: wanted } = cluster.check;
  const database = estate.databases.find(({ name }) => name === wanted?.name);
  if (!wanted || !database) return;
  const from = new Date();
  try {
    const rows = shortValues(
      await sql.read(database, wanted.query, { timeoutSeconds: SECONDS, maxRows: MOST_ROWS }),
    );
    cluster.database = { rows, ranBetween: { from, to: new Date() } };
  } catch (error) {
    if (!(error instanceof SqlFailed)) throw error;
  }
}

/** Judges every cluster from what its hosts answered. Without any answer, or cut short, it is unknown: half a cluster has no leader. */
export async function judgeClusters(
  clusters: readonly Cluster[],
  answers: readonly ClusterAnswer[],
  {
    estate,
    cancelled,
    conclude,
  }: { readonly estate: Estate; readonly cancelled: boolean; readonly conclude: Conclude },
): Promise<readonly Finding[]> {
  const each = clusters.map(async ({ system, app, check, database }) => {
    const own = answers.filter((each) => each.check === check);
    if (own.length === 0) return [];
    const context = contextOf(check, app, estate);
    const asked = {
      command: [...new Set(own.map(({ command }) => command))].join('\n'),
      output: own.map(({ host, answer }) => `${host.name}: ${answer?.output.trim() ?? '-'}`).join('\n'),
    };
    const subject = { system, app };
    if (cancelled) return unansweredFinding(check, subject, context, asked, words('cancelled', '已取消'));
    if (own.every(({ answer }) => answer === undefined))
      return unansweredFinding(check, subject, context, asked, words('no host answered', '没有主机返回结果'));
    const hosts = own.map(({ host, answer, ranBetween }) => ({
      host,
      ...(answer ? { answer } : {}),
      ...(ranBetween ? { ranBetween } : {}),
    }));
    return conclude({
      subject,
      ...asked,
      came: { on: 'cluster', check, answers: { hosts, ...(database ? { database } : {}) } },
    });
  });
  return (await Promise.all(each)).flat();
}
