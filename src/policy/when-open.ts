import { type Words, words } from '../kit/index.ts';
import { wallText } from './calendar.ts';
import type { Policy } from './policy.ts';
import { type Decision, no, type No, type Question } from './question.ts';

/** Hours that a change may wait for its window, unless policy.yaml says otherwise. */
export const WAIT_HOURS = 24;

/**
 * What a closed time means for a change: it is said whether it may wait for the opening; where the request says that it is to wait, the
 * answer is that of the opening, and of an approved change that it does not run before. `at`: the decision at another time.
 */
export function waitingFor(
  policy: Policy,
  question: Question,
  closed: No & { readonly opens: Date },
  at: (moment: Date) => Decision,
): Decision {
  const { opens } = closed;
  const { when, approved = [], does } = question;
  const hours = policy.waitHours ?? WAIT_HOURS;
  const isSoon = opens.getTime() - question.at.getTime() <= hours * 3_600_000;
  if (!isSoon) return when === undefined ? closed : tooLong(closed, hours);
  const then = at(opens);
  if (then.verdict === 'no') return when === undefined ? closed : notThen(then, opens, policy);
  if (when === undefined || (does === 'change' && approved.length > 0)) return { ...closed, mayWait: true };
  return { ...then, opens };
}

/** A moment as the clocks of the estate show it, with their zone. */
export const openingText = (opens: Date, { timeZone = 'UTC' }: Pick<Policy, 'timeZone'>): string =>
  `${wallText(opens, timeZone)} (${timeZone})`;

const tooLong = ({ rule, because }: No, hours: number): No =>
  no(
    rule,
    `${because.en} A change may wait at most ${hours} h for its window.`,
    `${because.zh}变更最多可等待窗口 ${hours} 小时。`,
  );

function notThen({ rule, because }: No, opens: Date, policy: Policy): No {
  const at = openingText(opens, policy);
  return no(rule, `Not at ${at} either: ${because.en}`, `${at} 时也不可执行：${because.zh}`);
}

/** Said under a plan that waits once it is confirmed. */
export function saysWhenOpen(opens: Date, policy: Pick<Policy, 'timeZone'>): Words {
  const at = openingText(opens, policy);
  return words(
    `Confirmed, it waits for its window and begins at ${at}. It is planned and allowed again then, and does not run if anything differs.`,
    `确认后将等待变更窗口，于 ${at} 开始。届时会重新生成方案并复核权限，如有差异则不执行。`,
  );
}

/** Said of a confirmed change until its window opens. */
export function waitsUntilOpen(opens: Date, policy: Pick<Policy, 'timeZone'>): Words {
  const at = openingText(opens, policy);
  return words(
    `Waits for its window, and begins by itself at ${at}. Until then it can be cancelled.`,
    `正在等待变更窗口，将于 ${at} 自动开始；在此之前可以取消。`,
  );
}

/** Beside a refusal: the same, to be planned now and carried out when it opens. */
export function planNow(
  typed: string,
  opens: Date,
  policy: Pick<Policy, 'timeZone'>,
): { readonly title: Words; readonly command: string } {
  const at = openingText(opens, policy);
  return {
    title: words(`Plan now, run at ${at}`, `现在生成方案，${at} 执行`),
    command: `${typed} when=window`,
  };
}
