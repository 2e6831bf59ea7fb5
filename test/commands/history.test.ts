import { describe, expect, it } from 'vitest';
import history from '../../commands/history.ts';
import deps from '../../playbooks/deps/inspection.ts';
import mq from '../../playbooks/mq/inspection.ts';
import { readInventory } from '../../src/config/inventory.ts';

const host = (name: string, k: number) => ({ name, address: `10.66.1.${k}`, site: 'cn-hz' });
const read = readInventory(
  'inventory.yaml',
  {
    name: 'bank',
    environment: 'test',
    timeZone: 'Asia/Shanghai',
    domain: 'bank.example',
    sites: [{ name: 'cn-hz' }],
    apps: {
      msgbroker: { hosts: [host('msgbroker-1', 1), host('msgbroker-2', 2)] },
      msgconsole: { hosts: [host('msgconsole-1', 3)] },
      acopswareexecutor: { hosts: [host('executor-1', 4)] },
    },
  },
  [mq, deps],
);
if (!read.ok) throw new Error(JSON.stringify(read.problems));
const { estate } = read.inventory;
const known = { estate, catalog: { playbooks: new Map() } };
const typed = (text: string) => history.read(text, known);
const says = (text: string): string => {
  const intent = typed(text);
  return intent.kind === 'answer' ? `${intent.says.en} ${intent.says.zh}` : intent.kind;
};
const system = (...ids: [string, ...string[]]) => ({ kind: 'system', ids }) as const;

describe('/history', () => {
  it.each([
    ['mq disk', system('MQ'), 'disk', 168],
    ['  MQ   Disk  ', system('MQ'), 'Disk', 168],
    ['msgbroker-1 load 24h', { kind: 'host', ids: ['msgbroker-1'] }, 'load', 24],
    ['msgbroker-1 msgbroker-2 load 2w', { kind: 'host', ids: ['msgbroker-1', 'msgbroker-2'] }, 'load', 336],
    ['消息队列 磁盘', system('MQ'), '磁盘', 168],
    ['消息队列磁盘', system('MQ'), '磁盘', 168],
    ['消息队列 5 分钟负载 3天', system('MQ'), '5 分钟负载', 72],
    ['消息队列 磁盘 最近 24 小时', system('MQ'), '磁盘', 24],
    ['消息队列和发布部署 CPU １ｄ', system('MQ', 'DEPS'), 'CPU', 24],
    ['mq disk last 2 weeks', system('MQ'), 'disk', 336],
    ['mq disk 36 hours', system('MQ'), 'disk', 36],
    ['disk mq', system('MQ'), 'disk', 168],
    ['all /home/admin', { kind: 'all' }, '/home/admin', 168],
    ['msgbroker disk /home/admin 30d', { kind: 'app', ids: ['msgbroker'] }, 'disk /home/admin', 720],
    ['msgbroker Load, 5 minutes', { kind: 'app', ids: ['msgbroker'] }, 'Load, 5 minutes', 168],
    ['mq', system('MQ'), '', 168],
    ['mq 24h', system('MQ'), '', 24],
  ])('understands %j', (text, scope, measure, hours) => {
    expect(typed(text)).toEqual({ kind: 'history', scope, measure, hours });
  });

  it('says what to type when nothing is named', () => {
    expect(says('')).toContain('/history mq disk');
    expect(says(' 7d ')).toContain('/history 消息队列 磁盘');
  });

  it('names what is near when it does not know of what', () => {
    expect(says('msgbrokr disk')).toContain('msgbroker');
    expect(says('消息对列 磁盘')).toContain('消息队列');
  });

  it('says what to type when one word alone may be the measure', () => {
    expect(says('disk')).toContain('Unknown name "disk"');
    expect(says('disk')).toContain('/history mq disk');
    expect(says('msgbrokr disk')).not.toContain('/history mq disk');
  });

  it.each(['mq disk 0h', 'mq disk 401d', 'mq disk 999999w'])('refuses the period of %j', (text) =>
    expect(says(text)).toContain('24h, 7d or 2w'),
  );

  it('understands its own examples', () => {
    expect(history.examples.map((example) => typed(example).kind)).toEqual(
      history.examples.map(() => 'history'),
    );
  });
});
