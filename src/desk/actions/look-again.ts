import { sentences, words } from '../../kit/index.ts';
import { type Run, RunId, shortId } from '../../runs/run.ts';
import { decisionOn } from '../decide-unknown.ts';
import { may } from '../may.ts';
import { systemOf } from '../deps.ts';
import type { ButtonReply } from '../port.ts';
import { says } from '../says.ts';
import type { RunAction, RunPress } from './action.ts';

/** Has somebody look what became of a run of which nobody knows. */
export const lookAgain: RunAction = { press };

/** Hands an `unknown` run to a worker that looks, and does nothing else: this one, or the one that stands in its way. For whoever may look at the system, or may say what became of the run. */
async function press({ deps, button, run: from, arrival: { person } }: RunPress): Promise<ButtonReply> {
  const run = button.arg === undefined ? from : await deps.runs.get(RunId.parse(button.arg));
  if (!run) return says('That run is not in the store.', '找不到该任务。');
  const decision = may(deps, person, 'look', [systemOf(deps, run.plan?.playbook ?? '')]);
  if (decision.verdict === 'no' && decisionOn(deps, run, person).verdict === 'no')
    return { kind: 'says', says: decision.because };
  if (run.outcome !== 'unknown') return settled(run);
  await deps.audit.write({ actor: person, action: 'look again', runId: run.id, decision: 'run' });
  try {
    await deps.dispatch.send(run);
  } catch (error) {
    deps.log.warn({ runId: run.id, error }, 'the queue cannot be reached; the run is looked at later');
    return says(
      'The queue cannot be reached now. Press again in a minute; it is also looked at by itself.',
      '目前无法连接队列，请稍后再试。系统也会自动核对。',
    );
  }
  return says(
    `A worker looks at run ${shortId(run.id)} now. What it sees is shown in that run's thread.`,
    `正在核对任务 ${shortId(run.id)}，结果将显示在该任务的消息列中。`,
  );
}

/** Somebody, or a look, was faster. */
function settled(run: Run): ButtonReply {
  return {
    kind: 'says',
    says: sentences(words('This is settled meanwhile.', '结果已经确定。'), run.says ?? words('', '')),
  };
}
