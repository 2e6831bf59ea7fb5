import { setTimeout as pause } from 'node:timers/promises';
import mysql, { type RowDataPacket } from 'mysql2/promise';
import { FEW_APPS } from '../lab/estate/apps/index.ts';
import type { Entry } from '../lab/workspace/feed.ts';
import type { WorkspaceOptions } from '../lab/workspace/index.ts';
import type { Practice } from '../scripts/practice.ts';
import { ALLOWANCES } from '../src/runs/admission.ts';
import { type Bare, openBare } from './bare.ts';
import type { Benchmark } from './benchmark.ts';
import { digits, percentile, printAim, printTable } from './figures.ts';
import { practiceFor } from './on-practice.ts';

const PER_SECOND = 50;
/** Until every inspection must have ended. */
const MOST_MINUTES = 15;
/** So long after the last command one may still be recorded: the bot tries again while the database is away. */
const RECORDED_LATE_MS = 20_000;

/** Many people typing at once: a bot, a worker, MariaDB and Redis on this machine, the commands through the local workspace. */
export const commands: Benchmark = {
  name: 'commands',
  says: `${PER_SECOND} commands a second through the local workspace`,
  async run(setting) {
    const { seconds = 20 } = setting;
    const count = PER_SECOND * seconds;
    const crowd = crowdFor(count);
    const practice = await practiceFor(setting, {
      estate: { apps: BROKERS },
      schedules: [],
      workspace: crowd,
      policy: policyOf(crowd),
    });
    const bare = await openBare(setting, practice);
    const typing = new AbortController();
    const alone = besides(bare, typing.signal);
    const acknowledged = await typeAll(practice, crowd, count).finally(() => typing.abort());
    const least = await alone;
    const times = acknowledged.map(({ tookMs }) => tookMs);
    const inTime = acknowledged.filter(({ answer }) => answer === 'acked').length;
    console.log(
      `${count} typed in ${seconds} s by ${crowd.people.length} people in ${crowd.channels.length} channels:\n`,
    );
    printTable(
      ['ms', 'half of them', '99 of 100', 'all'],
      [
        ['acknowledged within', ...spreadOf(times)],
        ['meanwhile a call of Slack, a commit and a job, each alone', ...spreadOf(least)],
        [
          'acknowledged ÷ these alone',
          ...[0.5, 0.99, 1].map((share) => digits(percentile(times, share) / percentile(least, share))),
        ],
      ],
    );
    console.log('now their inspections');
    const began = performance.now();
    const runs = await allEnded(practice, count);
    const tookMinutes = (performance.now() - began) / 60_000;
    console.log('');
    printTable(
      ['', ''],
      [
        ['commands typed', String(count)],
        ['acknowledged', String(inTime)],
        ['recorded as runs', String(runs.recorded)],
        ['carried out', String(runs.done)],
        ['minutes until the last was', digits(tookMinutes)],
      ],
    );
    printAim('acknowledged within, 99 of 100 commands', percentile(times, 0.99), 100, 'ms');
    printAim('commands lost', count - Math.min(inTime, runs.done), 0, 'commands');
  },
};

const spreadOf = (values: readonly number[]): readonly string[] =>
  [0.5, 0.99, 1].map((share) => digits(percentile(values, share)));

/** Each person has as much under way as one may have, and each channel no more than it may have, even if nothing ends meanwhile. */
const EACH = Math.min(ALLOWANCES.person.atOnce, ALLOWANCES.person.aMinute);
const IN_CHANNEL = Math.floor(Math.min(ALLOWANCES.channel.atOnce, ALLOWANCES.channel.aMinute) / EACH);
/** A host for each command of a channel: the same one asked for twice would be one inspection. */
const BROKERS = FEW_APPS.filter(({ id }) => id === 'msgbroker').map((app) => ({
  ...app,
  hosts: EACH * IN_CHANNEL,
}));

type Crowd = Required<Pick<WorkspaceOptions, 'people' | 'channels'>>;

/** As many people as the limits want for so many commands. Their channels are private, so that nobody is led to another's inspection. */
function crowdFor(count: number): Crowd {
  const people = Array.from({ length: Math.ceil(count / EACH) }, (_, n) => ({
    id: `U0P${n}`,
    name: `person.${n}`,
    realName: `Person ${n}`,
    title: 'Operator',
    email: `person.${n}@practice-bank.example`,
  }));
  const channels = Array.from({ length: Math.ceil(people.length / IN_CHANNEL) }, (_, n) => ({
    id: `C0C${n}`,
    name: `channel-${n}`,
    private: true,
    members: people.slice(n * IN_CHANNEL, (n + 1) * IN_CHANNEL).map(({ id }) => id),
  }));
  return { people, channels };
}

/** Everybody may look, nobody may change. */
function policyOf({ people }: Crowd): object {
  const keys = people.map(({ name }) => name.replace('.', '-'));
  return {
    people: Object.fromEntries(people.map(({ id, realName }, n) => [keys[n], { name: realName, slack: id }])),
    roles: { viewer: keys, approver: keys.slice(0, 2) },
    allow: [{ roles: ['viewer'], actions: ['inspect'] }],
    confirm: Object.fromEntries(
      ['low', 'risky', 'dangerous'].map((risk) => [risk, { approvals: 1, roles: ['approver'], self: false }]),
    ),
  };
}

const BESIDE_EVERY_MS = 100;

/** Repeats the calls that no command can do without, at the same time as the commands: how busy everything is. Milliseconds. */
async function besides(bare: Bare, signal: AbortSignal): Promise<readonly number[]> {
  const took: number[] = [];
  while (!signal.aborted) {
    took.push((await bare.slack()) + (await bare.commit()) + (await bare.queue()));
    await pause(BESIDE_EVERY_MS);
  }
  return took;
}

interface Acknowledged {
  readonly answer: string;
  readonly tookMs: number;
}

/** Types at an even pace, whatever becomes of what was typed before; everybody once before anybody types again. */
async function typeAll(
  { workspace, estate }: Practice,
  { people, channels }: Crowd,
  count: number,
): Promise<readonly Acknowledged[]> {
  const { client } = workspace;
  const before = await client.now();
  const typed: Promise<unknown>[] = [];
  const began = performance.now();
  for (let k = 0; k < count; k += 1) {
    await pause(Math.max(0, began + (k * 1000) / PER_SECOND - performance.now()));
    const at = k % people.length;
    const turn = Math.floor(k / people.length);
    const host = estate.hosts[(at % IN_CHANNEL) * EACH + turn]?.name ?? '';
    const channel = channels[Math.floor(at / IN_CHANNEL)]?.id ?? '';
    typed.push(client.type(people[at]?.id ?? '', channel, `/inspect ${host}`));
  }
  const refused = (await Promise.allSettled(typed)).filter(({ status }) => status === 'rejected');
  if (refused.length > 0) console.log(`${refused.length} commands could not be typed`);
  return (await client.events(before, 0)).flatMap(acknowledgement);
}

const acknowledgement = ({ change }: Entry): readonly Acknowledged[] =>
  change.type === 'delivery' && change.kind === 'slash_commands'
    ? [{ answer: change.answer, tookMs: change.took_ms }]
    : [];

/** Waits until every run has ended and nothing more can be recorded, or the time is over. */
async function allEnded(
  { mysqlPort }: Practice,
  count: number,
): Promise<{ readonly recorded: number; readonly done: number }> {
  const connection = await mysql.createConnection({ host: '127.0.0.1', port: mysqlPort, user: 'root' });
  const rows = async (where: string): Promise<number> => {
    const [[row]] = await connection.query<RowDataPacket[]>(
      `select count(*) as n from fettle.run where ${where}`,
    );
    return Number(row?.['n']);
  };
  const began = performance.now();
  try {
    for (;;) {
      const done = await rows("state = 'ended' and json_value(body, '$.outcome') = 'done'");
      const waitedMs = performance.now() - began;
      const isOver =
        done >= count ||
        waitedMs > MOST_MINUTES * 60_000 ||
        (waitedMs > RECORDED_LATE_MS && (await rows("state <> 'ended'")) === 0);
      if (isOver) return { recorded: await rows('true'), done };
      await pause(1000);
    }
  } finally {
    await connection.end();
  }
}
