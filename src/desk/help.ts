import type { Catalog } from '../catalog/catalog.ts';
import { clauseText, type Estate } from '../kit/index.ts';
import type { Help } from './port.ts';

/** Everything that can be typed here, read from the definitions and the inventory. */
export const helpFor = (catalog: Catalog, estate: Estate): Help => ({
  commands: [...catalog.commands.values()].map(({ name, usage, title, examples, uses = [], form }) => ({
    name,
    usage,
    title,
    examples: typedExamples(name, examples),
    uses: uses.map((use) => ({ ...use, examples: typedExamples(name, use.examples) })),
    ...(form ? { button: form.button } : {}),
  })),
  fixes: [...catalog.playbooks.values()].map(({ name, title, risk, clause, rows }) => ({
    name,
    title,
    risk,
    clause: `${clauseText(clause)} · ${rows.join(', ')}`,
  })),
  scopes: estate.systems.map(({ id, title }) => ({ name: id.toLowerCase(), title })),
});

const typedExamples = (name: string, examples: readonly string[]): readonly string[] =>
  examples.map((example) => `/${name} ${example}`);
