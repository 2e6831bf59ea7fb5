import {
  type App,
  type Estate,
  type Host,
  keepHalf,
  type Look,
  moreThanHalf,
  type Quorum,
  type Refusal,
  refuse,
  sayAnswers,
  sentences,
  type ToRestart,
  wayToRestart,
  type Words,
  words,
  wouldHold,
} from '../../src/kit/index.ts';
import { parseHealth } from './answers.ts';
import { type Baseline, readBaseline } from './counts.ts';
import { isOneCluster, isStopped, notAllSay, pushRefs, type PushSwitch, pushSwitchOf } from './push.ts';
import type { ChosenNodes } from './registry-nodes.ts';
import { type Role, ROLE_APPS } from './roles.ts';

/** Push is on, as every meta server says that is not down and restarted itself. The switch is turned at one that is not restarted. */
export async function seePush(
  { name, targets, cluster: { meta }, isWell }: ChosenNodes,
  look: Pick<Look, 'estate' | 'checks'>,
): Promise<{ readonly push: PushSwitch; readonly answering: readonly string[] } | Refusal> {
  const restarted = targets.map((host) => host.name);
  const push = pushSwitchOf(look.estate, name, restarted);
  if (!push) return refuse('unsafe', noMetaLeft(name));
  const answering = meta.map((host) => host.name).filter((host) => isWell(host) || !restarted.includes(host));
  const answers = await look.checks({ refs: pushRefs({ metas: answering }) });
  const stopped = isStopped(answers);
  if (stopped === undefined) return notAllSay(answers);
  if (stopped)
    return refuse('unsafe', stoppedAlready(name), [
      { title: words('Resume push', '恢复推送'), command: `/run push-resume ${name}` },
    ]);
  return { push, answering };
}

/**
 * The meta server that leads, by what each that is well says of itself; exactly one must, and all must say what they are. Where one that is
 * restarted says so beside another it is the one too many.
 */
export async function leaderOf(
  { targets, cluster: { meta }, isWell }: ChosenNodes,
  { port }: Pick<PushSwitch, 'port'>,
  look: Pick<Look<'REG-C11'>, 'page'>,
): Promise<{ readonly name: string } | Refusal> {
  const says = await Promise.all(
    meta
      .filter(({ name }) => isWell(name))
      .map(async ({ name }) => {
        const { body = '' } = await look.page({
          title: words(`What ${name} takes itself for`, `${name} 的角色`),
          row: 'REG-C11',
          host: name,
          url: `http://localhost:${port}/health/check`,
        });
        return { name, role: parseHealth(body)?.role };
      }),
  );
  const silent = says.filter(({ role }) => role === undefined).map(({ name }) => name);
  if (silent.length > 0) return refuse('unsafe', noRole(silent));
  const leaders = says.filter(({ role }) => role === 'leader').map(({ name }) => name);
  const restarted = targets.map(({ name }) => name);
  const trusted = leaders.length > 1 ? leaders.filter((name) => !restarted.includes(name)) : leaders;
  const [leader, ...others] = trusted;
  if (leader === undefined) return refuse('unsafe', leaders.length > 1 ? severalLeaders(leaders) : NO_LEADER);
  return others.length > 0 ? refuse('unsafe', severalLeaders(leaders)) : { name: leader };
}

/**
 * Who must stay well, for each node in the order of the restarts: more than half of the meta and of the data servers (ERR-REG-25), at
 * least half of the session servers, of two the other one, also while the node is down itself.
 */
export function guardsOf(
  { role, isRed, isWell, answersOf }: ChosenNodes,
  order: readonly Host[],
  estate: Estate,
): readonly (readonly Quorum[])[] | Refusal {
  const guards: (readonly Quorum[])[] = [];
  for (const [at, { name: target, app }] of order.entries()) {
    const guarded = {
      app,
      target,
      system: 'REG',
      checks: [ROLE_APPS[role].health.check],
      within: isOneCluster(estate) ? 'app' : 'site',
    } as const;
    const quorum =
      role === 'session' ? keepHalf(estate, { ...guarded, alsoRed: true }) : moreThanHalf(estate, guarded);
    const before = order.slice(0, at).map(({ name }) => name);
    for (const each of quorum) {
      const { holds, well } = wouldHold(each, { isWell, isRed, before });
      const peers = estate.hosts.filter(({ name }) => each.hosts.includes(name));
      if (!holds)
        return refuse(
          'unsafe',
          sentences(
            tooFew(target, well, each),
            ...(peers.every(({ name }) => isWell(name)) ? [] : [sayAnswers(answersOf(peers))]),
          ),
        );
    }
    guards.push(quorum);
  }
  return guards;
}

/** How many publishers, subscribers and watchers there are now. A session server that is down and restarted has none. */
export async function seeCounts(
  { targets, cluster: { session }, isRed, isWell }: ChosenNodes,
  look: Pick<Look<'REG-C12'>, 'log'>,
): Promise<{ readonly counts: Baseline; readonly says: Words } | Refusal> {
  const counted = session.filter((host) => isWell(host.name) || !targets.includes(host) || !isRed(host.name));
  const names = counted.map(({ name }) => name);
  const seen = await readBaseline(names, look);
  if ('without' in seen)
    return refuse(
      'unsafe',
      sentences(
        words(
          'Nobody could tell afterwards whether everybody is there again: the counts of now are not known.',
          '无法获知当前的发布、订阅数，重启后将无法判断是否恢复。',
        ),
        words(`${seen.without}: ${seen.says.en}`, `${seen.without}：${seen.says.zh}`),
      ),
    );
  const { counts } = seen;
  return {
    counts,
    says: words(
      counts.map(({ part, value }) => `90 % of ${value} ${part}`).join(', '),
      counts.map(({ part, value }) => `${part} ${value} 的 90%`).join('、'),
    ),
  };
}

/** The very containers that are restarted. */
export async function seeContainers(
  order: readonly Host[],
  role: Role,
  look: Pick<Look, 'containers'>,
): Promise<readonly ToRestart[] | Refusal> {
  const seen = await look.containers({ hosts: order.map(({ name }) => name) });
  const app: Pick<App, 'id'> = { id: `${role}server` };
  const ways: ToRestart[] = [];
  for (const host of order) {
    const way = wayToRestart(
      host,
      app,
      seen.find((each) => each.host === host.name),
    );
    if ('because' in way) return refuse('unsafe', way.because);
    ways.push(way);
  }
  return ways;
}

const noMetaLeft = (name: string): Words =>
  words(
    `Push is stopped and resumed at a meta server that is not restarted, and none of ${name} is left. Leave one out, and restart it in a run of its own.`,
    `推送须在不重启的 Meta 节点上关闭和恢复，而 ${name} 没有剩余的 Meta 节点。请留下一台，另行重启。`,
  );

const stoppedAlready = (name: string): Words =>
  words(
    `Push of ${name} is stopped already: another change may be under way. Who stopped it: /fettle status`,
    `${name} 的推送已处于关闭状态：可能有其他变更正在进行。关闭人请查看：/fettle status`,
  );

const noRole = (metas: readonly string[]): Words =>
  words(
    `${metas.join(', ')} does not say whether it is the leader.`,
    `${metas.join('、')} 未返回是否为 Leader。`,
  );

const severalLeaders = (metas: readonly string[]): Words =>
  words(
    `${metas.join(', ')} all take themselves for the leader. Restart the one that is not: name it.`,
    `${metas.join('、')} 均自称 Leader。请指定并重启其中异常的一台。`,
  );

const NO_LEADER = words(
  'The meta servers have no leader: push cannot be stopped. The emergency plan applies: bring the meta servers back first (002 §7.8).',
  'Meta 集群没有 Leader，无法关闭推送。请执行应急预案：先恢复 Meta 节点（002 §7.8）。',
);

const tooFew = (host: string, well: number, { needs, hosts }: Quorum): Words =>
  words(
    `Without ${host} only ${well} of its ${hosts.length} peers ${well === 1 ? 'is' : 'are'} well; ${needs} must be before it is touched.`,
    `除 ${host} 外，同角色 ${hosts.length} 台中仅 ${well} 台正常；至少 ${needs} 台正常时才可操作。`,
  );
