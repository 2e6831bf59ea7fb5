import { alreadyCancelled } from '../runs/life.ts';
import type { Run } from '../runs/run.ts';
import type { Says } from './port.ts';
import { says } from './says.ts';

/** The button belongs to something that is over. */
export function overtaken(run: Run): Says {
  const { cancelled, outcome, state } = run;
  if (outcome === 'expired')
    return says(
      'The time for Confirm is over. Ask again to get a fresh plan.',
      '确认时间已过。请重新发起，以获得新的方案。',
    );
  if (cancelled && state !== 'ended') return { kind: 'says', says: alreadyCancelled(cancelled.by) };
  if (outcome === 'cancelled') {
    const by = cancelled
      ? { en: ` by ${cancelled.by.name}`, zh: `由 ${cancelled.by.name} ` }
      : { en: '', zh: '' };
    return run.ask.kind === 'inspect'
      ? says(`This was cancelled${by.en}.`, `该任务已${by.zh}取消。`)
      : says(`This was cancelled${by.en}; nothing was changed.`, `该操作已${by.zh}取消，未做任何变更。`);
  }
  const who = run.approvals.at(-1)?.by.name;
  if (who !== undefined) return says(`${who} has confirmed this already.`, `${who} 已经确认过。`);
  if (run.ask.kind === 'inspect' && state === 'ended')
    return says('This inspection has already ended.', '本次巡检已经结束。');
  return says('This button is no longer valid: the run has gone on.', '此按钮已失效：任务状态已变化。');
}
