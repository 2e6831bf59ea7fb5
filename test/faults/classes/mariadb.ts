import type { Attempt, FaultClass, Performed } from '../programme.ts';
import { signal } from '../rig.ts';
import { planned, press, type Shown, type Trial } from '../trial.ts';
import { pause } from '../waiting.ts';

async function soonAfterConfirm(trial: Trial): Promise<Shown> {
  const { rig, random, order } = trial;
  const shown = await planned(trial);
  if (order.kind === 'rows') rig.way.delayMs = random.pick([0, 60]);
  void press(trial, shown, 'Confirm');
  await pause(random.between(0, 1200));
  return shown;
}

/** Ends every session of these accounts, again and again for a while. */
async function endSessions({ rig }: Trial, accounts: readonly string[], forMs: number): Promise<void> {
  const end = performance.now() + forMs;
  do {
    const sessions = await rig.database.rows('select id, user from information_schema.processlist');
    for (const { id, user } of sessions)
      if (accounts.includes(String(user)))
        await rig.database.change(`kill ${Number(id)}`).catch(() => undefined);
    await pause(15);
  } while (performance.now() < end);
}

const ownSessions: Attempt = {
  name: 'sessions of Fettle’s own database ended',
  async perform(trial): Promise<Performed> {
    const shown = await soonAfterConfirm(trial);
    await endSessions(trial, ['fettle'], trial.random.between(50, 1500));
    return { shown, faultAt: performance.now() };
  },
};

const estateSessions: Attempt = {
  name: 'sessions of the estate’s database ended',
  kind: 'rows',
  async perform(trial): Promise<Performed> {
    const shown = await soonAfterConfirm(trial);
    await endSessions(trial, ['fettle_read', 'fettle_change'], trial.random.between(50, 1500));
    return { shown, faultAt: performance.now() };
  },
};

const readOnly: Attempt = {
  name: 'read-only for some seconds',
  async perform(trial): Promise<Performed> {
    const { rig, random } = trial;
    const shown = await soonAfterConfirm(trial);
    await rig.database.change('set global read_only = 1');
    await pause(random.between(1000, 8000));
    await rig.database.change('set global read_only = 0');
    return { shown, faultAt: performance.now() };
  },
};

const killed: Attempt = {
  name: 'killed',
  async perform(trial): Promise<Performed> {
    const { rig } = trial;
    const shown = await soonAfterConfirm(trial);
    signal(await rig.processes.mariadbServer(), 'SIGKILL');
    await rig.practice.mariadb.stop();
    await rig.practice.mariadb.start();
    return { shown, faultAt: performance.now() };
  },
};

const frozen: Attempt = {
  name: 'frozen',
  async perform(trial): Promise<Performed> {
    const { rig, random } = trial;
    const shown = await soonAfterConfirm(trial);
    const pid = await rig.processes.mariadbServer();
    signal(pid, 'SIGSTOP');
    await pause(random.between(2, 15) * 1000);
    signal(pid, 'SIGCONT');
    return { shown, faultAt: performance.now() };
  },
};

export const mariadbLost: FaultClass = {
  name: 'MariaDB',
  title: 'sessions ended, read-only, SIGKILL, frozen; Fettle’s own and the estate’s',
  share: 10,
  tries: [ownSessions, estateSessions, readOnly, killed, frozen],
};
