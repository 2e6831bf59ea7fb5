import {
  callForm,
  type Check,
  type CheckName,
  type Command,
  type CommandForm,
  type Estate,
  type Form,
  type Inspection,
  type Known,
  type Playbook,
  readCall,
  typedCall,
  type Words,
} from '../kit/index.ts';
import { canonicalJson } from '../kit/canonical.ts';
import { estateOf, withPlacesOf } from './example-estate.ts';

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
  playbooks: ReadonlyMap<string, Playbook>,
): readonly string[] {
  const problems = [{ title, usage }, ...uses].flatMap((use) => [
    ...wordProblems('the title', use.title),
    ...wordProblems('the usage', use.usage),
  ]);
  if (!KEBAB.test(name)) problems.push('a command is called in small letters and hyphens');
  const estate = estateOf(inspections);
  const known: Known = { estate, catalog: { playbooks } };
  for (const example of [...examples, ...uses.flatMap((use) => use.examples)]) {
    const typed = `the example "${example}"`;
    try {
      const intent = read(example, known);
      if (intent.kind === 'answer') problems.push(`${typed} is not understood: ${intent.says.en}`);
      for (const wanted of intent.kind === 'change' ? intent.playbooks : [])
        if (!playbooks.has(wanted)) problems.push(`${typed} comes to "${wanted}", which is no playbook`);
    } catch (error) {
      problems.push(`${typed} throws: ${error instanceof Error ? error.message : String(error)}`);
    }
  }
  return form
    ? [
        ...problems,
        ...wordProblems('the button of the form', form.button),
        ...buttonProblems(form),
        ...formProblems(form, estate),
      ]
    : problems;
}

/** What Slack takes of a form, which has the narrowest limits. */
const FORM = { title: 24, button: 75, options: 10 } as const;

const buttonProblems = ({ button }: CommandForm): readonly string[] => tooLong(button, FORM.button);

function formProblems({ title, submit, fields, read }: Form, estate: Estate): readonly string[] {
  const problems = [title, submit].flatMap((text) => [
    ...wordProblems('every text of the form', text),
    ...tooLong(text, FORM.title),
  ]);
  const ids = new Set<string>();
  for (const field of fields) {
    const { id, label } = field;
    if (ids.has(id)) problems.push(`the form has two fields "${id}"`);
    ids.add(id);
    if (!FIELD_ID.test(id)) problems.push(`the field "${id}" must have an id in small letters and hyphens`);
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

/** What is wrong with a playbook: its examples must be arguments that it takes, as they are typed. */
export function playbookProblems(playbook: Playbook, inspections: readonly Inspection[]): readonly string[] {
  const { name, title, rows, looksAt, args, examples } = playbook;
  const problems = [...wordProblems('the title', title), ...rowProblems(rows), ...badRows(looksAt)];
  if (!KEBAB.test(name)) problems.push('a playbook is called in small letters and hyphens');
  const estate = withPlacesOf(playbook, estateOf(inspections));
  for (const example of examples) {
    const refused = refusal(playbook, example, estate);
    if (refused !== undefined) problems.push(`the example ${JSON.stringify(example)} is refused: ${refused}`);
    else problems.push(...checkNameProblems(playbook, example, inspections));
  }
  for (const [id, word] of Object.entries(args.words)) {
    if (!/^[a-z][A-Za-z0-9-]*$/.test(id))
      problems.push(
        `the argument "${id}" must begin with a small letter and hold letters, digits and hyphens only`,
      );
    problems.push(...wordProblems(`the title of the argument "${id}"`, word.title));
  }
  return [...problems, ...formProblems(callForm(playbook), estate)];
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

/** Typed out, it must be read as the same again. */
function refusal(
  playbook: Playbook,
  example: Readonly<Record<string, unknown>>,
  estate: Estate,
): string | undefined {
  const parsed = playbook.args.schema.safeParse(example);
  if (!parsed.success) return parsed.error.issues.map(({ message }) => message).join('; ');
  const typed = typedCall(playbook, { args: example }).slice(playbook.name.length);
  const read = readCall(playbook, typed, estate);
  if (!read.ok) return read.problems.map(({ says }) => says.en).join(' ');
  const otherwise = Object.entries(playbook.args.words).flatMap(([id, word]) =>
    word.otherwise === undefined ? [] : [[id, word.otherwise] as const],
  );
  return canonicalJson(read.call.args) === canonicalJson({ ...Object.fromEntries(otherwise), ...example })
    ? undefined
    : `typed as "${typed.trim()}" it is read as ${JSON.stringify(read.call.args)}`;
}

/** An argument of a playbook is a name of the program as well. */
const FIELD_ID = /^[a-z][A-Za-z0-9]*(-[A-Za-z0-9]+)*$/;
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
