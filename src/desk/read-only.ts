import { sentences, words } from '../kit/index.ts';
import { isReadOnly } from '../runs/read-only.ts';
import { may } from './may.ts';
import type { DeskDeps } from './deps.ts';
import type { Arrival, Reply } from './port.ts';
import { refused } from './refuse.ts';

/** Turns the kill switch for all processes, with the person and the reason in the record. */
export async function turnReadOnly(
  deps: DeskDeps,
  { on, reason }: { readonly on: boolean; readonly reason: string },
  typed: string,
  { person }: Arrival,
): Promise<Reply> {
  const decision = may(deps, person, 'readonly', []);
  if (decision.verdict === 'no') return refused(deps, person, typed, decision.because);
  const turned = await deps.readOnly.turn(on, person, reason);
  const now = await deps.readOnly.now();
  if (!now)
    return {
      kind: 'says',
      isWell: true,
      says: turned
        ? words(
            'Read-only is off. What was confirmed meanwhile begins by itself.',
            '只读模式已关闭，期间确认的变更将自动开始。',
          )
        : words('Read-only was not on.', '只读模式并未开启。'),
    };
  return {
    kind: 'says',
    isWell: true,
    says: sentences(
      turned ? words('Done.', '已完成。') : words('It stood so already.', '此前已是该状态。'),
      isReadOnly(now),
      words(
        'Nothing new is begun: a change under way stops before its next step, what is confirmed waits. Inspections and plans go on. See what is open: /fettle status',
        '不再开始任何新操作：执行中的变更在下一步之前停止，已确认的变更等待。巡检与方案照常。查看未关闭项：/fettle status',
      ),
    ),
  };
}
