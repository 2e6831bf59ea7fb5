import { type Answer, type HttpService, json, NOT_FOUND, type Served, text } from '../service.ts';
import { changePeers, leaderOf, roleOf } from './cluster.ts';
import { countsOf } from './emptied.ts';
import { registryLine } from './logs.ts';
import { DATA_PORTS, LOGS, META_PORTS, registry, type RegistryProfile, SESSION_PORTS } from './state.ts';

/** The HTTP port of a meta node (9615). */
export const answerAsMeta =
  (profile: RegistryProfile): HttpService =>
  async ({ method, path, body }, served) => {
    switch (path) {
      case '/health/check':
        return metaHealth(profile, served);
      case '/digest/pushSwitch':
        return pushSwitch(profile, served);
      case '/stopPushDataSwitch/open':
      case '/stopPushDataSwitch/close':
        return switchPush(profile, served, path.endsWith('/open'));
      case '/manage/changePeer':
        if (profile !== 'v5') return NOT_FOUND;
        return method === 'POST' ? changePeer(served, body) : text(405, '');
      default:
        return NOT_FOUND;
    }
  };

/** The HTTP port of a data node (9622). */
export const answerAsData =
  (profile: RegistryProfile): HttpService =>
  ({ path }, { host }) => {
    if (path !== '/health/check') return NOT_FOUND;
    const { dataStatus } = registry.of(host.conditions);
    return health('DataServerBoot ', [
      ['severForSession', host.serves(DATA_PORTS.session)],
      ['severForDataSync', host.serves(DATA_PORTS.sync)],
      ['httpServer', true],
      ['schedulerStarted', true],
      ...(profile === 'v5' ? [['status', dataStatus === 'WORKING', dataStatus] as const] : []),
    ]);
  };

/** The HTTP port of a session node (9603). */
export const answerAsSession =
  (profile: RegistryProfile): HttpService =>
  ({ path }, { host, estate }) => {
    const { pushStopped, dataConnected } = registry.of(host.conditions);
    const { subscribers, publishers, watchers } = countsOf(host, estate);
    const started = host.serves(SESSION_PORTS.client);
    switch (path) {
      case '/health/check': {
        const common = [
          ['MetaServerStart', true],
          ['SchedulerStart', true],
          ['HttpServerStart', true],
          ['SessionServerStart', started],
        ] as const;
        const connected = ['ConnectDataServer', dataConnected] as const;
        return profile === 'v5'
          ? health('SessionServerBoot ', [['RaftClientManager', true], ...common, connected])
          : health('SessionServerBoot , ', [
              ...common,
              ['ServerForSessionSyncStart', host.serves(SESSION_PORTS.sync)],
              connected,
              ['ConsoleServer', host.serves(SESSION_PORTS.console)],
            ]);
      }
      case '/digest/pushSwitch':
        return json(200, { pushSwitch: pushStopped ? 'closed' : 'open' });
      case '/digest/data/count':
        return json(
          200,
          `Subscriber count: ${subscribers}, Publisher count: ${publishers}, Watcher count: ${watchers}`,
        );
      default:
        return NOT_FOUND;
    }
  };

/** One part of a health message: its name, whether it is well, and what stands for that when it is not `true` or `false`. */
type Part = readonly [name: string, isWell: boolean, shown?: string | undefined];

/** Healthy when every part is; the code says it too. */
function health(boot: string, parts: readonly Part[]): Answer {
  const success = parts.every(([, isWell]) => isWell);
  const message = boot + parts.map(([name, isWell, shown]) => `${name}:${shown ?? isWell}`).join(', ');
  return json(success ? 200 : 500, { success, message });
}

function metaHealth(profile: RegistryProfile, { host, estate }: Served): Answer {
  const role = roleOf(host, estate, profile);
  const common: readonly Part[] = [
    ['sessionRegisterServer', host.serves(META_PORTS.session)],
    ['dataRegisterServerStart', host.serves(META_PORTS.data)],
    ['otherMetaRegisterServerStart', host.serves(META_PORTS.meta)],
    ['httpServerStart', true],
  ];
  if (profile === 'v5') {
    const status = role === 'leader' ? 'Leader' : role === 'follower' ? 'Follower' : undefined;
    return health('MetaServerBoot ', [
      ...common,
      ['raftServerStart', host.serves(META_PORTS.raft)],
      ['raftClientStart', true],
      ['raftManagerStart', true],
      ['raftStatus', status !== undefined, status],
    ]);
  }
  const leader = leaderOf(estate, profile);
  const members = estate.hostsOf('metaserver').filter((each) => each.runs());
  return health('MetaServerBoot ', [
    ...common,
    ['remoteMetaRegisterServerStart', true],
    ['role', leader !== undefined, role === 'leader' ? 'leader' : 'follower'],
    ['warmuped', true],
    ['leader', true, leader ?? 'null'],
    ['meta-servers', true, `[${members.map(({ plan }) => plan.address).join(', ')}]`],
  ]);
}

const NO_LEADER = text(500, 'java.lang.RuntimeException: Get persistence Data from db error!\n');

function pushSwitch(profile: RegistryProfile, { host, estate }: Served): Answer {
  if (leaderOf(estate, profile) === undefined) return NO_LEADER;
  const { pushStopped } = registry.of(host.conditions);
  return profile === 'v5'
    ? json(200, { pushSwitch: pushStopped ? 'closed' : 'open' })
    : json(200, {
        stopPush: String(pushStopped),
        grayPushSwitch: '',
        'gray push switch msg': 'data is empty',
      });
}

/** The name of the switch is that of stopping: open stops every push of the registry, close lets them go on. */
async function switchPush(
  profile: RegistryProfile,
  { host, estate, sideEffects }: Served,
  pushStopped: boolean,
): Promise<Answer> {
  if (leaderOf(estate, profile) === undefined) return NO_LEADER;
  const roles = ['metaserver', 'dataserver', 'sessionserver'].flatMap((app) => estate.hostsOf(app));
  await sideEffects.do({
    name: 'registry push switch',
    on: roles.map(({ plan }) => plan.name),
    change: (now) => registry.with(now, { pushStopped }),
    mends: ['push-closed'],
  });
  const word = pushStopped ? 'open' : 'close';
  sideEffects.log(
    host.plan.name,
    `${LOGS}/meta/registry-http.log`,
    registryLine(
      'INFO',
      'qtp-9615-21',
      'StopPushDataResource',
      `[DBService]${word} stop push data switch to DB result true!`,
    ),
  );
  for (const { plan } of estate.hostsOf('sessionserver'))
    sideEffects.log(
      plan.name,
      `${LOGS}/session/registry-session.log`,
      registryLine(
        'INFO',
        'MetaNodeExchange-1',
        'StopPushProvideDataProcessor',
        `Fetch session stop push data switch ${pushStopped} success!`,
      ),
    );
  return json(200, { success: true, message: null });
}

function changePeer({ host, estate, sideEffects }: Served, body: string): Answer {
  const given = new URLSearchParams(body).get('ipAddressList');
  const addresses = (given ?? '').trim().split(',').filter(Boolean);
  if (addresses.length === 0)
    return json(200, { success: false, message: `Empty ipAddressList from input: ${given}` });
  if (!changePeers(estate, addresses))
    return json(200, { success: false, message: 'Error when changePeer： CliService change peer error!' });
  sideEffects.log(
    host.plan.name,
    `${LOGS}/meta/registry-http.log`,
    registryLine(
      'INFO',
      'qtp-9615-21',
      'MetaStoreResource',
      `Change peer ipAddressList [${addresses.join(', ')}] to store!`,
    ),
  );
  return json(200, { success: true, message: null });
}
