import {
  allGreen,
  type CheckAnswer,
  type Estate,
  type Host,
  type HostsMeant,
  hostsMeant,
  type Look,
  onHosts,
  type Refusal,
  refuse,
  sayAnswers,
  sentences,
  type Words,
  words,
} from '../../src/kit/index.ts';
import { clusterNameOf } from './push.ts';
import { type Role, ROLE_APPS, roleOf } from './roles.ts';

/** Nodes of the registry, and what their own checks say of them now. */
export interface SeenNodes {
  readonly hosts: readonly Host[];
  readonly answers: readonly CheckAnswer[];
  /** Those among which hosts are meant that are not named. */
  readonly among: readonly Host[];
}

/** The nodes of one role in one cluster that are restarted, and everything that stands beside them. */
export interface ChosenNodes {
  readonly role: Role;
  readonly name: string;
  readonly targets: readonly Host[];
  readonly cluster: Readonly<Record<Role, readonly Host[]>>;
  /** A check of the node is critical. */
  readonly isRed: (host: string) => boolean;
  /** Its health check has passed. */
  readonly isWell: (host: string) => boolean;
  readonly answersOf: (hosts: readonly Host[]) => readonly CheckAnswer[];
}

const isNode = ({ app }: Host): boolean => roleOf(app) !== undefined;

/** Asks the registries of the named hosts how they are, or all of them where none is named. */
export async function askCluster(
  named: string | undefined,
  wanted: HostsMeant,
  look: Pick<Look, 'estate' | 'checks'>,
): Promise<SeenNodes | Refusal> {
  const { estate } = look;
  const nodes = estate.hosts.filter(isNode);
  const among = nodes.filter(({ app }) => named === undefined || app === named);
  if (typeof wanted !== 'string') {
    const [odd] = wanted.filter((name) => among.every((host) => host.name !== name));
    if (odd !== undefined) return refuse('not-found', notAmong(odd, named));
  }
  const meant = typeof wanted === 'string' ? among : among.filter(({ name }) => wanted.includes(name));
  const clusters = new Set(meant.map((host) => clusterNameOf(estate, host)));
  const hosts = nodes.filter((host) => clusters.has(clusterNameOf(estate, host)));
  const answers = await look.checks({
    title: words('Before', '重启前'),
    refs: hosts.flatMap(({ name, app }) => onHosts('REG', ROLE_APPS[roleOf(app) ?? 'meta'].checks, [name])),
  });
  return { hosts, answers, among };
}

/** One role of one registry, of which all that is not restarted is well: otherwise push could not be resumed. */
export function chooseNodes(
  { hosts, answers, among }: SeenNodes,
  wanted: HostsMeant,
  estate: Estate,
): ChosenNodes | Refusal {
  const of = (name: string): readonly CheckAnswer[] => answers.filter(({ host }) => host === name);
  const isRed = (name: string): boolean => of(name).some(({ state }) => state === 'critical');
  const isWell = (name: string): boolean => {
    const app = hosts.find((host) => host.name === name)?.app ?? '';
    const health = ROLE_APPS[roleOf(app) ?? 'meta'].health.check;
    return allGreen(of(name).filter(({ ref }) => ref.check === health));
  };
  const answersOf = (some: readonly Host[]): readonly CheckAnswer[] => some.flatMap(({ name }) => of(name));
  const bad = (some: readonly Host[]): readonly CheckAnswer[] =>
    answersOf(some).filter(({ state }) => state !== 'ok');

  const targets = hostsMeant(
    wanted,
    among,
    among.map(({ name }) => name).filter((name) => isRed(name)),
  );
  const [first, ...others] = targets;
  const role = roleOf(first?.app ?? '');
  if (!first || !role) return refuse('not-needed', sentences(NOTHING_RED, ...saidOf(bad(among))));
  const name = clusterNameOf(estate, first);
  if (others.some(({ app }) => app !== first.app)) return refuse('unsafe', severalRoles(targets));
  if (others.some((host) => clusterNameOf(estate, host) !== name))
    return refuse('unsafe', severalClusters(targets));
  const own = hosts.filter((host) => clusterNameOf(estate, host) === name);
  const inRole = (each: Role): readonly Host[] => own.filter(({ app }) => roleOf(app) === each);

  const beside = own.filter((host) => !targets.includes(host) && !isWell(host.name));
  const [besideOne] = beside;
  if (besideOne) {
    const alike = beside.filter(({ app }) => app === first.app);
    const together = [...targets, ...alike].map((host) => host.name).join(' ');
    const instead = {
      title: words('Restart them together', '一并重启'),
      command: `/run registry-restart ${together}`,
    };
    return refuse(
      'unsafe',
      sentences(notWellBeside(beside, alike.length === beside.length), ...saidOf(bad(beside))),
      alike.length === beside.length && beside.every((host) => isRed(host.name)) ? [instead] : [],
    );
  }
  return {
    role,
    name,
    targets,
    cluster: { meta: inRole('meta'), data: inRole('data'), session: inRole('session') },
    isRed,
    isWell,
    answersOf,
  };
}

const saidOf = (answers: readonly CheckAnswer[]): readonly Words[] =>
  answers.length > 0 ? [sayAnswers(answers)] : [];

const namesOf = (hosts: readonly Host[]): Words => {
  const names = hosts.map(({ name }) => name);
  return words(names.join(', '), names.join('、'));
};

const NOTHING_RED = words(
  'No node of the registry is down. Name the hosts to restart them all the same.',
  '注册中心没有故障节点。如仍需重启，请指定主机。',
);

const notAmong = (host: string, role: string | undefined): Words =>
  words(
    `${host} is not a host of ${role ?? 'the registry'}.`,
    `${host} 不是${role === undefined ? '注册中心' : ` ${role} `}的主机。`,
  );

const severalRoles = (hosts: readonly Host[]): Words =>
  words(
    `${namesOf(hosts).en}: one role at a time, meta before data before session. Name the hosts of one role.`,
    `${namesOf(hosts).zh}：每次仅重启一个角色，顺序为 Meta、Data、Session。请指定同一角色的主机。`,
  );

const severalClusters = (hosts: readonly Host[]): Words =>
  words(
    `${namesOf(hosts).en} belong to several registries. Name the hosts of one.`,
    `${namesOf(hosts).zh} 属于多个注册中心，请指定同一注册中心的主机。`,
  );

/** Of another role: the emergency plan brings the roles back in their order, which takes a person (REG-P01). */
const notWellBeside = (hosts: readonly Host[], isOneRole: boolean): Words =>
  isOneRole
    ? words(
        `${namesOf(hosts).en} would stay down, and push could not be resumed.`,
        `${namesOf(hosts).zh} 仍处于异常，推送将无法恢复。`,
      )
    : words(
        `${namesOf(hosts).en} would stay down, and push could not be resumed. Where several roles are down the emergency plan applies: stop push, bring back meta, then data, then session, resume push (002 §7.8).`,
        `${namesOf(hosts).zh} 仍处于异常，推送将无法恢复。多个角色异常时请执行应急预案：关闭推送，依次恢复 Meta、Data、Session，再打开推送（002 §7.8）。`,
      );
