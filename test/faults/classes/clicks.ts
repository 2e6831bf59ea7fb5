import type { Attempt, FaultClass, Performed } from '../programme.ts';
import { APPROVER, ASKER, planned, press, runsOf } from '../trial.ts';

const tenAtOnce: Attempt = {
  name: 'ten at once by two people',
  async perform(trial): Promise<Performed> {
    const shown = await planned(trial);
    const faultAt = performance.now();
    await Promise.all(
      Array.from({ length: 10 }, (_, n) => press(trial, shown, 'Confirm', n % 2 === 0 ? APPROVER : ASKER)),
    );
    return { shown, faultAt };
  },
};

const bothAtOnce: Attempt = {
  name: 'Confirm and Cancel at once',
  async perform(trial): Promise<Performed> {
    const shown = await planned(trial);
    const faultAt = performance.now();
    const both = [() => press(trial, shown, 'Confirm', APPROVER), () => press(trial, shown, 'Cancel', ASKER)];
    if (trial.random.next() < 0.5) both.reverse();
    await Promise.all(both.map((each) => each()));
    return { shown, faultAt };
  },
};

const deliveredFourTimes: Attempt = {
  name: 'one that is delivered four times',
  async perform(trial): Promise<Performed> {
    const shown = await planned(trial);
    await trial.rig.practice.workspace.client.duplicateNext(3);
    const faultAt = performance.now();
    await press(trial, shown, 'Confirm');
    return { shown, faultAt };
  },
};

const tooLate: Attempt = {
  name: 'after the time for it',
  async perform(trial): Promise<Performed> {
    const shown = await planned(trial);
    await trial.rig.database.change(
      `update fettle.run set not_after = now(3) - interval 1 second,
         body = json_set(body, '$.notAfter', date_format(utc_timestamp(3) - interval 1 second, '%Y-%m-%dT%H:%i:%s.000Z'))
       where id = ?`,
      [shown.runId],
    );
    const faultAt = performance.now();
    await press(trial, shown, 'Confirm');
    if ((await runsOf(trial)).some(({ state }) => state === 'approved' || state === 'running'))
      trial.found.push({ kind: 'false', says: 'a Confirm after its time counted' });
    return { shown, faultAt };
  },
};

export const clicks: FaultClass = {
  name: 'clicks',
  title: 'ten at once by two people, Confirm and Cancel, delivered four times, after the time for it',
  share: 8,
  tries: [tenAtOnce, bothAtOnce, deliveredFourTimes, tooLate],
};
