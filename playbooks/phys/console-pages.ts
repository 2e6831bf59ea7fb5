import { type Check, lookAt, words } from '../../src/kit/index.ts';

const apps = ['physical-node'] as const;
const risks = { document: '002', section: '11.1.1' } as const;

/** What only Yunyou shows. */
export const consolePages: readonly Check[] = [
  lookAt({
    id: 'node-state',
    title: words('Node state', '节点状态'),
    apps,
    rows: ['PHYS-C01', 'PHYS-C04'],
    clause: { document: '002', section: '11.2.4' },
    page: words('Yunyou (云游) > 资源管理 > 节点', '云游 > 资源管理 > 节点'),
    expect: words(
      'every node is healthy and schedulable (健康，可调度), none down (宕机)',
      '全部节点为“健康，可调度”，没有“宕机”',
    ),
  }),
  lookAt({
    id: 'migration-available',
    title: words('Failure migration', '宕机迁移'),
    apps,
    rows: ['PHYS-C07'],
    clause: risks,
    page: words('Yunyou (云游): version and failure migration', '云游：版本与宕机迁移开关'),
    expect: words(
      'version 1.2.1 or later; with an earlier one, somebody has switched failure migration (宕机迁移) on, which is off by default',
      '版本不低于 1.2.1；低于 1.2.1 时宕机迁移默认未打开，须确认已打开',
    ),
  }),
  lookAt({
    id: 'spare-resources',
    title: words('Migration resources', '迁移所需资源'),
    apps,
    rows: ['PHYS-C08'],
    clause: risks,
    page: words('Yunyou (云游) > 资源管理 > 节点', '云游 > 资源管理 > 节点'),
    expect: words(
      'the other nodes have room for the containers of any one that fails',
      '任一节点宕机时，其余节点的空闲资源足以承接其上的容器',
    ),
  }),
];
