import { readdir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, it } from 'vitest';
import { ELSEWHERE } from '../../playbooks/gen/restart-table.ts';
import { loadCatalog } from '../../src/catalog/catalog.ts';
import { estateOf, withPlacesOf } from '../../src/catalog/example-estate.ts';
import type { Estate } from '../../src/kit/index.ts';

const catalog = await loadCatalog(path.resolve('.'));
const inspections = [...catalog.inspections.values()];
const files = (await readdir('playbooks', { recursive: true })).filter((file) => file.endsWith('.ts'));
const sources = await Promise.all(
  files.map(async (file) => ({ file, text: await readFile(path.join('playbooks', file), 'utf8') })),
);

/** Everything that a definition names as a command to be typed: `file`, the command, what follows it. */
const named = sources.flatMap(({ file, text }) =>
  [...text.matchAll(/(?<=[\s'`"：])\/([a-z]+) ([a-z$][\w-]*[^'"`\n,，。]*)/g)]
    .map(([, command = '', rest = '']) => ({ file, command, rest }))
    .filter(({ command }) => catalog.commands.has(command)),
);
/** Those that are offered as a button. */
const offered = sources.flatMap(({ file, text }) =>
  [...text.matchAll(/command: (?:\([^)]*\) => )?(['`])\/([a-z]+) ([^'`]*)\1/g)].map(
    ([, , command = '', rest = '']) => ({ file, command, rest }),
  ),
);

/** Hosts, sites and apps of an estate, an order and nothing: one of them is meant where a value is put in. */
const valuesIn = ({ hosts, apps }: Estate): readonly string[] => [
  ...new Set([
    '',
    'r1_201905060583197',
    ...hosts.flatMap(({ name, site }) => [name, site]),
    ...apps.map(({ id }) => id),
  ]),
];

/** The playbooks of a typed command; undefined where it cannot be read. */
function read(command: string, rest: string): readonly string[] | undefined {
  const [name = ''] = rest.split(' ');
  const playbook = catalog.playbooks.get(name);
  const estate = estateOf(inspections);
  const places = playbook ? withPlacesOf(playbook, estate) : estate;
  for (const value of rest.includes('${') ? valuesIn(places) : ['']) {
    const typed = rest.replace(/\$\{[^}]*\}/g, value).trim();
    const intent = catalog.commands.get(command)?.read(typed, { estate: places, catalog });
    if (intent?.kind === 'change') return intent.playbooks;
  }
  return undefined;
}

describe('a command that a definition names', () => {
  it('is there to be tested', () => {
    expect(offered.length).toBeGreaterThan(5);
    expect(named.length).toBeGreaterThan(offered.length);
  });

  it.each(named.filter(({ command }) => command === 'run').map(({ file, rest }) => [file, rest] as const))(
    'in %s runs a playbook that there is: %s',
    (_, rest) => {
      const [name = ''] = rest.split(/[^\w-]/);
      expect([...catalog.playbooks.keys()]).toContain(name);
    },
  );

  it.each(offered.map(({ file, command, rest }) => [file, `/${command} ${rest}`, command, rest] as const))(
    'in %s can be typed as it is offered: %s',
    (_, __, command, rest) => {
      const playbooks = read(command, rest);
      expect(playbooks?.length).toBeGreaterThan(0);
      for (const name of playbooks ?? []) expect(catalog.playbooks.has(name)).toBe(true);
    },
  );
});

describe('the playbook that is offered in place of a restart', () => {
  const instead = [...ELSEWHERE].flatMap(([app, { command }]) =>
    command ? (['red', 'all', [`${app}-1`]] as const).map((hosts) => command(app, hosts)) : [],
  );
  it.each(instead)('can be typed: %s', (command) => {
    const [, name = '', rest = ''] = /^\/(\w+) (.*)$/.exec(command) ?? [];
    expect(read(name, rest)).toEqual([rest.split(' ')[0]]);
  });
});
