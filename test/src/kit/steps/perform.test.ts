import { describe, expect, it } from 'vitest';
import { type Hands, type Step, words } from '../../../../src/kit/index.ts';
import { lookAtStep, performStep, type StepFrame } from '../../../../src/kit/index.ts';
import type { OnceAnswer, OnceLook, Targets } from '../../../../src/kit/targets.ts';
import { estateOf } from '../../../support/estates.ts';
import { noContainers } from '../../../support/no-containers.ts';

const estate = estateOf({
  hosts: [{ name: 'h', app: 'a', site: 's', address: '127.0.0.1', port: 22 }],
});
const step: Step = {
  kind: 'request',
  method: 'POST',
  title: words('S', '信'),
  from: { host: 'h' },
  url: 'http://127.0.0.1:1/',
  body: { type: 'json', text: '{}' },
};
const frame: StepFrame = {
  runId: '3f0e9f9e-7b1a-4a57-9d0e-0b6c2f9d8a11' as StepFrame['runId'],
  no: 1,
  fence: 1,
  since: new Date(),
};
const holds = () => Promise.reject(new Error('nothing to look at'));
const T = new Date('2026-11-29T10:00:00.000Z').getTime();

function targetsThat(answer: OnceAnswer, look: OnceLook = { kind: 'begun' }) {
  const sent: string[] = [];
  const targets: Pick<Targets, 'rows' | 'once' | 'requests'> = {
    requests: { send: async () => ({ kind: 'no-answer', sent: false, detail: '' }) },
    rows: {
      deleteRows: async () => ({ kind: 'unknown', detail: '' }),
      insertRows: async () => ({ kind: 'unknown', detail: '' }),
      lookAtRows: async () => ({ present: [], changed: [], absent: [] }),
    },
    once: {
      run: async ({ name }) => {
        sent.push(name);
        return answer;
      },
      look: async () => look,
      cancel: async () => look,
    },
  };
  return { targets, sent };
}
const tell: Hands['tell'] = { send: async () => 'told', seen: async () => 'told', told: async () => [] };
const perform = (answer: OnceAnswer, workerAheadSeconds = 0, given = step, permit = async () => true) => {
  const { targets, sent } = targetsThat(answer);
  const clocks = { here: () => new Date(T + workerAheadSeconds * 1000), database: async () => new Date(T) };
  return {
    sent,
    answer: performStep(given, frame, permit, {
      ...targets,
      containers: noContainers,
      estate,
      clocks,
      holds,
      tell,
    }),
  };
};

describe('what a reply proves', () => {
  const kindOf = async (status: number): Promise<string> =>
    (await perform({ kind: 'done', status, body: '' }).answer).kind;

  it('is an effect for 2xx, none for refusals given before anything is done, and nothing for the rest', async () => {
    const without = [400, 401, 403, 404, 405, 411, 413, 414, 415, 417, 421, 422, 425, 426, 428, 429, 431];
    for (let status = 100; status <= 999; status += 1) {
      const expected =
        status >= 200 && status < 300 ? 'done' : without.includes(status) ? 'without-effect' : 'unknown';
      expect(`${status} ${await kindOf(status)}`).toBe(`${status} ${expected}`);
    }
  });
});

describe('clocks that disagree', () => {
  it.each([
    ['the worker is 3 h ahead', 10_800, -10_800, 'The clock of this worker is 10800 s off'],
    ['the worker is 3 h behind', -10_800, 10_800, 'The clock of this worker is 10800 s off'],
    ['the worker is 20 s ahead', 20, -20, 'The clock of this worker is 20 s off'],
    ['the host is 60 s ahead', 0, 60, 'The clock of the host is 60 s off'],
    ['the host is 60 s behind', 0.2, -60.2, 'The clock of the host is 60 s off'],
    ['both are off', 30, 30, 'The clocks of the host (60 s) and of this worker (30 s) are off'],
  ])('are told apart by the database: %s', async (_, worker, hostToWorker, says) => {
    const { answer } = perform({ kind: 'clock', aheadSeconds: hostToWorker }, worker);
    expect(await answer).toMatchObject({
      kind: 'without-effect',
      says: { en: expect.stringContaining(says) as string },
    });
  });
});

describe('a request', () => {
  it('does not leave without a permit, nor when the permit cannot be asked for', async () => {
    const permits = [
      async () => false,
      async () => {
        throw new Error('the store is away');
      },
    ];
    for (const permit of permits) {
      const { sent, answer } = perform({ kind: 'done', status: 200, body: '' }, 0, step, permit);
      expect(await answer).toMatchObject({ kind: 'without-effect' });
      expect(sent).toEqual([]);
    }
  });

  it('of a host that left the inventory was not sent now, and is not known of before', async () => {
    const gone: Step = { ...step, from: { host: 'gone' } };
    expect(await perform({ kind: 'done', status: 200, body: '' }, 0, gone).answer).toMatchObject({
      kind: 'without-effect',
    });
    const { targets } = targetsThat({ kind: 'done', status: 200, body: '' });
    expect(
      await lookAtStep(gone, frame, {
        ...targets,
        containers: noContainers,
        estate,
        clocks: { here: () => new Date(), database: async () => new Date() },
        holds,
        tell,
      }),
    ).toMatchObject({ kind: 'unknown' });
  });

  it('says in whole sentences why it did not leave', async () => {
    const { answer } = perform({ kind: 'failed', detail: 'no connection in time' });
    expect((await answer).says.en).toBe('Not sent: no connection in time.');
  });
});
