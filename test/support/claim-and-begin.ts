import { openStore } from '../../src/store/index.ts';
import { RunId } from '../../src/runs/run.ts';
import { anyWarrant } from './signed.ts';
import type { Step } from '../../src/kit/index.ts';

/** A worker that claims a run, begins its first step, says so, and then does nothing more: it is there to be killed. */
const { options, id, step } = JSON.parse(process.argv[2] ?? '') as {
  readonly options: Parameters<typeof openStore>[0];
  readonly id: string;
  readonly step: Step;
};
const store = await openStore(options);
const claim = await store.journal.claim(RunId.parse(id), () => ['database:d'], 'child', anyWarrant);
if (!claim || !(await store.journal.begin(claim, 1, step))) throw new Error('the run could not be claimed');
process.stdout.write(`${JSON.stringify(claim)}\n`);
setInterval(() => undefined, 60_000);
