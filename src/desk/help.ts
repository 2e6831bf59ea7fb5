import { clauseText } from '../kit/index.ts';
import type { Person } from '../runs/run.ts';
import { may } from './may.ts';
import type { DeskDeps } from './deps.ts';
import type { Help } from './port.ts';

/** What somebody can type here: the commands, and of the fixes and systems those that they have a right for. */
export const helpFor = (
  { catalog, estate, policy }: Pick<DeskDeps, 'catalog' | 'estate' | 'policy'>,
  person: Person,
): Help => ({
  commands: [...catalog.commands.values()].map(({ name, usage, title, examples, uses = [], form }) => ({
    name,
    usage,
    title,
    examples: typedExamples(name, examples),
    uses: uses.map((use) => ({ ...use, examples: typedExamples(name, use.examples) })),
    ...(form ? { button: form.button } : {}),
  })),
  fixes: [...catalog.playbooks.values()]
    .filter(({ system }) => may({ policy }, person, 'ask', [system]).verdict !== 'no')
    .map(({ name, title, risk, clause, rows }) => ({
      name,
      title,
      risk,
      clause: `${clauseText(clause)} · ${rows.join(', ')}`,
    })),
  scopes: estate.systems
    .filter(({ id }) => may({ policy }, person, 'look', [id]).verdict !== 'no')
    .map(({ id, title }) => ({ name: id.toLowerCase(), title })),
});

const typedExamples = (name: string, examples: readonly string[]): readonly string[] =>
  examples.map((example) => `/${name} ${example}`);
