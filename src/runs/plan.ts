import { createHash } from 'node:crypto';
import type { Row, Step } from '../kit/index.ts';
import { canonicalJson } from './canonical.ts';

export const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

/** What approvals are tied to: everything that decides what would run, and the facts it was decided by. */
export const hashPlan = (plan: {
  readonly playbook: string;
  readonly args: unknown;
  readonly facts: unknown;
  readonly steps: readonly Step[];
}): string =>
  sha256(canonicalJson({ playbook: plan.playbook, args: plan.args, facts: plan.facts, steps: plan.steps }));

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
