import { existsSync } from 'node:fs';
import type { Attempt, FaultClass, Performed } from '../programme.ts';
import { planned, press } from '../trial.ts';

/** Debian's faketime: shifts what a process takes for the time, and leaves what it measures waits with. */
const LIBRARIES = ['x86_64', 'aarch64'].map(
  (machine) => `/usr/lib/${machine}-linux-gnu/faketime/libfaketimeMT.so.1`,
);
const library = LIBRARIES.find((file) => existsSync(file));

/** Whether clocks can be shifted on this machine. */
export const canShiftClocks = library !== undefined;

const shifted = (by: string): Readonly<Record<string, string>> => ({
  LD_PRELOAD: library ?? '',
  FAKETIME: by,
  FAKETIME_DONT_FAKE_MONOTONIC: '1',
  DONT_FAKE_MONOTONIC: '1',
});

/** A clock that a file sets while the process runs, the one that waits are measured with too: as after a virtual machine was paused. */
export const settable = (file: string): Readonly<Record<string, string>> => ({
  LD_PRELOAD: library ?? '',
  FAKETIME_TIMESTAMP_FILE: file,
  FAKETIME_NO_CACHE: '1',
});

const SHIFTS = ['+3h', '-3h', '+20s', '-20s'] as const;

const ofWorkers: Attempt = {
  name: 'of the workers',
  async perform(trial): Promise<Performed> {
    const { rig, random } = trial;
    await rig.processes.endWorkers();
    await rig.processes.startWorkers(2, shifted(random.pick(SHIFTS)));
    const shown = await planned(trial);
    const faultAt = performance.now();
    void press(trial, shown, 'Confirm');
    return { shown, faultAt, afterwards: () => rig.processes.endWorkers() };
  },
};

const ofTheBot: Attempt = {
  name: 'of the bot',
  async perform(trial): Promise<Performed> {
    const { rig, random } = trial;
    await rig.processes.killBot();
    await rig.processes.startBot(shifted(random.pick(SHIFTS)));
    const shown = await planned(trial);
    const faultAt = performance.now();
    void press(trial, shown, 'Confirm');
    return { shown, faultAt, afterwards: () => rig.processes.killBot() };
  },
};

export const clocksShifted: FaultClass = {
  name: 'clocks',
  title: 'three hours or twenty seconds fast or slow, of workers or of the bot',
  share: 5,
  tries: [ofWorkers, ofTheBot],
};
