import { z } from 'zod';
import {
  allGreen,
  type CheckRef,
  definePlaybook,
  type Observation,
  onApps,
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
} from './push.ts';

/** These must be well before addresses are pushed again: otherwise empty lists are. */
const READY: readonly CheckRef[] = [
  ...leaderRefs,
  ...onApps('REG', ['data-quorum', 'data-health'], ['dataserver']),
  ...onApps('REG', ['session-health'], ['sessionserver']),
];

export default definePlaybook({
  name: 'push-resume',
  system: 'REG',
  title: words('Resume the registry’s push', '恢复注册中心推送'),
  rows: ['REG-PR02'],
  looksAt: ['REG-C06', 'REG-C07', 'REG-C10', 'REG-C11', 'REG-C13', 'REG-C14'],
  clause: { document: '002', section: '7.4.2' },
  risk: 'risky',
  args: z.object({ cluster }),
  examples: [{ cluster: 'site-a' }],

  async observe({ cluster: name }, look): Promise<Observation<{ readonly push: PushSwitch }>> {
    const asked = await askPush(name, look);
    if ('applies' in asked) return asked;
    const { push, answers } = asked;
    const stopped = isStopped(answers);
    if (stopped === undefined) return notAllSay(answers);
    if (!stopped)
      return refuse('not-needed', words(`Push of ${name} is on already.`, `${name} 的推送已处于打开状态。`));
    const ready = await look.checks({ refs: READY });
    if (!allGreen(ready))
      return refuse(
        'unsafe',
        sentences(
          words(
            'Not resumed: with data or session servers that are not ready, empty lists would be pushed.',
            '未恢复：Data 或 Session 节点未就绪时恢复推送会推空。',
          ),
          sayAnswers(ready.filter(({ state }) => state !== 'ok')),
        ),
      );
    return {
      applies: true,
      because: words(
        `Push of ${name} is stopped; its meta, data and session servers are well.`,
        `${name} 的推送处于关闭状态；Meta、Data、Session 节点均正常。`,
      ),
      facts: { push },
    };
  },

  warning: () =>
    words(
      'If data or session servers are not ready, empty lists are pushed to everybody.',
      'Data 或 Session 节点未就绪时，会向所有应用推空。',
    ),
  steps: ({ push }) => resumePush(push),
  verify: ({ push }) => [sees(push, false, 'REG-C10')],
  rollback: {
    nothing: words(
      'Push is how the registry works; to stop it again: /run push-stop.',
      '推送打开为注册中心的正常状态；如需再次关闭：/run push-stop。',
    ),
  },
});
