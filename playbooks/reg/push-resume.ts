import { z } from 'zod';
import {
  allGreen,
  type CheckRef,
  definePlaybook,
  type Observation,
  sayAnswers,
  sentences,
  words,
} from '../../src/kit/index.ts';
import {
  cluster,
  isStopped,
  leaderRefs,
  pushRefs,
  type PushSwitch,
  pushSwitchOf,
  resumePush,
  sees,
  unknownCluster,
} from './push.ts';

/** These must be well before addresses are pushed again: otherwise empty lists are. */
const READY: readonly CheckRef[] = [
  ...leaderRefs,
  { system: 'REG', check: 'data-quorum', on: { app: 'dataserver' } },
  { system: 'REG', check: 'data-health', on: { app: 'dataserver' } },
  { system: 'REG', check: 'session-health', on: { app: 'sessionserver' } },
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
    const push = pushSwitchOf(look.estate, name);
    if (!push) return { applies: false, reason: 'not-found', because: unknownCluster(name, look.estate) };
    const answers = await look.checks({ refs: pushRefs(push) });
    if (isStopped(answers) === false)
      return {
        applies: false,
        reason: 'not-needed',
        because: words(`Push of ${name} is on already.`, `${name} 的推送已处于打开状态。`),
      };
    if (answers.some(({ state }) => state !== 'ok' && state !== 'critical'))
      return {
        applies: false,
        reason: 'unsafe',
        because: sentences(
          words('Not every meta server says whether push is on:', '并非所有 Meta 节点都返回推送状态：'),
          sayAnswers(answers),
        ),
      };
    const ready = await look.checks({ refs: READY });
    if (!allGreen(ready))
      return {
        applies: false,
        reason: 'unsafe',
        because: sentences(
          words(
            'Not resumed: with data or session servers that are not ready, empty lists would be pushed.',
            '未恢复：Data 或 Session 节点未就绪时恢复推送会推空。',
          ),
          sayAnswers(ready.filter(({ state }) => state !== 'ok')),
        ),
      };
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
