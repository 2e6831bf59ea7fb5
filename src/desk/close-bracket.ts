import { words } from '../kit/index.ts';
import { isAltered } from '../runs/altered.ts';
import { openingOf } from '../runs/brackets.ts';
import { groundsOf, type Run } from '../runs/run.ts';
import { begin } from './begin.ts';
import { decideFor } from './decide-change.ts';
import type { DeskDeps } from './deps.ts';
import type { Arrival, ButtonReply } from './port.ts';
import { refused } from './refuse.ts';

/** Somebody wants closed what a run opened: the playbook that its plan names for it is planned, shown and confirmed like any other change. */
export async function closeBracket(
  deps: DeskDeps,
  { arg }: { readonly arg?: string },
  from: Run,
  arrival: Arrival,
): Promise<ButtonReply> {
  const opening = isAltered(from) ? undefined : openingOf(from, arg);
  const playbook = opening && deps.catalog.playbooks.get(opening.closeBy.playbook);
  if (!opening || !playbook) return { kind: 'says', says: UNKNOWN };
  const { args } = opening.closeBy;
  const typed = `/run ${playbook.name} ${Object.values(args).join(' ')}`.trim();
  // It is closed on the grounds that it was opened for.
  const grounds = from.ask.kind === 'inspect' ? {} : groundsOf(from.ask);
  const decision = decideFor(deps, arrival, playbook, grounds, await deps.now());
  if (decision.verdict === 'no') {
    await refused(deps, arrival.person, typed, decision.because);
    return { kind: 'says', says: decision.because };
  }
  const begun = await begin(
    deps,
    {
      ask: { kind: 'change', playbooks: [playbook.name], args, ...grounds },
      typed,
      lang: from.lang,
      key: arrival.key,
      audit: {
        action: 'ask',
        decision: decision.verdict,
        facts: { typed, from: from.id, policy: deps.policy().version },
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
