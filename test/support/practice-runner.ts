import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { inject } from 'vitest';
import type { PracticeApp } from '../../lab/estate/apps/app.ts';
import { compiled } from '../../scripts/compiled.ts';
import type { Runner } from '../../src/runner/worker.ts';
import { makeKeyPair } from '../../src/runs/keys.ts';
import type { Person, Run } from '../../src/runs/run.ts';
import { testEstate, type TestEstate } from '../lab/estate/practice.ts';
import { freshStore, type FreshStore } from './fresh-store.ts';
import { openPracticeWorker, type Orders, reachOf } from './practice-worker.ts';
import { confirmAs, recordChange, replyAs } from './signed.ts';

/** A worker on a practice estate: a playbook is asked for, planned, confirmed and performed as between the desk and the queue. */
export interface PracticeRunner {
  readonly practice: TestEstate;
  readonly fresh: FreshStore;
  readonly runner: Runner;
  /** Planned, or refused. */
  readonly planned: (playbook: string, args: Readonly<Record<string, unknown>>, by?: Person) => Promise<Run>;
  /** The plan that puts back what this run did. */
  readonly puttingBack: (run: Run) => Promise<Run>;
  /** Confirmed and performed until it ends, or waits. */
  readonly performed: (run: Run, signal?: AbortSignal) => Promise<Run>;
  /** Done by a person as the plan says, and gone on with. */
  readonly saidDone: (run: Run) => Promise<Run>;
  /** Hears of every step whose effect on a host has just happened. */
  readonly hear: (struck: ((step: number) => Promise<void>) | undefined) => void;
  readonly run: (id: Run['id']) => Promise<Run>;
  /** Confirmed and performed by a process of its own, which is killed there; `effects` are those that it sent. */
  readonly lost: (
    run: Run,
    at: { readonly dieAt: NonNullable<Orders['dieAt']>; readonly step: number },
  ) => Promise<number>;
  /** Everything that goes on by itself, until it has ended. */
  readonly untilEnded: (run: Run) => Promise<Run>;
  /** Everything of this system that is not ok, as `host check`. */
  readonly red: (system: string) => Promise<readonly string[]>;
  readonly close: () => Promise<void>;
}

const LIN = { id: 'lin', name: 'Lin Wei' };

export async function practiceRunner(apps: readonly PracticeApp[]): Promise<PracticeRunner> {
  const practice = await testEstate({ apps, faults: [] });
  const fresh = await freshStore();
  const { store } = fresh;
  const pair = makeKeyPair();
  const reach = reachOf(practice.estate, pair.publicPem);
  let struck: ((step: number) => Promise<void>) | undefined;
  const { runner, close } = await openPracticeWorker(reach, store, {
    at: async (moment, step) => {
      if (moment === 'after the effect') await struck?.(step);
    },
  });
  const get = async (id: Run['id']): Promise<Run> => {
    const run = await store.runs.get(id);
    if (!run) throw new Error(`no run ${id}`);
    return run;
  };
  const read = async ({ id }: Run): Promise<Run> => {
    await runner.read(id, new AbortController().signal);
    return get(id);
  };
  const change = async (id: Run['id'], signal = new AbortController().signal): Promise<Run> => {
    await runner.change(id, signal);
    return get(id);
  };
  return {
    practice,
    fresh,
    runner,
    run: get,
    hear: (listener) => {
      struck = listener;
    },
    planned: async (playbook, args, by = LIN) =>
      read(await recordChange(store, pair, by, { kind: 'change', playbooks: [playbook], args })),
    puttingBack: async ({ id }) =>
      read(await recordChange(store, pair, LIN, { kind: 'rollback', of: id }, 'put-back')),
    async performed({ id }, signal) {
      await confirmAs(store, pair, id, LIN);
      return change(id, signal);
    },
    async saidDone({ id }) {
      await replyAs(store, pair, id, LIN, 'done');
      return change(id);
    },
    async lost(run, { dieAt, step }) {
      await confirmAs(store, pair, run.id, LIN);
      const tally = path.join(practice.folder, `tally-${run.id}`);
      const orders: Orders = {
        reach,
        mysqlPort: inject('mysqlPort'),
        ownSchema: fresh.schema,
        runId: run.id,
        tally,
        dieAt,
        dieStep: step,
        leaseSeconds: 4,
      };
      const child = spawn(
        process.execPath,
        [...(await compiled('test/support/practice-worker.ts')), JSON.stringify(orders)],
        { stdio: ['ignore', 'inherit', 'inherit'] },
      );
      const [, signal] = await once(child, 'exit');
      if (signal !== 'SIGKILL') throw new Error('the worker was to be killed, and ended by itself');
      return (await readFile(tally, 'utf8').catch(() => '')).split('\n').filter(Boolean).length;
    },
    async untilEnded({ id }) {
      for (;;) {
        await runner.sweep();
        await runner.change(id, new AbortController().signal);
        const run = await get(id);
        if (run.state === 'ended') return run;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    },
    async red(system) {
      const ask = { kind: 'inspect', scope: { kind: 'system', ids: [system] } } as const;
      const { id } = await recordChange(store, pair, LIN, ask);
      await runner.read(id, new AbortController().signal);
      const { report } = await get(id);
      if (!report) throw new Error('no report');
      const bad = report.findings.filter(({ state }) => state !== 'ok');
      return bad.map(({ host, app, check }) => `${host ?? app} ${check}`);
    },
    async close() {
      await close();
      await fresh.close();
      await practice.stop();
    },
  };
}
