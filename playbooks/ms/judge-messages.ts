import {
  type CheckContext,
  judgeCount,
  type Judgement,
  limitOf,
  type LogsTogether,
  things,
  words,
} from '../../src/kit/index.ts';

/** For awk: what a line of job-msg.log tells. Only the ending of a message that was not sent is documented (ERR-MS-12). */
export const MESSAGE = '($0 ~ /, failed *$/ ? "failed" : "sent")';

/** What is counted, of one machine or of all. */
export const SENT = things('message sent', 'messages sent', '条消息已发送');

/** Per cent by which the volume may drop, against the stretch before and against yesterday. */
export const SENT_LIMITS = { drop: { row: 'MS-M14', value: 20 } } as const;

/** So many messages in the window are too few to tell a drop from. */
const BUSY = 10;

/**
 * Messages of the whole cluster. The alert wants three things at once: more than 10 in five minutes, more than 20 % fewer than in
 * the five minutes before, and 20 % fewer than yesterday. The last one is only asked when the others hold.
 */
export function judgeSent({ each, window }: LogsTogether, context: CheckContext): readonly Judgement[] {
  const { row, value: percent, state = 'warning' } = limitOf(context, 'drop');
  const sumOf = (tallies: readonly (ReadonlyMap<string, number> | undefined)[]): number =>
    tallies.reduce((sum, tally) => sum + (tally?.get('sent') ?? 0), 0);
  const now = sumOf(each.map(([, { tally }]) => tally));
  const before = sumOf(each.map(([, log]) => log.before?.tally));
  const drops = now > BUSY && now < before * (1 - percent / 100);
  const minutes = window.seconds / 60;
  const counted = judgeCount({ value: now, what: SENT, window, limits: [] });
  return [
    {
      ...counted,
      unit: `/${minutes} min`,
      says: words(
        `${counted.says.en}, ${before} in the ${minutes} before`,
        `${counted.says.zh}，此前 ${minutes} 分钟 ${before} 条`,
      ),
      evidence: each
        .map(([host, { tally, before: earlier }]) => `${host} ${sumOf([tally])}, ${sumOf([earlier?.tally])}`)
        .join('\n'),
      ...(drops ? { compare: { row, against: 'yesterday', moves: 'drops', percent, state } } : {}),
    },
  ];
}
