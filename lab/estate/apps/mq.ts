import { errorLog, mark, moments, perMinute } from '../log-lines.ts';
import type { LogFile, LogLine, LogScene, PracticeApp } from './app.ts';

const LOGS = '/home/admin/logs';
const STORE =
  'jdbc:mysql://msgdb.practice.local:3306/msgdb?characterEncoding=utf8&connectTimeout=1000&autoReconnectForPools=true&socketTimeout=30000';
const TOPICS = [
  {
    topic: 'TP_S_1301',
    event: 'EC_EVENTLOG_3001',
    publisher: 'P_ledger_event',
    subscriber: 'S_LEDGER_INPUT',
  },
  { topic: 'TP_F_SC', event: 'EC_CALLBACK', publisher: 'P_pay_callback', subscriber: 'S_PAY_CALLBACK' },
  {
    topic: 'TP_S_2104',
    event: 'EC_BALANCE_1007',
    publisher: 'P_balance_change',
    subscriber: 'S_RISK_BALANCE',
  },
] as const;

export const msgbroker: PracticeApp = {
  id: 'msgbroker',
  system: 'MQ',
  title: { en: 'Message broker', zh: '消息队列 Broker' },
  hostName: 'msgbroker',
  hosts: 4,
  cores: 4,
  memoryGb: 8,
  command:
    'java -server -Xms4g -Xmx4g -XX:+UseConcMarkSweepGC -Dapp.name=msgbroker -Dserver.port=9529 -Duser.home=/home/admin -jar /home/admin/msgbroker/lib/msgbroker-bootstrap.jar',
  ports: { 9529: 'open' },
  mainPort: 9529,
  peers: [{ server: 'msgdb', port: 3306, connections: 4 }],
  components: [],
  logs: [
    errorLog(
      `${LOGS}/common-error.log`,
      [
        'c.a.m.broker.dispatch.Dispatcher - dispatch task rejected, queue is full',
        'c.a.m.broker.store.MessageStore - insert message failed, wait for connection timeout 1000ms',
      ],
      'MsgBroker-worker',
    ),
    log('msgbroker-ha-heartbeat.log', 5, heartbeat),
    log('msgbroker-datasource-healthy.log', 5, dataSource),
    log('msgbroker-receive-digest.log', 2, received),
    log('msgbroker-finish-digest.log', 2, delivered),
    log('msgbroker-dispatcher-failure.log', 5, failed),
    log('msgbroker-dispatcher-neglect.log', 5, () => []),
    log('msgbroker-server-persistenceManager.log', 5, persistence),
  ],
};

export const msgconsole: PracticeApp = {
  id: 'msgconsole',
  system: 'MQ',
  title: { en: 'MQ console', zh: '消息队列控制台' },
  hostName: 'msgconsole',
  hosts: 2,
  cores: 2,
  memoryGb: 4,
  command:
    'java -server -Xms2g -Xmx2g -Dapp.name=msgconsole -Dserver.port=80 -Duser.home=/home/admin -jar /home/admin/msgconsole/lib/msgconsole-bootstrap.jar',
  ports: { 80: 'web-page', 9500: 'check-service' },
  mainPort: 80,
  peers: [
    { app: 'acvip', port: 9003, connections: 1 },
    { app: 'sessionserver', port: 9600, connections: 1 },
    { server: 'confdb', port: 3306, connections: 2 },
  ],
  components: ['sofaRuntime', 'dataSource', 'registry', 'acvipClient'],
  logs: [
    errorLog(
      `${LOGS}/common-error.log`,
      ['c.a.m.console.web.TopicController - query topic failed'],
      'http-80',
    ),
  ],
};

function log(name: string, historyMinutes: number, lines: LogFile['lines']): LogFile {
  return { path: `${LOGS}/${name}`, historyMinutes, lines };
}

function heartbeat(from: number, to: number, { host, address, conditions }: LogScene): readonly LogLine[] {
  const { everySeconds, result } = conditions.heartbeat;
  return moments(from, to, everySeconds * 1000, host).map((at) => ({
    at,
    text: ` - ServerHAHeartbeat result [${result}] meta [ServerHAHeartbeatMeta[hostname=${host},ip=${address}]]`,
  }));
}

function dataSource(from: number, to: number, { host, conditions }: LogScene): readonly LogLine[] {
  return moments(from, to, 10_000, `${host} store`).map((at) => ({
    at,
    text: ` - Validate data source healthy, status [${conditions.dataSource}] url [${STORE}]`,
  }));
}

function received(from: number, to: number, { host, conditions }: LogScene): readonly LogLine[] {
  const { receivedPerMinute, receiveFailures } = conditions;
  return moments(from, to, perMinute(receivedPerMinute), host).map((at) => {
    const { topic, event, publisher } = topicAt(at);
    const [id, key] = [mark(host, at).toUpperCase(), mark(`${host} key`, at)];
    const refused = Number.parseInt(key.slice(0, 4), 16) / 0xffff < receiveFailures;
    const client = `ledgerbatch-${(at % 4) + 1}-1`;
    return {
      at,
      text: ` - [(${topic},${event},${refused ? 'N' : 'Y'},${id},${key},${client},${publisher},1,R,2,2,${300 + (at % 700)},${host}-msgdb,${key.slice(0, 25)},0,-)]`,
    };
  });
}

function delivered(from: number, to: number, { host, conditions }: LogScene): readonly LogLine[] {
  return moments(from, to, perMinute(conditions.deliveredPerMinute), `${host} out`).map((at) => {
    const { topic, event, subscriber } = topicAt(at);
    return {
      at,
      text: ` - [(${mark(host, at).toUpperCase()},${topic},${event},${subscriber}@10.66.9.${(at % 6) + 10}@${at},1)]`,
    };
  });
}

function failed(from: number, to: number, { host, conditions }: LogScene): readonly LogLine[] {
  return moments(from, to, perMinute(conditions.deliveryFailuresPerMinute), `${host} failed`).map((at) => {
    const { topic, event, subscriber } = topicAt(at);
    return {
      at,
      text: ` - [(${mark(host, at).toUpperCase()},${topic},${event},${subscriber}@10.66.9.${(at % 6) + 10}@${at},CONSUME_EXCEPTION)]`,
    };
  });
}

function persistence(from: number, to: number, { host, conditions }: LogScene): readonly LogLine[] {
  if (conditions.dataSource === 'SUCCESS') return [];
  return moments(from, to, 10_000, `${host} store`).map((at) => ({
    at,
    text: ` ERROR [MsgBroker-store-1] PersistenceManager - store message failed, data source ${host}-msgdb: Communications link failure`,
  }));
}

const topicAt = (at: number): (typeof TOPICS)[number] => TOPICS[at % 3 === 0 ? 0 : at % 3 === 1 ? 1 : 2];
