import type { LogLine, LogScene, RunningLog } from '../log.ts';
import { errorLog, mark, moments, perMinute, silentLog } from '../log-lines.ts';
import { appState } from '../app-state.ts';
import { javaCommand } from '../java.ts';
import type { PracticeApp } from './app.ts';

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

export interface BrokerTraits {
  readonly heartbeatSeconds: number;
  readonly heartbeatResult: 'OK' | 'FAIL';
  readonly dataSource: 'SUCCESS' | 'FAILED';
  readonly receivedPerMinute: number;
  /** Share of the received messages that are refused, 0 to 1. */
  readonly receiveFailures: number;
  readonly deliveredPerMinute: number;
  readonly deliveryFailuresPerMinute: number;
}

export const broker = appState<BrokerTraits>({
  heartbeatSeconds: 5,
  heartbeatResult: 'OK',
  dataSource: 'SUCCESS',
  receivedPerMinute: 90,
  receiveFailures: 0,
  deliveredPerMinute: 90,
  deliveryFailuresPerMinute: 0,
});

export const msgbroker: PracticeApp = {
  id: 'msgbroker',
  system: 'MQ',
  title: { en: 'Message broker', zh: '消息队列 Broker' },
  hostName: 'msgbroker',
  hosts: 4,
  cores: 4,
  memoryGb: 8,
  programs: [
    {
      id: 'msgbroker',
      command:
        'java -server -Xms4g -Xmx4g -XX:+UseConcMarkSweepGC -Dapp.name=msgbroker -Dserver.port=9529 -Duser.home=/home/admin -jar /home/admin/msgbroker/lib/msgbroker-bootstrap.jar',
      ports: { 9529: 'open' },
      peers: [{ server: 'msgdb', port: 3306, connections: 4 }],
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
        silentLog(`${LOGS}/msgbroker-dispatcher-neglect.log`),
        log('msgbroker-server-persistenceManager.log', 5, persistence),
      ],
    },
  ],
  mainPort: 9529,
  rows: {
    'process-down': ['MQ-C02', 'MQ-C07', 'MQ-C08', 'MQ-C10', 'MQ-C16', 'MQ-C20', 'MQ-F02'],
    'port-not-listening': ['MQ-C02', 'MQ-C07', 'MQ-C10', 'MQ-A01'],
    'database-connection-lost': ['MQ-C16'],
    'container-exited': ['MQ-C15'],
    'host-unreachable': ['MQ-M18'],
    'host-slow': ['MQ-M18'],
    'host-key-changed': ['MQ-M18'],
    'disk-full': ['MQ-M01', 'MQ-M16', 'MQ-A02'],
    'load-high': ['MQ-M17', 'MQ-A02'],
    'memory-high': ['MQ-M03', 'MQ-M15', 'MQ-A02'],
    'cpu-high': ['MQ-M04', 'MQ-M14', 'MQ-A02'],
    'error-burst': ['MQ-C13', 'MQ-F06'],
  },
};

export const msgconsole: PracticeApp = {
  id: 'msgconsole',
  system: 'MQ',
  title: { en: 'MQ console', zh: '消息队列控制台' },
  hostName: 'msgconsole',
  hosts: 2,
  cores: 2,
  memoryGb: 4,
  programs: [
    {
      id: 'msgconsole',
      command: javaCommand('msgconsole', 80),
      ports: { 80: 'web-page', 9500: 'check-service' },
      peers: [
        { app: 'acvip', port: 9003, connections: 1 },
        { app: 'sessionserver', port: 9600, connections: 1 },
        { server: 'confdb', port: 3306, connections: 2 },
      ],
      logs: [
        errorLog(
          `${LOGS}/common-error.log`,
          ['c.a.m.console.web.TopicController - query topic failed'],
          'http-80',
        ),
      ],
    },
  ],
  mainPort: 80,
  components: ['sofaRuntime', 'dataSource', 'registry', 'acvipClient'],
  consoles: [{ name: 'sofa-mq', port: 80 }],
  rows: {
    'process-down': ['MQ-C03', 'MQ-C04', 'MQ-C05', 'MQ-C06', 'MQ-M06', 'MQ-M19', 'MQ-A03'],
    'port-not-listening': ['MQ-C03', 'MQ-M06', 'MQ-M19', 'MQ-A03'],
    'health-false': ['MQ-C06'],
    'page-down': ['MQ-C09'],
    'acvip-lost': ['MQ-C04'],
    'registry-lost': ['MQ-C05'],
    'disk-full': ['MQ-M05', 'MQ-M16', 'MQ-A02'],
    'load-high': ['MQ-M17', 'MQ-A02'],
    'memory-high': ['MQ-M07', 'MQ-M15', 'MQ-A02'],
    'cpu-high': ['MQ-M08', 'MQ-M14', 'MQ-A02'],
  },
};

export const APPS: readonly PracticeApp[] = [msgbroker, msgconsole];

function log(name: string, historyMinutes: number, lines: RunningLog['lines']): RunningLog {
  return { path: `${LOGS}/${name}`, historyMinutes, lines };
}

function heartbeat(from: number, to: number, { host, address, conditions }: LogScene): readonly LogLine[] {
  const { heartbeatSeconds, heartbeatResult } = broker.of(conditions);
  return moments(from, to, heartbeatSeconds * 1000, host).map((at) => ({
    at,
    text: ` - ServerHAHeartbeat result [${heartbeatResult}] meta [ServerHAHeartbeatMeta[hostname=${host},ip=${address}]]`,
  }));
}

function dataSource(from: number, to: number, { host, conditions }: LogScene): readonly LogLine[] {
  return moments(from, to, 10_000, `${host} store`).map((at) => ({
    at,
    text: ` - Validate data source healthy, status [${broker.of(conditions).dataSource}] url [${STORE}]`,
  }));
}

function received(from: number, to: number, { host, conditions }: LogScene): readonly LogLine[] {
  const { receivedPerMinute, receiveFailures } = broker.of(conditions);
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
  return moments(from, to, perMinute(broker.of(conditions).deliveredPerMinute), `${host} out`).map((at) => {
    const { topic, event, subscriber } = topicAt(at);
    return {
      at,
      text: ` - [(${mark(host, at).toUpperCase()},${topic},${event},${subscriber}@10.66.9.${(at % 6) + 10}@${at},1)]`,
    };
  });
}

function failed(from: number, to: number, { host, conditions }: LogScene): readonly LogLine[] {
  return moments(from, to, perMinute(broker.of(conditions).deliveryFailuresPerMinute), `${host} failed`).map(
    (at) => {
      const { topic, event, subscriber } = topicAt(at);
      return {
        at,
        text: ` - [(${mark(host, at).toUpperCase()},${topic},${event},${subscriber}@10.66.9.${(at % 6) + 10}@${at},CONSUME_EXCEPTION)]`,
      };
    },
  );
}

function persistence(from: number, to: number, { host, conditions }: LogScene): readonly LogLine[] {
  if (broker.of(conditions).dataSource === 'SUCCESS') return [];
  return moments(from, to, 10_000, `${host} store`).map((at) => ({
    at,
    text: ` ERROR [MsgBroker-store-1] PersistenceManager - store message failed, data source ${host}-msgdb: Communications link failure`,
  }));
}

const topicAt = (at: number): (typeof TOPICS)[number] => TOPICS[at % 3 === 0 ? 0 : at % 3 === 1 ? 1 : 2];
