import { randomUUID } from 'node:crypto';
import os from 'node:os';
import readline from 'node:readline/promises';
import { parseArgs } from 'node:util';
import { loadCatalog } from './catalog/catalog.ts';
import { loadManuals } from './catalog/manuals.ts';
import { showProblem } from './config/problems.ts';
import { sayCoverage } from './cli/coverage.ts';
import { examine } from './cli/doctor.ts';
import { diagnosisText } from './cli/doctor/diagnosis.ts';
import { courseText, drawInto } from './cli/history.ts';
import { schedulesText } from './cli/schedules.ts';
import { runText } from './cli/text.ts';
import { langOf, say } from './kit/index.ts';
import { CODE, type Inside, isRole, openInside, readSettings, ROLES, serve, type Settings } from './main.ts';
import { storeOptions } from './options.ts';
import type { Arrival } from './desk/port.ts';
import type { Bell, Dispatch } from './runs/ports.ts';
import { type Run, RunId } from './runs/run.ts';
import { openStore } from './store/index.ts';

const USAGE = `fettle start | bot | worker                     run Fettle: both roles, or one of them
fettle inspect <system | app | host> [--json]   run the documented checks
fettle history <what> <measure> [7d] [--png <file>]
                                                what was measured, as a table and as a picture
fettle unstick <order> [--dry-run]              show the plan; --dry-run ends there
fettle confirm <run>                            confirm a plan that another person asked for
fettle schedule list                            what comes by itself; also add, change, pause, resume, run, remove
fettle audit verify                             prove that the record was not changed
fettle coverage [system] [--json]               which rows of the manuals are answered, and by what
fettle doctor [--json]                          look at Redis, MySQL, Slack, every database and every host
--in <folder>                                   where .env, inventory.yaml and policy.yaml are; here unless set
`;

const silentBell: Bell = { ring: () => undefined, onRing: () => undefined };

/** 0: done. 1: not well, refused or failed. 2: not understood. */
async function main(argv: readonly string[]): Promise<number> {
  const given = readWords(argv);
  if (!given) return 2;
  const [role = ''] = given.positionals;
  if (given.values.help || role === '' || role === 'help') return print(USAGE, 0);
  if (isRole(role)) return serve(ROLES[role], given.values.in);
  if (role === 'coverage') return coverage(given.positionals.slice(1), given.values.json);
  const read = await readSettings(given.values.in, process.env);
  if (!read.ok) return print(read.problems.map(showProblem).join('\n'), 1);
  const [verb = '', ...rest] = given.positionals;
  const { settings } = read;
  switch (verb) {
    case 'inspect':
    case 'history':
    case 'unstick':
      return withInside(settings, (inside) => ask(inside, settings, verb, rest.join(' '), given.values));
    case 'schedule':
      return withInside(settings, (inside) =>
        ask(inside, settings, 'inspect', ['schedule', ...rest.map(quoted)].join(' '), given.values),
      );
    case 'confirm':
      return withInside(settings, (inside) => confirm(inside, settings, rest[0] ?? ''));
    case 'audit':
      return rest[0] === 'verify' ? withInside(settings, verifyAudit) : print(USAGE, 2);
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
        in: { type: 'string', default: '.' },
      },
    });
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`);
    return undefined;
  }
}

/** The shell took the quotes away. */
const quoted = (word: string): string => (/\s/.test(word) ? `"${word}"` : word);

/** The same store, policy and engine as the bot's; the work is done by this process, without the queue. */
async function withInside(settings: Settings, work: (inside: Inside) => Promise<number>): Promise<number> {
  const store = await openStore(await storeOptions(settings.config, settings.log)).catch(
    (error: unknown) => error,
  );
  if (store instanceof Error) return print(`MySQL: ${store.message}`, 1);
  const open = store as Awaited<ReturnType<typeof openStore>>;
  const inside = await openInside(settings, open, ({ runner }) => hereAndNow(runner), silentBell);
  try {
    return await work(inside);
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
        1,
      );
    case 'help':
      return print(USAGE, 0);
    case 'history': {
      const failed = options.png === undefined ? undefined : await drawInto(options.png, said.course, lang);
      if (failed !== undefined) return print(failed, 1);
      return print(options.json ? JSON.stringify(said.course, null, 2) : courseText(said.course, lang), 0);
    }
    case 'schedules':
      return print(schedulesText(said, lang), 0);
    case 'started': {
      const run = await mustGet(inside, said.runId);
      if (options.json) return print(JSON.stringify(run.report ?? run, null, 2), healthy(run) ? 0 : 1);
      process.stdout.write(runText(run, lang));
      if (run.state !== 'waiting') return healthy(run) ? 0 : 1;
      return options['dry-run'] ? cancelQuietly(inside, settings, run) : confirmHere(inside, settings, run);
    }
    default:
      return said satisfies never;
  }
}

/** At a terminal the person types the order of the plan once more; elsewhere the plan waits for `fettle confirm`. */
async function confirmHere(inside: Inside, settings: Settings, run: Run): Promise<number> {
  const short = run.id.slice(0, 8);
  if (!process.stdin.isTTY) return print(`\nWaiting. To carry it out: fettle confirm ${run.id}`, 0);
  const terminal = readline.createInterface({ input: process.stdin, output: process.stdout });
  const typed = await terminal.question(`\nTo confirm type ${short}, anything else cancels: `);
  terminal.close();
  return typed.trim() === short ? confirm(inside, settings, run.id) : cancelQuietly(inside, settings, run);
}

async function confirm(inside: Inside, settings: Settings, id: string): Promise<number> {
  const parsed = RunId.safeParse(id);
  const run = parsed.success ? await inside.runs.get(parsed.data) : undefined;
  if (!run) return print(`There is no run "${id}". Give the whole number that was printed with the plan.`, 1);
  const button = run.buttons.find(({ action }) => action === 'confirm');
  if (!button) return print(run.says ? say(run.says, run.lang) : 'This run does not wait for Confirm.', 1);
  const pressed = await inside.desk.press(button.id, arrival(settings, id));
  if (pressed.kind === 'says') return print(say(pressed.says, run.lang), 1);
  const after = await mustGet(inside, run.id);
  process.stdout.write(runText(after, run.lang));
  return after.outcome === 'done' ? 0 : 1;
}

async function cancelQuietly(inside: Inside, settings: Settings, run: Run): Promise<number> {
  const button = run.buttons.find(({ action }) => action === 'cancel');
  if (button) await inside.desk.press(button.id, arrival(settings, run.id));
  return print('Nothing was changed.', 0);
}

async function verifyAudit(inside: Inside): Promise<number> {
  const seen = await inside.store.audit.verify();
  return seen.ok
    ? print(`The audit chain is whole: ${seen.rows} rows, head ${seen.head}.`, 0)
    : print(`The audit chain is broken at row ${seen.brokenAt}: ${seen.because}`, 1);
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
    : run.state === 'waiting' || run.outcome === 'done';

function print(text: string, code: number): number {
  (code === 2 ? process.stderr : process.stdout).write(`${text.trimEnd()}\n`);
  return code;
}

const code = await main(process.argv.slice(2));
// What was printed must be out first: a pipe takes only so much at once.
for (const stream of [process.stdout, process.stderr])
  await new Promise((resolve) => stream.write('', resolve));
// With Redis away the queue's timers outlive everything of ours, which has ended here.
process.exit(code);
