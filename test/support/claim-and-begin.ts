import { openStore } from '../../src/store/index.ts';
import { RunId } from '../../src/runs/run.ts';
import type { Step } from '../../src/kit/index.ts';

/** A worker that claims a run, begins its first step, says so, and then does nothing more: it is there to be killed. */
const { options, id, target, step } = JSON.parse(process.argv[2] ?? '') as {
  readonly options: Parameters<typeof openStore>[0];
  readonly id: string;
  readonly target: string;
  readonly step: Step;
};
const store = await openStore(options);
const claim = await store.journal.claim(RunId.parse(id), target, 'child');
if (!claim || !(await store.journal.begin(claim, 1, step))) throw new Error('the run could not be claimed');
process.stdout.write(`${JSON.stringify(claim)}\n`);
setInterval(() => undefined, 60_000);
