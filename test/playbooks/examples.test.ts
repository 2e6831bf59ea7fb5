import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { loadCatalog } from '../../src/catalog/catalog.ts';
import { estateOf, withPlacesOf } from '../../src/catalog/example-estate.ts';
import { callForm, readCall, typedCall } from '../../src/kit/index.ts';

const catalog = await loadCatalog(path.resolve('.'));
const inspections = [...catalog.inspections.values()];
const examples = [...catalog.playbooks.values()].flatMap((playbook) =>
  playbook.examples.map((example) => [playbook.name, JSON.stringify(example), playbook, example] as const),
);
const run = catalog.commands.get('run');

describe('every example of every playbook', () => {
  it('is there', () => {
    expect(new Set(examples.map(([name]) => name))).toEqual(new Set(catalog.playbooks.keys()));
  });

  it.each(examples)('of %s is what /run reads when it is typed: %s', (name, _, playbook, example) => {
    const estate = withPlacesOf(playbook, estateOf(inspections));
    const intent = run?.read(typedCall(playbook, { args: example }), { estate, catalog });
    expect(intent).toMatchObject({ kind: 'change', playbooks: [name], args: example });
  });

  it.each(examples)('of %s comes back from its form: %s', (_, __, playbook, example) => {
    const estate = withPlacesOf(playbook, estateOf(inspections));
    const typed = typedCall(playbook, { args: example });
    const { given } = readCall(playbook, typed.slice(playbook.name.length), estate);
    const filled = callForm(playbook).read(given, estate);
    if (!filled.ok) throw new Error(filled.problems.map(({ says }) => says.en).join(' '));
    const again = readCall(playbook, filled.meant.slice(playbook.name.length), estate);
    expect(again).toMatchObject({ ok: true, call: { args: example } });
  });
});
