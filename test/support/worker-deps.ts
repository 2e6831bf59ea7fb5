import type { WorkerDeps } from '../../src/runner/worker.ts';
import type { Store } from '../../src/store/index.ts';

/** All that a worker takes from a store, and a notifier that never notifies. */
export const depsOf = ({
  runs,
  journal,
  audit,
  unknown,
  brackets,
  posts,
  readOnly,
  buttons,
  portions,
  history,
  now,
}: Store) =>
  ({
    runs,
    journal,
    audit,
    unknown,
    brackets,
    posts,
    readOnly,
    buttons,
    portions,
    history,
    now,
    notifier: { onNotify: () => () => undefined },
  }) satisfies Partial<WorkerDeps>;

export const SILENT: WorkerDeps['log'] = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** Of a process of its own: whoever started it reads the errors. */
export const ERRORS_ONLY: WorkerDeps['log'] = {
  ...SILENT,
  error: (facts, message) => process.stderr.write(`${message} ${JSON.stringify(facts)}\n`),
};
