import { words } from '../kit/index.ts';
import { drawnAs } from '../runs/authority.ts';
import type { Person, Run } from '../runs/run.ts';
import { type AnyButton, type Button, isOf, ofRun, type Subject } from '../runs/subject.ts';
import type { DeskDeps } from './deps.ts';
import type { Drawn, FormOf, Says } from './port.ts';

/** Whether the store still says of a button what it was drawn as. One that an earlier version drew brings less to compare. */
export const isAsDrawn = (button: AnyButton, drawn: Partial<Drawn> | undefined): boolean =>
  (drawn?.action === undefined || drawn.action === button.action) &&
  (drawn?.meaning === undefined ||
    (isOf('run', button) && drawn.meaning === drawnAs(button.subject.id, button)));

/** The form of a button, bound to what the button means now. */
export const formOf = (button: Button): Extract<FormOf, { kind: 'button' }> => ({
  kind: 'button',
  id: button.id,
  meaning: drawnAs(button.subject.id, button),
});

/** The store says of a button what no program of ours writes: nothing is done. */
export async function forgedButton(
  { audit, log }: Pick<DeskDeps, 'audit' | 'log'>,
  action: string,
  person: Person,
  reason: string,
  of: Subject | Pick<Run, 'id'>,
): Promise<Says> {
  const subject = 'kind' in of ? of : ofRun(of.id);
  const about = subject.kind === 'run' ? { runId: subject.id } : { subject };
  log.error({ ...about, reason }, 'a press was refused: the store holds what nobody made');
  await audit.write({
    actor: person,
    action,
    ...about,
    decision: 'no',
    reason,
    facts: { forged: true },
  });
  return {
    kind: 'says',
    says: words(
      'Not done: this button was altered in the store. Nothing was changed. Tell the owner of Fettle.',
      '未执行：该按钮的存储内容已被改动。未做任何变更。请告知 Fettle 的维护人。',
    ),
  };
}
