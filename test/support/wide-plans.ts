import { bracket, type Course, inOrder, onEach, oneByOne, type Step, words } from '../../src/kit/index.ts';
import { laidOut } from '../../src/runs/layout.ts';
import { withHash } from '../../src/runs/plan.ts';
import type { Plan } from '../../src/runs/run.ts';

export const hostsOf = (app: string, count: number): readonly string[] =>
  Array.from({ length: count }, (_, n) => `${app}-${n + 1}`);

/** Sends a request from a host; `text` makes it one of its own. */
export const requestOn = (host: string, what: string, text = ''): Step => ({
  kind: 'request',
  title: words(`${what} on ${host}`, `在 ${host} 上执行 ${what}`),
  from: { host },
  method: 'PUT',
  url: `http://127.0.0.1:8341/privateapi/${what}${text}`,
});

/** A plan of this course, with the facts of one that restarts agents. */
export const planOf = (course: Course, over: Partial<Plan> = {}): Plan =>
  withHash({
    playbook: 'reinit-connections',
    args: {},
    title: words('Re-read the connections of the region manager', '重新加载区域管理器的连接'),
    risk: 'low',
    rows: ['RMC-PR01'],
    because: words('The connections are from before the last change.', '连接信息早于最近一次变更。'),
    warning: words('Requests in flight are sent again by their clients.', '进行中的请求会由客户端重发。'),
    facts: {},
    ...laidOut(course),
    verify: [{ title: words('Every connection answers', '所有连接均有应答'), row: 'RMC-PR01' }],
    looked: [],
    ...over,
  });

const lane = (host: string) => ({
  steps: [requestOn(host, 'drain'), requestOn(host, 'reinit'), requestOn(host, 'resume')],
  undo: [requestOn(host, 'resume')],
});

/** A canary, then the others so many at a time: three steps a host, the same on each. */
export const staged = (count: number, batch: number): Course =>
  onEach(hostsOf('rmc', count), { canary: 1, batch }, lane);

/** One host after another, each with texts of its own. */
export const eachItsOwn = (count: number): Course =>
  oneByOne(hostsOf('rmc', count), (host) => ({
    steps: [requestOn(host, 'drain', `?host=${host}`), requestOn(host, 'reinit', `?host=${host}`)],
  }));

/** Push is stopped around two restarts, and opened again whatever happens. */
export const bracketed = (): Course => {
  const open = requestOn('session-1', 'stopPush');
  return bracket('site-a', {
    open,
    opened: [requestOn('session-1', 'isPushStopped')],
    around: oneByOne(['meta-1', 'meta-2'], (host) => ({ steps: [requestOn(host, 'restart')] })),
    close: [requestOn('session-1', 'openPush')],
  });
};

/** As the first version wrote plans: one list, a request on each host. */
export const inOneList = (count: number): Course =>
  inOrder(
    '',
    hostsOf('rmc', count).map((host) => requestOn(host, 'reinit')),
  );
