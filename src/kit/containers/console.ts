import type { Host } from '../estate.ts';
import { type Words, words } from '../words.ts';

/** Acts of a person on a container in the console. */
export type ConsoleAct = 'restart' | 'start' | 'stop' | 'remove' | 'scale' | 'migrate';

/** One page of the console: the way there, what is pressed, and what shows that it went well. */
export interface ConsoleWay {
  readonly page: Words;
  readonly do: Words;
  readonly expect: Words;
}

/** The way in the console, with the labels of both versions of it (ERR-GEN-29); undefined where the inventory does not say what to look for. */
export function consoleWay(act: ConsoleAct, host: Host, app: string): ConsoleWay | undefined {
  const { name, console: place } = host;
  if (act === 'scale') return way(`云游 > 应用管理 > ${app} > 应用扩容`, SCALE, SCALED);
  if (!place) return undefined;
  const { search, product } = place;
  if (act === 'migrate')
    return way(
      '云游 > 资源管理 > 节点 > 用户容器',
      pressed(`${search ?? name} > 操作 > 迁移 > 确认`),
      MIGRATED,
    );
  if (act === 'restart' && product !== undefined)
    return way(
      `云游 Local 控制台 > 产品运维 > 产品基线 > ${product} > 应用 > ${app} > 容器`,
      pressed(`${name} > 重启（或：批量操作 > 重启）> 新建运维单 > 容器重启 > 确定`),
      RUNNING,
    );
  const found = search ?? name;
  switch (act) {
    case 'restart':
      return way(`云游 > 容器 > ${found}`, pressed(`${name} > Restart（重启）> 确定`), RUNNING);
    case 'start':
      return way(`云游 > 容器 > ${found}`, pressed(`${name} > 上线（启动、批量启动）`), RUNNING);
    case 'stop':
      return way(`云游 > 容器 > ${found}`, pressed(`${name} > 下线 > 确定`), STOPPED);
    case 'remove':
      return way(`云游 > 容器 > ${found}`, pressed(`${name} > 移除 / 删除 > 确定`), GONE);
    default:
      return act satisfies never;
  }
}

const way = (page: string, act: Words, expect: Words): ConsoleWay => ({
  page: words(page.replace(/^云游/, 'Yunyou (云游)'), page),
  do: act,
  expect,
});

const pressed = (labels: string): Words => words(`Press ${labels}`, `依次点击 ${labels}`);

const RUNNING = words('its state is running (运行中, 健康 or Up …)', '状态为运行中、健康或 Up …');
const STOPPED = words('its state is offline (已下线 or 退出)', '状态为已下线或退出');
const GONE = words('it is not in the list any more', '列表中不再有该容器');
const SCALE = words('Enter the number to add > 确定', '填写扩容数量 > 确定');
const SCALED = words('the new container is running', '新容器运行中');
const MIGRATED = words('the result is 已结束; then start it (启动)', '结果为已结束；然后启动');
