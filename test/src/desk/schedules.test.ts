import type { RowDataPacket } from 'mysql2/promise';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { loadCatalog } from '../../../src/catalog/catalog.ts';
import { openDesk } from '../../../src/desk/desk.ts';
import type { Arrival, Desk, ButtonReply, Reply, ScheduleList } from '../../../src/desk/port.ts';
import { words } from '../../../src/kit/index.ts';
import { INVENTORY, type Policy } from '../../../src/policy/policy.ts';
import { newRunId, type Run } from '../../../src/runs/run.ts';
import type { Schedule } from '../../../src/runs/schedule.ts';
import type { Store } from '../../../src/store/index.ts';
import { appOf, estateOf } from '../../support/estates.ts';
import { type FreshStore, freshStore } from '../../support/fresh-store.ts';
import { newSchedule } from '../../support/schedules.ts';
import { entry } from '../store/fixtures.ts';
import { authorityWith } from '../../support/signed.ts';

const confirm = { approvals: 1, roles: ['operator'], self: false };
const open: Policy = {
  version: 'v1',
  people: [
    ...[0, 1, 2].map((n) => ({ key: `op-${n}`, name: `Op ${n}`, slack: `U0OP${n}` })),
    { key: 'lin', name: 'Lin Wei', slack: 'U0LIN', login: 'lin' },
    { key: 'zhao', name: 'Zhao Min', slack: 'U0ZHAO' },
    { key: 'chen', name: 'Chen Bo', slack: 'U0CHEN' },
    { key: 'wang', name: 'Wang Fang', slack: 'U0WANG' },
  ],
  roles: { operator: ['op-0', 'op-1', 'op-2', 'lin', 'zhao'], viewer: ['chen'], registrar: ['wang'] },
  everyone: [],
  allow: [
    { roles: ['operator', 'viewer'], actions: ['inspect'], systems: ['MQ'] },
    { roles: ['operator'], actions: ['schedule'], systems: ['MQ'] },
    { roles: ['registrar'], actions: ['inspect', 'schedule'], systems: ['REG'] },
  ],
  deny: [],
  confirm: { low: confirm, risky: confirm, dangerous: confirm },
  confirmMinutes: 10,
};
const estate = estateOf({
  timeZone: 'Asia/Shanghai',
  environment: 'production',
  systems: [
    { id: 'MQ', title: words('Message queue', '消息队列'), names: ['mq'] },
    { id: 'REG', title: words('Registry', '注册中心'), names: ['reg'] },
    { id: 'APPM', title: words('App market', '应用市场'), names: ['appm'] },
  ],
  apps: [appOf('msgbroker', 'MQ')],
});

let store: Store;
let root: FreshStore['root'];
let auditTable: string;
let fresh: FreshStore;
let desk: Desk;
let policy: Policy;
let sent: Run[];
let closed: string[];
let unsaid: string[];
let shownTo: string[];

beforeAll(async () => {
  fresh = await freshStore();
  ({ store, root, audit: auditTable } = fresh);
  desk = openDesk({
    authority: authorityWith(),
    estate,
    catalog: await loadCatalog(path.resolve('.')),
    policy: () => policy,
    runs: store.runs,
    buttons: store.buttons,
    audit: store.audit,
    schedules: store.schedules,
    locks: store.locks,
    brackets: store.brackets,
    readOnly: store.readOnly,

    history: store.history,
    async canShow(channel, slackId) {
      shownTo.push(`${channel} for ${slackId}`);
      return unsaid.includes(channel) ? undefined : !closed.includes(channel);
    },
    now: store.now,
    systemsOf: (scope) =>
      scope.kind === 'all'
        ? ['MQ', 'REG']
        : scope.kind === 'app'
          ? ['MQ']
          : scope.kind === 'system'
            ? scope.ids.filter((id) => id !== 'APPM')
            : [],
    log: { warn: () => undefined, error: () => undefined },
    dispatch: { send: async (run) => void sent.push(run) },
  });
});
afterAll(() => fresh.close());
beforeEach(async () => {
  for (const table of ['schedule', 'schedule_slot', 'run', 'button'])
    await root.query(`delete from ${table}`);
  policy = open;
  sent = [];
  closed = [];
  unsaid = [];
  shownTo = [];
});

const from = (slackId: string, key = newRunId() as string): Arrival => ({
  key,
  person: { id: slackId, name: slackId },
  slackId,
  origin: { surface: 'slack', team: 'T', channel: 'C0OPS' },
  lang: 'en',
});
const ask = (text: string, as = 'U0LIN') => desk.ask('inspect', `schedule ${text}`, from(as));
const says = async (asked: Promise<Reply | ButtonReply>): Promise<string> => {
  const said = await asked;
  return said.kind === 'says' || said.kind === 'schedules' ? (said.says?.en ?? '') : said.kind;
};
const list = async (asked: Promise<Reply | ButtonReply>): Promise<ScheduleList> => {
  const said = await asked;
  if (said.kind !== 'schedules') throw new Error(`answered with ${JSON.stringify(said)}`);
  return said;
};
const named = async (name: string): Promise<Schedule> => {
  const schedule = (await store.schedules.all()).find((each) => each.name === name);
  if (!schedule) throw new Error(`there is no ${name}`);
  return schedule;
};
const audit = async (): Promise<readonly string[]> => {
  const [rows] = await root.query<RowDataPacket[]>(
    `select concat(actor_id, ' ', action, ' ', decision) as line from ${auditTable} order by n`,
  );
  return rows.map(({ line }) => String(line));
};
const press = async (action: string, name: string, as = 'U0LIN') => {
  const { lines } = await list(ask('list', as));
  const button = lines
    .find(({ schedule }) => schedule.name === name)
    ?.buttons.find((each) => each.action === action);
  return desk.press(button?.id ?? 'none', from(as));
};
/** A schedule of the inventory. */
const declare = () =>
  store.schedules.add(
    newSchedule({
      team: '',
      owner: INVENTORY,
      declared: 'inventory.yaml schedules.0',
      nextAt: '2036-11-20T00:00:00.000Z',
    }),
    entry('schedule add'),
  );

describe('adding', () => {
  it('records what was said, for whom, where it was said, with an audit line', async () => {
    const { says: sentence, lines } = await list(ask('add patrol "daily 07:30" mq'));
    expect(sentence?.en).toBe('"patrol" is set up.');
    const schedule = await named('patrol');
    expect(schedule).toMatchObject({
      cron: '30 7 * * *',
      scope: 'mq',
      channel: 'C0OPS',
      team: 'T',
      lang: 'en',
      owner: { id: 'lin', name: 'Lin Wei' },
    });
    expect(schedule.nextAt).toMatch(/T23:30:00\.000Z$/);
    expect(lines.map((line) => line.schedule)).toEqual([schedule]);
    expect((await audit()).at(-1)).toBe('lin schedule add run');
  });

  it('takes another channel, and Chinese', async () => {
    await desk.ask('inspect', '计划 添加 日常巡检 “每天 07:30” 消息队列 #C0MQ', {
      ...from('U0LIN'),
      lang: 'zh',
    });
    expect(await named('日常巡检')).toMatchObject({ channel: 'C0MQ', lang: 'zh', scope: '消息队列' });
  });

  it('needs the right to schedule and the right to look, and writes a refusal down', async () => {
    expect(await says(ask('add p "daily 07:30" mq', 'U0CHEN'))).toContain(
      'No rule lets you schedule inspections of MQ',
    );
    expect((await audit()).at(-1)).toBe('chen schedule add no');
    expect(await says(ask('add p "daily 07:30" mq', 'U0WANG'))).toContain('No rule lets you look at MQ');
    expect(await says(ask('add p "daily 07:30" mq', 'U0STRANGER'))).toContain('You have no rights');
    expect(await store.schedules.all()).toEqual([]);
  });

  it('narrows what is wider than the person may see', async () => {
    expect(await says(ask('add p "daily 07:30" all'))).toBe('"p" is set up.');
  });

  it.each([
    ['add p "daily 07:30" appm', 'The manuals document no check for this.'],
    ['add p "daily 07:30" mq #C0CLOSED', 'Fettle is not in that channel'],
    ['add Patrol "daily 08:00" mq', 'There is a schedule "Patrol" already.'],
    ['add p "every 2 min" mq', 'More often than every 5 minutes'],
  ])('answers "%s"', async (text, expected) => {
    closed = ['C0CLOSED'];
    await ask('add patrol "daily 07:30" mq');
    expect(await says(ask(text))).toContain(expected);
    expect(await store.schedules.all()).toHaveLength(1);
  });

  it('is once when the same words arrive twice', async () => {
    expect(await says(ask('add p "daily 07:30" mq'))).toBe('"p" is set up.');
    expect(await says(ask('add p "daily 07:30" mq'))).toBe('"p" is set up.');
    expect(await store.schedules.all()).toHaveLength(1);
  });

  it('must say where on the command line', async () => {
    const cli: Arrival = { ...from('lin'), person: { id: 'lin', name: 'lin' }, origin: { surface: 'cli' } };
    expect(await says(desk.ask('inspect', 'schedule add p "daily 07:30" mq', cli))).toContain(
      'Say in which channel',
    );
    const { lines } = await list(desk.ask('inspect', 'schedule add p "daily 07:30" mq #C0OPS', cli));
    expect(lines).toMatchObject([{ schedule: { channel: 'C0OPS', owner: { id: 'lin' } }, buttons: [] }]);
  });
});

describe('changing', () => {
  it('changes what is said, and the schedule is the changer’s', async () => {
    await ask('add p "daily 07:30" mq');
    const { nextAt } = await named('p');
    expect(await says(ask('change p "weekdays 08:00" #C0MQ', 'U0ZHAO'))).toBe('"p" is changed.');
    const changed = await named('p');
    expect(changed).toMatchObject({
      cron: '0 8 * * 1-5',
      scope: 'mq',
      channel: 'C0MQ',
      owner: { id: 'zhao' },
    });
    expect(changed.nextAt).not.toBe(nextAt);
    expect((await audit()).at(-1)).toBe('zhao schedule change run');
  });

  it('is refused for what the person may not see, before or afterwards', async () => {
    await ask('add p "daily 07:30" mq');
    expect(await says(ask('change p reg'))).toContain('No rule lets you look at REG');
    expect(await says(ask('change p mq', 'U0CHEN'))).toContain('schedule inspections of MQ');
    expect(await says(ask('change p reg', 'U0WANG'))).toContain('There is no schedule "p", and no other.');
    expect(await named('p')).toMatchObject({ scope: 'mq', owner: { id: 'lin' } });
  });

  it('is for the inventory’s own file', async () => {
    await declare();
    for (const text of ['change daily-patrol "daily 08:00"', 'remove daily-patrol'])
      expect(await says(ask(text))).toBe(
        '"Daily patrol" is written in inventory.yaml schedules.0: change or remove it there; it counts within seconds. Here it can be paused.',
      );
    expect(await says(ask('add daily-patrol "daily 08:00" mq'))).toBe(
      'There is a schedule "daily-patrol" already, written in inventory.yaml schedules.0. Choose another name, or change it there.',
    );
    expect(await named('Daily patrol')).toMatchObject({ cron: '30 7 * * *' });
  });
});

describe('pausing and resuming', () => {
  it('stops and goes on at the next slot from now, each once', async () => {
    await declare();
    expect(await says(ask('pause Daily patrol'))).toBe('"Daily patrol" is paused.');
    const paused = await named('Daily patrol');
    expect(paused).toMatchObject({ paused: { by: { id: 'lin', name: 'Lin Wei' } } });
    expect(paused).not.toHaveProperty('nextAt');
    expect(await says(ask('pause daily-patrol'))).toContain('is paused already');
    expect(await says(ask('resume daily-patrol'))).toBe('"Daily patrol" goes on.');
    const resumed = await named('Daily patrol');
    expect(resumed).toMatchObject({ owner: INVENTORY });
    expect(resumed).not.toHaveProperty('paused');
    const ahead = Date.parse(resumed.nextAt ?? '') - (await store.now()).getTime();
    expect(ahead).toBeGreaterThan(0);
    expect(ahead).toBeLessThanOrEqual(24 * 3600_000);
    expect(await says(ask('resume daily-patrol'))).toContain('is not paused');
    expect((await audit()).slice(-2)).toEqual(['lin schedule pause run', 'lin schedule resume run']);
  });

  it('needs the right to schedule', async () => {
    await declare();
    for (const text of ['pause daily-patrol', 'resume daily-patrol', 'remove daily-patrol'])
      expect(await says(ask(text, 'U0CHEN'))).toContain('schedule inspections of MQ');
    expect(await named('Daily patrol')).not.toHaveProperty('paused');
  });

  it('hands over what its owner may not look at any more to whoever resumes it', async () => {
    await ask('add p "daily 07:30" mq', 'U0ZHAO');
    await ask('pause p');
    policy = { ...open, roles: { ...open.roles, operator: ['lin'] } };
    expect(await says(ask('resume p'))).toBe('"p" goes on, and is yours now: Zhao Min may not look at it.');
    expect(await named('p')).toMatchObject({ owner: { id: 'lin' } });
  });
});

describe('running now', () => {
  it('inspects with the rights of whoever asks, where the schedule is shown, once for one request', async () => {
    await declare();
    const arrival = from('U0CHEN', 'one-request');
    for (let times = 0; times < 2; times += 1)
      await desk.ask('inspect', 'schedule run daily-patrol', arrival);
    expect(sent).toMatchObject([
      {
        ask: { kind: 'inspect', scope: { kind: 'system', ids: ['MQ'] } },
        requestedBy: { id: 'chen', name: 'Chen Bo' },
        origin: { channel: 'C0OPS' },
        schedule: { name: 'Daily patrol' },
      },
    ]);
    expect(await says(ask('run daily-patrol'))).toBe('"Daily patrol" has not ended yet.');
    expect((await audit()).filter((line) => line.includes('schedule run'))).toEqual([
      'chen schedule run run',
    ]);
    const { lines } = await list(ask('list'));
    expect(lines).toMatchObject([
      { standing: 'going-on', latest: { state: 'by-hand', run: { state: 'queued' } } },
    ]);
  });

  it('is refused to who may not look', async () => {
    await ask('add p "daily 07:30" mq');
    policy = {
      ...open,
      allow: [...open.allow, { roles: ['viewer'], actions: ['inspect'], systems: ['REG'] }],
      deny: [{ roles: ['viewer'], actions: ['inspect'], systems: ['MQ'], because: words('closed', '关闭') }],
    };
    expect(await says(ask('run p', 'U0CHEN'))).toContain('There is no schedule "p"');
    expect(sent).toEqual([]);
  });
});

describe('removing', () => {
  it('takes it away, with an audit line, and the answer names what there is', async () => {
    await ask('add p "daily 07:30" mq');
    await ask('add patrol "daily 07:30" mq');
    expect(await says(ask('remove p', 'U0ZHAO'))).toBe('"p" is removed.');
    expect((await audit()).at(-1)).toBe('zhao schedule remove run');
    expect(await says(ask('remove p'))).toBe('There is no schedule "p". There is: patrol.');
    expect(await says(ask('pause patroll'))).toBe('There is no schedule "patroll". Did you mean patrol?');
  });
});

describe('the list', () => {
  it('shows what the person may see something of, with what they may press', async () => {
    await declare();
    await ask('add p "daily 07:30" mq');
    await ask('add r "daily 07:30" reg', 'U0WANG');
    const seen = async (as: string) =>
      (await list(ask('', as))).lines.map(({ schedule, buttons }) => [
        schedule.name,
        ...buttons.map(({ action }) => action),
      ]);
    expect(await seen('U0LIN')).toEqual([
      ['Daily patrol', 'pause', 'run'],
      ['p', 'pause', 'run', 'remove'],
    ]);
    expect(await seen('U0CHEN')).toEqual([
      ['Daily patrol', 'run'],
      ['p', 'run'],
    ]);
    expect(await seen('U0WANG')).toEqual([['r', 'pause', 'run', 'remove']]);
  });

  it('is for who may look at anything at all', async () => {
    await declare();
    expect(await says(ask('', 'U0STRANGER'))).toBe(
      'You have no rights in Fettle. Ask the owner of policy.yaml for a role. Nothing was done.',
    );
    expect((await audit()).at(-1)).toBe('slack:U0STRANGER ask no');
  });

  it('shows twenty and says how many there are beside', async () => {
    for (let n = 0; n < 23; n += 1) await ask(`add p${n} "daily 07:30" mq`, `U0OP${n % 3}`);
    const { lines, more, zone } = await list(ask('list'));
    expect([lines.length, more, zone]).toEqual([20, 3, 'Asia/Shanghai']);
  });
});

describe('how many there may be', () => {
  const count = async (): Promise<number> => (await store.schedules.all()).length;

  it('is ten of one person, also when many are added at the same moment', async () => {
    await declare();
    const answers = await Promise.all(
      Array.from({ length: 15 }, (_, n) => says(ask(`add p${n} "every 5 min" mq`))),
    );
    expect(answers.filter((answer) => answer.startsWith('You have 10 schedules'))).toHaveLength(5);
    expect(await count()).toBe(11);
    expect(await says(ask('add mine "daily 07:30" mq', 'U0OP1'))).toBe('"mine" is set up.');
    await ask('remove p0');
    await ask('remove p1');
    await ask('remove p2');
    expect(await says(ask('add again "daily 07:30" mq'))).toBe('"again" is set up.');
  });

  it('is a hundred in all, and the same words again are still answered', async () => {
    await root.query(
      `insert into schedule (id, name, name_key, cron, scope, team, channel, lang, owner_id, owner_name)
       select uuid(), concat('s', seq), concat('s', seq), '0 8 * * *', 'mq', 'T', 'C0OPS', 'en', 'other', 'Other'
       from seq_1_to_99`,
    );
    expect(await says(ask('add last "daily 07:30" mq'))).toBe('"last" is set up.');
    expect(await says(ask('add more "daily 07:30" mq'))).toContain('There are 100 schedules');
    expect(await says(ask('add last "daily 07:30" mq'))).toBe('"last" is set up.');
  });
});

describe('the channel of a schedule', () => {
  it('that Slack says nothing about is not taken', async () => {
    unsaid = ['C0QUIET'];
    expect(await says(ask('add p "daily 07:30" mq #C0QUIET'))).toContain('Slack did not say');
    expect(await store.schedules.all()).toEqual([]);
  });

  it('is asked about for the person who names it', async () => {
    await ask('add p "daily 07:30" mq #C0OPS');
    expect(shownTo).toEqual(['C0OPS for U0LIN']);
    await ask('change p "daily 08:00" #C0MQ');
    expect(shownTo.at(-1)).toBe('C0MQ for U0LIN');
  });
});

describe('a button of the list', () => {
  it('does what its words would, and shows the list again', async () => {
    await declare();
    await ask('add p "daily 07:30" mq');
    const paused = await list(press('pause', 'p'));
    expect(paused.says?.en).toBe('"p" is paused.');
    expect(paused.lines.map(({ schedule }) => schedule.name)).toEqual(['Daily patrol', 'p']);
    expect(paused.lines[1]?.buttons.map(({ action }) => action)).toEqual(['resume', 'run', 'remove']);
    expect((await list(press('resume', 'p'))).says?.en).toBe('"p" goes on.');
    expect((await list(press('run', 'p'))).says?.en).toContain('begins now');
    expect((await list(press('remove', 'p'))).lines.map(({ schedule }) => schedule.name)).toEqual([
      'Daily patrol',
    ]);
  });

  it('is authorised as if the person had typed it', async () => {
    await ask('add p "daily 07:30" mq');
    const { lines } = await list(ask('list'));
    const pause = lines[0]?.buttons.find(({ action }) => action === 'pause')?.id ?? '';
    expect(await says(desk.press(pause, from('U0CHEN')))).toContain('schedule inspections of MQ');
    expect((await audit()).at(-1)).toBe('chen schedule pause no');
    expect(await named('p')).not.toHaveProperty('paused');
  });

  it('says so when its schedule is gone or its list is old', async () => {
    await ask('add p "daily 07:30" mq');
    const { lines } = await list(ask('list'));
    const [pause, run] = lines[0]?.buttons ?? [];
    await root.query('update button set expires_at = now(3) - interval 1 second where id = ?', [run?.id]);
    expect(await says(desk.press(run?.id ?? '', from('U0LIN')))).toContain('This list is old.');
    await ask('remove p');
    expect(await says(desk.press(pause?.id ?? '', from('U0LIN')))).toContain('This schedule is gone');
    expect(sent).toEqual([]);
  });
});
