import { describe, expect, it } from 'vitest';
import {
  parseDataSource,
  parseDelivered,
  parseHeartbeat,
  parseReceived,
  parseStamped,
} from '../../../playbooks/mq/logs.ts';

const heartbeat =
  '2018-05-31 17:02:14,434 - ServerHAHeartbeat result [OK] meta [ServerHAHeartbeatMeta[hostname=dms-1-1,ip=100.81.70.213]]';
const dataSource =
  '2018-05-22 11:07:17,897 - Validate data source healthy, status [SUCCESS] url [jdbc:mysql://rdsfpia08qfaos3at48o6.mysql.jiuzhou.cloud.aliyun-inc.com:3306/msgdb?characterEncoding=utf8&connectTimeout=1000&autoReconnectForPools=true&socketTimeout=30000]';
const received =
  '2018-05-31 17:07:38,907 - [(TP_F_SC,EC_CALLBACK,Y,A92375EEE5858C29C5BB28E7F32D6226,908c3094334272a5845073adc9b9887a,ifcfluxbatch-1-1,P_fcfluxbatch_dynamic_task,1,R,2,2,611,dms-1-1-msgdb,64514a5515277576589056997,0,-)]';
const delivered =
  '2018-05-31 17:09:15,214 - [(A0078B2A70CFF156FAD2065C8D16AA6D,TP_S_1301,EC_EVENTLOG_3001,S_FCDATABUS_INPUT@100.81.77.10@1527757755214,1)]';

describe('the heartbeat log (MQ-L02)', () => {
  it('reads the documented line', () => {
    expect(parseHeartbeat(heartbeat)).toEqual({
      time: '2018-05-31 17:02:14,434',
      result: 'OK',
      hostname: 'dms-1-1',
      ip: '100.81.70.213',
    });
    expect(parseHeartbeat(heartbeat.replace('OK', 'TIMEOUT'))).toMatchObject({ result: 'TIMEOUT' });
  });
  it.each([
    ['cut short', heartbeat.slice(0, -3)],
    ['without a result', heartbeat.replace('[OK]', '[]')],
    ['with another date form', heartbeat.replace('2018-05-31', '31.05.2018')],
    ['with something before it', `x ${heartbeat}`],
  ])('reads no line %s', (_, line) => expect(parseHeartbeat(line)).toBeUndefined());
});

describe('the data source log (MQ-L03)', () => {
  it('reads the documented line', () => {
    expect(parseDataSource(dataSource)).toMatchObject({
      time: '2018-05-22 11:07:17,897',
      status: 'SUCCESS',
      url: expect.stringContaining('jdbc:mysql://rdsfpia08'),
    });
    expect(parseDataSource(dataSource.replace('SUCCESS', 'FAILED'))).toMatchObject({ status: 'FAILED' });
  });
  it.each([
    ['without a status', dataSource.replace('status [SUCCESS] ', '')],
    ['with an address that is no JDBC one', dataSource.replace('jdbc:', 'http:')],
    ['cut short', dataSource.slice(0, 80)],
  ])('reads no line %s', (_, line) => expect(parseDataSource(line)).toBeUndefined());
});

describe('the receive digest (MQ-L04)', () => {
  it('reads the documented line', () => {
    expect(parseReceived(received)).toEqual({
      time: '2018-05-31 17:07:38,907',
      topic: 'TP_F_SC',
      eventCode: 'EC_CALLBACK',
      ok: true,
      group: 'P_fcfluxbatch_dynamic_task',
    });
    expect(parseReceived(received.replace(',Y,', ',N,'))).toMatchObject({ ok: false });
  });
  it.each([
    ['cut short', received.slice(0, -2)],
    ['with too few fields', '2018-05-31 17:07:38,907 - [(TP_F_SC,EC_CALLBACK,Y)]'],
    ['without a topic', received.replace('TP_F_SC', '')],
    ['without a time', received.slice(24)],
  ])('reads no line %s', (_, line) => expect(parseReceived(line)).toBeUndefined());
});

describe('the finish digest (MQ-L05)', () => {
  it('reads the documented line', () => {
    expect(parseDelivered(delivered)).toEqual({
      time: '2018-05-31 17:09:15,214',
      messageId: 'A0078B2A70CFF156FAD2065C8D16AA6D',
      topic: 'TP_S_1301',
      eventCode: 'EC_EVENTLOG_3001',
      group: 'S_FCDATABUS_INPUT',
      client: '100.81.77.10',
    });
  });
  it.each([
    ['without the client', delivered.replace('@100.81.77.10', '')],
    ['with a time that is no epoch', delivered.replace('1527757755214', 'now')],
    ['with a field too many', delivered.replace(',1)]', ',1,2)]')],
  ])('reads no line %s', (_, line) => expect(parseDelivered(line)).toBeUndefined());
});

describe('the other logs of the broker (MQ-L01, L06, L07, L08)', () => {
  it('reads a line that begins with a time', () => {
    expect(parseStamped('2018-05-31 17:02:14,434 ERROR [main] persist failed')).toEqual({
      time: '2018-05-31 17:02:14,434',
      text: 'ERROR [main] persist failed',
    });
  });
  it.each([
    '\tat com.alipay.Foo.bar(Foo.java:12)',
    '2018-05-31 17:02:14 no milliseconds',
    '2018-05-31 17:02:14,434',
  ])('reads no %j', (line) => expect(parseStamped(line)).toBeUndefined());
});
