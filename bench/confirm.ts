import mysql from 'mysql2/promise';
import { aciaasconnectore } from '../lab/estate/apps/basic.ts';
import { connectAnew } from '../lab/estate/resources.ts';
import type { HttpService } from '../lab/estate/service.ts';
import type { Practice } from '../scripts/practice.ts';
import { sh } from '../src/kit/index.ts';
import { openTargets } from '../src/targets/index.ts';
import { openBare } from './bare.ts';
import type { Benchmark, Setting } from './benchmark.ts';
import { digits, median, percentile, printTable, spread } from './figures.ts';
import { practiceFor } from './on-practice.ts';

const URL_THERE = 'http://localhost:8341/privateapi/conns/reinit';
const HOSTS = 20;
const LIMIT_MS = 60_000;
const AS = 'U0LIN';
const CHANNEL = 'C0OPS';

/** From the press on Confirm until the first request of the change is at its target, beside what it cannot do without. */
export const confirm: Benchmark = {
  name: 'confirm',
  says: 'from Confirm to the first effect at the target',
  async run(setting) {
    const { hosts: count = HOSTS } = setting;
    const arrivals = watchArrivals();
    const practice = await practiceFor(setting, {
      estate: { apps: [adapterWith(arrivals.service, count)], faults: [] },
      schedules: [],
    });
    const bare = await openBare(setting, practice);
    const request = openRequests(setting, practice, arrivals);
    const took: number[] = [];
    const alone = {
      slack: [] as number[],
      commit: [] as number[],
      queue: [] as number[],
      request: [] as number[],
    };
    for (const { name } of practice.estate.hosts) {
      const press = await planOn(practice, name);
      // Planning has connected to the host, and the bare request connects before it is timed: both find a connection.
      alone.slack.push(await bare.slack());
      alone.commit.push(await bare.commit());
      alone.queue.push(await bare.queue());
      alone.request.push(await request(name));
      const began = performance.now();
      const arrived = arrivals.next('PUT', name);
      await press();
      took.push((await arrived) - began);
    }
    const parts = Object.values(alone).map(median);
    const least = parts.reduce((sum, each) => sum + each, 0);
    console.log(`${took.length} changes, one after another; milliseconds:\n`);
    printTable(
      ['', 'half of them', '95 of 100', 'from–to'],
      (
        [
          ['Confirm pressed → request at the target', took],
          ['one call of Slack alone', alone.slack],
          ['one commit alone', alone.commit],
          ['one job of the queue alone', alone.queue],
          ['one request over SSH alone', alone.request],
        ] as const
      ).map(([name, all]) => [
        name,
        digits(percentile(all, 0.5)),
        digits(percentile(all, 0.95)),
        spread(all),
      ]),
    );
    console.log(
      `against one of each alone (${digits(least)} ms): ${digits(percentile(took, 0.5) / least)} ×, 95 of 100: ${digits(percentile(took, 0.95) / least)} ×`,
    );
  },
};

interface Arrivals {
  readonly service: HttpService;
  /** When the next request of this method comes to a host, as `performance.now()`. */
  readonly next: (method: string, host: string) => Promise<number>;
}

/** Notes when requests come to the port that the playbook calls, and answers as always. */
function watchArrivals(): Arrivals {
  const waiting = new Map<string, (at: number) => void>();
  return {
    service: (asked, served) => {
      const at = performance.now();
      const key = `${asked.method} ${served.host.plan.name}`;
      waiting.get(key)?.(at);
      waiting.delete(key);
      return connectAnew(asked, served);
    },
    next: (method, host) =>
      new Promise((resolve, reject) => {
        const late = setTimeout(
          () => reject(new Error(`no ${method} came to ${host} within ${LIMIT_MS / 1000} s`)),
          LIMIT_MS,
        );
        waiting.set(`${method} ${host}`, (at) => {
          clearTimeout(late);
          resolve(at);
        });
      }),
  };
}

function adapterWith(service: HttpService, hosts: number): typeof aciaasconnectore {
  const [adapter, ...beside] = aciaasconnectore.programs;
  return {
    ...aciaasconnectore,
    hosts,
    programs: [{ ...adapter, ports: { ...adapter.ports, 8341: service } }, ...beside],
  };
}

/** Asks for the change of one host; resolves, when its plan is shown, with how to confirm it. */
async function planOn(practice: Practice, host: string): Promise<() => Promise<unknown>> {
  const { client } = practice.workspace;
  await forgetLimits(practice);
  const after = await client.now();
  await client.type(AS, CHANNEL, `/run reinit-connections ${host} reason="measured"`);
  const { change } = await client.waitFor(
    (seen) =>
      (seen.type === 'message' || seen.type === 'message_changed') &&
      JSON.stringify(seen.message).includes('"action_id":"fettle:confirm'),
    { after, timeoutMs: LIMIT_MS },
  );
  if (change.type !== 'message' && change.type !== 'message_changed') throw new Error('no message');
  const threadTs = change.thread_ts ?? change.ts;
  return () => client.click({ as: AS, channel: CHANNEL, threadTs }, 'Confirm');
}

/** How much one person may ask for is measured elsewhere. */
async function forgetLimits({ mysqlPort }: Practice): Promise<void> {
  const root = await mysql.createConnection({ host: '127.0.0.1', port: mysqlPort, user: 'root' });
  await root.query('delete from fettle.asked');
  await root.end();
}

/** Sends the same request without Fettle; milliseconds from the call until it is at its target. */
function openRequests(
  { started }: Pick<Setting, 'started'>,
  { estate }: Practice,
  arrivals: Arrivals,
): (host: string) => Promise<number> {
  const targets = openTargets({
    ssh: {
      client: 'ssh2',
      user: estate.user,
      login: { kind: 'key-file', path: estate.sshKeyPath },
      hostKeys: { knownHosts: estate.knownHostsPath },
    },
    databases: { accounts: () => undefined },
  });
  started(() => targets.close());
  const run = (name: string, command = sh`true`) => {
    const host = estate.hosts.find((each) => each.name === name);
    if (!host) throw new Error(`there is no host ${name}`);
    const { address, port, app } = host;
    const limits = { timeoutSeconds: 30, outputCapBytes: 4096 };
    return targets.exec.run({ name, address, port, app, site: 'here' }, command, limits);
  };
  return async (name) => {
    await run(name);
    const began = performance.now();
    const arrived = arrivals.next('GET', name);
    const answered = run(name, sh`curl -s -m 10 ${URL_THERE}`);
    const at = await arrived;
    await answered;
    return at - began;
  };
}
