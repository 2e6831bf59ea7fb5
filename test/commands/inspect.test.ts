import { describe, expect, it } from 'vitest';
import inspect from '../../commands/inspect.ts';
import deps from '../../playbooks/deps/inspection.ts';
import mq from '../../playbooks/mq/inspection.ts';
import { readInventory } from '../../src/config/inventory.ts';
import type { Estate } from '../../src/kit/index.ts';

const host = (name: string, k: number, site: string) => ({ name, address: `10.66.1.${k}`, site });
const read = readInventory(
  'inventory.yaml',
  {
    name: 'bank',
    environment: 'test',
    timeZone: 'Asia/Shanghai',
    domain: 'bank.example',
    sites: [{ name: 'cn-hz' }, { name: 'cn-sh' }],
    apps: {
      msgbroker: { hosts: [host('broker-a', 1, 'cn-hz'), host('broker-b', 2, 'cn-sh')] },
      msgconsole: { hosts: [host('console-a', 3, 'cn-hz')] },
      acopswareorchestration: { hosts: [host('flow-a', 4, 'cn-sh')] },
    },
  },
  [mq, deps],
);
if (!read.ok) throw new Error(JSON.stringify(read.problems));
const estate: Estate = read.inventory.estate;
const known = { estate, catalog: { playbooks: new Map() } };
const says = (text: string): string => {
  const intent = inspect.read(text, known);
  return intent.kind === 'answer' ? `${intent.says.en} ${intent.says.zh}` : intent.kind;
};

describe('/inspect', () => {
  it.each([
    ['mq', 'system', ['MQ']],
    [' MQ ', 'system', ['MQ']],
    ['消息队列', 'system', ['MQ']],
    ['ＭＱ', 'system', ['MQ']],
    ['发布部署', 'system', ['DEPS']],
    ['opsware', 'system', ['DEPS']],
    ['mq deps', 'system', ['MQ', 'DEPS']],
    ['msgbroker', 'app', ['msgbroker']],
    ['MQ-msgbroker', 'app', ['msgbroker']],
    ['消息队列控制台', 'app', ['msgconsole']],
    ['消息队列 Broker', 'app', ['msgbroker']],
    ['opswareorchestrat ion', 'app', ['acopswareorchestration']],
    ['broker-b', 'host', ['broker-b']],
    ['10.66.1.2', 'host', ['broker-b']],
    ['cn-sh', 'site', ['cn-sh']],
    ['broker-a、msgconsole', 'host', ['broker-a', 'console-a']],
  ])('understands %j', (text, kind, ids) => {
    expect(inspect.read(text, known)).toEqual({ kind: 'inspect', scope: { kind, ids } });
  });

  it.each(['all', '全部'])('inspects everything when asked for %j', (text) => {
    expect(inspect.read(text, known)).toEqual({ kind: 'inspect', scope: { kind: 'all' } });
  });

  it('asks what to inspect when nothing is named, and lists what there is', () => {
    expect(says('  ')).toContain('mq (Message queue), deps (Release and deployment)');
    expect(says('')).toContain('消息队列');
  });

  it('names what is near when it does not know the word, and never guesses', () => {
    expect(says('msgbrokr')).toContain('msgbroker');
    expect(says('消息对列')).toContain('消息队列');
    expect(says('mq nonsense')).toContain('"nonsense"');
  });

  it('hands what begins with schedule over, and answers what is wrong with it', () => {
    expect(inspect.read('schedule', known)).toEqual({ kind: 'schedule', wish: { do: 'list' } });
    expect(inspect.read('计划 添加 日常巡检 每天 07:30 消息队列', known)).toEqual({
      kind: 'schedule',
      wish: { do: 'add', name: '日常巡检', cron: '30 7 * * *', scope: '消息队列' },
    });
    expect(says('schedule pasue x')).toContain('near: pause');
    expect(says('schedule add x "daily 07:30" msgbrokr')).toContain('msgbroker');
  });

  it('understands its own examples', () => {
    expect(inspect.examples.map((example) => inspect.read(example, known).kind)).toEqual(
      inspect.examples.map(() => 'inspect'),
    );
    const others = inspect.uses?.flatMap((use) => use.examples) ?? [];
    expect(others.map((example) => inspect.read(example, known).kind)).toEqual(others.map(() => 'schedule'));
    expect(others.length).toBeGreaterThan(2);
  });
});
