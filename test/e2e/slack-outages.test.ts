import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { WorkspaceClient } from '../../lab/workspace/client.ts';
import type { Fault } from '../../lab/workspace/faults.ts';
import { type Practice, startPractice } from '../../scripts/practice.ts';
import { freshFolder, ask, type Keeper, keeper, runInState, standing, threadOnce } from './acting.ts';

let practice: Practice;
let client: WorkspaceClient;
let keep: Keeper;

beforeAll(async () => {
  practice = await startPractice({ folder: await freshFolder('e2e-slack'), port: 0 });
  client = practice.workspace.client;
  keep = keeper(practice);
}, 120_000);
afterEach(async () => {
  await client.clearFaults();
});
afterAll(async () => {
  await practice?.stop();
}, 60_000);

/** The parts of the run's thread, in order, each as often as it stands there. */
async function partsOf(typed: string): Promise<readonly string[]> {
  const run = await runInState(keep, typed, 'ended');
  const shown = async () => {
    const [row] = await keep.rows('select revision - shown_revision as behind from fettle.run where id = ?', [
      run,
    ]);
    return Number(row?.['behind']);
  };
  await expect.poll(shown, { timeout: 45_000, interval: 100 }).toBe(0);
  return (await standing(practice, 'C0OPS'))
    .filter((key) => key.startsWith(run))
    .map((key) => key.slice(run.length + 1))
    .sort();
}

const WHOLE = ['app:msgbroker', 'app:msgconsole', 'questions', 'top'];

describe('a result', { timeout: 80_000 }, () => {
  it('has a top message and one for each app', async () => {
    await ask(practice, '/inspect mq');
    expect(await partsOf('/inspect mq')).toEqual(WHOLE);
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
    for (const fault of faults) await client.inject(fault);
    await ask(practice, typed);
    expect(await partsOf(typed)).toEqual(WHOLE);
  });

  it('arrives when the connection breaks on the way', async () => {
    const asked = await ask(practice, '/inspect mq');
    await client.disconnect('drop');
    expect(await threadOnce(client, asked, /nothing to report/)).toContain('Message broker');
    await client.waitFor((change) => change.type === 'socket' && change.open > 0, { after: asked.after });
    const again = await ask(practice, '/inspect msgconsole');
    expect(await threadOnce(client, again, /nothing to report/)).toContain('MQ console');
  });

  it('is one run when the same request is delivered three times', async () => {
    const before = await keep.rows('select id from fettle.run');
    for (const [words, shows] of [
      ['/inspect msgbroker', '/inspect msgbroker'],
      ['@Fettle inspect msgbroker-2', '/inspect msgbroker-2'],
    ] as const) {
      await client.duplicateNext(2);
      const asked = await ask(practice, words, { typed: shows });
      await threadOnce(client, asked, /nothing to report/);
    }
    const after = await keep.rows('select id from fettle.run');
    expect(after).toHaveLength(before.length + 2);
  });

  it('is one run when its button is delivered three times', async () => {
    const asked = await ask(practice, '/inspect msgbroker-3');
    await threadOnce(client, asked, /"action_id":"fettle:again/);
    const before = await keep.rows('select id from fettle.run');
    const now = await client.now();
    await client.duplicateNext(2);
    await client.click({ as: 'U0LIN', channel: 'C0OPS', ts: asked.ts }, 'Again');
    const { ts } = await client.waitForMessage(
      { channel: 'C0OPS', says: /inspect msgbroker-3/ },
      { after: now, timeoutMs: 20_000 },
    );
    await threadOnce(client, { channel: 'C0OPS', ts, after: now }, /nothing to report/);
    expect(await keep.rows('select id from fettle.run')).toHaveLength(before.length + 1);
  });
});
