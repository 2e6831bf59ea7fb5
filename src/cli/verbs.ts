import { loadCatalog } from '../catalog/catalog.ts';
import { loadManuals } from '../catalog/manuals.ts';
import { readGrantFiles } from '../config/load.ts';
import { CODE, definitionsOf, ROLES, serve } from '../main.ts';
import { auditDatabaseOf } from '../options.ts';
import { auditText } from './audit.ts';
import { readHeads } from './audit-heads.ts';
import { confirmShown } from './confirm.ts';
import { sayCoverage } from './coverage.ts';
import { examine } from './doctor.ts';
import { diagnosisText } from './doctor/diagnosis.ts';
import { withInside, withSettings } from './inside.ts';
import { type KeysVerb, keys } from './keys.ts';
import { migrateHere } from './migrate.ts';
import { policyVerb, refusalToAudit } from './policy.ts';
import { print } from './print.ts';
import { storyText } from './story.ts';
import type { Given, Verb } from './verb.ts';

const role = (name: keyof typeof ROLES, title: string): Verb => ({
  name,
  usage: '',
  title,
  words: 'none',
  options: [],
  quietOptions: ['child'],
  run: (_, given) => serve(ROLES[name], { folder: given.in, isChild: given.child }),
});

/** Starts the roles of Fettle. */
export const ROLE_VERBS: readonly Verb[] = [
  role('start', 'Run all of Fettle in this process'),
  role('bot', 'Run the part that talks to Slack'),
  role('worker', 'Run a worker, with its own changer'),
  role('changer', 'Run the part that plans and performs changes'),
];

const keysVerb = (name: KeysVerb, title: string): Verb => ({
  name: `keys ${name}`,
  usage: '',
  title,
  words: 'none',
  options: [],
  run: async (_, given) => {
    const said = await keys(name, await readGrantFiles(given.in, process.env));
    return print(said.text, said.code);
  },
});

const policy = (
  name: 'check' | 'explain' | 'test',
  words: Verb['words'],
  usage: string,
  title: string,
  examples?: readonly string[],
): Verb => ({
  name: `policy ${name}`,
  usage,
  title,
  words,
  options: [],
  ...(examples ? { examples } : {}),
  run: async (given, { in: folder }) => {
    const catalog = await loadCatalog(CODE);
    const definitions = { ...definitionsOf(catalog), playbooks: catalog.playbooks };
    const said = await policyVerb([name, ...given], folder, process.env, definitions);
    return said ? print(said.text, said.code) : print(`fettle policy ${name} ${usage}`, 2);
  },
});

/** Looks after Fettle itself; none of these is a command of Slack. */
export const OWN_VERBS: readonly Verb[] = [
  {
    name: 'confirm',
    usage: '<run>',
    title: 'Show a plan that another person asked for, and confirm it',
    words: 'one',
    options: ['plan'],
    run: ([run = ''], given) =>
      withSettings(given.in, (settings) =>
        withInside(settings, (inside) => confirmShown(inside, settings, run, given.plan)),
      ),
  },
  policy('check', 'none', '', 'Read policy.yaml, and list its mistakes'),
  policy(
    'explain',
    'any',
    '<who> <does> [what] [where]… [at=…] [ticket=…] [reason=…] [emergency=…] [when=window] [requester=…] [approved=a,b]',
    'Say what policy answers to a question, by which rule',
    ['policy explain lin change release-locks at="2026-11-30 10:30"'],
  ),
  policy(
    'test',
    'one',
    '<cases.yaml>',
    'Try a table of questions; 1 when one is answered otherwise than expected',
  ),
  keysVerb('make', 'Make the keys that sign approvals'),
  keysVerb('rotate', 'Replace them; the old public key stays beside the new one'),
  keysVerb('show', 'Show where they lie, who can read them, and whether they belong together'),
  {
    name: 'audit verify',
    usage: '',
    title: 'Prove that the record was not changed',
    words: 'none',
    options: ['heads'],
    run: (_, given) => verifyAudit(given),
  },
  {
    name: 'migrate',
    usage: '',
    title: 'Bring the database up to date, look at the accounts, or print what an administrator runs',
    words: 'none',
    options: ['check', 'sql'],
    run: (_, given) => withSettings(given.in, (settings) => migrateHere(settings, given)),
  },
  {
    name: 'coverage',
    usage: '[system]',
    title: 'Which rows of the manuals are answered, and by what',
    words: 'one',
    options: ['json'],
    run: ([system], given) => coverage(system, given.json),
  },
  {
    name: 'doctor',
    usage: '',
    title: 'Look at Redis, MySQL, Slack, every database and every host',
    words: 'none',
    options: ['json'],
    run: (_, given) => doctor(given),
  },
];

const verifyAudit = (given: Given): Promise<number> =>
  withSettings(given.in, async (settings) => {
    const { env } = settings.config;
    const heads = await readHeads(given.heads, auditDatabaseOf(env));
    if (!heads.ok) return print(heads.problem, 2);
    return withInside(settings, async ({ store }) => {
      const refused = await refusalToAudit(settings.policy(), store.audit);
      if (refused !== undefined) return print(refused, 1);
      const seen = await store.audit.verify(heads.heads);
      const { text, code } = auditText(seen, { heads, keyed: env.FETTLE_AUDIT_KEY !== undefined });
      const told = storyText(await store.audit.verifyStory());
      return print(`${text}\n${told.text}`, Math.max(code, told.code));
    });
  });

/** Needs the code and the manuals only: no configuration, no store. */
async function coverage(system: string | undefined, json: boolean): Promise<number> {
  const read = await loadManuals(CODE);
  if (!read.ok) return print(read.problems.join('\n'), 1);
  const said = sayCoverage(await loadCatalog(CODE), read.manuals, { system, json });
  return print(said.text, said.code);
}

const doctor = ({ in: folder, json }: Given): Promise<number> =>
  withSettings(folder, async (settings) => {
    const seen = await examine(settings);
    const ok = seen.every((each) => each.ok);
    return print(json ? JSON.stringify({ ok, seen }, null, 2) : diagnosisText(seen), ok ? 0 : 1);
  });
