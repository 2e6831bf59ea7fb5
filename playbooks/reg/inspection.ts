import { type Check, defineInspection, words } from '../../src/kit/index.ts';
import { clustersOption, oneLeader, quorum } from './clusters.ts';
import { consolePages } from './console-pages.ts';
import { pushOpen } from './health.ts';
import { logChecks } from './log-checks.ts';
import { roleChecks, SPELLINGS, versionOption } from './roles.ts';

const clusters: readonly Check[] = [
  {
    id: 'leader',
    title: words('One leader', 'Leader 唯一'),
    apps: ['metaserver'],
    rows: ['REG-C11', 'REG-C05'],
    clause: { document: '002', section: '7.4.5.1' },
    literal: 'curl http://localhost:9615/health/check',
    ...oneLeader,
  },
  {
    id: 'meta-quorum',
    title: words('Meta nodes alive', 'Meta 节点存活数'),
    apps: ['metaserver'],
    rows: ['REG-C14'],
    clause: { document: '002', section: '2.4.1' },
    ...quorum(9615),
  },
  {
    id: 'data-quorum',
    title: words('Data nodes alive', 'Data 节点存活数'),
    apps: ['dataserver'],
    rows: ['REG-C13'],
    clause: { document: '002', section: '2.4.1' },
    ...quorum(9622),
  },
  {
    id: 'push-switch',
    title: words('Push switch', '推送开关'),
    apps: ['metaserver'],
    rows: ['REG-C10'],
    clause: { document: '002', section: '7.4.2' },
    literal: 'curl http://localhost:9615/digest/pushSwitch',
    ...pushOpen,
  },
];

export default defineInspection({
  system: {
    id: 'REG',
    title: words('Service registry', '注册中心'),
    names: [
      'reg',
      'registry',
      '注册中心',
      '服务注册中心',
      'sofa registry',
      'sofaregistry',
      'sofa-registry',
      'sofa 服务注册表',
      'service registry',
      'confreg',
    ],
  },
  apps: [
    {
      id: 'sessionserver',
      title: words('Registry session server', '注册中心 Session'),
      names: [...SPELLINGS.session, 'session'],
    },
    {
      id: 'dataserver',
      title: words('Registry data server', '注册中心 Data'),
      names: [...SPELLINGS.data, 'data'],
    },
    {
      id: 'metaserver',
      title: words('Registry meta server', '注册中心 Meta'),
      names: [...SPELLINGS.meta, 'meta', '元服务器'],
    },
    {
      id: 'registry-test',
      title: words('Registry test application', '注册表测试应用程序'),
      names: ['registry-test', 'registry test app', '注册表测试应用程序'],
    },
    // Tasks of a release that run once and have no hosts.
    {
      id: 'metapushclose',
      title: words('Release task that closes push', '元推送关闭'),
      names: ['metapushclose', '元推送关闭'],
    },
    {
      id: 'metapush',
      title: words('Release task that opens push', '元推送'),
      names: ['metapush', '元推送'],
    },
  ],
  options: { version: versionOption, clusters: clustersOption },
  checks: [...roleChecks, ...clusters, ...logChecks, ...consolePages],
});
