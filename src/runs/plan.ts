import { createHash } from 'node:crypto';
import type { Row, Step } from '../kit/index.ts';
import { canonicalJson } from './canonical.ts';
import type { Plan } from './run.ts';

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/**
 * What approvals are tied to: the whole plan, so that whatever is added to plans is covered as well. `looked` alone is left out:
 * what was seen on the way may differ from look to look, and what decided is in the facts.
 */
export function hashPlan(plan: Omit<Plan, 'hash'>): string {
  const { looked: _, hash: __, ...covered } = { hash: undefined, ...plan };
  return sha256(canonicalJson(covered));
}

export const withHash = (plan: Omit<Plan, 'hash'>): Plan => ({ ...plan, hash: hashPlan(plan) });

/** What was seen while the plan was made, for the record. */
export const lookedDigest = ({ looked }: Pick<Plan, 'looked'>): string => sha256(canonicalJson(looked));

/** The same step is the same digest: in the journal, in a confirmation and when it is begun. */
export const stepDigest = (step: Step): string => sha256(canonicalJson(step));

/** The exact statements or request of a step, as people read them before they confirm. */
export function stepText(step: Step): string {
  switch (step.kind) {
    case 'delete-rows':
      return step.rows.map((row) => `delete from ${step.table} where ${conditions(row)};`).join('\n');
    case 'insert-rows':
      return step.rows
        .map(
          (row) =>
            `insert into ${step.table} (${Object.keys(row).join(', ')}) values (${Object.values(row).map(literal).join(', ')});`,
        )
        .join('\n');
    case 'post':
      return `curl ${step.url} -H 'Content-Type: application/json' -X POST --data '${step.body}'`;
    default:
      return step satisfies never;
  }
}

/** Where a step takes effect: a host or a database. */
export function stepPlace(step: Step): string {
  switch (step.kind) {
    case 'delete-rows':
    case 'insert-rows':
      return step.database;
    case 'post':
      return step.host;
    default:
      return step satisfies never;
  }
}

const conditions = (row: Row): string =>
  Object.entries(row)
    .map(([column, value]) => (value === null ? `${column} is null` : `${column} = ${literal(value)}`))
    .join(' and ');

const literal = (value: string | null): string =>
  value === null
    ? 'null'
    : `'${value.replaceAll('\\', '\\\\').replaceAll("'", "''").replaceAll('\n', '\\n').replaceAll('\r', '\\r')}'`;
