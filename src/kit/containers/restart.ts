import type { App, Host } from '../estate.ts';
import type { Condition } from '../steps/condition.ts';
import type { ManualStep } from '../steps/manual.ts';
import type { Step } from '../steps/step.ts';
import { type Words, words } from '../words.ts';
import { consoleWay } from './console.ts';
import type { ContainerSeen } from './seen.ts';

/** A restart takes about ten minutes in the manuals' own sample (POL-CONV-02). */
const BACK_SECONDS = 600;
const AGAIN_SECONDS = 5;

/** A host whose container is restarted: the very start that was seen, or the way of a person in the console. */
export interface ToRestart {
  readonly host: string;
  readonly place?: Extract<Step, { kind: 'container' }>['place'];
  readonly way?: {
    readonly restart: ConsoleSteps;
    /** Where a container that does not come back is started. */
    readonly start: ConsoleSteps | undefined;
  };
}

type ConsoleSteps = Pick<ManualStep, 'page' | 'do' | 'expect'>;

/** How the container of a host is restarted, or why it is not: what is not known, or worked on by somebody else, is left alone. */
export function wayToRestart(
  host: Host,
  app: Pick<App, 'id'>,
  seen: ContainerSeen | undefined,
): ToRestart | { readonly because: Words } {
  const { name } = host;
  if (!host.container) {
    const restart = consoleWay('restart', host, app.id);
    if (!restart) return { because: nowhere(name) };
    return { host: name, way: { restart, start: consoleWay('start', host, app.id) } };
  }
  const { state, says, start } = seen ?? { state: 'unknown', says: words('not seen', '未查到') };
  if (state === 'busy')
    return {
      because: words(
        `Somebody else works on the container of ${name}: ${says.en}. Wait until it is over.`,
        `${name} 的容器正在被操作：${says.zh}。请等待其结束。`,
      ),
    };
  if (!start || state === 'unknown' || state === 'absent')
    return {
      because: words(
        `The container of ${name} is not known: ${says.en.replace(/\.$/, '')}. Nothing is restarted unseen.`,
        `无法确认 ${name} 的容器：${says.zh.replace(/\u3002$/, '')}。未确认状态不予重启。`,
      ),
    };
  if (start.adapter === 'kubernetes') {
    const { namespace, name: pod, uid } = start;
    return { host: name, place: { of: 'pod', namespace, name: pod, uid } };
  }
  const { node, container, id, startedAt } = start;
  return { host: name, place: { of: 'docker', node, container, id, startedAt, ran: state !== 'stopped' } };
}

/** Restarts it, while `before` holds. */
export function restartStep(
  app: string,
  { host, place, way }: ToRestart,
  { before, cites }: { readonly before: readonly Condition[]; readonly cites: readonly string[] },
): Extract<Step, { kind: 'container' | 'manual' }> {
  const facts = {
    title: words(`Restart the container of ${host}`, `重启 ${host} 的容器`),
    cites,
    ...(before.length > 0 ? { before } : {}),
  };
  if (place) return { kind: 'container', ...facts, do: 'restart', host, app, place };
  if (!way) throw new Error(`nobody knows the container of ${host}`);
  return { kind: 'manual', ...facts, ...way.restart, changes: true, host };
}

/** The next host is touched only when this one is back: its container was started anew, where that can be seen, and `green` holds. Where nothing can be looked at, the person who restarts it says so. */
export function backSteps(
  { host, place }: ToRestart,
  green: readonly Condition[],
  cites: readonly string[] = [],
): readonly Extract<Step, { kind: 'wait' }>[] {
  const conditions: readonly Condition[] = [
    ...(place ? [{ kind: 'container', host, state: 'restarted' } as const] : []),
    ...green,
  ];
  const facts = {
    title: words(`${host} is back`, `${host} 恢复正常`),
    ...(cites.length > 0 ? { cites } : {}),
  };
  const times = { withinSeconds: BACK_SECONDS, everySeconds: AGAIN_SECONDS };
  return conditions.length === 0 ? [] : [{ kind: 'wait', ...facts, conditions, ...times }];
}

/** Starts one that did not come back. A pod needs none: its workload starts another. */
export function startSteps(app: string, { host, place, way }: ToRestart): readonly Step[] {
  const title = words(`Start the container of ${host} if it does not run`, `${host} 的容器未运行时启动它`);
  if (place?.of === 'docker') return [{ kind: 'container', title, do: 'start', host, app, place }];
  return way?.start ? [{ kind: 'manual', title, ...way.start, changes: true, host }] : [];
}

const nowhere = (host: string): Words =>
  words(
    `The inventory does not say where the container of ${host} is: add node and container, namespace and workload, or search.`,
    `资产清单未说明 ${host} 的容器位置：请补充 node 与 container、namespace 与 workload，或 search。`,
  );
