import type { Playbook } from '../kit/index.ts';
import { decideChange, type Decision } from '../policy/policy.ts';
import type { Person } from '../runs/run.ts';
import type { DeskParts } from './parts.ts';

/** May somebody ask for this playbook? */
export const decideFor = (
  { policy }: Pick<DeskParts, 'policy'>,
  person: Person,
  { system, risk, irreversible }: Playbook,
): Decision => decideChange(policy(), person, system, risk, irreversible !== undefined);
