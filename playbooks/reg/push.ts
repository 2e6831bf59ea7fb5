import { z } from 'zod';
import {
  type CheckAnswer,
  type CheckRef,
  type Condition,
  type Estate,
  type Host,
  type Look,
  onApps,
  onHosts,
  portOf,
  type Refusal,
  refuse,
  type RowId,
  sayAnswers,
  sentences,
  type Step,
  type Words,
  words,
} from '../../src/kit/index.ts';

/** The switch of a registry's push: where it is turned, and how its meta servers answer. */
export interface PushSwitch {
  readonly cluster: string;
  readonly metas: readonly string[];
  /** Turned at this one; the cluster keeps it for all. */
  readonly at: string;
  readonly port: number;
  /** As every meta server answers at /digest/pushSwitch. */
  readonly answers: { readonly stopped: string; readonly pushing: string };
}

/** A site, or `one` where the rooms have one registry together. */
export const cluster = z
  .string()
  .regex(/^[A-Za-z0-9][\w.-]{0,62}$/, 'Give the site of the registry, like site-a, or one.');

const ANSWERS = {
  v5: { stopped: '"pushSwitch":"closed"', pushing: '"pushSwitch":"open"' },
  v6: { stopped: '"stopPush":"true"', pushing: '"stopPush":"false"' },
} as const;

/** The rooms have one registry together; otherwise each has its own. */
export const isOneCluster = ({ options }: Pick<Estate, 'options'>): boolean =>
  options['REG']?.['clusters'] === 'one';

/** The registry that a host belongs to, by the name of its cluster. */
export const clusterNameOf = (estate: Pick<Estate, 'options'>, { site }: Pick<Host, 'site'>): string =>
  isOneCluster(estate) ? 'one' : site;

/** The switch at the meta servers of a cluster, turned at the first of them that is not left out; undefined where the inventory has none there. */
export function pushSwitchOf(
  estate: Estate,
  name: string,
  leftOut: readonly string[] = [],
): PushSwitch | undefined {
  const app = estate.apps.find(({ id }) => id === 'metaserver');
  const metas = estate.hosts.filter(
    (host: Host) => host.app === 'metaserver' && clusterNameOf(estate, host) === name,
  );
  const at = metas.find((host) => !leftOut.includes(host.name));
  if (!app || !at) return undefined;
  return {
    cluster: name,
    metas: metas.map((host) => host.name),
    at: at.name,
    port: portOf(app, 9615),
    answers: ANSWERS[estate.options['REG']?.['version'] === 'v6' ? 'v6' : 'v5'],
  };
}

const unknownCluster = (name: string, estate: Estate): Words => {
  const isOne = isOneCluster(estate);
  const known = isOne
    ? ['one']
    : [...new Set(estate.hosts.flatMap(({ app, site }) => (app === 'metaserver' ? [site] : [])))];
  return words(
    `There is no registry at "${name}". There is: ${known.join(', ') || 'none'}.`,
    `“${name}”没有注册中心。现有：${known.join('、') || '无'}。`,
  );
};

export const pushRefs = ({ metas }: Pick<PushSwitch, 'metas'>): readonly CheckRef[] =>
  onHosts('REG', ['push-switch'], metas);

/** The push of a cluster, and what its meta servers say of it now; refused where there is no such cluster. */
export async function askPush(
  name: string,
  look: Pick<Look, 'estate' | 'checks'>,
): Promise<{ readonly push: PushSwitch; readonly answers: readonly CheckAnswer[] } | Refusal> {
  const push = pushSwitchOf(look.estate, name);
  if (!push) return refuse('not-found', unknownCluster(name, look.estate));
  return { push, answers: await look.checks({ refs: pushRefs(push) }) };
}

/** Says neither: the check knows two answers beside unknown, that push is on, which is ok, and that it is stopped. */
const isUnclear = ({ state }: CheckAnswer): boolean => state !== 'ok' && state !== 'critical';

/** Whether push is stopped, as all meta servers say; undefined where one does not say, or they contradict each other. */
export function isStopped(answers: readonly CheckAnswer[]): boolean | undefined {
  if (answers.length === 0 || answers.some(isUnclear)) return undefined;
  const stopped = answers.filter(({ state }) => state === 'critical').length;
  return stopped === answers.length ? true : stopped === 0 ? false : undefined;
}

/** Why nothing is done where the meta servers do not say, or contradict each other. */
export const notAllSay = (answers: readonly CheckAnswer[]): Refusal =>
  refuse(
    'unsafe',
    sentences(
      words('The meta servers do not all say whether push is on:', 'Meta 节点未一致返回推送状态：'),
      sayAnswers(answers),
    ),
  );

/** The cluster has one leader and more than half of its meta servers: the switch is kept by the leader. */
export const leaderRefs: readonly CheckRef[] = onApps('REG', ['leader', 'meta-quorum'], ['metaserver']);

const seenOn = (host: string, { port }: Pick<PushSwitch, 'port'>, has: string): Condition => ({
  kind: 'page',
  host,
  url: `http://localhost:${port}/digest/pushSwitch`,
  has,
});

const seenOnAll = (push: PushSwitch, has: string): readonly Condition[] =>
  push.metas.map((host) => seenOn(host, push, has));

/** These meta servers say that push is stopped. */
export const saysStopped = (push: PushSwitch, metas: readonly string[]): readonly Condition[] =>
  seenOnAll({ ...push, metas }, push.answers.stopped);

/** The state that a stopped push is, and how it ends. */
const BRACKET = 'push-stopped';

/** Turns push off, and reads it back on every meta server. The word in the address is the opposite: `open` stops. */
export function stopPush(push: PushSwitch, minutes: number): readonly [Step, Step] {
  return [
    {
      kind: 'request',
      title: words(`Stop the push of ${push.cluster}`, `关闭 ${push.cluster} 的推送`),
      cites: ['REG-PR01.1', 'REG-PR01.2'],
      from: { host: push.at },
      method: 'GET',
      url: `http://localhost:${push.port}/stopPushDataSwitch/open`,
      probe: seenOn(push.at, push, push.answers.stopped),
      opens: {
        bracket: BRACKET,
        where: push.cluster,
        says: words('the push of the registry is stopped', '注册中心推送已关闭'),
        minutes,
        closeBy: { playbook: 'push-resume', args: { cluster: push.cluster } },
      },
    },
    {
      kind: 'check',
      title: words('Every meta server says that push is stopped', '所有 Meta 节点均显示推送已关闭'),
      cites: ['REG-PR01.3'],
      conditions: seenOnAll(push, push.answers.stopped),
    },
  ];
}

/** Turns push on again while `ready` holds, and reads it back on every meta server. The word in the address is the opposite: `close` resumes. */
export function resumePush(push: PushSwitch, ready: readonly Condition[] = []): readonly Step[] {
  return [
    {
      kind: 'request',
      title: words(`Resume the push of ${push.cluster}`, `恢复 ${push.cluster} 的推送`),
      cites: ['REG-PR02.1', 'REG-PR02.2'],
      ...(ready.length > 0 ? { before: ready } : {}),
      from: { host: push.at },
      method: 'GET',
      url: `http://localhost:${push.port}/stopPushDataSwitch/close`,
      probe: seenOn(push.at, push, push.answers.pushing),
      closes: { bracket: BRACKET, where: push.cluster },
    },
    {
      kind: 'check',
      title: words('Every meta server says that push is on', '所有 Meta 节点均显示推送已打开'),
      cites: ['REG-PR02.3'],
      conditions: seenOnAll(push, push.answers.pushing),
    },
  ];
}

/** Sees that push is stopped, or on, on every meta server. */
export const sees = <Cited extends RowId>(push: PushSwitch, stopped: boolean, row: Cited) => ({
  title: stopped
    ? words('Push is stopped on every meta server', '所有 Meta 节点推送已关闭')
    : words('Push is on on every meta server', '所有 Meta 节点推送已打开'),
  row,
  withinSeconds: 10,
  look: async (look: Look<Cited>) => {
    const seen = isStopped(await look.checks({ refs: pushRefs(push) }));
    return {
      state:
        seen === stopped
          ? ('ok' as const)
          : seen === undefined
            ? ('unknown' as const)
            : ('critical' as const),
      says:
        seen === undefined
          ? words('The meta servers do not all say the same', 'Meta 节点返回不一致')
          : seen
            ? words('Push is stopped', '推送已关闭')
            : words('Push is on', '推送已打开'),
    };
  },
});
