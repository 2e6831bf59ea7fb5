import {
  type ClusterCheck,
  firstOf,
  type Host,
  type HostAnswer,
  type HostContext,
  hostsOf,
  type Judgement,
  part,
  sh,
  words,
} from '../../src/kit/index.ts';

/** So many other nodes ping each node. */
const ASKED_BY = 2;

/**
 * Whether each node can be reached. One that let Fettle in can; one that did not is pinged from the nodes beside it, so that a
 * machine that is down is told from one that only refuses the login.
 */
export const nodesReachable: Pick<ClusterCheck, 'on' | 'command' | 'judge' | 'timeoutSeconds'> = {
  on: 'cluster',
  timeoutSeconds: 15,
  command(context) {
    const pings = neighboursOf(context).reduce(
      (all, { address }) => sh`${part(all)}
( ping -c 3 -W 2 ${address} >/dev/null 2>&1
case $? in 0) echo ${`${address} answers`} ;; 1) echo ${`${address} silent`} ;; esac ) &`,
      sh`:`,
    );
    return sh`${part(pings)}
wait`;
  },
  judge: ({ hosts }) => hosts.map((each) => ({ part: each.host.name, ...judgeNode(each, hosts) })),
};

/** The next ones of the inventory, after the last the first again. */
function neighboursOf({ host, app, estate }: HostContext): readonly Host[] {
  const all = hostsOf(estate, app);
  const at = all.findIndex(({ name }) => name === host.name);
  const others = [...all.slice(at + 1), ...all.slice(0, at)];
  return others.slice(0, ASKED_BY);
}

function judgeNode({ host, answer }: HostAnswer, all: readonly HostAnswer[]): Omit<Judgement, 'part'> {
  if (answer) return { state: 'ok', says: words('Fettle can log in', 'Fettle 可以登录') };
  const whoSay = (what: 'answers' | 'silent'): readonly string[] =>
    all
      .filter((other) => other.answer?.output.split('\n').includes(`${host.address} ${what}`))
      .map((other) => other.host.name);
  const [reach, miss] = [whoSay('answers'), whoSay('silent')];
  const evidence = [...reach.map((name) => `${name}: answers`), ...miss.map((name) => `${name}: silent`)];
  if (reach.length > 0) {
    const by = firstOf(reach);
    const says = words(
      `answers ping from ${by.en}, but Fettle cannot log in`,
      `${by.zh} 可 ping 通，但 Fettle 无法登录`,
    );
    return { state: 'ok', says, evidence: evidence.join('\n') };
  }
  if (miss.length > 0) {
    const by = firstOf(miss);
    const says = words(`cannot be reached: no answer to ping from ${by.en}`, `不可达：${by.zh} 无法 ping 通`);
    return { state: 'critical', says, evidence: evidence.join('\n') };
  }
  return {
    state: 'unknown',
    says: words(
      'Fettle cannot log in, and no other node could ping it',
      'Fettle 无法登录，且没有其他节点可以 ping 该节点',
    ),
  };
}
