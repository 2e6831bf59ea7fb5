import { defineInspection, words } from '../../src/kit/index.ts';

export default defineInspection({
  system: {
    id: 'PHYS',
    title: words('Physical machines', '物理机'),
    names: ['phys', '物理机', 'physical machines'],
  },
  apps: [
    {
      id: 'physical-node',
      title: words('Physical node', '物理机节点'),
      names: ['physical-node', '节点', 'node'],
    },
    { id: 'kubelet', title: words('kubelet', 'kubelet'), names: ['kubelet'], runsOn: 'physical-node' },
    {
      id: 'dockerd',
      title: words('Docker daemon', 'Docker 守护进程'),
      names: ['dockerd', 'docker'],
      runsOn: 'physical-node',
    },
  ],
  checks: [],
});
