import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { APP_TOKEN } from '../../../lab/workspace/index.ts';
import { textOf } from '../../../lab/workspace/json.ts';
import { loadCatalog } from '../../../src/catalog/catalog.ts';
import { createFloodGate } from '../../../src/slack/listeners/flood.ts';
import { type DeskStage, openDeskStage } from '../desk/stage.ts';
import { type Stage, stage } from './harness.ts';

/** The longest that this process worked between two beats of its loop, by its own clock: what others do on the machine does not count. */
function beat(): { readonly stop: () => number } {
  let last = process.cpuUsage();
  let longest = 0;
  const tick = (): void => {
    const { user, system } = process.cpuUsage(last);
    longest = Math.max(longest, (user + system) / 1000);
    last = process.cpuUsage();
  };
  const timer = setInterval(tick, 10);
  return {
    stop: () => {
      clearInterval(timer);
      tick();
      return longest;
    },
  };
}

describe('the gate', () => {
  it('takes forty at once of each person, one more each second, and tells once in ten seconds', () => {
    let now = 0;
    const gate = createFloodGate(() => now);
    const taken = (who: string, count: number): number =>
      Array.from({ length: count }, () => gate(who)).filter((each) => each === 'taken').length;
    expect(taken('U1', 60)).toBe(40);
    expect(taken('U2', 60)).toBe(40);
    now = 9_000;
    expect([taken('U1', 60), gate('U1')]).toEqual([9, 'told']);
    now = 10_000;
    expect([gate('U1'), gate('U1'), gate('U1')]).toEqual(['taken', 'tell', 'told']);
  });
});

describe.each(['socket', 'http'] as const)('a bot with its desk and its store, over %s', (transport) => {
  let inside: DeskStage;
  let on: Stage;
  beforeAll(async () => {
    inside = await openDeskStage({
      catalog: await loadCatalog(path.resolve('.')),
      isLimited: true,
      canRead: async () => true,
    });
    // As patient with the socket as in earnest.
    const patient = { transport: { kind: 'socket', appToken: APP_TOKEN } } as const;
    on = await stage(
      transport,
      { desk: inside.desk, ...(transport === 'socket' ? patient : {}) },
      // A full machine is slow with 600 at once; the time of this process is counted instead.
      { ackMs: 60_000 },
    );
  });
  afterAll(async () => {
    await on.stop();
    await inside.close();
  });

  it('is never silent for long while messages of 12,000 characters come', async () => {
    const { client } = on.workspace;
    const shapes = [
      `inspect schedule add x daily ${'07:30,'.repeat(2000)} mq`,
      `inspect ${'a'.repeat(12_000)}`,
      `history ${'消'.repeat(12_000)}`,
      `inspect schedule add ${'"'.repeat(12_000)}`,
      `<${'<'.repeat(12_000)}`,
      `${' '.repeat(12_000)}x`,
      `/inspect schedule add x daily ${'07:30,'.repeat(2000)} mq`,
      // The longest that are still read.
      `inspect schedule add x daily ${'07:30,'.repeat(320)} mq`,
      `inspect ${'<'.repeat(1900)}`,
      `history ${'消 '.repeat(950)}`,
    ];
    const heart = beat();
    const typed = ['U0LIN', 'U0ZHAO', 'U0CHEN'].flatMap((who) =>
      Array.from({ length: 3 }, () => shapes)
        .flat()
        .map((text) => client.type(who, 'C0OPS', text.startsWith('/') ? text : `@fettle ${text}`)),
    );
    await Promise.all(typed);
    await client.waitForMessage({ says: /characters; at most 2000/, onlyFor: 'U0LIN' });
    await new Promise((resolve) => setTimeout(resolve, 1500));
    const silentMs = heart.stop();
    process.stderr.write(`${transport}: longest silence ${Math.round(silentMs)} ms\n`);
    // The practice workspace works in this process, too.
    expect(silentMs).toBeLessThan(500);
  }, 60_000);

  it('takes a few of 600 commands of one person, answers the rest in a sentence, and every one with little work', async () => {
    const { client } = on.workspace;
    const after = await client.now();
    inside.sent.length = 0;
    const cpu = process.cpuUsage();
    const acted = await Promise.all(
      Array.from({ length: 600 }, (_, n) =>
        client.type('U0LIN', 'C0OPS', `/unstick r1_20190506058${1000 + n}`),
      ),
    );
    const { user, system } = process.cpuUsage(cpu);
    const spent = (user + system) / 1000 / acted.length;
    const took = acted.map((each) => (each.ok ? (each.tookMs ?? 0) : Infinity)).sort((a, b) => a - b);
    process.stderr.write(
      `${transport}: acks p50 ${took[300]} ms, p99 ${took[594]} ms; ${spent.toFixed(1)} ms of CPU each\n`,
    );
    expect(acted.filter(({ ok }) => !ok)).toEqual([]);
    // Slack waits 3 s: 300 of 600 are then acknowledged on one free core. The practice workspace works in this process, too.
    expect(spent).toBeLessThan(10);
    expect(inside.sent).toHaveLength(3);
    const told = (await client.events(after, 1)).flatMap(({ change }) =>
      change.type === 'message' && change.only_for === 'U0LIN' ? [textOf(change.message['text'])] : [],
    );
    expect(told).toHaveLength(597);
    expect(new Set(told).size).toBeLessThanOrEqual(2);
    expect(on.lines.filter(({ msg }) => msg === 'a request from slack failed')).toEqual([]);
    // Somebody else is answered at once.
    const other = await client.type('U0CHEN', 'C0OPS', '/inspect mq');
    expect(other.ok).toBe(true);
  }, 60_000);
});
