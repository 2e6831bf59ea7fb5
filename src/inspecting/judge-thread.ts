import { parentPort, workerData } from 'node:worker_threads';
import { loadCatalog } from '../catalog/catalog.ts';
import type { Check, Estate } from '../kit/index.ts';
import type { Finding } from '../runs/report.ts';
import { concludeNow, type Came, type Question } from './conclude.ts';

/** What the thread is given at its start. */
export interface ThreadData {
  /** Folder of commands/ and playbooks/. */
  readonly code: string;
  readonly estate: Estate;
}

/** A question as it travels: a check by its system and name, everything else as data. */
export interface Asked {
  readonly no: number;
  readonly question: Omit<Question, 'came'>;
  readonly check: string;
  readonly came: WithoutCheck<Came>;
}
type WithoutCheck<T> = T extends Came ? Omit<T, 'check'> : never;

export type Reply =
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'concluded';
      readonly no: number;
      readonly findings: readonly Finding[];
      readonly bugs: readonly { readonly check: string; readonly place: string; readonly says: string }[];
    }
  /** This thread knows no such check. */
  | { readonly kind: 'stranger'; readonly no: number };

const { code, estate } = workerData as ThreadData;
const { inspections } = await loadCatalog(code);
const checks = new Map(
  [...inspections.values()].flatMap(({ system, checks: all }) =>
    all.map((check): readonly [string, Check] => [`${system.id} ${check.id}`, check]),
  ),
);
const say = (said: Reply): void => parentPort?.postMessage(said);

parentPort?.on('message', ({ no, question, check, came }: Asked) => {
  const found = checks.get(check);
  const whole = found && withCheck(came, found);
  if (!whole) return say({ kind: 'stranger', no });
  const bugs: { check: string; place: string; says: string }[] = [];
  const findings = concludeNow({ ...question, came: whole }, estate, (error, at) =>
    bugs.push({ ...at, says: error instanceof Error ? (error.stack ?? error.message) : String(error) }),
  );
  say({ kind: 'concluded', no, findings, bugs });
});
say({ kind: 'ready' });

function withCheck(came: WithoutCheck<Came>, check: Check): Came | undefined {
  if (came.on === 'host' && check.on === 'host') return { ...came, check };
  if (came.on === 'cluster' && check.on === 'cluster') return { ...came, check };
  if (came.on === 'page' && check.on === 'page') return { ...came, check };
  if (came.on === 'database' && check.on === 'database') return { ...came, check };
  return undefined;
}
