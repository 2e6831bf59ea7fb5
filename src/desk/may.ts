import { decide, visibleSystems } from '../policy/decide.ts';
import type { Decision, Question } from '../policy/question.ts';
import type { Person } from '../runs/run.ts';
import type { DeskDeps } from './deps.ts';

type Deps = Pick<DeskDeps, 'policy'>;

/** Somebody here and now; for questions that hang on no hour. */
export const asker = (who: Person): Omit<Question, 'does' | 'systems'> => ({
  who,
  by: 'command',
  at: new Date(),
});

/** Whether a person may do this to all of these systems: everything but a certain change. */
export const may = (
  deps: Deps,
  who: Person,
  does: 'look' | 'answer' | 'schedule' | 'ask' | 'cancel' | 'readonly',
  systems: readonly string[],
): Decision => decide(deps.policy(), { ...asker(who), does, systems });

/** Of these systems, the ones that a person may look at. */
export const seenBy = (deps: Deps, who: Person, systems: readonly string[]): readonly string[] =>
  visibleSystems(deps.policy(), asker(who), systems);
