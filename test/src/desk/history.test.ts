import { beforeEach, describe, expect, it } from 'vitest';
import type { Catalog } from '../../../src/catalog/catalog.ts';
import { historyFor } from '../../../src/desk/history.ts';
import type { DeskDeps } from '../../../src/desk/deps.ts';
import type { Arrival } from '../../../src/desk/port.ts';
import { type Check, defineInspection, type Limit, type Scope, words } from '../../../src/kit/index.ts';
import type { Policy } from '../../../src/policy/policy.ts';
import { systemsOf } from '../../../src/inspecting/scope.ts';
import type { PastValue, Subject } from '../../../src/runs/measured.ts';
import type { AuditEntry } from '../../../src/runs/ports.ts';
import { findingKey } from '../../../src/runs/report.ts';
import { estateOf } from '../../support/estates.ts';

const NOW = Date.parse('2026-11-25T02:00:00.000Z');
const HOUR = 3600_000;

const check = (
  id: string,
  en: string,
  zh: string,
  apps: readonly string[],
  limits?: Record<string, Limit>,
): Check => ({
  id,
  title: words(en, zh),
  apps,
  rows: ['MQ-M16'],
  clause: { document: '002', section: '4.5.1.1' },
  on: 'host',
  command: () => {
    throw new Error('nothing is asked here');
  },
  judge: () => [],
  ...(limits ? { limits } : {}),
});
const disk = { most: { row: 'MQ-M16', value: 80 } } as const;
const inspections = [
  defineInspection({
    system: { id: 'MQ', title: words('Message queue', '消息队列'), names: ['mq'] },
    apps: ['msgbroker', 'msgconsole'].map((id) => ({
      id,
      title: words(`MQ ${id}`, `消息队列 ${id}`),
      names: [id],
    })),
    checks: [
      check('broker-disk', 'Disk', '磁盘', ['msgbroker'], disk),
      check('console-disk', 'Disk', '磁盘', ['msgconsole'], { most: { row: 'MQ-M05', value: 80 } }),
      check('broker-load', 'Load, 5 minutes', '5 分钟负载', ['msgbroker'], {
        most: { row: 'MQ-M17', value: 3 },
      }),
      check('broker-port', 'Broker port', 'Broker 端口', ['msgbroker']),
      check('broker-other-port', 'Maintenance port', '维护端口', ['msgbroker']),
    ],
  }),
  defineInspection({
    system: { id: 'REG', title: words('Registry', '注册中心'), names: ['reg'] },
    apps: [{ id: 'session', title: words('Session', 'Session'), names: ['session'] }],
    checks: [
      check('disk', 'Disk', '磁盘', ['session'], { most: { row: 'REG-M01', value: 90 } }),
      check('load', 'Load, 1 minute', '1 分钟负载', ['session']),
    ],
  }),
  defineInspection({
    system: { id: 'YUN', title: words('Yunyou', '云游'), names: ['yun'] },
    apps: [],
    checks: [
      {
        id: 'orders',
        title: words('Orders', '发布单'),
        apps: ['session'],
        rows: ['YUN-C02'],
        clause: { document: '002', section: '7.3.2' },
        on: 'person',
        page: words('orders', '发布单'),
        expect: words('done', '完成'),
      },
    ],
  }),
];
const appOf = (id: string, system: string, count: number) => ({
  id,
  kind: id,
  system,
  title: words(`${system} ${id}`, `${system} ${id}`),
  names: [id],
  hosts: Array.from({ length: count }, (_, i) => `${id}-${i + 1}`),
  ports: {},
  paths: {},
});
const apps = [appOf('msgbroker', 'MQ', 3), appOf('msgconsole', 'MQ', 1), appOf('session', 'REG', 2)];
const estate = estateOf({
  timeZone: 'Asia/Shanghai',
  systems: inspections.map(({ system }) => system),
  apps,
  hosts: apps.flatMap(({ id, hosts }) =>
    hosts.map((name, i) => ({ name, app: id, site: 'hz', address: `10.1.1.${i}`, port: 22 })),
  ),
  limits: { 'MQ-M05': { value: 85 } },
});
const confirm = { approvals: 1, roles: ['operator'], self: true };
const policy: Policy = {
  version: 'v1',
  people: [],
  roles: { operator: ['lin'], mq: ['chen'] },
  everyone: [],
  allow: [
    { roles: ['operator'], actions: ['inspect'], systems: ['*'] },
    { roles: ['mq'], actions: ['inspect'], systems: ['MQ'] },
  ],
  deny: [],
  confirm: { low: confirm, risky: confirm, dangerous: confirm },
  confirmMinutes: 10,
};

/** What is known, by subject. */
let known: Map<string, { readonly subject: Subject; readonly values: readonly PastValue[] }>;
let written: AuditEntry[];

const catalog: Catalog = {
  commands: new Map(),
  playbooks: new Map(),
  inspections: new Map(inspections.map((inspection) => [inspection.system.id, inspection])),
};
const nothing = () => Promise.reject(new Error('not for this'));
const deps: DeskDeps = {
  estate,
  catalog,
  policy: () => policy,
  runs: {
    create: nothing,
    get: nothing,
    apply: nothing,
    undelivered: nothing,
    overdue: nothing,
    reportBefore: nothing,
    unshown: nothing,
    recent: nothing,
  },
  buttons: { create: nothing, get: nothing, take: nothing },
  audit: { write: async (entry) => void written.push(entry), verify: nothing, ofRun: nothing },
  dispatch: { send: nothing },
  locks: { all: nothing },
  brackets: { all: nothing },
  readOnly: { now: nothing, turn: nothing },
  schedules: {
    all: nothing,
    add: nothing,
    addWithin: nothing,
    change: nothing,
    remove: nothing,
    settle: nothing,
    waiting: nothing,
    underWay: nothing,
    waitTold: nothing,
    given: nothing,
    refuse: nothing,
    standing: nothing,
    startedByHand: nothing,
    latest: nothing,
    look: nothing,
  },
  authority: { signer: nothing, keys: nothing },
  canShow: nothing,
  systemsOf: (scope) => systemsOf(scope, estate, inspections),
  now: async () => new Date(NOW),
  log: { warn: () => undefined, error: () => undefined },
  history: {
    async subjects(of) {
      return [...known.values()]
        .map(({ subject }) => subject)
        .filter((each) =>
          of.some(
            ({ system, app, check: id }) => system === each.system && app === each.app && id === each.check,
          ),
        );
    },
    async values(subjects, from, to) {
      return new Map(
        subjects.flatMap((subject) => {
          const values = (known.get(findingKey(subject))?.values ?? []).filter(
            ({ at }) => at >= from && at <= to,
          );
          return values.length > 0 ? [[findingKey(subject), values] as const] : [];
        }),
      );
    },
    async hours(subjects, from, to) {
      const found = await this.values(subjects, from, to);
      return new Map(
        [...found].map(([key, values]) => {
          const byHour = new Map<number, PastValue[]>();
          for (const each of values) {
            const hour = Math.floor(each.at.getTime() / HOUR);
            byHour.set(hour, [...(byHour.get(hour) ?? []), each]);
          }
          const hours = [...byHour.values()].flatMap((each) => {
            const [last, all] = [each.at(-1), each.flatMap(({ value }) => value ?? [])];
            return last
              ? [
                  {
                    ...last,
                    ...(all.length > 0
                      ? { values: { low: Math.min(...all), high: Math.max(...all), newest: last.value ?? 0 } }
                      : {}),
                  },
                ]
              : [];
          });
          return [key, hours] as const;
        }),
      );
    },
  },
};

/** Values so many hours ago, and the newest of them. */
function measured(over: Partial<Subject>, values: Readonly<Record<number, number | null>>, unit = '%'): void {
  const subject: Subject = {
    system: 'MQ',
    app: 'msgbroker',
    host: 'msgbroker-1',
    check: 'broker-disk',
    ...over,
  };
  known.set(findingKey(subject), {
    subject,
    values: Object.entries(values)
      .map(
        ([ago, value]): PastValue => ({
          at: new Date(NOW - Number(ago) * HOUR),
          state: value === null ? 'critical' : 'ok',
          ...(value === null ? {} : { value, unit }),
        }),
      )
      .sort((a, b) => a.at.getTime() - b.at.getTime()),
  });
}

beforeEach(() => {
  known = new Map();
  written = [];
});

const mqScope: Scope = { kind: 'system', ids: ['MQ'] };
const asked = async (
  measure: string,
  scope: Scope = mqScope,
  hours = 168,
  person = 'lin',
  lang: Arrival['lang'] = 'en',
) => {
  const arrival: Arrival = {
    key: 'k',
    person: { id: person, name: person },
    origin: { surface: 'cli' },
    lang,
  };
  return historyFor(deps, { kind: 'history', scope, measure, hours }, `/history ${measure}`, arrival);
};
const chart = async (...args: Parameters<typeof asked>) => {
  const said = await asked(...args);
  if (said.kind !== 'history') throw new Error(JSON.stringify(said));
  return said.chart;
};
const words_ = async (...args: Parameters<typeof asked>) => {
  const said = await asked(...args);
  return said.kind === 'says'
    ? { en: said.says.en, commands: said.instead?.map(({ command }) => command) }
    : said;
};

describe('what was measured', () => {
  it('comes by host, the highest first, with its limits and the time of the estate', async () => {
    measured({}, { 100: 60, 50: 75, 1: 70 });
    measured({ host: 'msgbroker-2' }, { 100: 40, 1: 90 });
    measured({ app: 'msgconsole', host: 'msgconsole-1', check: 'console-disk' }, { 100: 10, 1: 12 });
    const found = await chart('disk');
    expect(found).toMatchObject({
      kind: 'numbers',
      of: words('Message queue', '消息队列'),
      title: words('Disk', '磁盘'),
      unit: '%',
      timeZone: 'Asia/Shanghai',
      to: '2026-11-25T02:00:00.000Z',
      from: '2026-11-20T22:00:00.000Z',
      limits: [
        { value: 80, rows: ['MQ-M16'] },
        { value: 85, rows: ['MQ-M05'] },
      ],
      hidden: [],
    });
    expect(found.lines.map(({ name, latest: { value }, low, high }) => [name, value, low, high])).toEqual([
      ['msgbroker-2', 90, 40, 90],
      ['msgbroker-1', 70, 60, 75],
      ['msgconsole-1', 12, 10, 12],
    ]);
  });

  it('is shown measurement by measurement when it is young', async () => {
    measured({}, { 3: 1, 2.9: 5, 2.8: 2 });
    expect((await chart('disk')).lines[0]?.points.map(({ value }) => value)).toEqual([1, 5, 2]);
  });

  it('is shown by the hour when it is young and very much', async () => {
    for (let i = 0; i < 300; i += 1) measured({ part: `/data/${i}` }, { 20.4: 1, 20.3: 5, 1: 2 });
    expect((await chart('disk')).lines[0]?.points.map(({ value }) => value)).toEqual([5, 2]);
  });

  it('is shown by the worst of each hour when it is old', async () => {
    measured({}, { 100.4: 1, 100.3: 5, 100.2: 2, 1: 3 });
    const [line] = (await chart('disk')).lines;
    expect(line?.points.map(({ value }) => value)).toEqual([5, 3]);
    expect(line).toMatchObject({ low: 1, high: 5 });
  });

  it('has the lowest first when its limit is one that it must not fall below', async () => {
    measured({}, { 100.2: 99, 100.1: 96, 1: 99 });
    measured({ host: 'msgbroker-2' }, { 100: 98, 1: 97 });
    const { lines } = await chart('disk');
    expect(lines.map(({ name }) => name)).toEqual(['msgbroker-2', 'msgbroker-1']);
    expect(lines[1]?.points.map(({ value }) => value)).toEqual([96, 99]);
  });

  it('has the part beside the host where there are several', async () => {
    measured({ part: '/' }, { 1: 10 });
    measured({ part: '/home/admin' }, { 1: 20 });
    expect((await chart('disk')).lines.map(({ name }) => name)).toEqual([
      'msgbroker-1 /home/admin',
      'msgbroker-1 /',
    ]);
    expect((await chart('/home/admin')).lines.map(({ name }) => name)).toEqual(['msgbroker-1']);
    expect((await chart('disk /')).lines.map(({ latest }) => latest.value)).toEqual([10]);
  });

  it('is told in states when it has no numbers', async () => {
    measured({ check: 'broker-port' }, { 2: null, 1: null });
    const found = await chart('broker port');
    expect(found).toMatchObject({ kind: 'states', limits: [] });
    expect(found.lines[0]).toMatchObject({
      latest: { state: 'critical' },
      points: [{ state: 'critical' }, { state: 'critical' }],
    });
  });

  it('has a direction when there is one', async () => {
    measured({}, Object.fromEntries(Array.from({ length: 72 }, (_, i) => [i + 1, 70 - i / 12])));
    measured({ host: 'msgbroker-2' }, Object.fromEntries(Array.from({ length: 72 }, (_, i) => [i + 1, 30])));
    measured(
      { host: 'msgbroker-3' },
      Object.fromEntries(Array.from({ length: 144 }, (_, i) => [i + 1, i < 72 ? 25 - i / 24 : 90 - i / 24])),
    );
    const [growing, flat, cleaned] = (await chart('disk')).lines;
    expect(growing?.trend).toBeCloseTo(2, 1);
    expect(flat?.trend).toBe('steady');
    expect(cleaned?.trend).toBeCloseTo(1, 1);
  });

  it('is of the hosts that were asked for', async () => {
    measured({}, { 1: 10 });
    measured({ host: 'msgbroker-2' }, { 1: 20 });
    const found = await chart('disk', { kind: 'host', ids: ['msgbroker-2'] });
    expect(found.lines.map(({ name }) => name)).toEqual(['msgbroker-2']);
  });

  it('is no longer of hosts that the inventory has lost', async () => {
    measured({ host: 'msgbroker-9' }, { 1: 10 });
    measured({ host: 'msgbroker-1' }, { 1: 20 });
    expect((await chart('disk')).lines.map(({ name }) => name)).toEqual(['msgbroker-1']);
  });
});

describe('the words of a measure', () => {
  it.each(['disk', 'Disk', '磁盘', 'broker-disk', 'broker disk', 'ＤＩＳＫ'])(
    'are understood as %j',
    async (measure) => {
      measured({}, { 1: 10 });
      expect((await chart(measure)).lines).toHaveLength(1);
    },
  );

  it.each(['load', '负载', '5 分钟负载', 'Load, 5 minutes', 'load 5'])(
    'are understood as %j',
    async (measure) => {
      measured({ check: 'broker-load' }, { 1: 0.4 }, '');
      expect((await chart(measure)).title.en).toBe('Load, 5 minutes');
    },
  );

  it('are a part when no check is called so', async () => {
    measured({ check: 'broker-port', part: '9529' }, { 1: null });
    expect((await chart('9529')).title.en).toBe('Broker port');
  });

  it('may mean several: each is offered by words that are understood', async () => {
    measured({ check: 'broker-port' }, { 1: null });
    measured({ check: 'broker-other-port' }, { 1: null });
    expect(await words_('port')).toEqual({
      en: '"port" means several measures. Say which:',
      commands: ['/history mq broker-port', '/history mq broker-other-port'],
    });
  });

  it('may be the whole name of one and a word of another: what is offered means one only', async () => {
    measured({ check: 'broker-load' }, { 1: 2 });
    measured({ system: 'REG', app: 'session', host: 'session-1', check: 'load' }, { 1: 2 });
    const offered = await words_('load', { kind: 'all' });
    expect(offered).toMatchObject({
      commands: ['/history all broker-load', '/history all Load, 1 minute'],
    });
    expect((await chart('Load, 1 minute', { kind: 'all' })).lines).toHaveLength(1);
  });

  it('are asked for when there are none, numbers first', async () => {
    measured({ check: 'broker-port' }, { 1: null });
    measured({}, { 1: 10 });
    measured({ app: 'msgconsole', host: 'msgconsole-1', check: 'console-disk' }, { 1: 10 });
    expect(await words_('')).toEqual({
      en: 'Which measure? For instance:',
      commands: ['/history mq Disk', '/history mq broker-port'],
    });
  });

  it('have near ones offered when they are unknown', async () => {
    measured({}, { 1: 10 });
    expect(await words_('dsk')).toEqual({
      en: 'No measure is called "dsk". Did you mean:',
      commands: ['/history mq Disk'],
    });
    expect(await words_('负在', mqScope, 168, 'lin', 'zh')).toMatchObject({
      commands: [
        '/history mq 磁盘',
        '/history mq 5 分钟负载',
        '/history mq Broker 端口',
        '/history mq 维护端口',
      ],
    });
    expect(await words_('xyzzyxyzzy')).toMatchObject({
      en: 'No measure is called "xyzzyxyzzy". There is:',
    });
  });
});

describe('when there is nothing to show', () => {
  it('an inspection is offered', async () => {
    const offered = {
      en: expect.stringContaining('Nothing was measured') as string,
      commands: ['/inspect mq'],
    };
    expect(await words_('disk')).toEqual(offered);
    expect(await words_('')).toEqual(offered);
    measured({}, { 300: 10 });
    expect(await words_('disk')).toEqual(offered);
  });

  it('because only a person can look, that is said, and an inspection is offered', async () => {
    expect(await words_('disk', { kind: 'system', ids: ['YUN'] })).toEqual({
      en: expect.stringContaining('a person sees in a console') as string,
      commands: ['/inspect yun'],
    });
  });

  it('because it is too much, something narrower is asked for', async () => {
    for (let i = 0; i < 401; i += 1) measured({ part: `/data/${i}` }, { 1: i });
    expect(await words_('disk')).toMatchObject({ en: expect.stringContaining('401 courses') as string });
  });
});

describe('who may see it', () => {
  it('sees the systems that they may look at, and which were left out', async () => {
    measured({}, { 1: 10 });
    measured({ system: 'REG', app: 'session', host: 'session-1', check: 'disk' }, { 1: 20 });
    const all: Scope = { kind: 'all' };
    expect((await chart('disk', all, 168, 'lin')).lines).toHaveLength(2);
    const narrowed = await chart('disk', all, 168, 'chen');
    expect(narrowed.lines.map(({ name }) => name)).toEqual(['msgbroker-1']);
    expect(narrowed.hidden).toEqual(['REG', 'YUN']);
    expect(narrowed.limits.map(({ value }) => value)).toEqual([80]);
  });

  it('is told no, and that is written down, when they may not', async () => {
    measured({ system: 'REG', app: 'session', host: 'session-1', check: 'disk' }, { 1: 20 });
    expect(await words_('disk', { kind: 'system', ids: ['REG'] }, 168, 'chen')).toMatchObject({
      en: expect.stringContaining('No rule lets you look at REG') as string,
    });
    expect(written).toMatchObject([
      { action: 'ask', decision: 'no', actor: { id: 'chen' }, facts: { typed: '/history disk' } },
    ]);
    expect(await words_('disk', { kind: 'system', ids: ['MQ'] }, 168, 'stranger')).toMatchObject({
      en: expect.stringContaining('No rule') as string,
    });
  });
});
