import { words } from '../../kit/index.ts';
import { findingsBehind, SILENT_HOSTS } from '../../runs/report.ts';
import type { Run } from '../../runs/run.ts';
import { may } from '../may.ts';
import { type DeskParts, systemOf } from '../parts.ts';
import type { Pressed } from '../port.ts';
import type { RunAction, RunPress } from './action.ts';

/** Shows what was run and what came back, to whoever may look at it. */
export const evidence: RunAction = { press };

async function press({ parts, button, run, arrival: { person } }: RunPress): Promise<Pressed> {
  const { arg } = button;
  const findings = run.report ? findingsBehind(run.report, arg) : [];
  const systems = findings.flatMap(
    ({ system, standsFor }) =>
      standsFor
        ?.filter(({ app }) => arg === undefined || arg === SILENT_HOSTS || app === arg)
        .map((each) => each.system) ?? system,
  );
  const decision = may(
    parts,
    person,
    'look',
    systems.length > 0 ? [...new Set(systems)] : systemsLookedAt(parts, run),
  );
  if (decision.verdict === 'no') return { kind: 'says', says: decision.because };
  const app = parts.estate.apps.find(({ id }) => id === arg);
  const title = arg === SILENT_HOSTS ? SILENT : (app?.title ?? words('Evidence', '证据'));
  return { kind: 'evidence', title, findings };
}

/** The systems of a run without findings, all of which the person must be allowed to see. */
const systemsLookedAt = (
  parts: Pick<DeskParts, 'catalog' | 'systemsOf'>,
  { ask, plan }: Run,
): readonly string[] =>
  ask.kind === 'inspect' ? (ask.only ?? parts.systemsOf(ask.scope)) : [systemOf(parts, plan?.playbook ?? '')];

const SILENT = words('Hosts that did not answer', '未返回结果的主机');
