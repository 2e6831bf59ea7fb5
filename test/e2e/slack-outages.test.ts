import { afterEach, describe, expect, it } from 'vitest';
import type { Fault } from '../../lab/workspace/faults.ts';
import { ask, runInState, standing, threadOnce } from './acting.ts';
import { onPractice } from './on-practice.ts';

const on = onPractice('e2e-slack');

afterEach(async () => {
  await on.client.clearFaults();
});

/** The parts of the run's thread, in order, each as often as it stands there. */
async function depsOf(typed: string): Promise<readonly string[]> {
  const run = await runInState(on.keep, typed, 'ended');
  const shown = async () => {
    const [row] = await on.keep.rows(
      'select revision - shown_revision as behind from fettle.run where id = ?',
      [run],
    );
    return Number(row?.['behind']);
  };
  await expect.poll(shown, { timeout: 45_000, interval: 100 }).toBe(0);
  return (await standing(on.practice, 'C0OPS'))
    .filter((key) => key.startsWith(run))
    .map((key) => key.slice(run.length + 1))
    .sort();
}

const WHOLE = ['app:msgbroker', 'app:msgconsole', 'questions', 'top'];

describe('a result', { timeout: 80_000 }, () => {
  it('has a top message and one for each app', async () => {
    await ask(on.practice, '/inspect mq');
    expect(await depsOf('/inspect mq')).toEqual(WHOLE);
  });

  it.each<[string, readonly Fault[]]>([
    ['asks for patience', [{ kind: '429', method: 'chat.postMessage', times: 2, retryAfter: 1 }]],
    ['fails without effect', [{ kind: '500', method: 'chat.postMessage', times: 2, afterEffect: false }]],
    [
      'takes the message and loses its answer',
      [{ kind: '500', method: 'chat.postMessage', times: 3, afterEffect: true }],
    ],
    [
      'fails when a message is changed',
      [
        { kind: '500', method: 'chat.update', times: 1, afterEffect: false },
        { kind: '500', method: 'chat.update', times: 1, afterEffect: true },
        { kind: '429', method: 'chat.update', times: 1, retryAfter: 1 },
      ],
    ],
  ])('arrives whole and once when Slack %s', async (_, faults) => {
    const typed = `/inspect mq`;
    for (const fault of faults) await on.client.inject(fault);
    await ask(on.practice, typed);
    expect(await depsOf(typed)).toEqual(WHOLE);
  });

  it('arrives when the connection breaks on the way', async () => {
    const asked = await ask(on.practice, '/inspect mq');
    await on.client.disconnect('drop');
    expect(await threadOnce(on.client, asked, /nothing to report/)).toContain('Message broker');
    await on.client.waitFor((change) => change.type === 'socket' && change.open > 0, { after: asked.after });
    const again = await ask(on.practice, '/inspect msgconsole');
    expect(await threadOnce(on.client, again, /nothing to report/)).toContain('MQ console');
  });

  it('is one run when the same request is delivered three times', async () => {
    const before = await on.keep.rows('select id from fettle.run');
    for (const [words, shows] of [
      ['/inspect msgbroker', '/inspect msgbroker'],
      ['@Fettle inspect msgbroker-2', '/inspect msgbroker-2'],
    ] as const) {
      await on.client.duplicateNext(2);
      const asked = await ask(on.practice, words, { typed: shows });
      await threadOnce(on.client, asked, /nothing to report/);
    }
    const after = await on.keep.rows('select id from fettle.run');
    expect(after).toHaveLength(before.length + 2);
  });

  it('is one run when its button is delivered three times', async () => {
    const asked = await ask(on.practice, '/inspect msgbroker-3');
    await threadOnce(on.client, asked, /"action_id":"fettle:again/);
    const before = await on.keep.rows('select id from fettle.run');
    const now = await on.client.now();
    await on.client.duplicateNext(2);
    await on.client.click({ as: 'U0LIN', channel: 'C0OPS', ts: asked.ts }, 'Again');
    const { ts } = await on.client.waitForMessage(
      { channel: 'C0OPS', says: /inspect msgbroker-3/ },
      { after: now, timeoutMs: 20_000 },
    );
    await threadOnce(on.client, { channel: 'C0OPS', ts, after: now }, /nothing to report/);
    expect(await on.keep.rows('select id from fettle.run')).toHaveLength(before.length + 1);
  });
});
