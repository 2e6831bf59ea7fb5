import type {
  Check,
  CheckName,
  CheckRef,
  Command,
  CommandForm,
  Estate,
  Inspection,
  Look,
  Playbook,
  Words,
} from '../kit/index.ts';

/** What is wrong with an inspection, a sentence each. */
export function inspectionProblems(
  { system, apps, checks }: Inspection,
  all: readonly Inspection[],
): readonly string[] {
  const problems = [...wordProblems('the system', system.title)];
  const known = new Set(all.flatMap((inspection) => inspection.apps.map(({ id }) => id)));
  const ids = new Set<string>();
  for (const { id, title, runsOn } of apps) {
    problems.push(...wordProblems(`the app "${id}"`, title));
    const owners = all.filter((inspection) => inspection.apps.some((app) => app.id === id));
    if (owners.length > 1)
      problems.push(`the app "${id}" belongs to ${owners.map((owner) => owner.system.id).join(' and ')}`);
    if (runsOn !== undefined && !known.has(runsOn))
      problems.push(`the app "${id}" runs on "${runsOn}", which no system has`);
  }
  for (const check of checks) {
    if (ids.has(check.id)) problems.push(`there are two checks "${check.id}"`);
    ids.add(check.id);
    problems.push(...checkProblems(check, known).map((problem) => `check "${check.id}" ${problem}`));
  }
  return problems;
}

function checkProblems(check: Check, known: ReadonlySet<string>): readonly string[] {
  const problems: string[] = [];
  if (!KEBAB.test(check.id)) problems.push('must have an id in small letters and hyphens');
  if (check.title.en.trim() === '' || check.title.zh.trim() === '')
    problems.push('must have a title in both languages');
  if (check.apps.length === 0) problems.push('names no app');
  for (const app of check.apps)
    if (!known.has(app)) problems.push(`names the app "${app}", which no system has`);
  problems.push(...rowProblems(check.rows));
  for (const { row } of Object.values(check.limits ?? {}))
    if (!check.rows.includes(row)) problems.push(`has a limit of ${row}, which it does not cite`);
  return problems;
}

/** What is wrong with a command: its examples must mean something, in an estate of these systems. */
export function commandProblems(
  { name, title, usage, examples, uses = [], read, form }: Command,
  inspections: readonly Inspection[],
): readonly string[] {
  const problems = [{ title, usage }, ...uses].flatMap((use) => [
    ...wordProblems('the title', use.title),
    ...wordProblems('the usage', use.usage),
  ]);
  if (!KEBAB.test(name)) problems.push('a command is called in small letters and hyphens');
  const estate = estateOf(inspections);
  for (const example of [...examples, ...uses.flatMap((use) => use.examples)]) {
    const typed = `the example "${example}"`;
    try {
      const intent = read(example, estate);
      if (intent.kind === 'answer') problems.push(`${typed} is not understood: ${intent.says.en}`);
    } catch (error) {
      problems.push(`${typed} throws: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return form ? [...problems, ...formProblems(form, estate)] : problems;
}

/** What Slack takes of a form, which has the narrowest limits. */
const FORM = { title: 24, button: 75, options: 10 } as const;

function formProblems(
  { title, submit, button, fields, read }: CommandForm,
  estate: Estate,
): readonly string[] {
  const problems = [title, submit].flatMap((text) => [
    ...wordProblems('every text of the form', text),
    ...tooLong(text, FORM.title),
  ]);
  problems.push(...wordProblems('the button of the form', button), ...tooLong(button, FORM.button));
  const ids = new Set<string>();
  for (const field of fields) {
    const { id, label } = field;
    if (ids.has(id)) problems.push(`the form has two fields "${id}"`);
    ids.add(id);
    if (!KEBAB.test(id)) problems.push(`the field "${id}" must have an id in small letters and hyphens`);
    problems.push(...wordProblems(`the label of the field "${id}"`, label));
    if ('options' in field && field.options.length > FORM.options)
      problems.push(`the field "${id}" has more than ${FORM.options} options`);
  }
  const empty = read({}, estate);
  for (const { field } of empty.ok ? [] : empty.problems)
    if (!ids.has(field)) problems.push(`the form finds a mistake in "${field}", which it does not ask for`);
  return problems;
}

const tooLong = ({ en, zh }: Words, most: number): readonly string[] =>
  [en, zh]
    .filter((text) => text.length > most)
    .map((text) => `"${text}" is longer than ${most} characters, which is all a form has room for`);

/** What is wrong with a playbook: its examples must be arguments that it takes. */
export async function playbookProblems(
  playbook: Playbook,
  inspections: readonly Inspection[],
): Promise<readonly string[]> {
  const { name, title, rows, looksAt, examples } = playbook;
  const problems = [...wordProblems('the title', title), ...rowProblems(rows), ...badRows(looksAt)];
  if (!KEBAB.test(name)) problems.push('a playbook is called in small letters and hyphens');
  for (const example of examples) {
    const refused = await refusal(playbook, example);
    if (refused !== undefined) problems.push(`the example ${JSON.stringify(example)} is refused: ${refused}`);
    else problems.push(...checkNameProblems(playbook, example, inspections));
  }
  return problems;
}

/** Checks that are required or healed must be there; which hosts are meant, only a real inventory tells. */
function checkNameProblems(
  playbook: Playbook,
  example: unknown,
  inspections: readonly Inspection[],
): readonly string[] {
  const known = new Set(
    inspections.flatMap(({ system, checks }) => checks.map(({ id }) => `${system.id} ${id}`)),
  );
  const missing = (names: readonly CheckName[]): readonly string[] =>
    [...new Set(names.map(({ system, check }) => `${system} ${check}`))].filter((name) => !known.has(name));
  return [
    ...missing(requiredBy(playbook, example, inspections)).map(
      (name) => `requires the check "${name}", which no inspection has`,
    ),
    ...missing(playbook.heals).map((name) => `heals the check "${name}", which no inspection has`),
  ];
}

function requiredBy(
  playbook: Playbook,
  example: unknown,
  inspections: readonly Inspection[],
): readonly CheckName[] {
  try {
    return playbook.requirements(example, estateOf(inspections)).flatMap(({ checks }) => checks);
  } catch {
    // The example names hosts that this estate has not.
    return [];
  }
}

/** Arguments are read before anything is looked at; the first look ends it. */
async function refusal(playbook: Playbook, example: unknown): Promise<string | undefined> {
  const blind: Look = {
    estate: estateOf([]),
    sql: () => Promise.reject(new Looked()),
    checks: () => Promise.reject(new Looked()),
    containers: () => Promise.reject(new Looked()),
    pause: () => Promise.reject(new Looked()),
  };
  try {
    const prepared = await playbook.prepare(example, blind);
    return !prepared.ok && prepared.reason === 'bad-arguments' ? prepared.because.en : undefined;
  } catch (error) {
    if (error instanceof Looked) return undefined;
    return error instanceof Error ? error.message : String(error);
  }
}

class Looked extends Error {
  override readonly name = 'Looked';
}

const KEBAB = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;
const ROW = /^[A-Z]+-(C|M|L|A|F|P|PR|K)\d+$/;

const rowProblems = (rows: readonly string[]): readonly string[] => [
  ...(rows.length === 0 ? ['cites no row of the manuals'] : []),
  ...badRows(rows),
];

const badRows = (rows: readonly string[]): readonly string[] =>
  rows.filter((row) => !ROW.test(row)).map((row) => `cites "${row}", which is no row of the manuals`);

const wordProblems = (what: string, { en, zh }: Words): readonly string[] =>
  en.trim() === '' || zh.trim() === '' ? [`${what} must be there in both languages`] : [];

/** The least estate in which every system and app has its names, and each app one host. */
function estateOf(inspections: readonly Inspection[]): Estate {
  const apps = inspections.flatMap(({ system, apps: own }) =>
    own.map(({ id, title, names }) => ({
      id,
      kind: id,
      system: system.id,
      title,
      names,
      hosts: [`${id}-1`],
      ports: {},
      paths: {},
    })),
  );
  return {
    name: 'examples',
    environment: 'practice',
    timeZone: 'UTC',
    domain: 'example',
    systems: inspections.map(({ system }) => system),
    apps,
    hosts: apps.map(({ id }) => ({ name: `${id}-1`, app: id, site: 'site', address: '127.0.0.1', port: 22 })),
    databases: [],
    consoles: {},
    limits: {},
    options: {},
    addresses: {},
    contacts: {},
  };
}
