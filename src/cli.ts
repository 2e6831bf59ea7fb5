import { randomUUID } from 'node:crypto';
import os from 'node:os';
import readline from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { loadCatalog } from './catalog/catalog.ts';
import { loadManuals } from './catalog/manuals.ts';
import { showProblem } from './config/problems.ts';
import { authorityOf } from './config/grant-keys.ts';
import { readGrantFiles } from './config/load.ts';
import { auditText } from './cli/audit.ts';
import { readHeads } from './cli/audit-heads.ts';
import { sayCoverage } from './cli/coverage.ts';
import { examine } from './cli/doctor.ts';
import { diagnosisText } from './cli/doctor/diagnosis.ts';
import { courseText, drawInto } from './cli/history.ts';
import { keys } from './cli/keys.ts';
import { refusalToAudit, sayPolicy } from './cli/policy.ts';
import { schedulesText } from './cli/schedules.ts';
import { storyText } from './cli/story.ts';
import { runText } from './cli/text.ts';
import { langOf, say } from './kit/index.ts';
import {
  CODE,
  definitionsOf,
  type Inside,
  isRole,
  openInside,
  readSettings,
  ROLES,
  serve,
  type Settings,
} from './main.ts';
import { migrateHere } from './cli/migrate.ts';
import { auditDatabaseOf, storeOptions } from './options.ts';
import { openPolicyStanding } from './policy-standing.ts';
import type { Arrival } from './desk/port.ts';
import { faultSays } from './runs/faults.ts';
import type { Bell, Dispatch } from './runs/ports.ts';
import { isAltered } from './runs/altered.ts';
import { shownOf } from './runs/authority.ts';
import { type Run, RunId, shortId } from './runs/run.ts';
import { openStore } from './store/index.ts';
import { terminalJson, terminalText } from './cli/terminal.ts';

const USAGE = `fettle start | bot | worker | changer           run Fettle: all of it, or one role; a worker brings its own changer
fettle inspect <system | app | host> [--json]   run the documented checks
fettle history <what> <measure> [7d] [--png <file>]
                                                what was measured, as a table and as a picture
fettle unstick <order> [--dry-run]              show the plan; --dry-run ends there
fettle confirm <run> [--plan <mark>]            show a plan that another person asked for, and confirm it
fettle status                                   what is stopped, open and locked now
fettle readonly on | off reason="…"             stop everything that Fettle changes, or let it go on
fettle schedule list                            what comes by itself; also add, change, pause, resume, run, remove
fettle policy check                             read policy.yaml, and list its mistakes
fettle keys make | rotate | show                the keys that sign and verify approvals
fettle audit verify [--heads <log>]…            prove that the record was not changed
fettle migrate [--check | --sql]                bring the database up to date; look at the accounts; print what an administrator runs
fettle coverage [system] [--json]               which rows of the manuals are answered, and by what
fettle doctor [--json]                          look at Redis, MySQL, Slack, every database and every host
--in <folder>                                   where .env, inventory.yaml and policy.yaml are; here unless set
`;

const silentBell: Bell = { ring: () => undefined, onRing: () => () => undefined };

/** 0: done. 1: not well, refused or failed. 2: not understood. */
async function main(argv: readonly string[]): Promise<number> {
  const given = readWords(argv);
  if (!given) return 2;
  const [role = ''] = given.positionals;
  if (given.values.help || role === '' || role === 'help') return print(USAGE, 0);
  if (isRole(role)) return serve(ROLES[role], { folder: given.values.in, isChild: given.values.child });
  if (role === 'coverage') return coverage(given.positionals.slice(1), given.values.json);
  if (role === 'keys') {
    const said = await keys(given.positionals[1] ?? '', await readGrantFiles(given.values.in, process.env));
    return print(said.text, said.code);
  }
  if (role === 'policy') return policyCheck(given.positionals.slice(1), given.values.in);
  const read = await readSettings(given.values.in, process.env);
  if (!read.ok) return print(read.problems.map(showProblem).join('\n'), 1);
  const [verb = '', ...rest] = given.positionals;
  const { settings } = read;
  switch (verb) {
    case 'inspect':
    case 'history':
    case 'unstick':
      return withInside(settings, (inside) => ask(inside, settings, verb, rest.join(' '), given.values));
    case 'status':
    case 'readonly':
      return withInside(settings, (inside) =>
        ask(inside, settings, 'fettle', [verb, ...rest].join(' '), given.values),
      );
    case 'schedule':
      return withInside(settings, (inside) =>
        ask(inside, settings, 'inspect', ['schedule', ...rest.map(quoted)].join(' '), given.values),
      );
    case 'confirm':
      return withInside(settings, (inside) =>
        confirmShown(inside, settings, rest[0] ?? '', given.values.plan),
      );
    case 'audit':
      return rest[0] === 'verify' && rest.length === 1
        ? verifyAudit(settings, given.values.heads)
        : print(USAGE, 2);
    case 'migrate':
      return migrateHere(settings, given.values);
    case 'doctor':
      return doctor(settings, given.values.json);
    default:
      return print(USAGE, 2);
  }
}

function readWords(argv: readonly string[]) {
  try {
    return parseArgs({
      args: [...argv],
      allowPositionals: true,
      options: {
        help: { type: 'boolean', short: 'h', default: false },
        json: { type: 'boolean', default: false },
        'dry-run': { type: 'boolean', default: false },
        png: { type: 'string' },
        plan: { type: 'string' },
        heads: { type: 'string', multiple: true, default: [] },
        check: { type: 'boolean', default: false },
        sql: { type: 'boolean', default: false },
        // Given by the worker that starts a changer.
        child: { type: 'boolean', default: false },
        in: { type: 'string', default: '.' },
      },
    });
  } catch (error) {
    print(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`, 2);
    return undefined;
  }
}

/** The shell took the quotes away. */
const quoted = (word: string): string => (/\s/.test(word) ? `"${word}"` : word);

/** The same store, policy and engine as the bot's; the work is done by this process, without the queue. */
async function withInside(settings: Settings, work: (inside: Inside) => Promise<number>): Promise<number> {
  const { config, policy, log } = settings;
  // Bot and workers publish what is written here; at a terminal it would only be in the way.
  const store = await openStore({
    ...(await storeOptions(config, log, policy)),
    headAtEnd: false,
  }).catch((error: unknown) => error);
  if (store instanceof Error) return print(`MySQL: ${store.message}`, 1);
  const open = store as Awaited<ReturnType<typeof openStore>>;
  const policyFile = () => ({ version: policy().version, modifiedAt: config.policyModifiedAt });
  const { outdated } = openPolicyStanding(open.policies, policyFile, 'command line', log);
  const inside = await openInside(
    settings,
    open,
    authorityOf(config.env, { signs: true }),
    ({ runner }) => hereAndNow(runner),
    silentBell,
    undefined,
    outdated,
  );
  try {
    return await work(inside);
  } catch (error) {
    const says = faultSays(error);
    if (!says) throw error;
    return print(say(says, settings.config.env.FETTLE_LANGUAGE), 1);
  } finally {
    await inside.close();
    await open.close();
  }
}

/** Performs a run where it is handed over. */
const hereAndNow = (runner: Inside['runner']): Dispatch => ({
  send: (run) =>
    (run.state === 'approved' ? runner.change : runner.read)(run.id, new AbortController().signal),
});

async function ask(
  inside: Inside,
  settings: Settings,
  verb: string,
  text: string,
  options: { readonly json: boolean; readonly 'dry-run': boolean; readonly png?: string },
): Promise<number> {
  const said = await inside.desk.ask(verb, text, arrival(settings, text));
  const lang = langOf(text, settings.config.env.FETTLE_LANGUAGE);
  switch (said.kind) {
    case 'says':
      return print(
        [say(said.says, lang), ...(said.instead ?? []).map(({ command }) => `  ${command}`)].join('\n'),
        said.isWell ? 0 : 1,
      );
    case 'help':
      return print(USAGE, 0);
    case 'history': {
      const failed = options.png === undefined ? undefined : await drawInto(options.png, said.course, lang);
      if (failed !== undefined) return print(failed, 1);
      return options.json ? printJson(said.course, 0) : print(courseText(said.course, lang), 0);
    }
    case 'joined':
      return print(`${said.by.name} inspects the same already: run ${said.runId}.`, 0);
    case 'schedules':
      return print(schedulesText(said, lang), 0);
    case 'started': {
      const run = await mustGet(inside, said.runId);
      if (options.json) return printJson(run.report ?? run, healthy(run) ? 0 : 1);
      print(runText(run, lang), 0);
      if (run.state !== 'waiting') return healthy(run) ? 0 : 1;
      return options['dry-run'] ? cancelQuietly(inside, settings, run) : confirmHere(inside, settings, run);
    }
    default:
      return said satisfies never;
  }
}

/** At a terminal the person types the number of the run once more; elsewhere the plan waits for `fettle confirm`. */
async function confirmHere(inside: Inside, settings: Settings, run: Run): Promise<number> {
  if (!process.stdin.isTTY) return print(`\nWaiting. ${howToConfirm(run)}`, 0);
  return (await typedAgain(run, 'cancels'))
    ? confirm(inside, settings, run)
    : cancelQuietly(inside, settings, run);
}

/** Shows the plan first. Without a terminal, the mark that was printed with the plan says that it was seen. */
async function confirmShown(
  inside: Inside,
  settings: Settings,
  id: string,
  plan: string | undefined,
): Promise<number> {
  const parsed = RunId.safeParse(id);
  const run = parsed.success ? await inside.runs.get(parsed.data) : undefined;
  if (!run) return print(`There is no run "${id}". Give the whole number that was printed with the plan.`, 1);
  if (plan !== undefined && plan === markOf(run)) return confirm(inside, settings, run);
  process.stdout.write(runText(run, run.lang));
  if (run.state !== 'waiting') return 1;
  if (plan !== undefined)
    return print(`\nNot confirmed: this is not the plan of ${plan}. ${howToConfirm(run)}`, 1);
  if (!process.stdin.isTTY) return print(`\nNot confirmed yet. ${howToConfirm(run)}`, 1);
  return (await typedAgain(run, 'leaves it')) ? confirm(inside, settings, run) : print('Not confirmed.', 1);
}

async function typedAgain(run: Run, otherwise: string): Promise<boolean> {
  const terminal = readline.createInterface({ input: process.stdin, output: process.stdout });
  const typed = await terminal.question(`\nTo confirm type ${shortId(run.id)}, anything else ${otherwise}: `);
  terminal.close();
  return typed.trim() === shortId(run.id);
}

const shownIn = ({ id, plan }: Run): string | undefined => plan && shownOf({ id, plan });

/** Stands for the plan as it was printed. */
const markOf = (run: Run): string => shownIn(run)?.slice(0, 16) ?? '';

const howToConfirm = (run: Run): string =>
  isAltered(run) ? '' : `To carry it out: fettle confirm ${run.id} --plan ${markOf(run)}`;

/** `run` is as it was shown. */
async function confirm(inside: Inside, settings: Settings, run: Run): Promise<number> {
  const button = run.buttons.find(({ action }) => action === 'confirm');
  if (!button) return print(run.says ? say(run.says, run.lang) : 'This run does not wait for Confirm.', 1);
  const pressed = await inside.desk.press(button.id, arrival(settings, run.id), shownIn(run));
  if (pressed.kind === 'says') return print(say(pressed.says, run.lang), 1);
  const after = await mustGet(inside, run.id);
  print(runText(after, run.lang), 0);
  return after.outcome === 'done' ? 0 : 1;
}

async function cancelQuietly(inside: Inside, settings: Settings, run: Run): Promise<number> {
  const button = run.buttons.find(({ action }) => action === 'cancel');
  if (button) await inside.desk.press(button.id, arrival(settings, run.id));
  return print('Nothing was changed.', 0);
}

async function verifyAudit(settings: Settings, files: readonly string[]): Promise<number> {
  const { env } = settings.config;
  const heads = await readHeads(files, auditDatabaseOf(env));
  if (!heads.ok) return print(heads.problem, 2);
  return withInside(settings, async ({ store }) => {
    const refused = await refusalToAudit(settings.policy(), store.audit);
    if (refused !== undefined) return print(refused, 1);
    const seen = await store.audit.verify(heads.heads);
    const { text, code } = auditText(seen, { heads, keyed: env.FETTLE_AUDIT_KEY !== undefined });
    const told = storyText(await store.audit.verifyStory());
    return print(`${text}\n${told.text}`, Math.max(code, told.code));
  });
}

/** Needs the code and the files of the configuration only. */
async function policyCheck(words: readonly string[], folder: string): Promise<number> {
  if (words.length !== 1 || words[0] !== 'check') return print(USAGE, 2);
  const said = await sayPolicy(folder, process.env, definitionsOf(await loadCatalog(CODE)));
  return print(said.text, said.code);
}

/** Needs the code and the manuals only: no configuration, no store. */
async function coverage(systems: readonly string[], json: boolean): Promise<number> {
  if (systems.length > 1) return print(USAGE, 2);
  const read = await loadManuals(CODE);
  if (!read.ok) return print(read.problems.join('\n'), 1);
  const [system] = systems;
  const said = sayCoverage(await loadCatalog(CODE), read.manuals, { system, json });
  return print(said.text, said.code);
}

async function doctor(settings: Settings, json: boolean): Promise<number> {
  const seen = await examine(settings);
  const ok = seen.every((each) => each.ok);
  return print(json ? JSON.stringify({ ok, seen }, null, 2) : diagnosisText(seen), ok ? 0 : 1);
}

async function mustGet(inside: Inside, id: RunId): Promise<Run> {
  const run = await inside.runs.get(id);
  if (!run) throw new Error(`run ${id} is not in the store`);
  return run;
}

/** Who sits at this machine, as policy.yaml names logins. */
function arrival({ config }: Settings, text: string): Arrival {
  const { username } = os.userInfo();
  return {
    key: `cli:${randomUUID()}`,
    person: { id: username, name: username },
    origin: { surface: 'cli' },
    lang: langOf(text, config.env.FETTLE_LANGUAGE),
  };
}

const healthy = (run: Run): boolean =>
  run.report
    ? run.report.findings.every(({ state }) => state === 'ok')
    : run.state === 'waiting' || run.state === 'suspended' || run.outcome === 'done';

/** The one way to the terminal. JSON is made by `terminalJson` and is safe already. */
function print(text: string, code: number, made: (text: string) => string = terminalText): number {
  (code === 2 ? process.stderr : process.stdout).write(`${made(text)}\n`);
  return code;
}

const printJson = (value: unknown, code: number): number => print(terminalJson(value), code, (json) => json);

const code = await main(process.argv.slice(2));
// What was printed must be out first: a pipe takes only so much at once.
for (const stream of [process.stdout, process.stderr])
  await new Promise((resolve) => stream.write('', resolve));
// With Redis away the queue's timers outlive everything of ours, which has ended here.
process.exit(code);
