import { type Estate, type Playbook, type Resource, touches } from '../kit/index.ts';
import { isConfirmationWord } from '../runs/confirmation-word.ts';
import { type Approval, groundsOf, type Plan, type Run } from '../runs/run.ts';
import type { Approver, Door, Place, Question, What } from './question.ts';

/** A planned change as policy is asked about it: by the person who asked for it, where its steps take effect. */
export function aboutChange(
  run: Pick<Run, 'ask' | 'origin' | 'requestedBy' | 'schedule'>,
  plan: Plan,
  { estate, system, at }: { readonly estate: Estate; readonly system: string; readonly at: Date },
): Question {
  const where = placesOf(plan, estate);
  return {
    who: run.requestedBy,
    does: 'change',
    what: whatOf(plan),
    // A playbook that serves any app needs the rights over the app's system, too.
    systems: [...new Set([system, ...where.flatMap((place) => place.system ?? [])])],
    where,
    by: doorOf(run),
    at,
    ...(run.ask.kind === 'inspect' ? {} : groundsOf(run.ask)),
  };
}

type Undoing = Pick<Plan, 'risk' | 'irreversible' | 'nothingToPutBack'>;

export const whatOf = (plan: Undoing & Pick<Plan, 'playbook'>): What => changeOf(plan.playbook, plan);

/** A playbook of which there is no plan yet. */
export const whatOfPlaybook = (
  playbook: Pick<Playbook, 'name' | 'risk' | 'irreversible' | 'nothingToPutBack'>,
): What => changeOf(playbook.name, playbook);

const changeOf = (
  playbook: string,
  {
    risk,
    irreversible,
    nothingToPutBack,
  }: { readonly [Fact in keyof Undoing]: Undoing[Fact] | undefined } & Pick<Undoing, 'risk'>,
): What => ({
  playbook,
  risk,
  undo: irreversible ? 'cannot' : nothingToPutBack ? 'nothing' : 'can',
});

const doorOf = ({ ask, origin, schedule }: Pick<Run, 'ask' | 'origin' | 'schedule'>): Door =>
  schedule ? 'schedule' : origin.surface === 'cli' ? 'cli' : ask.kind === 'rollback' ? 'button' : 'command';

/** People whose approval is of this plan, and whether they typed its word. */
export const approversOf = (plan: Plan, approvals: readonly Approval[]): readonly Approver[] =>
  approvals
    .filter(({ hash }) => hash === plan.hash)
    .map(({ by, grant }) => ({
      ...by,
      isTyped: grant?.word !== undefined && isConfirmationWord(grant.word, plan),
    }));

function placesOf({ steps }: Plan, estate: Estate): readonly Place[] {
  const resources = new Set(steps.flatMap((step) => touches(step, estate)));
  return [...resources].map(placeOf);
}

/** A part that the resource does not name stays unknown, as the site of a database. */
export function placeOf(resource: Resource): Place {
  const parts = new Map(resource.split('/').map((part) => splitOnce(part)));
  const known = (kind: string): string | undefined => {
    const name = parts.get(kind);
    return name === undefined || name === 'unknown' ? undefined : name;
  };
  const [site, system, app, host] = ['site', 'system', 'app', 'host'].map(known);
  return {
    ...(site === undefined ? {} : { site }),
    ...(system === undefined ? {} : { system }),
    ...(app === undefined ? {} : { app }),
    ...(host === undefined ? {} : { host }),
  };
}

function splitOnce(part: string): readonly [string, string] {
  const at = part.indexOf(':');
  return [part.slice(0, at), part.slice(at + 1)];
}
