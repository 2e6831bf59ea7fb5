import { setImmediate, setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import type { Task } from '../../../src/inspecting/ask-all.ts';
import { helpWith, type Named, shareTasks, type Sharing } from '../../../src/inspecting/fan-out.ts';
import type { PortionProgress, PortionStore } from '../../../src/runs/ports.ts';
import { newRunId } from '../../../src/runs/run.ts';

interface Kept {
  readonly hosts: readonly string[];
  owner?: string;
  body?: string;
  progress?: PortionProgress;
}

/** Portions in memory; an owner that is lost holds nothing any more. */
function memory(): {
  readonly portions: PortionStore;
  readonly kept: Map<number, Kept>;
  readonly lose: (owner: string) => void;
} {
  const kept = new Map<number, Kept>();
  return {
    kept,
    lose(owner) {
      for (const part of kept.values())
        if (part.owner === owner && part.body === undefined) delete part.owner;
    },
    portions: {
      lay: async (_, portions) => {
        if (kept.size === 0) portions.forEach((hosts, no) => kept.set(no, { hosts }));
      },
      take: async (_, owner) => {
        await setImmediate();
        for (const [no, part] of kept) {
          if (part.owner !== undefined || part.body !== undefined) continue;
          part.owner = owner;
          return { no, hosts: part.hosts };
        }
        return undefined;
      },
      hold: async (_, owner, how) => {
        for (const progress of how) {
          const part = kept.get(progress.no);
          if (part?.owner === owner) part.progress = progress;
        }
      },
      finish: async (_, no, body) => {
        const part = kept.get(no);
        if (part) part.body ??= body;
      },
      look: async () =>
        [...kept].map(([no, { owner, progress, body, hosts }]) => ({
          no,
          done: body === undefined ? (progress?.done ?? 0) : hosts.length,
          waitingFor: body === undefined ? (progress?.waitingFor ?? []) : [],
          finished: body !== undefined,
          held: owner !== undefined,
        })),
      fetch: async (_, no) => kept.get(no)?.body,
      clear: async () => kept.clear(),
    },
  };
}

const NAMES = Array.from({ length: 95 }, (_, k) => `h-${k}`);

/** Tasks that answer with their name and who asked. */
const tasksOf = (
  who: string,
  ask?: (name: string, signal: AbortSignal) => Promise<unknown>,
): Task<string>[] =>
  NAMES.map((name) => ({
    name,
    ask: async (signal) => {
      await (ask ? ask(name, signal) : setImmediate());
      return `${name} by ${who}`;
    },
    cancelled: (begun) => `${name} ${begun ? 'cut off' : 'cancelled'}`,
    failed: () => `${name} failed`,
  }));

const sharing = (
  owner: string,
  portions: PortionStore,
  over: Partial<Sharing<string>> = {},
): Sharing<string> => ({
  runId: newRunId(),
  owner,
  portions,
  tasks: tasksOf(owner),
  atOnce: 8,
  signal: new AbortController().signal,
  encode: JSON.stringify,
  decode: (body) => JSON.parse(body) as readonly Named<string>[],
  pause: (ms) => delay(Math.min(ms, 5)),
  ...over,
});

/** Of a worker that goes on. */
const going = new AbortController().signal;
const nobody = async (): Promise<void> => undefined;
const silent = (): void => undefined;
const whoOf = (answer: string): string => answer.split(' by ')[1] ?? answer;

describe('an inspection that is shared', () => {
  it('is done alone when nobody helps, every host once, in order', async () => {
    const { portions, kept } = memory();
    const told: [number, number][] = [];
    const answers = await shareTasks(
      sharing('a', portions),
      nobody,
      ({ done, total }) => void told.push([done, total]),
    );
    expect(answers).toEqual(NAMES.map((name) => `${name} by a`));
    expect(told.at(-1)).toEqual([95, 95]);
    expect(kept.size).toBe(0);
  });

  it('is done by two, each a part of the hosts, every host once', async () => {
    const { portions } = memory();
    const asked: string[] = [];
    const count = async (name: string): Promise<void> => {
      asked.push(name);
      await delay(1);
    };
    let helping: Promise<unknown> = Promise.resolve();
    const answers = await shareTasks(
      sharing('a', portions, { tasks: tasksOf('a', count) }),
      async (helpers) => {
        expect(helpers).toBe(4);
        helping = helpWith(sharing('b', portions, { tasks: tasksOf('b', count) }), going);
      },
      silent,
    );
    await helping;
    expect(answers.map((answer) => answer.split(' ')[0])).toEqual(NAMES);
    expect(new Set(answers.map(whoOf))).toEqual(new Set(['a', 'b']));
    expect(asked.toSorted()).toEqual([...NAMES].sort());
  });

  it('takes back what a lost helper had', async () => {
    const { portions, lose } = memory();
    const never = new AbortController();
    const stuck = (): Promise<unknown> => new Promise(() => undefined);
    const answers = await shareTasks(
      sharing('a', portions),
      async () => {
        void helpWith(sharing('b', portions, { tasks: tasksOf('b', stuck), signal: never.signal }), going);
        await portions.take(newRunId(), 'b');
        setTimeout(() => lose('b'), 30);
      },
      silent,
    );
    expect(answers).toEqual(NAMES.map((name) => `${name} by a`));
  });

  it('asks again what another version answered', async () => {
    const { portions } = memory();
    let helping: Promise<unknown> = Promise.resolve();
    const answers = await shareTasks(
      sharing('a', portions, { decode: () => undefined }),
      async () => {
        helping = helpWith(sharing('b', portions), going);
      },
      silent,
    );
    await helping;
    expect(answers).toEqual(NAMES.map((name) => `${name} by a`));
  });

  it('goes on alone when help cannot be called', async () => {
    const { portions } = memory();
    const answers = await shareTasks(sharing('a', portions), () => Promise.reject(new Error('away')), silent);
    expect(answers).toHaveLength(95);
  });

  it('keeps what has answered when it is cancelled, and asks nobody else', async () => {
    const { portions } = memory();
    const stop = new AbortController();
    let asked = 0;
    const ask = async (_: string, signal: AbortSignal): Promise<void> => {
      asked += 1;
      if (asked === 20) queueMicrotask(() => stop.abort());
      if (asked > 12)
        await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    };
    const answers = await shareTasks(
      sharing('a', portions, { tasks: tasksOf('a', ask), signal: stop.signal }),
      nobody,
      silent,
    );
    expect(answers).toHaveLength(95);
    expect(asked).toBe(20);
    expect(answers.filter((answer) => answer.endsWith('cancelled'))).toHaveLength(75);
  });

  it('has what a helper brings when it is cancelled, too, and names who was begun and brought nothing', async () => {
    const { portions, lose } = memory();
    const stop = new AbortController();
    const untilCut = (_: string, signal: AbortSignal): Promise<unknown> =>
      new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    const never = (): Promise<unknown> => new Promise(() => undefined);
    const helpers: Promise<unknown>[] = [];
    const answers = await shareTasks(
      sharing('a', portions, { tasks: tasksOf('a', untilCut), signal: stop.signal }),
      async () => {
        // One hears of it and brings what it has; one is lost with what it had begun.
        helpers.push(
          helpWith(sharing('b', portions, { tasks: tasksOf('b', untilCut), signal: stop.signal }), going),
        );
        void helpWith(sharing('c', portions, { tasks: tasksOf('c', never) }), going);
        setTimeout(() => stop.abort(), 60);
        setTimeout(() => lose('c'), 120);
      },
      silent,
    );
    await Promise.all(helpers);
    const counted = (end: string): number => answers.filter((answer) => answer.endsWith(end)).length;
    expect(answers).toHaveLength(95);
    expect([counted('by a'), counted('by b'), counted('cut off')]).toEqual([8, 8, 8]);
    expect(counted('cancelled')).toBe(95 - 24);
  });

  it('does not take for an answer what a worker that stops has cut short', async () => {
    const { portions, lose } = memory();
    const stop = new AbortController();
    const begun = latch();
    const untilCut = (_: string, signal: AbortSignal): Promise<unknown> => {
      begun.release();
      return new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    };
    let helping: Promise<unknown> = Promise.resolve();
    const answers = await shareTasks(
      sharing('a', portions, { tasks: tasksOf('a', () => begun.promise) }),
      async () => {
        const b = sharing('b', portions, { tasks: tasksOf('b', untilCut), signal: stop.signal });
        helping = helpWith(b, stop.signal).then(() => lose('b'));
        void begun.promise.then(() => stop.abort());
      },
      silent,
    );
    await helping;
    expect(answers).toEqual(NAMES.map((name) => `${name} by a`));
  });

  it('has the answers of a helper also when the database was away as it wanted to leave them', async () => {
    const { portions, kept } = memory();
    let away = 2;
    const finish: PortionStore['finish'] = async (...args) => {
      away -= 1;
      if (away >= 0) throw new Error('away');
      return portions.finish(...args);
    };
    const { runId } = sharing('b', portions);
    await portions.lay(runId, [NAMES.slice(0, 20), NAMES.slice(20, 40)]);
    expect(await helpWith(sharing('b', { ...portions, finish }), going)).toBe(40);
    expect([...kept.values()].filter(({ body }) => body !== undefined)).toHaveLength(2);
  });

  it('does not ask its own hosts again when its lease has lapsed meanwhile', async () => {
    const { portions, lose } = memory();
    const { promise, release } = latch();
    const asked: string[] = [];
    const ask = async (name: string): Promise<void> => {
      asked.push(name);
      if (name === 'h-3') await promise;
      // The database was away for longer than a lease.
      if (asked.length === 60) lose('a');
      if (asked.length === 95) release();
    };
    const answers = await shareTasks(sharing('a', portions, { tasks: tasksOf('a', ask) }), nobody, silent);
    expect(answers).toHaveLength(95);
    expect(asked).toHaveLength(95);
  });

  it('tells who is under way, the longest first, wherever that is', async () => {
    const { portions } = memory();
    const { promise, release } = latch();
    let slowest: readonly string[] = [];
    // Whoever of the two has it.
    const ask = (name: string): Promise<unknown> => (name === 'h-3' ? promise : delay(2));
    await shareTasks(
      sharing('a', portions, { tasks: tasksOf('a', ask) }),
      async () => {
        void helpWith(sharing('b', portions, { tasks: tasksOf('b', ask) }), going);
      },
      ({ done, underWay }) => {
        if (done !== 94) return;
        slowest = underWay.map(({ name }) => name);
        release();
      },
    );
    expect(slowest).toEqual(['h-3']);
  });

  it('is not held up by one host that hangs', async () => {
    const { portions } = memory();
    const { promise, release } = latch();
    const told: number[] = [];
    const all = shareTasks(
      sharing('a', portions, { tasks: tasksOf('a', (name) => (name === 'h-3' ? promise : setImmediate())) }),
      nobody,
      ({ done }) => {
        told.push(done);
        if (done === 94) release();
      },
    );
    expect(await all).toHaveLength(95);
    expect(told).toContain(94);
  });
});

function latch(): { readonly promise: Promise<void>; readonly release: () => void } {
  let release = (): void => undefined;
  const promise = new Promise<void>((resolve) => {
    release = resolve;
  });
  return { promise, release: () => release() };
}
