import { type Words, words } from '../words.ts';

/** How a container is, in one vocabulary for Docker, Kubernetes and the versions of the console. `busy`: somebody or something works on it. */
export type ContainerState = 'running' | 'stopped' | 'absent' | 'abnormal' | 'busy' | 'unknown';

export const CONTAINER_STATE: Readonly<Record<ContainerState, Words>> = {
  running: words('running', '运行中'),
  stopped: words('stopped', '已停止'),
  absent: words('not there', '不存在'),
  abnormal: words('abnormal', '异常'),
  busy: words('busy: it is being restarted, upgraded or removed', '重启、升级或移除中'),
  unknown: words('unknown', '未知'),
};

const AGO =
  /^(?:Less than a second|About an? (?:minute|hour)|\d{1,6} (?:second|minute|hour|day|week|month|year)s?)$/;

/** The state that Docker's status or the console's word stands for; unknown for every other text. */
export function stateOf(status: string): ContainerState {
  const word = status.trim();
  return CONSOLE.get(word) ?? dockerState(word);
}

/** The four vocabularies of the console's versions (ERR-GEN-09). */
const CONSOLE: ReadonlyMap<string, ContainerState> = new Map([
  ['运行中', 'running'],
  ['健康', 'running'],
  ['已下线', 'stopped'],
  ['退出', 'stopped'],
  ['异常', 'abnormal'],
  ['节点异常', 'abnormal'],
  ['节点宕机', 'abnormal'],
  ['重启中', 'busy'],
  ['升级中', 'busy'],
  ['待升级', 'busy'],
]);

function dockerState(status: string): ContainerState {
  if (status === 'Created') return 'stopped';
  if (status === 'Dead') return 'abnormal';
  if (status === 'Removal In Progress') return 'busy';
  const [, up, note] = /^Up (.+?)(?: \(([^()]+)\))?$/.exec(status) ?? [];
  if (up !== undefined && AGO.test(up)) return UP.get(note ?? '') ?? 'unknown';
  const [, word, ended] = /^(Exited|Restarting) \(-?\d{1,10}\) (.+) ago$/.exec(status) ?? [];
  if (ended === undefined || !AGO.test(ended)) return 'unknown';
  return word === 'Exited' ? 'stopped' : 'busy';
}

/** Notes of Docker behind `Up …`. */
const UP: ReadonlyMap<string, ContainerState> = new Map([
  ['', 'running'],
  ['healthy', 'running'],
  ['health: starting', 'running'],
  ['unhealthy', 'abnormal'],
  ['Paused', 'abnormal'],
]);
