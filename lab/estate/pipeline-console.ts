import { PIPELINE_PORT } from './pipeline.ts';
import { type Answer, escapeHtml, type HttpService, page, type Served, text } from './service.ts';
import { appState } from './app-state.ts';

/** Switches that all pipeline servers have together. */
export interface PipelineTraits {
  /** The gateway that the agents of a room connect to. */
  readonly gateway: 'on' | 'off';
  /** The channel of the gateway, through which commands are sent. */
  readonly channel: 'on' | 'off';
}

export const pipeline = appState<PipelineTraits>({ gateway: 'on', channel: 'on' });

const TITLE = '运维管道';
const PARTS = {
  gateway: { path: '/gw', title: 'GW 管理', fault: 'gateway-disabled' },
  channel: { path: '/channel', title: '通道管理', fault: 'channel-disabled' },
} as const;

/** The console of the pipeline server (001 §2.7.1): gateways, channels, and the button that enables one that is off. */
export const pipelineConsole: HttpService = async ({ method, path }, served) => {
  if (served.host.conditions.page !== 'opens') return page(500, TITLE, '<p>Internal Server Error</p>');
  if (path === '/' || path === '') return page(200, TITLE, menu());
  for (const part of ['gateway', 'channel'] as const) {
    if (path === PARTS[part].path && method === 'GET') return shown(part, served);
    if (path === `${PARTS[part].path}/enable` && method === 'POST') return enable(part, served);
  }
  return text(404, 'not found\n');
};

const menu = (): string =>
  `<ul>${Object.values(PARTS)
    .map(({ path, title }) => `<li><a href=".${path}">${title}</a></li>`)
    .join('')}</ul>`;

function shown(part: keyof typeof PARTS, { host, estate }: Served): Answer {
  const state = pipeline.of(host.conditions);
  const isOn = state[part] === 'on';
  const agents = estate.hosts.filter(({ plan }) => plan.app.programs.some(({ id }) => id === 'staragent'));
  const connected = agents.filter(({ conditions }) => !conditions.lostPeers.includes(PIPELINE_PORT));
  const isUp = state.gateway === 'on' && state.channel === 'on';
  const cells =
    part === 'gateway'
      ? { GW: 'gw-1', 状态: isOn ? '启用' : '停用' }
      : {
          GW: 'gw-1',
          通道状态: isOn ? '启用' : '停用',
          实时状态: isUp ? '正常' : '异常',
          'Agent 连接数': String(connected.length),
          心跳时间: isUp ? '12 秒前' : '17 分钟前',
        };
  const table = `<table border="1"><tr>${Object.keys(cells)
    .map((name) => `<th>${escapeHtml(name)}</th>`)
    .join('')}</tr><tr>${Object.values(cells)
    .map((value) => `<td>${escapeHtml(value)}</td>`)
    .join('')}</tr></table>`;
  const button = isOn
    ? ''
    : `<form method="post" action=".${PARTS[part].path}/enable"><button>启用</button></form>`;
  return page(200, `${TITLE} > ${PARTS[part].title}`, `${table}${button}`);
}

async function enable(part: keyof typeof PARTS, served: Served): Promise<Answer> {
  const { estate, sideEffects } = served;
  const { fault } = PARTS[part];
  const on = estate.hosts.filter(
    ({ plan, conditions }) => plan.app.id === 'acstarserver2' || conditions.lostPeers.includes(PIPELINE_PORT),
  );
  await sideEffects.do({
    name: `pipeline ${part}`,
    on: on.map(({ plan }) => plan.name),
    change: (now) => now,
    mends: [fault],
  });
  return page(200, `${TITLE} > ${PARTS[part].title}`, '<p>已启用，请刷新页面确认。</p>');
}
