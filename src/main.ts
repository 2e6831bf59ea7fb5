import { randomUUID } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Catalog, loadCatalog } from './catalog/catalog.ts';
import { slackProblems } from './config/environment.ts';
import { type Config, loadConfig } from './config/load.ts';
import { type Problem, showProblem } from './config/problems.ts';
import { openDesk } from './desk/desk.ts';
import { type DeskParts, handOver } from './desk/parts.ts';
import { openPatrol, type Patrol } from './desk/patrol.ts';
import type { Desk } from './desk/port.ts';
import { type Readiness, serveHealth } from './http/health.ts';
import { type Estate, say, type Words } from './kit/index.ts';
import { type Log, openLog } from './log.ts';
import { checkRedis, openBell, openQueues, openWorkers, type Queues } from './queue/index.ts';
import { openArtist } from './picture/index.ts';
import { openRunner, type Runner } from './runner/worker.ts';
import { systemsOf } from './runner/scope.ts';
import type { Admission } from './runs/admission.ts';
import type { Bell, CallForHelp, Dispatch, RunStore } from './runs/ports.ts';
import { storeOptions, targetOptions, transportOf } from './options.ts';
import { type SlackSide, startSlack } from './slack/index.ts';
import { openStore, type Store, StoreUnavailable } from './store/index.ts';
import { openTargets } from './targets/index.ts';

/** The folder that holds commands/ and playbooks/. */
export const CODE = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
/** Names this process in claims and in the ledger of posts. */
const OWNER = `${os.hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`;
/** What can be started, by name. */
export const ROLES = { start: ['bot', 'worker'], bot: ['bot'], worker: ['worker'] } as const;
export type Role = (typeof ROLES)[keyof typeof ROLES][number];

/** Seconds that work in progress gets when Fettle is asked to stop. */
const GRACE_SECONDS = 20;
/** Inspections and plans that one worker looks at together. */
const READS_AT_ONCE = 4;
const RETRY_MS = 3000;
const TIDY_MS = 5000;

export interface Settings {
  readonly config: Config;
  readonly catalog: Catalog;
  readonly log: Log;
}

/** Definitions and configuration, read and checked; or every problem with them. */
export async function readSettings(
  folder: string,
  environment: NodeJS.ProcessEnv,
): Promise<
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly problems: readonly Problem[] }
> {
  const catalog = await loadCatalog(CODE);
  const loaded = await loadConfig(folder, environment, [...catalog.inspections.values()]);
  if (!loaded.ok) return loaded;
  return {
    ok: true,
    settings: { config: loaded.config, catalog, log: openLog(loaded.config.env.FETTLE_LOG_LEVEL) },
  };
}

/** Store, targets, runner and desk around one dispatch: what every role and the command line stand on. */
export interface Inside {
  readonly store: Store;
  readonly runs: RunStore;
  readonly runner: Runner;
  readonly desk: Desk;
  readonly patrol: Patrol;
  readonly close: () => Promise<void>;
}

export async function openInside(
  { config, catalog, log }: Settings,
  store: Store,
  dispatch: (inside: Pick<Inside, 'runner'>) => Dispatch,
  bell: Bell,
  callForHelp?: CallForHelp,
  inSlack?: Pick<DeskParts, 'canShow' | 'canRead'>,
): Promise<Inside> {
  const { env, inventory } = config;
  const { estate } = inventory;
  const policy = () => config.policy;
  const targets = openTargets(await targetOptions(config));
  const runs = ringing(store.runs, bell);
  const { buttons, history, audit, now } = store;
  const parts = { estate, catalog, policy, runs, buttons, history, audit, now, log };
  const runner = openRunner({
    ...parts,
    owner: OWNER,
    journal: store.journal,
    parts: store.parts,
    ...(callForHelp ? { callForHelp } : {}),
    targets,
    bell,
  });
  const asking: DeskParts = {
    ...parts,
    dispatch: dispatch({ runner }),
    schedules: store.schedules,
    posts: store.posts,
    canShow: async () => true,
    ...(inSlack ? { ...inSlack, admission: ringingAdmission(store.admission, bell) } : {}),
    systemsOf: (scope) => systemsOf(scope, estate, [...catalog.inspections.values()]),
  };
  const [desk, patrol] = [openDesk(asking), openPatrol(asking)];
  log.debug({ hosts: estate.hosts.length, language: env.FETTLE_LANGUAGE }, 'ready inside');
  return { store, runs, runner, desk, patrol, close: () => targets.close() };
}

/** Starts the given roles and returns how to stop them. Waits, saying so, for as long as MySQL or Redis are away. */
async function startFettle(
  settings: Settings,
  roles: readonly Role[],
): Promise<{ readonly stop: () => Promise<void>; readonly healthPort: number }> {
  const { config, catalog, log } = settings;
  const { env, inventory } = config;
  const stopping: (() => Promise<void>)[] = [];
  const state: { store?: Store; slack?: Pick<SlackSide, 'isConnected' | 'canShow' | 'canRead'> } = {};
  const queues = openQueues({ url: env.REDIS_URL, prefix: env.REDIS_PREFIX, log });
  const checks: Readiness[] = [
    {
      name: 'mysql',
      problem: async () => (state.store ? state.store.ping().then(() => undefined) : 'not connected yet'),
    },
    { name: 'redis', problem: () => (queues.isUp() ? undefined : 'does not answer') },
    ...(roles.includes('bot')
      ? [{ name: 'slack', problem: () => (state.slack?.isConnected() ? undefined : 'not connected') }]
      : []),
  ];
  const health = await serveHealth({ host: env.FETTLE_HTTP_HOST, port: env.FETTLE_HTTP_PORT, checks });
  const stop = async (): Promise<void> => {
    for (const each of stopping.splice(0).reverse()) await each();
    await queues.close();
    await health.stop();
  };

  try {
    await redisReady(settings);
    const store = await storeReady(settings);
    state.store = store;
    stopping.push(store.close);
    const bell = openBell({ url: env.REDIS_URL, prefix: env.REDIS_PREFIX, log });
    stopping.push(() => bell.close());
    const inside = await openInside(settings, store, () => queues, bell, queues.callForHelp, {
      canShow: async (channel, slackId) => (state.slack ? state.slack.canShow(channel, slackId) : true),
      canRead: async (channel, slackId) => (await state.slack?.canRead(channel, slackId)) ?? false,
    });
    stopping.push(inside.close);

    if (roles.includes('worker')) {
      const workers = openWorkers({
        url: env.REDIS_URL,
        prefix: env.REDIS_PREFIX,
        log,
        perform: inside.runner,
        givenUp: (id) => void inside.runner.giveUp(id),
        ring: inside.patrol.ring,
        concurrency: { read: READS_AT_ONCE, changes: 1 },
      });
      stopping.push(() => workers.close(GRACE_SECONDS));
      stopping.push(every(TIDY_MS, log, () => inside.runner.tidy()));
    }
    stopping.push(every(TIDY_MS, log, () => sendWaiting(inside.runs, queues, log)));
    stopping.push(every(TIDY_MS, log, patrolling(inside.patrol, queues, config)));
    if (roles.includes('bot')) {
      const artist = openArtist();
      stopping.push(artist.close);
      const slack = await startSlack({
        transport: transportOf(config),
        botToken: env.SLACK_BOT_TOKEN ?? '',
        slackApiUrl: env.SLACK_API_URL,
        teams: env.SLACK_TEAMS,
        commands: [...catalog.commands.keys()],
        lang: env.FETTLE_LANGUAGE,
        look: { nameOf: namesOf(inventory.estate) },
        draw: artist.draw,
        owner: OWNER,
        desk: inside.desk,
        runs: inside.runs,
        posts: store.posts,
        standings: store.standings,
        isNamed: (userId) => config.policy.people.some(({ slack }) => slack === userId),
        bell,
        log,
      });
      state.slack = slack;
      stopping.push(() => slack.stop());
    }
    log.info({ roles, hosts: inventory.estate.hosts.length, healthPort: health.port }, 'Fettle is ready');
    return { stop, healthPort: health.port };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function storeReady(settings: Settings): Promise<Store> {
  const { config, log } = settings;
  for (;;) {
    try {
      return await openStore(await storeOptions(config, log));
    } catch (error) {
      if (!(error instanceof StoreUnavailable)) throw error;
      log.warn(
        { host: config.env.MYSQL_HOST, port: config.env.MYSQL_PORT, problem: error.message },
        'MySQL does not answer; trying again',
      );
      await later(RETRY_MS);
    }
  }
}

/** Waits for Redis, and refuses one that would lose or evict work. */
async function redisReady({ config, log }: Settings): Promise<void> {
  for (;;) {
    const seen = await checkRedis({ url: config.env.REDIS_URL });
    if (seen.ok) {
      for (const warning of seen.warnings) log.warn(say(warning, 'en'));
      return;
    }
    if (!seen.away) throw new Error(seen.problems.map((problem) => say(problem, 'en')).join(' '));
    log.warn({ redis: new URL(config.env.REDIS_URL).host }, 'Redis does not answer; trying again');
    await later(RETRY_MS);
  }
}

/** What people call a system or an app; a host is called by its name. */
function namesOf({ systems, apps }: Estate): (id: string) => Words | undefined {
  const titles = new Map([...systems, ...apps].map(({ id, title }) => [id, title]));
  return (id) => titles.get(id);
}

/** Every change of a run rings, so that nobody waits for the next look. */
function ringing(runs: RunStore, bell: Bell): RunStore {
  return {
    ...runs,
    create: async (...args) => {
      const made = await runs.create(...args);
      bell.ring(made.run.id);
      return made;
    },
    apply: async (...args) => {
      const applied = await runs.apply(...args);
      if (applied.ok) bell.ring(applied.run.id);
      return applied;
    },
  };
}

/** The same for what people begin. */
const ringingAdmission = (admission: Admission, bell: Bell): Admission => ({
  ...admission,
  begin: async (...args) => {
    const admitted = await admission.begin(...args);
    if (admitted.kind === 'begun') bell.ring(admitted.run.id);
    return admitted;
  },
});

/** Hands over what was recorded while the queue was away. */
async function sendWaiting(runs: RunStore, dispatch: Dispatch, log: Log): Promise<void> {
  for (const run of await runs.undelivered(TIDY_MS / 1000)) await handOver({ runs, dispatch, log }, run);
}

/** Looks what has come, whatever rings, and keeps the clock at what the store has. What the inventory declares comes first. */
function patrolling(patrol: Patrol, queues: Queues, { env, inventory }: Config): () => Promise<void> {
  const zone = inventory.estate.timeZone;
  let isDeclared = false;
  return async () => {
    if (!isDeclared) {
      const [team = ''] = env.SLACK_TEAMS;
      await patrol.declare(
        inventory.schedules.map((schedule) => ({ lang: env.FETTLE_LANGUAGE, ...schedule, team })),
      );
      isDeclared = true;
    }
    const schedules = await patrol.look();
    await queues.keepRinging(
      schedules.flatMap(({ id, cron, nextAt }) => (nextAt === undefined ? [] : [{ id, cron, zone }])),
    );
  };
}

/** Repeats until stopped, never two at a time; a failure is logged and tried again. */
function every(ms: number, log: Log, work: () => Promise<void>): () => Promise<void> {
  let stopped = false;
  let wake: () => void = () => undefined;
  const loop = (async () => {
    while (!stopped) {
      await work().catch((error: unknown) => log.warn({ error }, 'a periodic task failed; trying again'));
      await Promise.race([later(ms), new Promise<void>((resolve) => (wake = resolve))]);
    }
  })();
  return async () => {
    stopped = true;
    wake();
    await loop;
  };
}

const later = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms).unref());

export const isRole = (name: string): name is keyof typeof ROLES => name in ROLES;

/** Runs until SIGINT or SIGTERM; resolves with the exit code. Problems are listed on standard error. */
export async function serve(roles: readonly Role[], folder = process.cwd()): Promise<number> {
  const read = await readSettings(folder, process.env);
  if (!read.ok) return complain(read.problems.map(showProblem));
  const missing = roles.includes('bot') ? slackProblems(read.settings.config.env) : [];
  if (missing.length > 0) return complain(missing.map(showProblem));
  const { log } = read.settings;
  try {
    const running = await startFettle(read.settings, roles);
    const signal = await new Promise<string>((resolve) => {
      for (const each of ['SIGINT', 'SIGTERM'] as const) process.once(each, () => resolve(each));
    });
    log.info({ signal }, 'stopping: work in progress is finished or handed back');
    await running.stop();
    return 0;
  } catch (error) {
    return complain([error instanceof Error ? error.message : String(error)]);
  }
}

function complain(lines: readonly string[]): number {
  process.stderr.write(`Fettle cannot start:\n${lines.map((line) => `  ${line}`).join('\n')}\n`);
  return 1;
}
