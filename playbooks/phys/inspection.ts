import { defineInspection, words } from '../../src/kit/index.ts';
import { consolePages } from './console-pages.ts';
import { containers, dockerVersion } from './docker.ts';
import { kubeletStatus } from './kubelet.ts';
import { nodesReachable } from './reachable.ts';

export default defineInspection({
  system: {
    id: 'PHYS',
    title: words('Physical machines', '物理机'),
    names: ['phys', '物理机', 'physical machines', 'physical machine'],
  },
  apps: [
    {
      id: 'physical-node',
      title: words('Physical node', '物理机节点'),
      names: ['physical-node', 'physical node', '节点', '物理节点', 'node', 'nodes'],
    },
    { id: 'kubelet', title: words('kubelet', 'kubelet'), names: ['kubelet'], runsOn: 'physical-node' },
    {
      id: 'dockerd',
      title: words('Docker daemon', 'Docker 守护进程'),
      names: ['dockerd', 'docker'],
      runsOn: 'physical-node',
    },
  ],
  checks: [
    {
      id: 'reachable',
      title: words('Reachability', '连通性'),
      apps: ['physical-node'],
      rows: ['PHYS-C02'],
      clause: { document: '002', section: '11.1.2' },
      literal: 'ping {node_ip}',
      ...nodesReachable,
    },
    {
      id: 'kubelet',
      title: words('kubelet service', 'kubelet 服务'),
      apps: ['kubelet'],
      rows: ['PHYS-C03'],
      clause: { document: '002', section: '11.2.3' },
      literal: 'service kubelet status',
      ...kubeletStatus,
    },
    {
      id: 'containers',
      title: words('Containers', '容器'),
      apps: ['physical-node'],
      rows: ['PHYS-C05'],
      clause: { document: '002', section: '11.2.3' },
      ...containers,
    },
    {
      id: 'docker-version',
      title: words('Docker version', 'Docker 版本'),
      apps: ['dockerd'],
      rows: ['PHYS-C06'],
      clause: { document: '002', section: '11.1.1' },
      ...dockerVersion,
    },
    ...consolePages,
  ],
});
