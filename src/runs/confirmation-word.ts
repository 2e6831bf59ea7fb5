import type { Plan } from './run.ts';

/**
 * The name that a person types before a plan of much danger is confirmed: the one thing that it was asked for, or else the name of the
 * playbook. Follows from the plan alone, so that worker and door find the same.
 */
export function confirmationWord({ args, playbook }: Pick<Plan, 'args' | 'playbook'>): string {
  const given = typeof args === 'object' && args !== null ? Object.values(args) : [];
  const names = given.flat().filter((value): value is string => typeof value === 'string' && value !== '');
  const [name] = names;
  return names.length === 1 && name !== undefined && name.length <= MOST_CHARACTERS ? name : playbook;
}

const MOST_CHARACTERS = 80;

/** The typed text is that word, blanks around it apart. */
export const isConfirmationWord = (typed: string, plan: Pick<Plan, 'args' | 'playbook'>): boolean =>
  typed.normalize('NFKC').trim() === confirmationWord(plan).normalize('NFKC').trim();
