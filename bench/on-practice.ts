import { type Practice, type PracticeOptions, startPractice } from '../scripts/practice.ts';
import type { Setting } from './benchmark.ts';

/** A practice estate with a bot and a worker, ended with the measurement. */
export async function practiceFor(
  { folder, started }: Pick<Setting, 'folder' | 'started'>,
  options: Omit<PracticeOptions, 'folder'>,
): Promise<Practice> {
  const starting = startPractice({ ...options, folder });
  // It ends by itself what it had begun when it cannot start.
  started(() =>
    starting.then(
      (practice) => practice.stop(),
      () => undefined,
    ),
  );
  const practice = await starting;
  await practice.workspace.client.waitForApp();
  return practice;
}
