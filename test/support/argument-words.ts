import { type Arguments, arg, args, type Estate, type Playbook, words } from '../../src/kit/index.ts';
import type { Random } from '../faults/random.ts';
import { appOf, estateOf } from './estates.ts';
import { meantText } from './generated.ts';

/** Two apps with an agent beside each, on five hosts of two sites. */
export const estate: Estate = estateOf({
  systems: [{ id: 'MQ', title: words('Message queue', '消息队列'), names: ['mq'] }],
  apps: [
    appOf('ledger', 'BIZ', {
      kind: 'business-host',
      title: words('Ledger', '总账'),
      names: ['gl'],
      hosts: ['ledger-1', 'ledger-2'],
    }),
    appOf('msgbroker', 'MQ', {
      title: words('Message broker', '消息代理'),
      hosts: ['msgbroker-1', 'msgbroker-2', 'msgbroker-3'],
    }),
    appOf('staragent', 'STAR', { hosts: ['ledger-1', 'ledger-2'] }),
  ],
  hosts: [
    ...[1, 2].map((no) => host(`ledger-${no}`, 'ledger', 'site-a', `10.0.0.${no}`)),
    ...[1, 2, 3].map((no) => host(`msgbroker-${no}`, 'msgbroker', 'site-b', `10.0.1.${no}`)),
  ],
});

function host(name: string, app: string, site: string, address: string): Estate['hosts'][number] {
  return { name, app, site, address, port: 22 };
}

/** Every word of the kit, in the ways in which playbooks use them. */
export const EVERY_WORD: Readonly<Record<string, Arguments>> = {
  host: args({ host: arg.host({ app: 'staragent' }) }),
  'any host': args({ host: arg.host() }),
  hosts: args({ hosts: arg.hosts({ app: 'msgbroker' }) }),
  'hosts, or the red ones': args({ app: arg.app(), hosts: arg.hosts({ of: 'app', default: 'red' }) }),
  'hosts, or all': args({ hosts: arg.hosts({ default: 'all' }), ticket: arg.ticket() }),
  app: args({ app: arg.app({ among: ['business-host', 'msgbroker'] }) }),
  site: args({
    site: arg.site(),
    minutes: arg.number({ title: words('Minutes', '分钟'), min: 1, max: 240, default: 30 }),
  }),
  order: args({ order: arg.order() }),
  reason: args({ reason: arg.reason({ min: 5 }) }),
  number: args({ count: arg.number({ title: words('Count', '数量'), min: -5, max: 99 }) }),
  choice: args({
    action: arg.choice(
      [
        { value: 'stop', title: words('Stop', '停止') },
        { value: 'start', title: words('Start again', '再次启动'), names: ['resume'] },
      ],
      { title: words('Action', '操作') },
    ),
  }),
  text: args({ about: arg.optional(arg.text({ title: words('About', '说明'), lines: 'several' })) }),
  'host, choice and text': args({
    action: arg.choice([{ value: 'restart', title: words('Restart', '重启') }], {
      title: words('Action', '操作'),
      default: 'restart',
    }),
    host: arg.host({ title: words('Old host', '旧主机') }),
    with: arg.optional(arg.host({ title: words('New host', '新主机') })),
    note: arg.optional(arg.text({ title: words('Note', '备注') })),
  }),
};

/** Stored arguments that somebody may have meant. */
export function meantArguments({ words: all }: Arguments, random: Random): Readonly<Record<string, unknown>> {
  const values: Record<string, unknown> = {};
  for (const [id, word] of Object.entries(all)) {
    if (word.isOptional && word.otherwise === undefined && random.next() < 0.4) continue;
    for (let tries = 0; tries < 2000 && values[id] === undefined; tries += 1) {
      const read = word.read([typedFor(random, tries)], { estate, before: values });
      if (read.ok) values[id] = read.value;
    }
    if (values[id] === undefined) throw new Error(`nothing was found that "${id}" takes`);
  }
  return values;
}

const typedFor = (random: Random, tries: number): string =>
  tries % 4 === 0
    ? meantText(random, 80)
    : random.pick([
        ...estate.hosts.map(({ name }) => name),
        'ledger-1, 10.0.0.2',
        'msgbroker-1，msgbroker-3',
        'all',
        '红',
        '总账',
        'msgbroker',
        'site-b',
        'r1_201905060583197',
        'CHG0012345',
        'stop',
        '再次启动',
        'restart',
        '重启',
        String(random.between(-5, 99)),
        String(random.between(1, 240)),
      ]);

/** A playbook with these arguments, as far as calling it goes. */
export const callable = (given: Arguments): Pick<Playbook, 'name' | 'title' | 'args'> => ({
  name: 'mend',
  title: words('Mend', '修复'),
  args: given,
});
