import type { Manner } from '../oracle.ts';
import type { Attempt, FaultClass, Performed } from '../programme.ts';
import { planned, press } from '../trial.ts';
import { pause } from '../waiting.ts';

const FLOW_HOST = 'acopswareorchestration-1';

/** The endpoint of one of the two tasks, or of both, behaves so. */
const endpoint = (name: string, manner: Manner): Attempt => ({
  name: `the signal endpoint ${name}`,
  kind: 'signals',
  async perform(trial): Promise<Performed> {
    const { rig, random, order } = trial;
    const shown = await planned(trial);
    const units = order.plan.flat();
    rig.engine.behave(random.pick([units.slice(0, 1), units.slice(1), units]), manner);
    const faultAt = performance.now();
    void press(trial, shown, 'Confirm');
    return { shown, faultAt };
  },
});

export const endpointLies: FaultClass = {
  name: 'signal endpoint',
  title: 'hangs before or after doing, answers 500 before or after, says 200 without doing, is slow',
  share: 8,
  tries: [
    endpoint('hangs after doing', { kind: 'hangs', does: true }),
    endpoint('hangs before doing', { kind: 'hangs', does: false }),
    endpoint('answers 500 after doing', { kind: 'answers', does: true, status: 500 }),
    endpoint('answers 500 before doing', { kind: 'answers', does: false, status: 500 }),
    endpoint('says 200 and does nothing', { kind: 'answers', does: false, status: 200 }),
    endpoint('takes five seconds', { kind: 'well', afterMs: 5000 }),
  ],
};

const sshdKilled: Attempt = {
  name: 'sshd killed in the middle of a command',
  kind: 'signals',
  async perform(trial): Promise<Performed> {
    const { rig, random, order } = trial;
    const shown = await planned(trial);
    rig.engine.behave(order.plan.flat(), { kind: 'well', afterMs: random.pick([0, 200, 600]) });
    void press(trial, shown, 'Confirm');
    await pause(random.between(0, 6000));
    const faultAt = performance.now();
    await rig.practice.estate.break('host-unreachable', FLOW_HOST);
    await rig.practice.estate.mend('host-unreachable', FLOW_HOST);
    return { shown, faultAt };
  },
};

const wayCut: Attempt = {
  name: 'the way to the database cut in the middle of a step',
  kind: 'rows',
  async perform(trial): Promise<Performed> {
    const { rig, random } = trial;
    const shown = await planned(trial);
    rig.way.delayMs = random.pick([20, 80, 200]);
    void press(trial, shown, 'Confirm');
    await pause(random.between(100, 2500));
    const faultAt = performance.now();
    rig.way.cut();
    rig.way.delayMs = 0;
    return { shown, faultAt };
  },
};

export const wayLost: FaultClass = {
  name: 'way to the target',
  title: 'sshd killed, the connection to the database cut, in the middle of a step',
  share: 5,
  tries: [sshdKilled, wayCut],
};
