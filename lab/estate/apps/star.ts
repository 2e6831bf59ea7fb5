import { casApp, resourceRows } from '../cas-app.ts';
import { agentLog, PIPELINE_PORT } from '../pipeline.ts';
import { pipelineConsole } from '../pipeline-console.ts';
import { controlScript } from '../units.ts';
import type { PracticeApp } from './app.ts';

export const acstarserver2 = casApp({
  id: 'acstarserver2',
  system: 'STAR',
  title: { en: 'Pipeline server', zh: '运维管道服务端' },
  ports: { 80: pipelineConsole, [PIPELINE_PORT]: 'open' },
  mainPort: PIPELINE_PORT,
  peers: [{ server: 'acstarserver2', port: 3306, connections: 2 }],
  usual: 'ChannelKeeper - every channel is up',
  errors: ['c.p.star.ChannelKeeper - send msg failed, channel is gone'],
  consoles: [{ name: 'starserver2', port: 80 }],
  balancer: 'acstarserver2_internet_vip',
  databases: [{ name: 'acstarserver2' }],
  rows: {
    ports: ['STAR-C01', 'STAR-C02', 'STAR-M05', 'STAR-A02'],
    ...resourceRows('STAR'),
    page: ['STAR-C03'],
    more: { 'clock-skewed': ['DEPS-C17', 'DEPS-F03'] },
  },
});

/** Takes the commands of the pipeline on every business host. */
export const staragent: PracticeApp = {
  id: 'staragent',
  system: 'STAR',
  title: { en: 'Pipeline agent', zh: '运维管道 Agent' },
  hostName: 'staragent',
  hosts: 0,
  cores: 1,
  memoryGb: 1,
  beside: ['business-host'],
  programs: [
    {
      id: 'staragent',
      command: '/home/staragent/bin/staragentd',
      processName: 'staragentd',
      user: 'root',
      peers: [{ app: 'acstarserver2', port: PIPELINE_PORT, connections: 1 }],
      logs: [agentLog],
      executables: { '/home/staragent/bin/agent.sh': controlScript('staragent', 'staragent') },
    },
  ],
};

export const APPS: readonly PracticeApp[] = [acstarserver2, staragent];
