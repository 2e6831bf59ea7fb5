import { describe, expect, it } from 'vitest';
import { checkArguments, fromLabels, hostsMeant, readCall, usageOfCall } from '../../../../src/kit/index.ts';
import { callable, estate, EVERY_WORD } from '../../../support/argument-words.ts';

const of = (name: string) => {
  const given = EVERY_WORD[name];
  if (!given) throw new Error(name);
  return given;
};
const read = (name: string, typed: string) => {
  const seen = readCall(callable(of(name)), typed, estate);
  return seen.ok ? seen.call : seen.problems.map(({ says }) => says.en);
};

describe('arguments as people type them', () => {
  it.each<[string, string, object]>([
    ['host', 'ledger-1', { args: { host: 'ledger-1' } }],
    ['host', '10.0.0.2', { args: { host: 'ledger-2' } }],
    ['host', '主机=LEDGER-2', { args: { host: 'ledger-2' } }],
    ['host', 'host= ledger-1', { args: { host: 'ledger-1' } }],
    ['hosts', 'msgbroker-3 msgbroker-1', { args: { hosts: ['msgbroker-1', 'msgbroker-3'] } }],
    ['hosts', 'msgbroker-3，msgbroker-1 和 msgbroker-3', { args: { hosts: ['msgbroker-1', 'msgbroker-3'] } }],
    ['hosts', '全部主机', { args: { hosts: 'all' } }],
    ['hosts', 'all hosts', { args: { hosts: 'all' } }],
    ['hosts, or the red ones', 'msgbroker', { args: { app: 'msgbroker', hosts: 'red' } }],
    ['hosts, or the red ones', '总账 ledger-2', { args: { app: 'ledger', hosts: ['ledger-2'] } }],
    ['hosts, or the red ones', '“Message broker” all', { args: { app: 'msgbroker', hosts: 'all' } }],
    ['site', 'site-a minutes=45', { args: { site: 'site-a', minutes: 45 } }],
    ['site', 'SITE-B　分钟＝４５', { args: { site: 'site-b', minutes: 45 } }],
    ['site', 'site-a', { args: { site: 'site-a', minutes: 30 } }],
    [
      'order',
      'https://c.example/order?id=r1_201905060583197&tab=1',
      { args: { order: 'r1_201905060583197' } },
    ],
    ['choice', '再次启动', { args: { action: 'start' } }],
    ['choice', 'resume', { args: { action: 'start' } }],
    ['number', '-3', { args: { count: -3 } }],
    ['text', 'cpu is high', { args: { about: 'cpu is high' } }],
    ['text', '', { args: {} }],
    ['host, choice and text', 'ledger-1', { args: { action: 'restart', host: 'ledger-1' } }],
    [
      'host, choice and text',
      '重启 ledger-1 with=ledger-2',
      { args: { action: 'restart', host: 'ledger-1', with: 'ledger-2' } },
    ],
    [
      'host, choice and text',
      'ledger-1 ledger-2 to try it',
      { args: { with: 'ledger-2', note: 'to try it' } },
    ],
    [
      'host, choice and text',
      'ledger-1 because of rain',
      { args: { host: 'ledger-1', note: 'because of rain' } },
    ],
  ])('%s: %s', (name, typed, call) => {
    expect(read(name, typed)).toMatchObject(call);
  });

  it.each([
    'ledger-1 ticket=CHG0012345 reason="IAM down since 09:12"',
    'reason=“IAM down since 09:12” ticket＝CHG0012345 ledger-1',
    'ledger-1 变更单=CHG0012345 原因：「IAM down since 09:12」',
    "ledger-1 工单=CHG0012345 because='IAM down since 09:12'",
  ])('takes the ticket and the reason of any playbook: %s', (typed) => {
    expect(read('host', typed)).toEqual({
      args: { host: 'ledger-1' },
      ticket: 'CHG0012345',
      reason: 'IAM down since 09:12',
    });
  });

  it('keeps no secret in a reason', () => {
    expect(read('host', 'ledger-1 reason="try password=hunter2secret once"')).toMatchObject({
      reason: expect.not.stringContaining('hunter2secret'),
    });
  });

  it('has a usage in both languages', () => {
    expect(usageOfCall(callable(of('hosts, or the red ones')))).toEqual({
      en: 'mend <app> [<host> … | all] [ticket=<number>] [reason="…"]',
      zh: 'mend <应用> [<主机> … | 全部] [变更单=<编号>] [原因="…"]',
    });
  });
});

describe('arguments from the labels of an alert', () => {
  it('are those that mean something here', () => {
    expect(fromLabels(of('host'), { instance: '10.0.0.1:9100', job: 'node' }, estate)).toEqual({
      host: 'ledger-1',
    });
    expect(
      fromLabels(of('hosts, or the red ones'), { Application: 'msgbroker', hostname: 'msgbroker-2' }, estate),
    ).toEqual({
      app: 'msgbroker',
      hosts: ['msgbroker-2'],
    });
    expect(fromLabels(of('host'), { instance: 'msgbroker-1', host: '' }, estate)).toEqual({});
  });
});

describe('stored arguments', () => {
  it('are refused in words when the inventory has no such host any more', () => {
    expect(checkArguments(of('host'), { host: 'ledger-9' }, estate)).toMatchObject({
      ok: false,
      problems: [
        {
          field: 'host',
          says: { en: expect.stringContaining('ledger-9'), zh: expect.stringContaining('ledger-9') },
        },
      ],
    });
    expect(checkArguments(of('host'), { host: 7 }, estate)).toMatchObject({ ok: false });
    expect(checkArguments(of('host'), { host: 'ledger-1', more: 1 }, estate)).toMatchObject({ ok: false });
    expect(checkArguments(of('host'), undefined, estate)).toMatchObject({ ok: false });
  });

  it('need not say what is meant anyway', () => {
    expect(checkArguments(of('hosts, or the red ones'), { app: 'ledger' }, estate)).toEqual({
      ok: true,
      args: { app: 'ledger', hosts: 'red' },
    });
  });

  it('come to hosts in the order of the inventory', () => {
    const names = (meant: Parameters<typeof hostsMeant>[0]) =>
      hostsMeant(meant, estate.hosts, ['msgbroker-1']).map(({ name }) => name);
    expect(names(['msgbroker-2', 'ledger-1'])).toEqual(['ledger-1', 'msgbroker-2']);
    expect(names('red')).toEqual(['msgbroker-1']);
    expect(names('all')).toHaveLength(5);
  });
});
