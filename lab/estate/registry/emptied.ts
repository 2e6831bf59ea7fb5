import type { EstateView, NoticeEffects, SeenHost } from '../service.ts';
import { registryLine } from './logs.ts';
import { LEFT, LOGS, registry } from './state.ts';

/** Since when data and session nodes have run, as it was seen last, and whether their clients were sent empty lists. */
interface Pushed {
  readonly since: Map<string, number>;
  isEmpty: boolean;
}

const PUSHED = new WeakMap<EstateView, Pushed>();

function pushedIn(estate: EstateView): Pushed {
  const known = PUSHED.get(estate) ?? { since: new Map<string, number>(), isEmpty: false };
  PUSHED.set(estate, known);
  return known;
}

const nodesOf = (estate: EstateView): readonly SeenHost[] =>
  ['dataserver', 'sessionserver'].flatMap((app) => estate.hostsOf(app));

/** The counters of a session node now: those that are left once empty lists were pushed, otherwise its own. */
export function countsOf(
  host: SeenHost,
  estate: EstateView,
): { readonly subscribers: number; readonly publishers: number; readonly watchers: number } {
  const own = registry.of(host.conditions);
  return own.emptiesLists && pushedIn(estate).isEmpty ? LEFT : own;
}

/** A data or session node that starts again while push is open knows of nobody yet, and pushes just that. */
export function noticeEmptyPush(estate: EstateView, { log, begin }: NoticeEffects): void {
  const pushed = pushedIn(estate);
  const nodes = nodesOf(estate);
  const sessions = estate.hostsOf('sessionserver');
  const become = (wasEmptied: boolean): void =>
    begin({
      name: 'empty lists pushed',
      on: sessions.map(({ plan }) => plan.name),
      change: (now) => registry.with(now, { wasEmptied }),
    });
  if (pushed.isEmpty && !nodes.some((node) => registry.of(node.conditions).emptiesLists)) {
    pushed.isEmpty = false;
    become(false);
  }
  for (const node of nodes) {
    const { name } = node.plan;
    if (!node.runs()) continue;
    const [before, now] = [pushed.since.get(name), node.since()];
    pushed.since.set(name, now);
    const { emptiesLists, pushStopped } = registry.of(node.conditions);
    if (before === undefined || before === now || !emptiesLists || pushStopped || pushed.isEmpty) continue;
    pushed.isEmpty = true;
    become(true);
    for (const { plan } of sessions)
      log(
        plan.name,
        `${LOGS}/session/registry-session.log`,
        registryLine('WARN', 'PushTask-1', 'PushTaskService', 'push empty datum to 1128 subscribers'),
      );
  }
}
