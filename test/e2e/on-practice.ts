import { rm } from 'node:fs/promises';
import path from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import type { WorkspaceClient } from '../../lab/workspace/client.ts';
import { type Practice, type PracticeOptions, startPractice } from '../../scripts/practice.ts';
import { type Keeper, keeper } from './acting.ts';

/** A practice estate of its own; all but `folder` can be read from the first `beforeAll` on. */
export interface OnPractice {
  /** Where its files are. */
  readonly folder: string;
  readonly practice: Practice;
  readonly client: WorkspaceClient;
  readonly keep: Keeper;
}

/** For the tests of the file or `describe` that asks for it: started before the first, with nothing left of an earlier time, and ended after the last. */
export function onPractice(name: string, options: Omit<PracticeOptions, 'folder' | 'port'> = {}): OnPractice {
  const folder = path.resolve('.fettle', name);
  let started: Practice | undefined;
  const running = (): Practice => {
    if (!started) throw new Error('the practice estate is not started yet');
    return started;
  };
  beforeAll(async () => {
    await rm(folder, { recursive: true, force: true });
    started = await startPractice({ ...options, folder, port: 0 });
  }, 120_000);
  afterAll(() => started?.stop(), 60_000);
  return {
    folder,
    get practice() {
      return running();
    },
    get client() {
      return running().workspace.client;
    },
    get keep() {
      return keeper(running());
    },
  };
}
