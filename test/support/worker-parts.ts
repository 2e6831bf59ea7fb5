import type { WorkerParts } from '../../src/runner/worker.ts';
import type { Store } from '../../src/store/index.ts';

/** All that a worker takes from a store, and a bell that nobody rings. */
export const partsOf = ({
  runs,
  journal,
  audit,
  unknown,
  brackets,
  posts,
  readOnly,
  buttons,
  parts,
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
    parts,
    history,
    now,
    bell: { onRing: () => () => undefined },
  }) satisfies Partial<WorkerParts>;

export const SILENT: WorkerParts['log'] = {
  info: () => undefined,
  warn: () => undefined,
  error: () => undefined,
};

/** Of a process of its own: whoever started it reads the errors. */
export const ERRORS_ONLY: WorkerParts['log'] = {
  ...SILENT,
  error: (facts, message) => process.stderr.write(`${message} ${JSON.stringify(facts)}\n`),
};
