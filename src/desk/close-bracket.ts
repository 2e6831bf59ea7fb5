import { words } from '../kit/index.ts';
import { decideChange } from '../policy/policy.ts';
import { isAltered } from '../runs/altered.ts';
import { openingOf } from '../runs/brackets.ts';
import type { Run } from '../runs/run.ts';
import { begin } from './begin.ts';
import type { DeskParts } from './parts.ts';
import type { Arrival, Pressed } from './port.ts';
import { refused } from './refuse.ts';

/** Somebody wants closed what a run opened: the playbook that its plan names for it is planned, shown and confirmed like any other change. */
export async function closeBracket(
  parts: DeskParts,
  { arg }: { readonly arg?: string },
  from: Run,
  arrival: Arrival,
): Promise<Pressed> {
  const opening = isAltered(from) ? undefined : openingOf(from, arg);
  const playbook = opening && parts.catalog.playbooks.get(opening.closeBy.playbook);
  if (!opening || !playbook) return { kind: 'says', says: UNKNOWN };
  const { args } = opening.closeBy;
  const typed = `/run ${playbook.name} ${Object.values(args).join(' ')}`.trim();
  const { system, risk, irreversible } = playbook;
  const decision = decideChange(parts.policy(), arrival.person, system, risk, irreversible !== undefined);
  if (decision.verdict === 'no') {
    await refused(parts, arrival.person, typed, decision.because);
    return { kind: 'says', says: decision.because };
  }
  const begun = await begin(
    parts,
    {
      ask: { kind: 'change', playbooks: [playbook.name], args },
      typed,
      lang: from.lang,
      key: arrival.key,
      audit: {
        action: 'ask',
        decision: decision.verdict,
        facts: { typed, from: from.id, policy: parts.policy().version },
      },
    },
    arrival,
  );
  return begun.kind === 'begun' ? { kind: 'accepted' } : begun;
}

const UNKNOWN = words(
  'It is not known here how to close this. Use /run with the playbook that the plan names.',
  '无法确定如何关闭，请使用 /run 执行方案中指明的处理项。',
);
