import { words } from '../../kit/index.ts';
import { findingsBehind, SILENT_HOSTS } from '../../runs/report.ts';
import type { Run } from '../../runs/run.ts';
import { may } from '../may.ts';
import { type DeskDeps, systemOf } from '../deps.ts';
import type { ButtonReply } from '../port.ts';
import type { RunAction, RunPress } from './action.ts';

/** Shows what was run and what came back, to whoever may look at it. */
export const evidence: RunAction = { press };

async function press({ deps, button, run, arrival: { person } }: RunPress): Promise<ButtonReply> {
  const { arg } = button;
  const findings = run.report ? findingsBehind(run.report, arg) : [];
  const systems = findings.flatMap(
    ({ system, standsFor }) =>
      standsFor
        ?.filter(({ app }) => arg === undefined || arg === SILENT_HOSTS || app === arg)
        .map((each) => each.system) ?? system,
  );
  const decision = may(
    deps,
    person,
    'look',
    systems.length > 0 ? [...new Set(systems)] : systemsLookedAt(deps, run),
  );
  if (decision.verdict === 'no') return { kind: 'says', says: decision.because };
  const app = deps.estate.apps.find(({ id }) => id === arg);
  const title = arg === SILENT_HOSTS ? SILENT : (app?.title ?? words('Evidence', '证据'));
  return { kind: 'evidence', title, findings };
}

/** The systems of a run without findings, all of which the person must be allowed to see. */
const systemsLookedAt = (
  deps: Pick<DeskDeps, 'catalog' | 'systemsOf'>,
  { ask, plan }: Run,
): readonly string[] =>
  ask.kind === 'inspect' ? (ask.only ?? deps.systemsOf(ask.scope)) : [systemOf(deps, plan?.playbook ?? '')];

const SILENT = words('Hosts that did not answer', '未返回结果的主机');
