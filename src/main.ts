import { randomUUID } from 'node:crypto';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Catalog, loadCatalog } from './catalog/catalog.ts';
import { authorityOf, readPrivateFile, readPublicFile } from './config/grant-keys.ts';
import { type LiveConfig, openLiveConfig } from './config/live.ts';
import { type Config, loadConfig } from './config/load.ts';
import { type Problem, showProblem } from './config/problems.ts';
import { startChanger, tellHealth } from './changer-process.ts';
import { openDesk } from './desk/desk.ts';
import { type DeskDeps, handOver } from './desk/deps.ts';
import { openDueSchedules, type DueSchedules } from './desk/due-schedules.ts';
import { type Readiness, serveHealth } from './http/health.ts';
import { type Estate, mask, say, visible, type Words } from './kit/index.ts';
import type { Inside } from './inside.ts';
import { openLiveInside } from './live-inside.ts';
import { type Log, openLog } from './log.ts';
import { cautions } from './policy/cautions.ts';
import { isListed, maySeeOutside, type Policy } from './policy/policy.ts';
import { openPolicyStanding, type PolicyStanding } from './policy-standing.ts';
import { checkRedis, openRunNotifier, openQueues, openWorkers, type Queues } from './queue/index.ts';
import { openChartRenderer } from './chart/renderer.ts';
import { SWEEP_MS } from './changing/reconcile.ts';
import { type JudgeAside, openJudgeAside } from './inspecting/judge-aside.ts';
import { leaveUnreadable } from './runner/leave-unreadable.ts';
import { openRunner } from './runner/worker.ts';
import { systemsOf } from './inspecting/scope.ts';
import type { Admission } from './runs/admission.ts';
import type { Authority } from './runs/authority.ts';
import type { RunNotifier, CallForHelp, Dispatch, RunStore } from './runs/ports.ts';
import { redisOptions, storeOptions, targetOptions, transportOf } from './options.ts';
import { type SlackSide, startSlack } from './slack/index.ts';
import { openStore, type Store, StoreUnavailable } from './store/index.ts';
import { openTargets } from './targets/index.ts';

/** The folder that holds commands/ and playbooks/. */
export const CODE = path.dirname(path.dirname(fileURLToPath(import.meta.url)));
/** Names this process in claims and in the ledger of posts. */
const OWNER = `${os.hostname()}-${process.pid}-${randomUUID().slice(0, 8)}`;
/** What can be started, by name. A worker has its changes performed by a changer, in a process of its own beside it. */
export const ROLES = {
  start: ['bot', 'worker'],
  bot: ['bot'],
  worker: ['worker'],
  changer: ['changer'],
} as const;
export type Role = (typeof ROLES)[keyof typeof ROLES][number];

/** Seconds that work in progress gets when Fettle is asked to stop. */
const GRACE_SECONDS = 20;
/** A step that has begun is waited for. */
const CHANGER_GRACE_MS = (GRACE_SECONDS + 15) * 1000;
/** Inspections that one worker looks at together. */
const READS_AT_ONCE = 4;
/** Plans that one changer makes together, and changes that it performs together: no two whose places overlap, which the database sees to. */
const PLANS_AT_ONCE = 4;
const CHANGES_AT_ONCE = 16;
const RETRY_MS = 3000;
const TIDY_MS = 5000;
/** Between two looks at the files of the configuration; a new text counts at the second. */
const LOOK_MS = 1000;

export interface Settings {
  readonly config: Config;
  /** As the file says it now. */
  readonly policy: () => Policy;
  readonly folder: string;
  readonly catalog: Catalog;
  readonly log: Log;
}

/** Definitions and configuration, read and checked; or every problem with them. */
export async function readSettings(
  folder: string,
  environment: NodeJS.ProcessEnv,
  roles: readonly Role[] = ['worker'],
): Promise<
  | { readonly ok: true; readonly settings: Settings }
  | { readonly ok: false; readonly problems: readonly Problem[] }
> {
  const catalog = await loadCatalog(CODE);
  const { known, fixes } = definitionsOf(catalog);
  const loaded = await loadConfig(folder, environment, known, { fixes, roles });
  if (!loaded.ok) return loaded;
  const { config } = loaded;
  return {
    ok: true,
    settings: {
      config,
      policy: () => config.policy,
      folder,
      catalog,
      log: openLog(config.env.FETTLE_LOG_LEVEL),
    },
  };
}

/** Definitions that the files of the configuration are checked against. */
export const definitionsOf = ({ inspections, playbooks }: Catalog) => ({
  known: [...inspections.values()],
  fixes: [...playbooks.values()].map(({ name, system, risk, irreversible, tells }) => ({
    name,
    system,
    risk,
    irreversible: irreversible !== undefined,
    tells,
  })),
});

export async function openInside(
  { config, policy, catalog, log }: Settings,
  store: Store,
  authority: Authority,
  dispatch: (inside: Pick<Inside, 'runner'>) => Dispatch,
  notifier: RunNotifier,
  callForHelp?: CallForHelp,
  outdated?: PolicyStanding['outdated'],
  inSlack?: Pick<DeskDeps, 'canShow' | 'canRead'>,
  judge?: JudgeAside,
): Promise<Inside> {
  const { env, inventory } = config;
  const { estate } = inventory;
  const targets = openTargets(await targetOptions(config));
  const runs = notifying(store.runs, notifier);
  const { buttons, history, audit, now } = store;
  const standing = outdated ? { outdated } : {};
  const deps = { estate, catalog, policy, runs, buttons, history, audit, now, log, ...standing };
  const runner = openRunner({
    ...deps,
    owner: OWNER,
    journal: store.journal,
    keys: authority.keys,
    unknown: store.unknown,
    brackets: store.brackets,
    readOnly: store.readOnly,
    posts: store.posts,
    portions: store.portions,
    ...(callForHelp ? { callForHelp } : {}),
    ...(judge ? { judge } : {}),
    targets,
    notifier,
  });
  const asking: DeskDeps = {
    ...deps,
    authority,
    dispatch: dispatch({ runner }),
    schedules: store.schedules,
    locks: store.locks,
    brackets: store.brackets,
    readOnly: store.readOnly,
    posts: store.posts,
    canShow: async () => true,
    ...(inSlack
      ? {
          ...inSlack,
          admission: notifyingAdmission(store.admission, notifier),
          unreadable: store.unreadable,
        }
      : {}),
    systemsOf: (scope) => systemsOf(scope, estate, [...catalog.inspections.values()]),
  };
  const [desk, dueSchedules] = [openDesk(asking), openDueSchedules(asking)];
  log.debug({ hosts: estate.hosts.length, language: env.FETTLE_LANGUAGE }, 'ready inside');
  return {
    store,
    runs,
    runner,
    desk,
    dueSchedules,
    close: () => targets.close(),
  };
}

/** Where a process stands: the folder of its configuration, and whether another process of Fettle started it. */
export interface Place {
  readonly folder: string;
  readonly isChild: boolean;
}

/** Starts the given roles and returns how to stop them. Waits, saying so, for as long as MySQL or Redis are away. */
async function startFettle(
  begun: Settings,
  roles: readonly Role[],
  { folder, isChild }: Place,
): Promise<{ readonly stop: () => Promise<void>; readonly healthPort: number }> {
  const { config, catalog, log } = begun;
  const { env } = config;
  const stopping: (() => Promise<void>)[] = [];
  const live = watchFiles(begun, roles, stopping);
  const settings: Settings = { ...begun, policy: live.policy };
  const state: {
    store?: Store;
    standing?: PolicyStanding;
    slack?: Pick<SlackSide, 'isConnected' | 'canShow' | 'canRead'>;
  } = {};
  const redis = { ...(await redisOptions(config)), prefix: env.REDIS_PREFIX, log };
  const queues = openQueues(redis);
  // Begun first: it loads while we do.
  const changer = roles.includes('worker')
    ? startChanger({ log, folder, graceMs: CHANGER_GRACE_MS })
    : undefined;
  const checks: Readiness[] = [
    {
      name: 'mysql',
      problem: async () => (state.store ? state.store.ping().then(() => undefined) : 'not connected yet'),
    },
    { name: 'redis', problem: () => (queues.isUp() ? undefined : 'does not answer') },
    ...(roles.includes('bot')
      ? [{ name: 'slack', problem: () => (state.slack?.isConnected() ? undefined : 'not connected') }]
      : []),
    ...(changer ? [changer.readiness] : []),
    ...(roles.includes('changer') ? [{ name: 'grants', problem: () => cannotVerify(env) }] : []),
  ];
  const notes: Readiness[] = [
    {
      name: 'configuration',
      problem: () => live.problems().map(showProblem).join('; ') || undefined,
    },
    { name: 'policy', problem: () => state.standing?.note() },
  ];
  // A child has no door of its own: whoever started it is asked.
  const health = isChild
    ? { port: 0, stop: async () => undefined }
    : await serveHealth({
        host: env.FETTLE_HTTP_HOST,
        port: env.FETTLE_HTTP_PORT,
        checks,
        notes,
      }).catch(async (error: unknown) => {
        await changer?.stop();
        throw error;
      });
  if (isChild) {
    const beQuiet = tellHealth(checks);
    stopping.push(async () => beQuiet());
  }
  const stop = async (): Promise<void> => {
    // Both at once: each may need its whole time.
    const changed = changer?.stop();
    for (const each of stopping.splice(0).reverse()) await each();
    await changed;
    await queues.close();
    await health.stop();
  };

  try {
    await redisReady(settings);
    const store = await storeReady(settings);
    state.store = store;
    stopping.push(store.close);
    const standing = openPolicyStanding(store.policies, live.policyFile, OWNER, log);
    state.standing = standing;
    stopping.push(every(TIDY_MS, log, () => standing.outdated().then(() => undefined)));
    const notifier = openRunNotifier(redis);
    stopping.push(() => notifier.close());
    const authority = authorityOf(env, { signs: roles.includes('bot') });
    const inventory = live.inventory();
    const { inside, use } = await openLiveInside(
      (newest) =>
        openJudged(newest, log, (judge) =>
          openInside(
            { ...settings, config: { ...config, inventory: newest } },
            store,
            authority,
            () => queues,
            notifier,
            queues.callForHelp,
            standing.outdated,
            {
              canShow: async (channel, slackId) =>
                state.slack ? state.slack.canShow(channel, slackId) : true,
              canRead: async (channel, slackId) => (await state.slack?.canRead(channel, slackId)) ?? false,
            },
            judge,
          ),
        ),
      inventory,
      log,
    );
    stopping.push(inside.close);
    stopping.push(every(LOOK_MS, log, following(live.inventory, inventory, use)));

    await tellOfKeys(settings, roles);
    if (roles.includes('worker') || roles.includes('changer')) {
      const workers = openWorkers({
        ...redis,
        queues: roles.includes('changer') ? ['plan', 'change'] : ['read', 'help'],
        perform: leaveUnreadable(inside.runner, log),
        givenUp: (id) => void inside.runner.giveUp(id),
        ...(roles.includes('worker') ? { ring: inside.dueSchedules.ring } : {}),
        concurrency: { read: READS_AT_ONCE, plan: PLANS_AT_ONCE, changes: CHANGES_AT_ONCE },
      });
      stopping.push(() => workers.close(GRACE_SECONDS));
    }
    if (roles.includes('changer')) {
      stopping.push(every(TIDY_MS, log, () => inside.runner.tidy()));
      stopping.push(every(SWEEP_MS, log, () => inside.runner.sweep()));
    }
    stopping.push(every(TIDY_MS, log, () => sendWaiting(inside.runs, queues, log)));
    if (!roles.includes('changer'))
      stopping.push(every(TIDY_MS, log, startingDue(inside.dueSchedules, queues, env, live.inventory)));
    if (roles.includes('bot')) {
      const renderer = openChartRenderer();
      stopping.push(renderer.close);
      const slack = await startSlack({
        transport: transportOf(config),
        botToken: env.SLACK_BOT_TOKEN ?? '',
        slackApiUrl: env.SLACK_API_URL,
        teams: env.SLACK_TEAMS,
        commands: [...catalog.commands.keys()],
        lang: env.FETTLE_LANGUAGE,
        look: { nameOf: (id) => namesOf(live.inventory().estate)(id) },
        draw: renderer.draw,
        owner: OWNER,
        desk: inside.desk,
        runs: inside.runs,
        posts: store.posts,
        unreadable: store.unreadable,
        scheduleEdits: store.scheduleEdits,
        standings: store.standings,
        isNamed: (userId, team) => isListed(settings.policy(), userId, team),
        mayShare: (channel) => maySeeOutside(settings.policy(), channel),
        notifier,
        log,
      });
      state.slack = slack;
      stopping.push(() => slack.stop());
    }
    log.info(
      { roles, hosts: live.inventory().estate.hosts.length, healthPort: health.port },
      'Fettle is ready',
    );
    return { stop, healthPort: health.port };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** An inside whose answers are judged in a thread of their own, which goes by the same inventory and ends with it. */
async function openJudged(
  { estate }: Config['inventory'],
  log: Log,
  open: (judge: JudgeAside) => Promise<Inside>,
): Promise<Inside> {
  const judge = openJudgeAside({ code: CODE, estate, log });
  const inside = await open(judge);
  return {
    ...inside,
    async close() {
      await inside.close();
      await judge.close();
    },
  };
}

/** A changer without public keys performs no change; it plans all the same. */
async function cannotVerify(env: Config['env']): Promise<string | undefined> {
  const known = await readPublicFile(env.FETTLE_GRANT_PUBLIC_FILE);
  return known.ok ? undefined : `no change is performed: ${known.because}`;
}

async function tellOfKeys({ config: { env }, log }: Settings, roles: readonly Role[]): Promise<void> {
  if (roles.includes('bot')) {
    const signing = await readPrivateFile(env.FETTLE_GRANT_KEY_FILE);
    if (!signing.ok)
      log.error({ problem: signing.because }, 'nothing can be confirmed: approvals cannot be signed');
  }
  if (roles.includes('changer')) {
    const problem = await cannotVerify(env);
    if (problem !== undefined) log.error({ problem }, 'this process performs no change');
  }
}

/** Looks at the files until stopped, at once when told by SIGHUP, and says what came of it. */
function watchFiles(
  { config, folder, catalog, log }: Settings,
  roles: readonly Role[],
  stopping: (() => Promise<void>)[],
): LiveConfig {
  const live = openLiveConfig({
    ...definitionsOf(catalog),
    folder,
    roles,
    first: config,
    onPolicy: ({ version: from }, { version: to }) =>
      log.info({ from, to, owner: live.policyFile().owner }, `policy changed ${from} → ${to}`),
    onInventory: ({ estate }) =>
      log.info({ hosts: estate.hosts.length }, 'inventory changed; what begins from now on goes by it'),
    onRefused: (problems) =>
      log.error(
        { problems: problems.map(showProblem) },
        'the new configuration is refused; the one before stays in force',
      ),
  });
  const hear = (): void =>
    void live.lookNow().catch((error: unknown) => log.warn({ error }, 'the files could not be read'));
  process.on('SIGHUP', hear);
  stopping.push(async () => void process.off('SIGHUP', hear));
  stopping.push(every(LOOK_MS, log, live.look));
  return live;
}

/** Has everything that begins go by the newest inventory. */
function following(
  inventoryNow: LiveConfig['inventory'],
  begunWith: Config['inventory'],
  use: (inventory: Config['inventory']) => Promise<void>,
) {
  let used = begunWith;
  return async (): Promise<void> => {
    const inventory = inventoryNow();
    if (inventory === used) return;
    await use(inventory);
    used = inventory;
  };
}

async function storeReady(settings: Settings): Promise<Store> {
  const { config, policy, log } = settings;
  for (;;) {
    try {
      return await openStore(await storeOptions(config, log, policy));
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
async function redisReady({ config, log }: Pick<Settings, 'config' | 'log'>): Promise<void> {
  for (;;) {
    const seen = await checkRedis(await redisOptions(config));
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

/** Notifies on every change of a run, so that nobody waits for the next look. */
function notifying(runs: RunStore, notifier: RunNotifier): RunStore {
  return {
    ...runs,
    create: async (...args) => {
      const made = await runs.create(...args);
      notifier.notify(made.run.id);
      return made;
    },
    apply: async (...args) => {
      const applied = await runs.apply(...args);
      if (applied.ok) notifier.notify(applied.run.id);
      return applied;
    },
  };
}

/** The same for what people begin. */
const notifyingAdmission = (admission: Admission, notifier: RunNotifier): Admission => ({
  ...admission,
  begin: async (...args) => {
    const admitted = await admission.begin(...args);
    if (admitted.kind === 'begun') notifier.notify(admitted.run.id);
    return admitted;
  },
});

/** Hands over what was recorded while the queue was away. */
async function sendWaiting(runs: RunStore, dispatch: Dispatch, log: Log): Promise<void> {
  for (const run of await runs.undelivered(TIDY_MS / 1000)) await handOver({ runs, dispatch, log }, run);
}

/** Starts due schedules even without a notification, and keeps the clock at what the store has. What the inventory declares comes first. */
function startingDue(
  dueSchedules: DueSchedules,
  queues: Queues,
  env: Config['env'],
  inventoryNow: LiveConfig['inventory'],
): () => Promise<void> {
  let declared: Config['inventory'] | undefined;
  return async () => {
    const inventory = inventoryNow();
    const zone = inventory.estate.timeZone;
    if (declared !== inventory) {
      const [team = ''] = env.SLACK_TEAMS;
      await dueSchedules.declare(
        inventory.schedules.map((schedule) => ({ lang: env.FETTLE_LANGUAGE, ...schedule, team })),
      );
      declared = inventory;
    }
    const schedules = await dueSchedules.startDue();
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

/** Runs until SIGINT or SIGTERM, a child also until its parent is gone; resolves with the exit code. Problems are listed on standard error. */
export async function serve(
  roles: readonly Role[],
  { folder = process.cwd(), isChild = false }: Partial<Place> = {},
): Promise<number> {
  const asked = untilAsked(isChild);
  const read = await readSettings(folder, process.env, roles);
  if (!read.ok) return complain(read.problems.map(showProblem));
  const { log } = read.settings;
  // The process that started this child has logged it.
  if (!isChild) sayWhatIsOpen(read.settings);
  try {
    const running = await Promise.race([
      startFettle(read.settings, roles, { folder, isChild }),
      // Asked before it was up: what was begun ends with the process.
      asked.then((): undefined => undefined),
    ]);
    const signal = await asked;
    log.info({ signal }, 'stopping: work in progress is finished or handed back');
    await running?.stop();
    return 0;
  } catch (error) {
    return complain([error instanceof Error ? error.message : String(error)]);
  }
}

/** One line at the start: what is let be as it is, and what in the policy is worth a look. */
function sayWhatIsOpen({ config, log }: Settings): void {
  const { exposures, inventory, policy } = config;
  const { environment } = inventory.estate;
  if (exposures.length > 0)
    log.warn(
      { environment, open: exposures.map(({ name, path: at }) => `${name} (${at})`) },
      'open in this configuration; production refuses it unless FETTLE_ALLOW names it',
    );
  const seen = cautions(policy);
  if (seen.length > 0) log.warn({ policy: policy.version, seen }, 'policy.yaml is worth a look');
}

/** Heard from the first moment on: a parent may be gone before its child is up. */
const untilAsked = (isChild: boolean): Promise<string> =>
  new Promise((resolve) => {
    for (const each of ['SIGINT', 'SIGTERM'] as const) process.once(each, () => resolve(each));
    if (isChild) process.once('disconnect', () => resolve('the parent is gone'));
    if (isChild && !process.connected) resolve('the parent is gone');
  });

function complain(lines: readonly string[]): number {
  process.stderr.write(
    `Fettle cannot start:\n${visible(mask(lines.map((line) => `  ${line}`).join('\n')))}\n`,
  );
  return 1;
}
