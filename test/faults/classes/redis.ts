import { Queue } from 'bullmq';
import type { Attempt, FaultClass, Performed } from '../programme.ts';
import { signal } from '../rig.ts';
import { ASKER, CHANNEL, planned, press, quietly, runsOf, type Shown, type Trial } from '../trial.ts';
import { pause, until } from '../waiting.ts';

const PREFIX = 'fettle';

async function soonAfterConfirm(trial: Trial): Promise<Shown> {
  const shown = await planned(trial);
  void press(trial, shown, 'Confirm');
  await pause(trial.random.between(0, 1200));
  return shown;
}

const killed: Attempt = {
  name: 'killed',
  async perform(trial): Promise<Performed> {
    const shown = await soonAfterConfirm(trial);
    const faultAt = performance.now();
    signal(await trial.rig.processes.redisServer(), 'SIGKILL');
    await trial.rig.practice.redis.stop();
    await trial.rig.practice.redis.start();
    return { shown, faultAt };
  },
};

const flushed: Attempt = {
  name: 'flushed',
  async perform(trial): Promise<Performed> {
    const shown = await soonAfterConfirm(trial);
    const faultAt = performance.now();
    await trial.rig.redis((redis) => redis.flushall());
    return { shown, faultAt };
  },
};

const away: Attempt = {
  name: 'away for a while',
  async perform(trial): Promise<Performed> {
    const shown = await soonAfterConfirm(trial);
    await trial.rig.practice.redis.stop();
    await pause(trial.random.between(2, 30) * 1000);
    await trial.rig.practice.redis.start();
    return { shown, faultAt: performance.now() };
  },
};

const jobLost: Attempt = {
  name: 'lost the job of a run that is an hour old',
  kind: 'signals',
  async perform(trial): Promise<Performed> {
    const { rig } = trial;
    await rig.practice.workspace.client.type(ASKER, CHANNEL, trial.typed);
    await until(async () => (await runsOf(trial))[0]?.state === 'preparing', 20_000, 5);
    await rig.processes.endWorkers();
    const [run] = await runsOf(trial);
    await rig.database.change(
      'update fettle.run set created_at = created_at - interval 61 minute, state_at = state_at - interval 61 minute, changed_at = changed_at - interval 61 minute where id = ?',
      [run?.id ?? ''],
    );
    const faultAt = performance.now();
    await rig.redis((redis) => redis.flushall());
    await rig.processes.startWorkers();
    const moved = await until(async () => {
      const now = (await quietly(() => runsOf(trial)))?.[0]?.state;
      return now === 'waiting' || now === 'ended';
    }, 40_000);
    if (moved !== true)
      trial.found.push({ kind: 'no rest', says: 'a run whose job was lost was not handed over again' });
    return { shown: undefined, faultAt, mayStand: true };
  },
};

export const redisLost: FaultClass = {
  name: 'Redis',
  title: 'SIGKILL, FLUSHALL, 2 to 30 s away, a job lost of an old run',
  share: 10,
  tries: [killed, flushed, away, jobLost],
};

/** Jobs that nobody of Fettle wrote. */
const malformed: Attempt = {
  name: 'a job that cannot be read',
  async perform(trial): Promise<Performed> {
    const { rig, random } = trial;
    const shown = await planned(trial);
    const id = `raw${random.seed}`;
    const data = random.pick(['{not json', '"', '{"runId":', '{"runId":17}']);
    await rig.redis(async (redis) => {
      await redis.hset(`${PREFIX}:change:${id}`, {
        name: 'change',
        data,
        opts: '{}',
        timestamp: String(Date.now()),
      });
      await redis.lpush(`${PREFIX}:change:wait`, id);
      await redis.zadd(`${PREFIX}:change:marker`, 0, '0');
    });
    const faultAt = performance.now();
    await pause(500);
    void press(trial, shown, 'Confirm');
    const began = await until(
      async () => (await quietly(() => runsOf(trial)))?.[0]?.state === 'ended',
      60_000,
    );
    if (began !== true) {
      trial.found.push({
        kind: 'no rest',
        says: `a change was not performed within 60 s beside a job with the data ${data}`,
      });
      await rig.redis((redis) => redis.flushall());
      await rig.processes.endWorkers();
      await rig.processes.startWorkers();
    }
    return { shown, faultAt };
  },
};

const forged: Attempt = {
  name: 'a job for a run that nobody confirmed',
  async perform(trial): Promise<Performed> {
    const { rig, random } = trial;
    const shown = await planned(trial);
    const queue = new Queue('change', { prefix: PREFIX, connection: { port: rig.practice.redisPort } });
    const faultAt = performance.now();
    const data = random.pick([
      { runId: shown.runId },
      { runId: shown.runId, approved: true },
      { runId: `${shown.runId}x` },
    ]);
    await queue.add('change', data, { jobId: `forged-${random.seed}` });
    await queue.close();
    await pause(3000);
    if ((await runsOf(trial)).some(({ state }) => state === 'running' || state === 'ended'))
      trial.found.push({ kind: 'unrecorded', says: 'a forged job moved a run that nobody had confirmed' });
    void press(trial, shown, 'Confirm');
    return { shown, faultAt };
  },
};

export const forgedJobs: FaultClass = {
  name: 'jobs of others',
  title: 'malformed jobs in the queue of changes, jobs of runs that nobody confirmed',
  share: 6,
  tries: [malformed, forged, forged],
};
