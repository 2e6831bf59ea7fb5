import { z } from 'zod';
import {
  allGreen,
  definePlaybook,
  type Observation,
  refuse,
  sayAnswers,
  sentences,
  words,
} from '../../src/kit/index.ts';
import {
  askPush,
  cluster,
  isStopped,
  leaderRefs,
  notAllSay,
  type PushSwitch,
  resumePush,
  sees,
  stopPush,
} from './push.ts';

interface Stopping {
  readonly push: PushSwitch;
  readonly minutes: number;
  readonly reason: string;
}

export default definePlaybook({
  name: 'push-stop',
  system: 'REG',
  title: words('Stop the registry’s push (before a change)', '关闭注册中心推送（变更前）'),
  rows: ['REG-PR01'],
  looksAt: ['REG-C10', 'REG-C11', 'REG-C14'],
  clause: { document: '002', section: '7.4.1' },
  risk: 'risky',
  args: z.object({
    cluster,
    reason: z
      .string()
      .trim()
      .min(3, 'Say why push is stopped.')
      .max(200, 'Say it in at most 200 characters.'),
    minutes: z.coerce
      .number()
      .int()
      .min(5, 'Give 5 to 120 minutes.')
      .max(120, 'Give 5 to 120 minutes.')
      .default(30),
  }),
  examples: [{ cluster: 'site-a', reason: 'replace metaserver-3' }],

  async observe({ cluster: name, reason, minutes }, look): Promise<Observation<Stopping>> {
    const asked = await askPush(name, look);
    if ('applies' in asked) return asked;
    const { push, answers } = asked;
    const stopped = isStopped(answers);
    if (stopped === undefined) return notAllSay(answers);
    if (stopped)
      return refuse(
        'not-needed',
        words(
          `Push of ${name} is stopped already. Who stopped it: /fettle status`,
          `${name} 的推送已处于关闭状态。关闭人请查看：/fettle status`,
        ),
        [{ title: words('Resume push', '恢复推送'), command: `/run push-resume ${name}` }],
      );
    const leader = await look.checks({ refs: leaderRefs });
    if (!allGreen(leader))
      return refuse(
        'unsafe',
        sentences(
          words(
            'The switch is kept by the leader, and the cluster is not well:',
            '开关由 Leader 保存，而集群状态异常：',
          ),
          sayAnswers(leader),
        ),
      );
    return {
      applies: true,
      because: words(
        `Push of ${name} is on, and its meta servers have one leader.`,
        `${name} 的推送处于打开状态，Meta 集群 Leader 正常。`,
      ),
      facts: { push, minutes, reason },
    };
  },

  warning: ({ minutes }) =>
    words(
      `While push is stopped nobody learns of new or lost addresses. After ${minutes} minutes people are called until it is resumed.`,
      `推送关闭期间，应用无法获知地址的新增与下线。${minutes} 分钟后将持续提醒，直至恢复。`,
    ),
  steps: ({ push, minutes, reason }) => [
    ...stopPush(push, minutes),
    {
      kind: 'notify',
      title: words('Say that push is stopped', '通知推送已关闭'),
      to: 'thread',
      text: words(
        `Push of ${push.cluster} is stopped for ${reason}; it is to be resumed within ${minutes} minutes.`,
        `${push.cluster} 的推送已关闭，原因：${reason}；须在 ${minutes} 分钟内恢复。`,
      ),
    },
  ],
  verify: ({ push }) => [sees(push, true, 'REG-C10')],
  rollback: ({ push }) => resumePush(push),
});
