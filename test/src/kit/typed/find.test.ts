import { describe, expect, it } from 'vitest';
import { findScope, type Scope } from '../../../../src/kit/index.ts';
import { estate } from '../../inspecting/estate.ts';

const scopeOf = (text: string): Scope => {
  const found = findScope(text, estate);
  if (!found.ok) throw new Error(found.says.en);
  return found.scope;
};

const refusal = (text: string) => {
  const found = findScope(text, estate);
  if (found.ok) throw new Error(`found ${JSON.stringify(found.scope)}`);
  return found.says;
};

const MQ: Scope = { kind: 'system', ids: ['MQ'] };

describe('a name of one thing', () => {
  it.each([
    'mq',
    'MQ',
    ' Mq ',
    'MQ',
    'sofamq',
    'Message queue',
    'message  Queue',
    '消息队列',
    '消息 队列',
    '消息中间件',
  ])('finds the system by "%s"', (text) => expect(scopeOf(text)).toEqual(MQ));

  it.each(['msgbroker', 'BROKER', 'message broker', '消息引擎', '消息引擎。', '`msgbroker`', '“broker”'])(
    'finds the app by "%s"',
    (text) => expect(scopeOf(text)).toEqual({ kind: 'app', ids: ['msgbroker'] }),
  );

  it.each([
    'msgconsole-1',
    'MSGCONSOLE-1',
    'msgconsole - 1',
    'msgconsole-1.bank.example',
    'http://msgconsole-1.bank.example/',
  ])('finds the host by "%s"', (text) =>
    expect(scopeOf(text)).toEqual({ kind: 'host', ids: ['msgconsole-1'] }),
  );

  it('finds a site', () => expect(scopeOf('Room-A')).toEqual({ kind: 'site', ids: ['room-a'] }));

  it('means the system when an app has the same name', () => {
    const [broker, ...others] = estate.apps;
    if (!broker) throw new Error('no app');
    const twice = { ...estate, apps: [{ ...broker, names: [...broker.names, 'mq'] }, ...others] };
    expect(findScope('mq', twice)).toEqual({ ok: true, scope: MQ });
  });

  it('means both when two apps share a name', () => {
    const twice = {
      ...estate,
      apps: estate.apps.map((app) => ({ ...app, names: [...app.names, 'shared'] })),
    };
    expect(findScope('shared', twice)).toEqual({
      ok: true,
      scope: { kind: 'app', ids: ['msgbroker', 'msgconsole', 'session', 'data'] },
    });
  });
});

describe('everything', () => {
  it.each(['all', 'ALL', '全部', '所有', '所有 主机', 'all hosts', 'mq all'])('is meant by "%s"', (text) =>
    expect(scopeOf(text)).toEqual({ kind: 'all' }),
  );
});

describe('several names', () => {
  it.each([
    'mq reg',
    'reg, mq',
    'reg，消息队列',
    '消息队列、注册中心',
    '消息队列和注册中心',
    '注册中心 和 消息队列',
    'mq and reg',
    'reg + mq',
    'mq\uff0cmq\uff1breg',
  ])('are one scope in the order of the estate: "%s"', (text) =>
    expect(scopeOf(text)).toEqual({ kind: 'system', ids: ['MQ', 'REG'] }),
  );

  it('do not run together over a comma', () => {
    expect(refusal('message, broker').en).toContain('"message"');
  });

  it('leave out what another holds', () => {
    expect(scopeOf('msgconsole-1 mq')).toEqual(MQ);
    expect(scopeOf('msgconsole mq')).toEqual(MQ);
    expect(scopeOf('msgbroker msgbroker-2')).toEqual({ kind: 'app', ids: ['msgbroker'] });
    expect(scopeOf('room-a msgbroker-1')).toEqual({ kind: 'site', ids: ['room-a'] });
  });

  it('become apps when a system and an app are named', () => {
    expect(scopeOf('session mq')).toEqual({ kind: 'app', ids: ['msgbroker', 'msgconsole', 'session'] });
  });

  it('become hosts when a host is named beside an app it does not belong to', () => {
    expect(scopeOf('session-1 msgconsole')).toEqual({
      kind: 'host',
      ids: ['msgconsole-1', 'msgconsole-2', 'session-1'],
    });
  });

  it('become hosts when a site is named beside a system', () => {
    expect(scopeOf('reg room-a')).toMatchObject({
      kind: 'host',
      ids: ['msgbroker-1', 'msgbroker-2', 'msgconsole-1', 'session-1'],
    });
  });

  it('are refused rather than silently lost when one has no hosts to join by', () => {
    expect(refusal('data msgbroker-1')).toMatchObject({
      en: expect.stringContaining('no host of data') as string,
      zh: expect.stringContaining('没有 data 的主机') as string,
    });
  });
});

describe('an answer instead of a scope', () => {
  it.each(['', '   ', '、'])('says what can be typed when nothing is: "%s"', (text) => {
    const says = refusal(text);
    expect(says.en).toContain('mq (Message queue), reg (Service registry)');
    expect(says.zh).toContain('mq（消息队列）、reg（注册中心）');
  });

  it('names what is near', () => {
    expect(refusal('msgbroke').en).toBe(
      'Unknown name "msgbroke". Did you mean msgbroker, msgbroker-1, msgbroker-2, msgbroker-3?',
    );
    expect(refusal('msgconsole1').zh).toContain('msgconsole-1');
  });

  it('names neither what only happens to stand inside a word, nor one name in two spellings', () => {
    expect(refusal('mqmsgbroke').en).not.toMatch(/ mq[,.]/);
    const { zh } = refusal('消息队列 bro');
    const keys = zh
      .slice(zh.indexOf('：') + 1, -1)
      .split('、')
      .map((name) => name.replaceAll(' ', ''));
    expect(new Set(keys).size).toBe(keys.length);
  });

  it('names what shares Chinese characters', () => {
    expect(refusal('消息队').zh).toContain('消息队列');
    expect(refusal('注册服务').zh).toContain('注册中心');
    expect(refusal('注册服务').zh).toContain('服务注册');
  });

  it('names everything unknown at once, and is about nothing that is known', () => {
    const { en } = refusal('mq zzzzzz, qqqqqq');
    expect(en).toContain('"zzzzzz", "qqqqqq"');
    expect(en).not.toContain('"mq"');
  });

  it('lists the systems when nothing is near', () => {
    expect(refusal('zzzzzzzzzzzzzzzzzzzz').en).toContain('Known: mq (Message queue)');
  });

  it('stays short whatever was typed', () => {
    expect(refusal('x'.repeat(3000)).en.length).toBeLessThan(300);
    expect(refusal(Array.from({ length: 500 }, (_, i) => `x${i}y`).join(' ')).en.length).toBeLessThan(300);
  });
});
