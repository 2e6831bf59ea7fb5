import type { Playbook } from '../kit/index.ts';
import { whatOfPlaybook } from '../policy/about-change.ts';
import { decide } from '../policy/decide.ts';
import type { Decision } from '../policy/question.ts';
import { type Grounds, groundsOf, type Person } from '../runs/run.ts';
import { may } from './may.ts';
import type { DeskDeps } from './deps.ts';
import type { Arrival } from './port.ts';

/** Whether somebody may ask for changes like this playbook's at all: then it is shown to them. */
export const mayAskFor = (
  deps: Pick<DeskDeps, 'policy'>,
  person: Person,
  { system }: Pick<Playbook, 'system'>,
): Decision => may(deps, person, 'ask', [system]);

/** May somebody ask for this playbook now, for these reasons? */
export const decideFor = (
  { policy }: Pick<DeskDeps, 'policy'>,
  { person, origin }: Pick<Arrival, 'person' | 'origin'>,
  playbook: Playbook,
  grounds: Grounds,
  at: Date,
): Decision =>
  decide(policy(), {
    who: person,
    does: 'change',
    what: whatOfPlaybook(playbook),
    systems: [playbook.system],
    by: origin.surface === 'cli' ? 'cli' : 'command',
    at,
    ...groundsOf(grounds),
  });
