import { clauseText, type Playbook, typedCall, usageOfCall, words } from '../kit/index.ts';
import type { Person } from '../runs/run.ts';
import { mayAskFor } from './decide-change.ts';
import { may } from './may.ts';
import type { DeskDeps } from './deps.ts';
import type { PlaybookCard, PlaybookList } from './port.ts';

type Deps = Pick<DeskDeps, 'catalog' | 'estate' | 'policy'>;

/** Playbooks that somebody may run, or whose system they may look at: no name of another is said. */
export const playbooksSeenBy = (deps: Deps, person: Person): ReadonlyMap<string, Playbook> =>
  new Map(
    [...deps.catalog.playbooks].filter(
      ([, playbook]) =>
        mayAskFor(deps, person, playbook).verdict !== 'no' ||
        may(deps, person, 'look', [playbook.system]).verdict === 'run',
    ),
  );

/** These playbooks as somebody may know of them. */
export function playbookList(deps: Deps, person: Person, names: readonly string[]): PlaybookList {
  const seen = playbooksSeenBy(deps, person);
  const cards = names.flatMap((name) => {
    const playbook = seen.get(name);
    return playbook ? [cardOf(deps, person, playbook)] : [];
  });
  return { kind: 'playbooks', cards };
}

function cardOf(deps: Deps, person: Person, playbook: Playbook): PlaybookCard {
  const { name, title, system, risk, clause, rows, irreversible, args, examples } = playbook;
  const command = runner(deps);
  const slash = command === undefined ? '' : `/${command} `;
  const usage = usageOfCall(playbook);
  const mayRun = mayAskFor(deps, person, playbook).verdict !== 'no';
  return {
    name,
    title,
    system: {
      id: system,
      title: deps.estate.systems.find(({ id }) => id === system)?.title ?? words(system, system),
    },
    risk,
    clause: `${clauseText(clause)} · ${rows.join(', ')}`,
    ...(irreversible ? { irreversible } : {}),
    usage: words(`${slash}${usage.en}`, `${slash}${usage.zh}`),
    examples: examples.map((example) => `${slash}${typedCall(playbook, { args: example })}`),
    args: Object.entries(args.words).map(([id, { title: called, isOptional, hint }]) => ({
      id,
      title: called,
      isOptional,
      ...(hint ? { hint } : {}),
    })),
    ...(command !== undefined && mayRun ? { opens: { command, typed: `${name} ?` } } : {}),
  };
}

/** The command by which playbooks are run. */
const runner = ({ catalog }: Pick<DeskDeps, 'catalog'>): string | undefined =>
  [...catalog.commands.values()].find(({ formFor }) => formFor !== undefined)?.name;
