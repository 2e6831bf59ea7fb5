import { describe, expect, it } from 'vitest';
import { parseHeartbeat, parsePool, parsePush, parseTaken, parseZone } from '../../../playbooks/ms/logs.ts';

const STAMP = '2019-08-27 10:15:02,434';

describe('the heartbeat log (MS-L06)', () => {
  const heartbeat = 'Y;0ms;GZ00B;UX8YY6AL9CHS;100.81.77.9;240;0;bolt';
  it.each([
    ['as documented', heartbeat],
    ['after a time stamp', `${STAMP} ${heartbeat}`],
    ['after a time stamp in brackets', `[${STAMP}]${heartbeat}`],
    ['with a separator at its end', `${heartbeat};`],
  ])('reads the line %s', (_, line) => {
    expect(parseHeartbeat(line)).toEqual({
      ok: true,
      elapsedMs: 0,
      zone: 'GZ00B',
      instanceId: 'UX8YY6AL9CHS',
      client: '100.81.77.9',
      items: 240,
      stale: 0,
      source: 'bolt',
    });
  });
  it('reads one that is abnormal and one that is behind', () => {
    expect(parseHeartbeat(heartbeat.replace('Y;', 'N;'))).toMatchObject({ ok: false });
    expect(parseHeartbeat(heartbeat.replace(';0;bolt', ';3;bolt'))).toMatchObject({ stale: 3 });
  });
  it.each([
    ['cut short', heartbeat.slice(0, -6)],
    ['with another result', heartbeat.replace('Y', 'X')],
    ['without a number of items', heartbeat.replace('240', '')],
    ['with something before it', `HEARTBEAT${heartbeat}`],
  ])('reads no line %s', (_, line) => expect(parseHeartbeat(line)).toBeUndefined());
});

describe('the connection log (MS-L07)', () => {
  const zone = '[monitorZone]11;DEFAULT_ZONE;4;32;3;';
  it.each([zone, zone.slice(0, -1), `${STAMP} ${zone}`])('reads %s', (line) => {
    expect(parseZone(line)).toEqual({
      total: 11,
      zone: 'DEFAULT_ZONE',
      instanceIds: 4,
      items: 32,
      connections: 3,
    });
  });
  it.each([
    ['of another kind', zone.replace('monitorZone', 'monitorInstance')],
    ['without the zone', zone.replace('DEFAULT_ZONE', '')],
    ['cut short', '[monitorZone]11;DEFAULT_ZONE;4'],
  ])('reads no line %s', (_, line) => expect(parseZone(line)).toBeUndefined());
});

describe('the push log (MS-L08)', () => {
  const push = '[push]UX8YY6AL9CHS;com.bank.pay:name=limit.switch;100.81.77.9;0';
  it.each([push, `${STAMP} ${push}`])('reads %s', (line) => {
    expect(parsePush(line)).toEqual({
      instanceId: 'UX8YY6AL9CHS',
      item: 'com.bank.pay:name=limit.switch',
      client: '100.81.77.9',
      ok: true,
    });
  });
  it('reads one that failed', () => {
    expect(parsePush(push.replace(/0$/, '1'))).toMatchObject({ ok: false });
  });
  it.each([
    ['with another result', push.replace(/0$/, '2')],
    ['without the client', push.replace('100.81.77.9;', '')],
    ['without its tag', push.slice(6)],
  ])('reads no line %s', (_, line) => expect(parsePush(line)).toBeUndefined());
});

describe('the thread pool log (MS-L10)', () => {
  const pool = 'DRM-PUSH-EXECUTOR,3,8,12,20';
  it.each([pool, `${STAMP} ${pool}`, `[${STAMP}] ${pool}`])('reads %s', (line) => {
    expect(parsePool(line)).toEqual({
      pool: 'DRM-PUSH-EXECUTOR',
      queued: 3,
      active: 8,
      idle: 12,
      total: 20,
    });
  });
  it.each([
    ['without the total', pool.replace(',20', '')],
    ['with a number too many', `${pool},1`],
    ['with a word for a number', pool.replace(',3,', ',none,')],
    ['without a name', pool.replace('DRM-PUSH-EXECUTOR', '')],
  ])('reads no line %s', (_, line) => expect(parsePool(line)).toBeUndefined());
});

describe('the digest of received messages (MS-L23)', () => {
  const taken =
    '2014-06-19 20:13:33.734,,0ad1348f14031800144081003,0.1.d6502e1f,6fafc09cd670fa39a802626ab1aab2b0,1e4cf860680dad989dceec17f1adb837,_NOTIFYTEST,sofa30,P-P-helloworld-pub-group,01,1094B,5ms,msgbroker.rz00b.alipay.net,0,msgWorkTP-6646123-1-thread-1,mark=T&uid=a2&';
  it('reads the documented line', () => {
    expect(parseTaken(taken)).toEqual({
      time: '2014-06-19 20:13:33.734',
      topic: '_NOTIFYTEST',
      deliveries: 0,
    });
    expect(parseTaken(taken.replace(',0,msgWork', ',2,msgWork'))).toMatchObject({ deliveries: 2 });
  });
  it.each([
    ['with a comma in the last field', taken.replace('mark=T&', 'mark=T,')],
    ['cut short', taken.slice(0, -20)],
    ['with a count that is no number', taken.replace(',0,msgWork', ',first,msgWork')],
    ['without a time', taken.slice(24)],
  ])('reads no line %s', (_, line) => expect(parseTaken(line)).toBeUndefined());
});
