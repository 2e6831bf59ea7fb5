import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { readInventory } from '../../../src/config/inventory.ts';
import { showProblem } from '../../../src/config/problems.ts';
import { words } from '../../../src/kit/index.ts';

const known = [
  {
    system: { id: 'MQ', title: words('Message queue', '消息队列'), names: ['mq', '消息队列'] },
    apps: [{ id: 'msgbroker', title: words('Broker', '消息服务端'), names: ['mq-msgbroker'] }],
  },
];
const read = (schedules: unknown, over: object = {}) =>
  readInventory(
    'inventory.yaml',
    {
      name: 'Bank',
      environment: 'production',
      timeZone: 'Asia/Shanghai',
      domain: 'bank.example',
      sites: [{ name: 'room-a' }],
      apps: { msgbroker: { hosts: [{ name: 'msgbroker-1', address: '10.0.0.1' }] } },
      schedules,
      ...over,
    },
    known,
  );
const problems = (schedules: unknown, over: object = {}): readonly string[] => {
  const inventory = read(schedules, over);
  return inventory.ok ? [] : inventory.problems.map(showProblem);
};
const patrol = { name: 'Daily patrol', cron: '30 7 * * *', scope: 'all', channel: 'C0OPS' };

describe('schedules of the inventory', () => {
  it('are none unless there are some', () => {
    expect(read(undefined)).toMatchObject({ ok: true, inventory: { schedules: [] } });
  });

  it('may say when in cron or in plain words, and in which language', () => {
    const zh = { name: '日常巡检', cron: '工作日 08:00', scope: '消息队列', channel: 'C0MQ', language: 'zh' };
    expect(read([patrol, zh])).toMatchObject({
      ok: true,
      inventory: {
        schedules: [
          { ...patrol, declared: 'inventory.yaml schedules.0' },
          {
            name: '日常巡检',
            cron: '0 8 * * 1-5',
            scope: '消息队列',
            channel: 'C0MQ',
            lang: 'zh',
            declared: 'inventory.yaml schedules.1',
          },
        ],
      },
    });
  });

  it('are refused with every mistake at once: where, and what to write', () => {
    const listed = problems([
      { ...patrol, cron: 'every morning', scope: 'msgbrokr', channel: '#ops' },
      { ...patrol, name: 'daily-patrol', cron: '61 * * * *' },
      { ...patrol, name: '!', cron: '*/2 * * * *' },
    ]);
    expect(listed).toEqual([
      expect.stringMatching(
        /^inventory\.yaml: schedules\.0\.scope: Unknown name "msgbrokr"\. Did you mean msgbroker/,
      ),
      expect.stringMatching(/^inventory\.yaml: schedules\.0\.channel: is no channel id; .* like C0123ABCD$/),
      expect.stringMatching(
        /^inventory\.yaml: schedules\.0\.cron: "every morning" does not say when\. Write daily 07:30/,
      ),
      'inventory.yaml: schedules.1.name: schedules.0 has this name already; give each its own',
      expect.stringMatching(/^inventory\.yaml: schedules\.1\.cron: "61 \* \* \* \*" is no cron expression/),
      expect.stringMatching(/^inventory\.yaml: schedules\.2\.name: "!" cannot be a name/),
      expect.stringMatching(/^inventory\.yaml: schedules\.2\.cron: More often than every 5 minutes/),
    ]);
  });

  it('are refused when a part is missing, unknown or of another kind', () => {
    expect(problems([{ name: 'p', cron: 7, scope: 'all', chanel: 'C0OPS' }])).toEqual(
      expect.arrayContaining([
        'inventory.yaml: schedules.0.cron: write when, in quotes: "daily 07:30" or cron like "30 7 * * *"',
        'inventory.yaml: schedules.0.channel: is missing; write a text',
        'inventory.yaml: schedules.0.chanel: is not known here; remove it or correct its spelling',
      ]),
    );
    expect(problems([{ ...patrol, language: 'de' }])).toEqual([
      'inventory.yaml: schedules.0.language: write en or zh',
    ]);
  });

  it('may come every few seconds in practice', () => {
    const often = [{ ...patrol, cron: '*/5 * * * * *' }];
    expect(problems(often)).toHaveLength(1);
    expect(problems(often, { environment: 'practice' })).toEqual([]);
  });

  it('are shown in the example, and right once the comment is taken away', async () => {
    const text = await readFile('inventory.example.yaml', 'utf8');
    const example = parse(text.replace('schedules: []\n#', 'schedules:\n')) as {
      readonly schedules: unknown;
    };
    expect(read(example.schedules)).toMatchObject({
      ok: true,
      inventory: { schedules: [{ name: 'Daily patrol', cron: '30 7 * * *', lang: 'en' }] },
    });
  });
});
