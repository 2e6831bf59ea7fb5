import {
  agentProcess,
  componentPatrol,
  connectedTo,
  containerState,
  defineInspection,
  errorLogCheck,
  lookAt,
  pageOpens,
  words,
} from '../../src/kit/index.ts';
import { AGENT_ERROR } from './logs.ts';

const patrol = { document: '001', section: '6' } as const;
const plan = { document: '001', section: '2.7.1' } as const;
const notes = { document: '004', section: '4.3.5' } as const;

export default defineInspection({
  system: {
    id: 'STAR',
    title: words('Operations pipeline', '运维管道'),
    names: ['star', 'star_agent', '运维管道', '运维管道服务', 'operations pipeline'],
  },
  apps: [
    {
      id: 'acstarserver2',
      title: words('Pipeline server', '运维管道服务端'),
      names: ['acstarserver2', 'acstarserver', 'acst arserver', 'starserver2', 'starserver'],
    },
    {
      id: 'staragent',
      title: words('Pipeline agent', '运维管道 Agent'),
      names: ['staragent', 'startagent', 'staragnet', 'agent'],
      runsOn: 'business-host',
    },
  ],
  checks: [
    ...componentPatrol({
      clause: patrol,
      patrol: 'STAR-C01',
      resources: { cpu: 'STAR-M01', memory: 'STAR-M02', disk: 'STAR-M03', load1: 'STAR-M04' },
      ports: [
        {
          app: 'acstarserver2',
          id: 'starserver',
          ports: [80, 8000, 2022, 12200],
          rows: ['STAR-C02', 'STAR-M05'],
        },
      ],
    }),
    {
      id: 'console-page',
      title: words('Console page', '控制台页面'),
      apps: ['acstarserver2'],
      rows: ['STAR-C03'],
      clause: patrol,
      literal: '云游 > 资源管理 > 负载均衡: acstarserver2_internet_vip',
      ...pageOpens(({ estate: { consoles, addresses } }) => {
        const vip = addresses['acstarserver2_internet_vip'];
        return consoles['STAR'] ?? (vip === undefined ? undefined : `http://${vip}/`);
      }),
    },
    {
      id: 'agent-process',
      title: words('staragent process', 'staragent 进程'),
      apps: ['staragent'],
      rows: ['STAR-C06', 'STAR-C07'],
      clause: plan,
      literal: 'ps -fe | grep -i agent',
      ...agentProcess('staragent'),
    },
    {
      id: 'agent-connection',
      title: words('Connection to the pipeline server', '与运维管道服务端的连接'),
      apps: ['staragent'],
      rows: ['STAR-C08'],
      clause: notes,
      literal: 'netstat -anlp | grep 8000',
      ...connectedTo([8000], words('the pipeline server', '运维管道服务端')),
    },
    errorLogCheck({
      id: 'agent-errors',
      title: words('staragent log errors', 'staragent 日志错误'),
      apps: ['staragent'],
      rows: ['STAR-C09', 'STAR-L01'],
      clause: notes,
      path: '/home/staragent/log/staragent_core.log',
      undatedLines: 100,
      only: AGENT_ERROR,
      // The manual says to look, without a number: every error is for a person to explain.
      most: { row: 'STAR-C09', value: 0 },
    }),
    lookAt({
      id: 'agent-states',
      title: words('Agent states', 'Agent 状态'),
      apps: ['staragent', 'acstarserver2'],
      rows: ['STAR-C04'],
      clause: patrol,
      page: words('console > 首页 > 主机运维 > 主机列表', '控制台 > 首页 > 主机运维 > 主机列表'),
      expect: words('the agent of every server is normal (正常)', '所有服务器的 Agent 状态均为正常'),
    }),
    containerState({
      id: 'container-state',
      apps: ['acstarserver2'],
      rows: ['STAR-C05'],
      clause: plan,
      names: ['starserver2'],
      good: 'healthy (健康)',
      goodZh: '健康',
    }),
    lookAt({
      id: 'gateways',
      title: words('GW state', 'GW 状态'),
      apps: ['acstarserver2'],
      rows: ['STAR-C10'],
      clause: plan,
      page: words('starserver2 console > GW 管理', 'starserver2 控制台 > GW 管理'),
      expect: words('the GW is there and enabled (启用)', 'GW 存在，状态为启用'),
    }),
    lookAt({
      id: 'channels',
      title: words('Channels and heartbeats', '通道与心跳'),
      apps: ['acstarserver2', 'staragent'],
      rows: ['STAR-C11', 'STAR-C12', 'STAR-M06'],
      clause: plan,
      page: words('starserver2 console > 通道管理', 'starserver2 控制台 > 通道管理'),
      expect: words(
        'the GW is there; channel state and real-time state are normal; the number of agent connections is plausible; the newest heartbeat is less than 1 minute old (older: a problem of the network or of the agent)',
        'GW 存在；通道状态、实时状态正常；Agent 连接个数合理；心跳时间小于 1 分钟（超过则可能存在网络或 Agent 问题）',
      ),
    }),
  ],
});
