import {
  allGreen,
  arg,
  args,
  type CheckAnswer,
  type Contact,
  definePlaybook,
  inOrder,
  inTurn,
  type Look,
  type Observation,
  onApps,
  oneByOne,
  type Refusal,
  refuse,
  sayAnswer,
  sayAnswers,
  sentences,
  type Step,
  type Words,
  words,
} from '../../src/kit/index.ts';
import {
  closeOn,
  iamHealthRefs,
  type IamSwitch,
  iamSwitchOf,
  openOn,
  OPENS_SECONDS,
  opensOn,
  pageRefs,
  seesItOpen,
  silentHosts,
  untilItOpens,
} from './iam-switch.ts';

const SECURITY = 'security';

type Rows = 'HAS-PR02' | 'HAS-C04' | 'IAM-C02' | 'IAM-C03' | 'IAM-C05';

interface Closing {
  readonly of: IamSwitch;
  readonly hours: number;
  readonly reason: string;
  /** How security is told; absent where the inventory does not know. */
  readonly security?: 'in-slack' | { readonly phone: string };
}

export default definePlaybook({
  name: 'close-has-iam',
  system: 'HAS',
  title: words('Let HAS work without IAM', '降级 HAS 对 IAM 的依赖'),
  names: ['closeIam', '降级 IAM'],
  rows: ['HAS-PR02'],
  looksAt: ['HAS-C04', 'IAM-C02', 'IAM-C03', 'IAM-C05'],
  heals: [{ system: 'HAS', check: 'product-page' }],
  clause: { document: '003', section: '5' },
  risk: 'dangerous',
  args: args({
    hours: arg.number({
      title: words('Hours', '小时数'),
      hint: words('After that people are called until it is undone', '超过后将持续提醒，直至恢复'),
      min: 1,
      max: 12,
      default: 4,
      unit: words('hours', '小时'),
    }),
    reason: arg.reason({ min: 10 }),
  }),
  examples: [{ reason: 'IAM down since 09:12' }, { hours: 2, reason: 'IAM down since 09:12' }],

  async observe({ hours, reason }, look): Promise<Observation<Closing>> {
    const of = iamSwitchOf(look.estate);
    if ('applies' in of) return of;
    const refused =
      (await unlessIamIsDown(of, look)) ?? (await unlessHasIsShut(of, look)) ?? (await silentHosts(of, look));
    if (refused) return refused;
    const security = contactOf(look.estate.contacts[SECURITY]);
    return {
      applies: true,
      because: words(
        `IAM is down, HAS does not open, and all ${of.hosts.length} hosts answer: ${of.hosts.join(', ')}.`,
        `IAM 不可用，HAS 无法访问，${of.hosts.length} 台主机均有应答：${of.hosts.join('、')}。`,
      ),
      facts: { of, hours, reason, ...(security ? { security } : {}) },
    };
  },

  warning: ({ hours, security }) =>
    sentences(
      words(
        'This switches off the access control of HAS: anybody who reaches the page is let in.',
        '此操作将关闭 HAS 的访问控制：任何能访问该页面的人均可进入。',
      ),
      words(
        `Undo it with /run open-has-iam as soon as IAM is back: from then on, at the latest after ${hours} h, people are called every 15 minutes.`,
        `IAM 恢复后请立即执行 /run open-has-iam；自 IAM 恢复起，最迟 ${hours} 小时后，每 15 分钟提醒一次。`,
      ),
      tellYourself(security),
    ),

  steps({ of, hours, reason, security }) {
    const closing = of.hosts.map((host) => ({ host, step: closeOn(host, of, hours) }));
    const stepOf = (name: string): readonly Step[] =>
      closing.flatMap(({ host, step }) => (host === name ? [step] : []));
    const lanes = oneByOne(of.hosts, (host) => ({
      steps: [...stepOf(host), opens(words(`HAS opens on ${host}`, `HAS 在 ${host} 上可访问`), host, of)],
      undo: [openOn(host, of)],
    }));
    const after: readonly Step[] = [
      untilItOpens(of),
      ...(security === 'in-slack' ? [tell({ contact: SECURITY }, hours, reason)] : []),
      tell('thread', hours, reason),
    ];
    return {
      ...inTurn(lanes, inOrder('HAS', after)),
      always: closing.map(({ host, step }) => ({
        closes: step,
        steps: [openOn(host, of)],
        when: 'not-done',
      })),
    };
  },

  verify: ({ of }) => [seesItOpen(of)],
  rollback: 'lanes',
});

/** IAM must be red: a check says so, or the containers of the hosts that do not answer have stopped. */
async function unlessIamIsDown(of: IamSwitch, look: Look<Rows>): Promise<Refusal | undefined> {
  const answers = await look.checks({
    title: words('Is IAM down?', 'IAM 是否不可用'),
    refs: [
      ...iamHealthRefs(of),
      ...look.estate.apps
        .filter(({ id }) => of.iam.includes(id))
        .flatMap(({ id, kind }) => onApps('IAM', [kind === 'aciamweb' ? 'web-ports' : 'core-ports'], [id])),
    ],
  });
  if (allGreen(answers))
    return refuse(
      'not-needed',
      words('IAM is well: HAS has no need to do without it.', 'IAM 正常，HAS 无需降级。'),
    );
  if (answers.some(({ state }) => state === 'critical')) return undefined;
  const silent = [
    ...new Set(
      answers.flatMap(({ host, state }: CheckAnswer) => (state === 'unknown' && host ? [host] : [])),
    ),
  ];
  const seen = silent.length === 0 ? [] : await look.containers({ hosts: silent });
  if (seen.some(({ state }) => state === 'stopped' || state === 'absent')) return undefined;
  return refuse(
    'unsafe',
    sentences(
      words('It is not certain that IAM is down:', '无法确认 IAM 不可用：'),
      ...answers
        .filter(({ state }) => state !== 'ok')
        .slice(0, 3)
        .map(sayAnswer),
    ),
  );
}

async function unlessHasIsShut(of: IamSwitch, look: Look<Rows>): Promise<Refusal | undefined> {
  const answers = await look.checks({ title: words('Does HAS open?', 'HAS 是否可访问'), refs: pageRefs(of) });
  if (answers.length > 0 && answers.every(({ state }) => state === 'critical')) return undefined;
  if (allGreen(answers))
    return refuse(
      'not-needed',
      words(
        'HAS opens: it does without IAM already, or does not need to. What is open: /fettle status',
        'HAS 可访问：可能已降级，或无需降级。已打开的项请查看：/fettle status',
      ),
      [{ title: words('Have HAS ask IAM again', '恢复 HAS 对 IAM 的依赖'), command: '/run open-has-iam' }],
    );
  return refuse(
    'unsafe',
    sentences(
      words('It is not certain that HAS does not open:', '无法确认 HAS 无法访问：'),
      sayAnswers(answers),
    ),
  );
}

const opens = (title: Words, host: string, of: IamSwitch): Step => ({
  kind: 'wait',
  title,
  conditions: [opensOn(host, of)],
  withinSeconds: OPENS_SECONDS,
  everySeconds: 5,
});

const tell = (to: 'thread' | { readonly contact: string }, hours: number, reason: string): Step => ({
  kind: 'notify',
  title:
    to === 'thread'
      ? words('Say that HAS does without IAM', '通知 HAS 已降级对 IAM 的依赖')
      : words('Tell security that HAS does without IAM', '通知安全负责人 HAS 已降级对 IAM 的依赖'),
  to,
  text: words(
    `IAM of HAS is closed: anybody who reaches the page is let in, for at most ${hours} h. Reason: ${reason}`,
    `HAS 已降级对 IAM 的依赖，访问不受控制，最长 ${hours} 小时。原因：${reason}`,
  ),
});

function contactOf(contact: Contact | undefined): Closing['security'] {
  if (contact?.channel !== undefined || contact?.user !== undefined) return 'in-slack';
  return contact?.phone === undefined ? undefined : { phone: contact.phone };
}

function tellYourself(security: Closing['security']): Words {
  if (security === 'in-slack') return words('', '');
  return security
    ? words(`Call security yourself: ${security.phone}.`, `请自行致电安全负责人：${security.phone}。`)
    : words(
        'The inventory has no contact "security" in Slack: tell security yourself.',
        '资产清单中没有可通过 Slack 通知的联系人“security”，请自行通知安全负责人。',
      );
}
