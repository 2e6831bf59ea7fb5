import { type Conditions, withEnded } from '../conditions.ts';
import { META_PORTS, registry, type RegistryTraits, SESSION_PORTS } from '../registry/state.ts';
import { type Fault, hostFault } from './fault.ts';

const onMeta = { apps: ['metaserver'], usual: 'metaserver' } as const;
const onData = { apps: ['dataserver'], usual: 'dataserver' } as const;
const onSession = { apps: ['sessionserver'], usual: 'sessionserver' } as const;

const ROLES = ['metaserver', 'dataserver', 'sessionserver'];

const becomes =
  (part: Partial<RegistryTraits>) =>
  (now: Conditions): Conditions =>
    registry.with(now, part);

export const FAULTS: readonly Fault[] = [
  hostFault({
    id: 'push-closed',
    title: { en: 'Push was left closed after a change', zh: '变更后推送未重新打开' },
    rows: ['REG-C10', 'REG-PR02'],
    apps: ROLES,
    usual: 'metaserver',
    change: becomes({ pushStopped: true }),
    // The switch is one for the whole registry.
    brings: (host, all) =>
      all
        .filter((other) => other !== host && ROLES.includes(other.app.id))
        .map(({ name }) => ({ fault: 'push-closed', on: name })),
  }),
  hostFault({
    ...onMeta,
    id: 'meta-left-raft',
    title: { en: 'A meta node takes no part in elections', zh: 'Meta 节点脱离 raft 集群' },
    rows: ['REG-C05', 'REG-C11', 'REG-L10'],
    mendedByRestart: true,
    change: becomes({ election: 'lost' }),
  }),
  hostFault({
    ...onMeta,
    id: 'meta-second-leader',
    title: { en: 'A second meta node calls itself leader', zh: '出现第二个自称 Leader 的 Meta 节点' },
    rows: ['REG-C05', 'REG-C11'],
    mendedByRestart: true,
    change: becomes({ election: 'claims' }),
  }),
  hostFault({
    ...onMeta,
    id: 'meta-port-lost',
    title: { en: 'A meta node no longer serves its raft port', zh: 'Meta 节点 raft 端口未监听' },
    rows: ['REG-C05', 'REG-C11', 'REG-C16'],
    mendedByRestart: true,
    change: (now) => ({ ...now, closedPorts: [...now.closedPorts, META_PORTS.raft] }),
  }),
  hostFault({
    ...onMeta,
    id: 'meta-no-quorum',
    title: { en: 'Every meta node has ended', zh: 'Meta 节点全部退出' },
    rows: ['REG-C04', 'REG-C05', 'REG-C11', 'REG-C14', 'REG-F10', 'REG-F11'],
    all: true,
    mendedByRestart: true,
    change: (now) => withEnded(now, 'metaserver'),
  }),
  hostFault({
    ...onData,
    id: 'data-not-working',
    title: { en: 'A data node does not reach the state working', zh: 'Data 节点未进入 working 状态' },
    rows: ['REG-C06', 'REG-C13', 'REG-F13'],
    mendedByRestart: true,
    change: becomes({ dataStatus: 'INITIAL' }),
  }),
  hostFault({
    ...onSession,
    id: 'session-without-data',
    title: {
      en: 'A session node started without reaching a data node',
      zh: 'Session 节点启动时未连上 Data 节点',
    },
    rows: ['REG-C07', 'REG-F13'],
    mendedByRestart: true,
    change: becomes({ dataConnected: false }),
  }),
  hostFault({
    ...onSession,
    id: 'session-port-lost',
    title: { en: 'A session node no longer serves port 9602', zh: 'Session 节点 9602 端口未监听' },
    rows: ['REG-C16', 'REG-M11', 'REG-A04'],
    mendedByRestart: true,
    change: (now) => ({ ...now, closedPorts: [...now.closedPorts, SESSION_PORTS.console] }),
  }),
  hostFault({
    ...onSession,
    id: 'session-crowded',
    title: { en: 'More than 2000 clients on one session node', zh: '单台 Session 客户端连接数超过 2000' },
    rows: ['REG-C19', 'REG-M07', 'REG-A01'],
    change: (now) => ({ ...now, clients: { ...now.clients, [SESSION_PORTS.client]: 2400 } }),
  }),
  hostFault({
    ...onSession,
    id: 'registry-connections-break',
    title: { en: 'Connections between registry nodes keep breaking', zh: '注册中心内部长连接频繁断连' },
    rows: ['REG-M08', 'REG-A02'],
    apps: ROLES,
    change: becomes({ lossesPerMinute: 4 }),
  }),
  hostFault({
    ...onSession,
    id: 'publishers-dropped',
    title: {
      en: 'Publishers and subscribers did not come back after an upgrade',
      zh: '升级后发布、订阅数未恢复',
    },
    rows: ['REG-C12', 'REG-M23', 'REG-L03', 'REG-A11'],
    all: true,
    change: becomes({ subscribers: 610, publishers: 395, watchers: 17 }),
  }),
  hostFault({
    ...onSession,
    id: 'push-empties-lists',
    title: {
      en: 'A data or session node that restarts while push is open empties the lists of all clients',
      zh: '推送打开时重启 Data 或 Session 节点会造成推空',
    },
    rows: ['REG-PR08', 'REG-PR01'],
    apps: ROLES,
    change: becomes({ emptiesLists: true }),
    brings: (host, all) =>
      all
        .filter((other) => other !== host && ['dataserver', 'sessionserver'].includes(other.app.id))
        .map(({ name }) => ({ fault: 'push-empties-lists', on: name })),
  }),
];
