import type { Fault } from '../../../lab/workspace/faults.ts';
import type { Attempt, FaultClass, Performed } from '../programme.ts';
import { planned, press } from '../trial.ts';
import { pause } from '../waiting.ts';

const METHODS = ['chat.postMessage', 'chat.update', '*'] as const;

const failing = (name: string, fault: (method: string, times: number) => Fault): Attempt => ({
  name,
  async perform(trial): Promise<Performed> {
    const { rig, random } = trial;
    const shown = await planned(trial);
    const { client } = rig.practice.workspace;
    await client.inject(fault(random.pick(METHODS), random.between(1, 3)));
    const faultAt = performance.now();
    void press(trial, shown, 'Confirm');
    return { shown, faultAt };
  },
});

const disconnected: Attempt = {
  name: 'socket cut',
  async perform(trial): Promise<Performed> {
    const { rig, random } = trial;
    const shown = await planned(trial);
    void press(trial, shown, 'Confirm');
    await pause(random.between(0, 1500));
    const faultAt = performance.now();
    await rig.practice.workspace.client.disconnect(random.pick(['drop', 'refresh']));
    return { shown, faultAt };
  },
};

export const slackFails: FaultClass = {
  name: 'Slack',
  title: '429, 500 and silence before or after the effect, errors, cut sockets',
  share: 10,
  tries: [
    failing('429', (method, times) => ({ kind: '429', method, times, retryAfter: 1 })),
    failing('500 before', (method, times) => ({ kind: '500', method, times, afterEffect: false })),
    failing('500 after', (method, times) => ({ kind: '500', method, times, afterEffect: true })),
    failing('hangs before', (method) => ({ kind: 'hang', method, times: 1, afterEffect: false })),
    failing('hangs after', (method) => ({ kind: 'hang', method, times: 1, afterEffect: true })),
    disconnected,
  ],
};
