import {
  allGreen,
  arg,
  args,
  definePlaybook,
  inOrder,
  inTurn,
  type Look,
  type Observation,
  oneByOne,
  refuse,
  sayAnswers,
  sentences,
  type Step,
  type Verification,
  words,
} from '../../src/kit/index.ts';
import {
  askPages,
  iamHealthRefs,
  type IamSwitch,
  iamSwitchOf,
  openOn,
  OPENS_SECONDS,
  seesItOpen,
  silentHosts,
  untilItOpens,
} from './iam-switch.ts';

interface Opening {
  readonly of: IamSwitch;
  /** IAM is not well, and somebody gave a reason for asking it all the same. */
  readonly isWithoutIam: boolean;
}

export default definePlaybook({
  name: 'open-has-iam',
  system: 'HAS',
  title: words('Have HAS ask IAM again', '恢复 HAS 对 IAM 的依赖'),
  names: ['openiam', '恢复 IAM 依赖'],
  rows: ['HAS-PR04'],
  looksAt: ['HAS-C04', 'IAM-C05'],
  clause: { document: '003', section: '5' },
  risk: 'risky',
  args: args({ reason: arg.optional(arg.reason({ min: 10 })) }),
  examples: [{}, { reason: 'security before availability' }],

  async observe({ reason }, look): Promise<Observation<Opening>> {
    const of = iamSwitchOf(look.estate);
    if ('applies' in of) return of;
    const iam = await look.checks({ title: words('Is IAM well?', 'IAM 是否正常'), refs: iamHealthRefs(of) });
    const isWithoutIam = !allGreen(iam);
    if (isWithoutIam && reason === undefined)
      return refuse(
        'unsafe',
        sentences(
          words(
            'IAM is not well: whoever has no valid login would be locked out of HAS.',
            'IAM 未恢复正常：没有有效登录的用户将无法进入 HAS。',
          ),
          sayAnswers(iam),
          words(
            'To have HAS ask it all the same, give a reason.',
            '如仍需恢复 HAS 对 IAM 的依赖，请填写原因。',
          ),
        ),
        [
          {
            title: words('Have HAS ask IAM all the same', '仍恢复 HAS 对 IAM 的依赖'),
            command: '/run open-has-iam reason="security before availability"',
          },
        ],
      );
    const silent = await silentHosts(of, look);
    if (silent) return silent;
    const { hosts } = of;
    return {
      applies: true,
      because: isWithoutIam
        ? words(
            `All ${hosts.length} hosts answer: ${hosts.join(', ')}. IAM is not well, and it is wanted all the same.`,
            `${hosts.length} 台主机均有应答：${hosts.join('、')}。IAM 未恢复正常，仍要求执行。`,
          )
        : words(
            `IAM is well, and all ${hosts.length} hosts answer: ${hosts.join(', ')}.`,
            `IAM 正常，${hosts.length} 台主机均有应答：${hosts.join('、')}。`,
          ),
      facts: { of, isWithoutIam },
    };
  },

  warning: ({ isWithoutIam }) =>
    isWithoutIam
      ? words(
          'IAM is not well: until it is, nobody gets into HAS.',
          'IAM 未恢复正常：在其恢复之前，任何人都无法进入 HAS。',
        )
      : words(
          'If IAM is not really back, users without a valid login are locked out.',
          '如果 IAM 未真正恢复，没有有效登录的用户将无法进入。',
        ),

  steps({ of, isWithoutIam }) {
    const after: readonly Step[] = [
      ...(isWithoutIam ? [] : [untilItOpens(of)]),
      {
        kind: 'manual',
        title: words('HAS asks IAM', 'HAS 校验 IAM 登录'),
        page: words('HAS product page', 'HAS 产品页面'),
        do: words(
          'Open the page in a browser in which nobody is logged in. Change nothing.',
          '在未登录的浏览器中打开该页面，不做任何变更。',
        ),
        expect: isWithoutIam
          ? words('nobody is let in', '无法进入')
          : words(
              'it asks for the login of IAM, and lets nobody in without it',
              '需要通过 IAM 登录，否则无法进入',
            ),
        changes: false,
      },
    ];
    return inTurn(
      oneByOne(of.hosts, (host) => ({ steps: [openOn(host, of)] })),
      inOrder('HAS', after),
    );
  },

  verify: ({ of, isWithoutIam }) => [isWithoutIam ? nobodyIsLetIn(of) : seesItOpen(of)],
  rollback: {
    nothing: words(
      'HAS asks IAM when all is well; to have it do without again: /run close-has-iam.',
      'HAS 正常时依赖 IAM；如需再次降级：/run close-has-iam。',
    ),
  },
});

/** As long as IAM is down a host that asks it shows no page. */
const nobodyIsLetIn = (of: IamSwitch): Verification<'HAS-C04' | 'IAM-C05'> => ({
  title: words('No host lets anybody in without IAM', '所有主机均不允许绕过 IAM 进入'),
  row: 'HAS-C04',
  withinSeconds: OPENS_SECONDS,
  async look(look: Look<'HAS-C04' | 'IAM-C05'>) {
    if (allGreen(await look.checks({ refs: iamHealthRefs(of) })))
      return { state: 'ok', says: words('IAM is well again', 'IAM 已恢复正常') };
    const pages = await askPages(of, look);
    const named = (of_: typeof pages): string => of_.map(({ host }) => host).join(', ');
    const silent = pages.filter(({ status }) => status === undefined);
    const open = pages.filter(({ status }) => status !== undefined && status < 300);
    if (open.length > 0)
      return {
        state: 'critical',
        says: words(`still lets people in: ${named(open)}`, `仍可直接进入：${named(open)}`),
      };
    return silent.length > 0
      ? { state: 'unknown', says: words(`no answer: ${named(silent)}`, `无应答：${named(silent)}`) }
      : { state: 'ok', says: words('no host lets anybody in', '所有主机均不可进入') };
  },
});
