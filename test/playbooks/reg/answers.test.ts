import { describe, expect, it } from 'vitest';
import { parseHealth, parsePushSwitch, readHealth } from '../../../playbooks/reg/answers.ts';
import { health, pushOpen } from '../../../playbooks/reg/health.ts';
import { aContext, answer } from '../../src/kit/probes/ask.ts';

/** As 002 §7.4.5.1 prints it, with the punctuation of JSON. */
const PRINTED =
  '{"success":true,"message":"MetaServerBoot sessionRegisterServer:true, dataRegisterServerStart:true, otherMetaRegisterServerStart:true, httpServerStart:true, raftServerStart:true, raftClientStart:true, raftManagerStart:true, raftStatus:Leader"}';

const page = (status: number, body: string): string =>
  `HTTP/1.1 ${status} X\r\nContent-Type: application/json\r\n\r\n${body}\n`;

describe('the answer about health', () => {
  it('is understood as the manual prints it', () => {
    expect(parseHealth(PRINTED)).toEqual({ success: true, role: 'leader', failing: [] });
  });

  it.each([
    [
      '{"success":true,"message":"MetaServerBoot httpServerStart:true, role:follower, warmuped:true, leader:10.0.0.1, meta-servers:[10.0.0.1, 10.0.0.2]"}',
      { success: true, role: 'follower', failing: [] },
    ],
    [
      '{"success":false,"message":"MetaServerBoot raftServerStart:false, raftStatus:false"}',
      { success: false, failing: ['raftServerStart:false', 'raftStatus:false'] },
    ],
    [
      '{"success":false,"message":"DataServerBoot severForSession:true, status:INITIAL"}',
      { success: false, failing: ['status:INITIAL'] },
    ],
    ['{"success":true,"message":null}', { success: true, failing: [] }],
    ['{"success":true}', { success: true, failing: [] }],
  ])('of another role or version is understood: %s', (body, read) => {
    expect(parseHealth(body)).toEqual(read);
  });

  it.each([
    '',
    'OK',
    '<html>success:true</html>',
    '{"message":"raftStatus:Leader"}',
    '{"success":"true"}',
    PRINTED.slice(0, -1),
  ])('is not guessed from %j', (body) => {
    expect(parseHealth(body)).toBeUndefined();
  });

  const judge = (output: string, code: number | null = 0) =>
    health(9615).judge(answer(output, code), aContext());

  it.each([
    [page(200, PRINTED), 0, 'ok', 'the health check has passed, leader', '健康检查通过，角色为 leader'],
    [page(200, '{"success":true}'), 0, 'ok', 'the health check has passed', '健康检查通过'],
    [
      page(500, '{"success":false,"message":"MetaServerBoot raftStatus:false"}'),
      0,
      'critical',
      'the health check has not passed (HTTP 500): raftStatus:false',
      '健康检查未通过（HTTP 500）：raftStatus:false',
    ],
    [
      page(200, '{"success":false}'),
      0,
      'critical',
      'the health check has not passed (HTTP 200)',
      '健康检查未通过（HTTP 200）',
    ],
    [
      page(404, 'not found'),
      0,
      'critical',
      'the health check has not passed (HTTP 404)',
      '健康检查未通过（HTTP 404）',
    ],
    [
      'curl: (7) Failed to connect to 127.0.0.1 port 9615: Connection refused\n',
      7,
      'critical',
      'the health check does not answer',
      '健康检查无应答',
    ],
    [page(200, '<html>'), 0, 'unknown', 'the answer could not be understood', '无法识别返回内容'],
    [
      'no client\n',
      127,
      'unknown',
      'the host has none of curl, bash, wget',
      '主机上没有可用的 curl、bash、wget',
    ],
    ['', null, 'unknown', 'the answer could not be understood', '无法识别返回内容'],
  ])('judges %j', (output, code, state, en, zh) => {
    expect(judge(output, code)).toEqual([{ state, says: { en, zh } }]);
  });

  it('is not well when it was cut off', () => {
    expect(readHealth({ ...answer(page(200, PRINTED)), truncated: true })).toMatchObject({ kind: 'unclear' });
  });
});

describe('the answer about the push switch', () => {
  it.each([
    ['{"pushSwitch":"open"}', 'open'],
    ['{"pushSwitch":"closed"}', 'closed'],
    ['{"stopPush":"false","grayPushSwitch":"","gray push switch msg":"data is empty"}', 'open'],
    ['{"stopPush":"true","grayPushSwitch":""}', 'closed'],
    ['{"stopPush":true}', 'closed'],
    ['{"stopPushDataSwitch":"false"}', 'open'],
  ])('%s means %s', (body, state) => {
    expect(parsePushSwitch(body)).toBe(state);
  });

  it.each(['', 'open', '{"pushSwitch":"close"}', '{"stopPush":"no"}', '{"success":true}', '["open"]'])(
    '%j is not guessed at',
    (body) => {
      expect(parsePushSwitch(body)).toBeUndefined();
    },
  );

  const judge = (output: string, code = 0) => pushOpen.judge(answer(output, code), aContext());

  it.each([
    [page(200, '{"pushSwitch":"open"}'), 'ok'],
    [page(200, '{"stopPush":"true"}'), 'critical'],
    [page(200, '{"pushSwitch":"maybe"}'), 'unknown'],
    [page(500, '{"pushSwitch":"open"}'), 'unknown'],
    ['curl: (7) Failed to connect\n', 'unknown'],
  ])('judges %j as %s', (output, state) => {
    expect(judge(output)).toMatchObject([{ state }]);
  });

  it('names the state in words, never the name of the switch', () => {
    expect(judge(page(200, '{"pushSwitch":"closed"}'))).toEqual([
      {
        state: 'critical',
        says: {
          en: 'push is closed: outside a change it must be open',
          zh: '推送已关闭：非变更期间必须打开',
        },
      },
    ]);
  });
});
