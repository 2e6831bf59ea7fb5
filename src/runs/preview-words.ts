import { type Words, words } from '../kit/index.ts';
import type { PreviewClosing, PreviewStage, PreviewText } from './preview.ts';

/** Names that are shown of many targets; where so few are left, all are. */
const NAMED = 3;
const FEW = 6;

/** Stands above the steps of the end. */
export const CLOSING: Readonly<Record<PreviewClosing['when'], Words>> = {
  always: words('Whatever happens, at the end', '无论结果如何，最后执行'),
  'not-done': words(
    'Only if not every step takes effect, or it is cancelled, at the end, where it was begun',
    '仅在步骤未全部生效或任务被取消时，最后对已开始的目标执行',
  ),
};
export const ONLY_WHAT_TOOK_EFFECT = words('only where a step took effect', '仅针对已有步骤生效的目标');

const targetCount = (count: number): Words =>
  words(count === 1 ? '1 target' : `${count} targets`, `${count} 个目标`);

/** `Stages 2–8 of 8 — 199 targets, 30 at a time; each stage begins when the one before is through`. */
export function stageHeading({ title, from, to, atOnce, targets }: PreviewStage, of: number): Words {
  const [which, zhWhich] =
    from === to
      ? [`Stage ${from} of ${of}`, `第 ${from} 阶段（共 ${of} 个）`]
      : [`Stages ${from}–${to} of ${of}`, `第 ${from}–${to} 阶段（共 ${of} 个）`];
  const [only = ''] = targets;
  const count = targets.length === 1 ? words(only, only) : targetCount(targets.length);
  const inTurn =
    from === to
      ? undefined
      : words('; a stage begins when the one before is through', '；前一阶段完成后才开始下一阶段');
  const together = pace(atOnce, targets.length);
  return words(
    `${which}${title ? `, ${title.en}` : ''} — ${count.en}${together.en}${inTurn?.en ?? ''}`,
    `${zhWhich}${title ? `，${title.zh}` : ''}：${count.zh}${together.zh}${inTurn?.zh ?? ''}`,
  );
}

function pace(atOnce: number, targets: number): Words {
  if (targets <= 1) return words('', '');
  return atOnce === 1
    ? words(', one at a time', '，逐个执行')
    : words(`, ${Math.min(atOnce, targets)} at a time`, `，每次 ${Math.min(atOnce, targets)} 个`);
}

/** `on 28 targets: a, b, c … +25`; with every name where `all` is asked for. */
export function onTargets(targets: readonly string[], all = false): Words {
  const shown = all || targets.length <= FEW ? targets : targets.slice(0, NAMED);
  const more = targets.length - shown.length;
  const rest = more > 0 ? ` … +${more}` : '';
  const { en, zh } = targetCount(targets.length);
  return words(`on ${en}: ${shown.join(', ')}${rest}`, `${zh}：${shown.join('、')}${rest}`);
}

/** `3.`, `1–28.`, `1, 4 … 82.` */
export function numbersText({ numbers }: Pick<PreviewText, 'numbers'>): string {
  const [first = 0, second = 0] = numbers;
  const last = numbers.at(-1) ?? 0;
  if (numbers.length < 3) return `${numbers.join(', ')}.`;
  return last - first === numbers.length - 1 ? `${first}–${last}.` : `${first}, ${second} … ${last}.`;
}
