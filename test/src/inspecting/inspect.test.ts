import { EventEmitter, once } from 'node:events';
import { describe, expect, it } from 'vitest';
import {
  type HostCheck,
  type Inspection,
  type Scope,
  sh,
  words,
  defineInspection,
} from '../../../src/kit/index.ts';
import type { HowFar } from '../../../src/inspecting/ask-all.ts';
import { inspect, type Inspecting } from '../../../src/inspecting/inspect.ts';
import { type ExecAnswer, type NoAnswer, type RemoteExec, SqlFailed } from '../../../src/kit/targets.ts';
import type { Finding, Report } from '../../../src/runs/report.ts';
import { localExec } from '../../support/local-exec.ts';
import { estate, mq } from './estate.ts';

const MQ: Scope = { kind: 'system', ids: ['MQ'] };
const here = localExec();
const noAnswer = (reason: NoAnswer, detail = '', stdout = '', tookMs = 1000): ExecAnswer => ({
  kind: 'no-answer',
  reason,
  detail,
  stdout,
  sent: false,
  tookMs,
});

type Targets = Inspecting['targets'];

/** Every host is this machine; pages and databases answer. Remembers whom it asked. */
function fakeTargets(over: Partial<Targets> = {}): Targets & { readonly asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    exec: {
      run: (host, ...rest) => {
        asked.push(host.name);
        return (over.exec ?? here).run(host, ...rest);
      },
    },
    sql: over.sql ?? {
      read: async (database) => {
        asked.push(database.name);
        return [{ one: '1' }];
      },
    },
    http: over.http ?? {
      get: async (url) => {
        asked.push(url);
        return { kind: 'answered', status: 200, body: '<title>MQ</title>', truncated: false, tookMs: 3 };
      },
    },
  };
}

const perform = (over: Partial<Inspecting> = {}): Promise<Report> =>
  inspect({ scope: MQ, estate, inspections: [mq], targets: fakeTargets(), ...over });

/** Like this machine, but for some hosts. */
const except = (hosts: Readonly<Record<string, RemoteExec['run']>>): Targets =>
  fakeTargets({ exec: { run: (host, ...rest) => (hosts[host.name] ?? here.run)(host, ...rest) } });

const of = ({ findings }: Report, host: string): readonly Finding[] =>
  findings.filter((finding) => finding.host === host);

/** MQ with one more check on the brokers. */
const mqWith = (check: Partial<HostCheck>): Inspection => ({
  ...mq,
  checks: [
    ...mq.checks,
    {
      on: 'host',
      id: 'extra',
      title: words('Extra', '另一项'),
      apps: ['msgbroker'],
      rows: ['MQ-C99'],
      clause: { document: '002', section: '4' },
      command: () => sh`echo extra`,
      judge: () => [{ state: 'ok', says: words('fine', '正常') }],
      ...check,
    },
  ],
});

describe('an inspection', () => {
  it('asks each host once, and each page and database of an app once', async () => {
    const targets = fakeTargets();
    const report = await perform({ targets });
    expect(targets.asked.toSorted()).toEqual([
      'http://sofa-mq.bank.example/',
      'msgbroker-1',
      'msgbroker-2',
      'msgbroker-3',
      'msgconsole-1',
      'msgconsole-2',
      'msgdb',
    ]);
    expect(report).toMatchObject({ scope: MQ, hosts: 5 });
    expect(of(report, 'msgbroker-2')).toMatchObject([
      {
        system: 'MQ',
        app: 'msgbroker',
        check: 'cpu',
        state: 'ok',
        value: 42,
        unit: '%',
        rows: ['MQ-M14', 'MQ-C01'],
        command: 'echo msgbroker-2 42',
        evidence: 'msgbroker-2 42',
        overridden: ['MQ-M14'],
      },
      { check: 'ports', part: '9529', rows: ['MQ-C07'], literal: 'netstat -ano | grep 9529', overridden: [] },
      { check: 'ports', part: '9511' },
    ]);
    expect(report.findings.filter(({ host }) => host === undefined)).toMatchObject([
      {
        app: 'msgbroker',
        check: 'database',
        state: 'ok',
        command: 'select 1 as one',
        evidence: '{"one":"1"}',
      },
      { app: 'msgconsole', check: 'console-page', state: 'ok', command: 'GET http://sofa-mq.bank.example/' },
    ]);
  });

  it('names the page to look at by its address here', async () => {
    const checks = mq.checks.map((check) =>
      check.on === 'person'
        ? { ...check, page: words('sofa-mq.{domain} > a', 'sofa-mq.{domain} > 甲') }
        : check,
    );
    const { questions } = await perform({ inspections: [{ ...mq, checks }] });
    expect(questions[0]?.page).toEqual(words('sofa-mq.bank.example > a', 'sofa-mq.bank.example > 甲'));
  });

  it('asks a person once for each app', async () => {
    const { questions } = await perform();
    expect(questions).toMatchObject([
      { app: 'msgbroker', check: 'container-state', rows: ['MQ-C15'] },
      { app: 'msgconsole', check: 'container-state', rows: ['MQ-C15'] },
    ]);
  });

  it('leaves pages, databases and people alone when only a host or a site is asked for', async () => {
    const targets = fakeTargets();
    const host = await perform({ targets, scope: { kind: 'host', ids: ['msgconsole-1'] } });
    const site = await perform({ targets, scope: { kind: 'site', ids: ['room-b'] } });
    expect(targets.asked).toEqual(['msgconsole-1', 'msgbroker-3', 'msgconsole-2']);
    expect([...host.questions, ...site.questions]).toEqual([]);
    expect([host.hosts, site.hosts]).toEqual([1, 2]);
  });

  it('judges by the limit of the inventory and says so', async () => {
    const strict = await perform({ estate: { ...estate, limits: { 'MQ-M14': { value: 40 } } } });
    expect(of(strict, 'msgbroker-1')[0]).toMatchObject({ state: 'warning', overridden: ['MQ-M14'] });
    const manual = await perform({ estate: { ...estate, limits: {} } });
    expect(of(manual, 'msgbroker-1')[0]).toMatchObject({ state: 'ok', overridden: [] });
  });

  it('takes the level and the window that the inventory sets for a row', async () => {
    const high = mqWith({
      limits: { most: { row: 'MQ-C99', value: 1 } },
      judge: (_, { limits, windowSeconds }) => [
        {
          state: 'critical',
          value: windowSeconds ?? 0,
          says: words(limits['most']?.state ?? 'none', ''),
        },
      ],
    });
    const own = { 'MQ-C99': { level: 'warning', windowSeconds: 600 } } as const;
    const report = await perform({ inspections: [high], estate: { ...estate, limits: own } });
    expect(of(report, 'msgbroker-1').at(-1)).toMatchObject({
      state: 'warning',
      value: 600,
      says: { en: 'warning' },
      overridden: ['MQ-C99'],
    });
  });

  it('runs what several checks ask alike once', async () => {
    const commands: string[] = [];
    const run: RemoteExec['run'] = (host, script, ...rest) => {
      commands.push(script);
      return here.run(host, script, ...rest);
    };
    const twin = mqWith({ id: 'twin', command: () => sh`printf '9529\n9511\n'` });
    const report = await perform({
      inspections: [twin],
      targets: fakeTargets({ exec: { run } }),
      scope: { kind: 'host', ids: ['msgbroker-1'] },
    });
    expect(commands.map((script) => script.split('9529').length - 1)).toEqual([1]);
    expect(of(report, 'msgbroker-1').map(({ check, evidence }) => [check, evidence])).toEqual([
      ['cpu', 'msgbroker-1 42'],
      ['ports', '9529\n9511'],
      ['ports', '9529\n9511'],
      ['twin', '9529\n9511'],
    ]);
  });

  it('asks a host once for all its apps, and names each', async () => {
    const agent = { ...estate.apps[0], id: 'agent', kind: 'agent', hosts: ['msgbroker-1'] };
    const inspections = [{ ...mqWith({ id: 'agent-runs', apps: ['agent'] }) }];
    const targets = fakeTargets();
    const report = await perform({
      inspections,
      targets,
      estate: { ...estate, apps: [...estate.apps, agent as (typeof estate.apps)[number]] },
      scope: { kind: 'host', ids: ['msgbroker-1'] },
    });
    expect(targets.asked).toEqual(['msgbroker-1']);
    expect(of(report, 'msgbroker-1').map(({ app, check }) => `${app} ${check}`)).toEqual([
      'msgbroker cpu',
      'msgbroker ports',
      'msgbroker ports',
      'agent agent-runs',
    ]);
  });

  it('says which apps of the manuals the inventory does not have', async () => {
    const report = await perform({ inspections: [mqWith({ apps: ['msgbroker', 'dtap'] })] });
    expect(report.absent).toEqual(['dtap']);
    expect(await perform()).not.toHaveProperty('absent');
  });

  it('says which systems among others a person alone can look at, or nobody', async () => {
    const system = (id: string) => ({ id, title: words(id, id), names: [id] });
    const byPerson = mq.checks.filter(({ on }) => on === 'person');
    const others: readonly Inspection[] = [
      defineInspection({ system: system('GEN'), apps: [], checks: [] }),
      defineInspection({ system: system('YUN'), apps: [], checks: byPerson }),
    ];
    const report = await perform({ scope: { kind: 'all' }, inspections: [mq, ...others] });
    expect(report.unasked).toEqual(['GEN', 'YUN']);
    const [gen] = others;
    const alone = { scope: { kind: 'system', ids: ['GEN'] }, inspections: gen ? [mq, gen] : [] } as const;
    expect(await perform(alone)).not.toHaveProperty('unasked');
  });

  it('does not ask a person for what would change something in production', async () => {
    const changing: Inspection = {
      ...mq,
      checks: mq.checks.map((check) => (check.on === 'person' ? { ...check, changes: true } : check)),
    };
    const there = await perform({
      inspections: [changing],
      estate: { ...estate, environment: 'production' },
    });
    expect(there.questions[0]).toMatchObject({ forbidden: true });
    expect(there.questions[0]?.expect.en).toContain('not to be done in production');
    const elsewhere = await perform({ inspections: [changing] });
    expect(elsewhere.questions[0]).not.toHaveProperty('forbidden');
  });

  it('cites a row on every line, whatever happened', async () => {
    const runs: RemoteExec['run'][] = [
      here.run,
      async () => noAnswer('unreachable'),
      async () => noAnswer('host-key-changed'),
      async (host, script, limits) => {
        const { stdout } = await here.run(host, script, limits);
        return noAnswer('closed', 'cut', stdout.slice(0, stdout.length / 2));
      },
    ];
    for (const run of runs) {
      const report = await perform({ scope: { kind: 'all' }, targets: fakeTargets({ exec: { run } }) });
      expect(report.findings.length).toBeGreaterThanOrEqual(7);
      for (const { rows, clause } of report.findings) {
        expect(rows.length).toBeGreaterThan(0);
        expect(rows.every((row) => /^MQ-[CM]\d+$/.test(row))).toBe(true);
        expect(clause.section).not.toBe('');
      }
      expect(report.questions.every(({ rows }) => rows.length > 0)).toBe(true);
    }
  });
});

describe('a host that does not answer', () => {
  it.each([
    ['unreachable', 'the host cannot be reached: no route', '主机不可达：no route'],
    ['refused', 'the host refuses the connection: no route', '主机拒绝连接：no route'],
    ['timeout', 'the host did not answer within 12 s: no route', '主机 12 秒内未返回结果：no route'],
    ['login-refused', 'the host refuses the login: no route', '主机拒绝登录：no route'],
    ['closed', 'the connection was closed: no route', '连接被关闭：no route'],
  ] as const)('is one unknown that says why: %s', async (reason, en, zh) => {
    const report = await perform({
      targets: except({ 'msgbroker-2': async () => noAnswer(reason, 'no route', '', 12_040) }),
    });
    expect(of(report, 'msgbroker-2')).toMatchObject([
      {
        check: 'host',
        state: 'unknown',
        title: words('Host answers', '主机可达'),
        says: words(en, zh),
        rows: ['MQ-M14', 'MQ-C01', 'MQ-C07', 'MQ-C09'],
        evidence: 'no route',
        standsFor: [{ system: 'MQ', app: 'msgbroker' }],
      },
    ]);
    expect(of(report, 'msgbroker-1')).toHaveLength(3);
    expect(report.hosts).toBe(5);
  });

  it('is critical when it shows another key, and says what to do', async () => {
    const report = await perform({
      targets: except({ 'msgbroker-2': async () => noAnswer('host-key-changed', 'shows SHA256:new') }),
    });
    const [finding, ...others] = of(report, 'msgbroker-2');
    expect(others).toEqual([]);
    expect(finding).toMatchObject({ check: 'host', state: 'critical', evidence: 'shows SHA256:new' });
    for (const says of [finding?.says.en, finding?.says.zh]) {
      expect(says).toContain('inventory.yaml');
      expect(says).toContain('ssh-keygen -lf');
    }
  });

  it('that let Fettle in and ran nothing is unknown with what it said', async () => {
    const report = await perform({
      targets: except({
        'msgbroker-2': async () => ({
          kind: 'answered',
          exitCode: 1,
          stdout: 'This account is not available.\n',
          stderr: '',
          truncated: false,
          tookMs: 9,
        }),
      }),
    });
    expect(of(report, 'msgbroker-2')).toMatchObject([
      { check: 'host', state: 'unknown', evidence: 'This account is not available.' },
    ]);
  });

  it('does not delay the others', async () => {
    const doors = new EventEmitter();
    const told: HowFar[] = [];
    const report = perform({
      targets: except({
        'msgbroker-1': async () => {
          await once(doors, 'open');
          return noAnswer('timeout');
        },
      }),
      onProgress: (progress) => {
        told.push(progress);
        // All others have answered before the slow one is let go.
        if (progress.done === 4) doors.emit('open');
      },
    });
    expect((await report).findings.filter(({ check }) => check === 'host')).toHaveLength(1);
    const names = told.map(({ underWay }) => underWay.map(({ name }) => name));
    expect(names[0]).toEqual(['msgbroker-1', 'msgbroker-2', 'msgbroker-3', 'msgconsole-1', 'msgconsole-2']);
    expect(told.map(({ done, total }) => `${done}/${total}`)).toEqual(
      [0, 1, 2, 3, 4, 5].map((done) => `${done}/5`),
    );
    expect(names.at(-2)).toEqual(['msgbroker-1']);
    expect(names.at(-1)).toEqual([]);
  });

  it('keeps the checks that had finished, and says of the others that they are not answered', async () => {
    const report = await perform({
      targets: except({
        'msgbroker-1': async (host, script, limits) => {
          const { stdout } = await here.run(host, script, limits);
          return noAnswer('closed', 'cut', stdout.slice(0, stdout.indexOf('9511')));
        },
      }),
    });
    expect(of(report, 'msgbroker-1')).toMatchObject([
      { check: 'cpu', state: 'ok', value: 42 },
      {
        check: 'ports',
        state: 'unknown',
        says: words(
          'not answered: the connection was closed while this ran',
          '未返回结果：执行过程中连接被关闭',
        ),
        evidence: '9529',
        rows: ['MQ-C07', 'MQ-C09'],
      },
    ]);
  });
});

describe('bounds', () => {
  it('asks no more hosts at once than it may', async () => {
    let inside = 0;
    let most = 0;
    const exec: RemoteExec = {
      run: async (...args) => {
        inside += 1;
        most = Math.max(most, inside);
        const answer = await here.run(...args);
        inside -= 1;
        return answer;
      },
    };
    await perform({ targets: fakeTargets({ exec }), concurrency: 2 });
    expect(most).toBe(2);
  });

  it('gives a host as long as its checks may take, and never more than the whole limit', async () => {
    const limits: number[] = [];
    const exec: RemoteExec = {
      run: async (_host, _script, { timeoutSeconds }) => {
        limits.push(timeoutSeconds);
        return noAnswer('unreachable');
      },
    };
    const scope: Scope = { kind: 'host', ids: ['msgbroker-1'] };
    await perform({ targets: fakeTargets({ exec }), scope });
    await perform({ targets: fakeTargets({ exec }), scope, inspections: [mqWith({ timeoutSeconds: 300 })] });
    await perform({ targets: fakeTargets({ exec }), scope, perHostTimeoutSeconds: 7 });
    expect(limits).toEqual([30, 45, 7]);
  });

  it('stops a check at its own limit and judges the rest', async () => {
    const slow = mqWith({ command: () => sh`echo so far; sleep 20`, timeoutSeconds: 1 });
    const report = await perform({ inspections: [slow], scope: { kind: 'host', ids: ['msgbroker-1'] } });
    expect(of(report, 'msgbroker-1').map(({ state }) => state)).toEqual(['ok', 'ok', 'ok', 'unknown']);
    expect(of(report, 'msgbroker-1').at(-1)).toMatchObject({
      says: words('stopped at its limit of 1 s', '超过 1 秒时限，已停止'),
      evidence: expect.stringMatching(/^so far/) as string,
    });
  });

  it('keeps more evidence of what is not well, and a report always fits its store', async () => {
    const long = (state: 'ok' | 'warning') =>
      mqWith({
        command: () => sh`yes evidence | head -c 60000`,
        judge: () => [{ state, says: words('x', 'x') }],
      });
    const scope: Scope = { kind: 'host', ids: ['msgbroker-1'] };
    const [fine] = of(await perform({ inspections: [long('ok')], scope }), 'msgbroker-1').slice(-1);
    const [bad] = of(await perform({ inspections: [long('warning')], scope }), 'msgbroker-1').slice(-1);
    expect(fine?.evidence.length).toBeGreaterThan(3900);
    expect(fine?.evidence.length).toBeLessThanOrEqual(4096);
    expect(bad?.evidence.length).toBeGreaterThan(16_000);
    expect(bad?.evidence.length).toBeLessThanOrEqual(16_384);
    expect(bad?.evidence).toContain('characters left out');

    const many = mqWith({
      judge: () =>
        Array.from({ length: 2000 }, (_, i) => ({
          state: 'warning',
          part: `${i}`,
          says: words('x', 'x'),
          evidence: '证'.repeat(16_000),
        })),
    });
    const huge = await perform({ inspections: [many], scope });
    expect(huge.findings).toHaveLength(2003);
    expect(Buffer.byteLength(JSON.stringify(huge))).toBeLessThan(15_000_000);
  });
});

describe('what the inventory does not say', () => {
  it('is unknown, not healthy: an app without hosts', async () => {
    const apps = estate.apps.map((app) => (app.id === 'msgconsole' ? { ...app, hosts: [] } : app));
    const hosts = estate.hosts.filter(({ app }) => app !== 'msgconsole');
    const report = await perform({ estate: { ...estate, apps, hosts } });
    expect(report.findings.filter(({ check }) => check === 'inventory')).toMatchObject([
      {
        app: 'msgconsole',
        state: 'unknown',
        says: words('inventory.yaml names no host of msgconsole', 'inventory.yaml 中没有 msgconsole 的主机'),
        rows: ['MQ-M14', 'MQ-C01'],
      },
    ]);
  });

  it('is unknown, not healthy: an app that is not there at all', async () => {
    const apps = estate.apps.filter(({ id }) => id !== 'msgconsole');
    const report = await perform({
      estate: { ...estate, apps },
      scope: { kind: 'app', ids: ['msgconsole'] },
    });
    expect(report.findings).toMatchObject([
      { system: 'MQ', app: 'msgconsole', check: 'inventory', state: 'unknown' },
    ]);
    expect(report.hosts).toBe(0);
  });

  it('is unknown: a database', async () => {
    const report = await perform({ estate: { ...estate, databases: [] } });
    expect(report.findings.find(({ check }) => check === 'database')).toMatchObject({
      state: 'unknown',
      says: words('the inventory has no database msgdb', '资产清单中没有数据库 msgdb'),
    });
  });

  it('is unknown, and not asked for: a page whose address the manual does not print', async () => {
    const checks = mq.checks.map((check) =>
      check.on === 'page' ? { ...check, url: () => undefined } : check,
    );
    const report = await perform({
      inspections: [{ ...mq, checks }],
      targets: fakeTargets({ http: { get: () => Promise.reject(new Error('asked')) } }),
    });
    expect(report.findings.find(({ check }) => check === 'console-page')).toMatchObject({
      state: 'unknown',
      says: words(
        'its address is not documented; write it into inventory.yaml (consoles: MQ)',
        '手册未给出页面地址，请写入 inventory.yaml（consoles: MQ）',
      ),
    });
  });
});

describe('what goes wrong in a check', () => {
  const heard: { error: unknown; check: string; place: string }[] = [];
  const onBug: Inspecting['onBug'] = (error, at) => heard.push({ error, ...at });

  it.each([
    [
      'a judge that throws',
      mqWith({
        judge: () => {
          throw new Error('secret of the judge');
        },
      }),
    ],
    ['a judge that says nothing', mqWith({ judge: () => [] })],
  ])('%s leaves an unknown with the output, and is heard of', async (_, inspection) => {
    heard.length = 0;
    const report = await perform({ inspections: [inspection], onBug });
    const [finding] = of(report, 'msgbroker-1').slice(-1);
    expect(finding).toMatchObject({
      check: 'extra',
      state: 'unknown',
      says: words('this answer could not be judged; read it in the evidence', '无法判断返回内容，请查看证据'),
      evidence: 'extra',
      rows: ['MQ-C99'],
    });
    expect(heard.map(({ check, place }) => `${check} ${place}`).toSorted()).toEqual(
      [1, 2, 3].map((no) => `extra msgbroker-${no}`),
    );
    expect(JSON.stringify(report)).not.toContain('secret of the judge');
  });

  it('a command that cannot be made costs only its own check', async () => {
    heard.length = 0;
    const inspection = mqWith({
      command: () => {
        throw new Error('no port');
      },
    });
    const report = await perform({ inspections: [inspection], onBug });
    expect(of(report, 'msgbroker-1').map(({ state }) => state)).toEqual(['ok', 'ok', 'ok', 'unknown']);
    expect(heard).toHaveLength(3);
  });

  it('a target that throws costs only that host', async () => {
    heard.length = 0;
    const report = await perform({
      targets: except({
        'msgbroker-2': async () => {
          throw new Error('not supposed to');
        },
      }),
      onBug,
    });
    expect(of(report, 'msgbroker-2')).toMatchObject([{ check: 'host', state: 'unknown' }]);
    expect(of(report, 'msgbroker-3')).toHaveLength(3);
    expect(heard).toMatchObject([{ place: 'msgbroker-2' }]);
  });

  it('a database that fails says how', async () => {
    const failing = fakeTargets({
      sql: {
        read: () => Promise.reject(new SqlFailed('login-refused', 'Access denied for password=hunter22')),
      },
    });
    const report = await perform({ targets: failing });
    const finding = report.findings.find(({ check }) => check === 'database');
    expect(finding).toMatchObject({
      state: 'unknown',
      says: words('the database refuses the login', '数据库拒绝登录'),
    });
    expect(finding?.evidence).toContain('Access denied');
    expect(finding?.evidence).not.toContain('hunter22');
  });

  it('a page that does not answer is judged by its check', async () => {
    const http = { get: async () => ({ kind: 'no-answer', detail: 'connection refused' }) as const };
    const report = await perform({ targets: fakeTargets({ http }) });
    expect(report.findings.find(({ check }) => check === 'console-page')).toMatchObject({
      state: 'critical',
      evidence: 'connection refused',
    });
  });
});

describe('text from a host', () => {
  it('arrives without control characters and secrets, also inside sentences and parts', async () => {
    const dirty = '\u001b[31mred\u001b[0m password=hunter22 \u202eevil';
    const inspection = mqWith({
      command: () => sh`printf %s ${dirty}`,
      judge: ({ output }) => [{ state: 'warning', part: output, says: words(output, output) }],
    });
    const report = await perform({ inspections: [inspection] });
    const [finding] = of(report, 'msgbroker-1').slice(-1);
    for (const text of [
      finding?.evidence,
      finding?.says.en,
      finding?.says.zh,
      finding?.part,
      finding?.command,
    ]) {
      expect(text).toContain('red');
      for (const hidden of ['hunter22', '\u001b', '\u202e']) expect(text).not.toContain(hidden);
    }
  });
});

describe('cancelling', () => {
  it('keeps what is done, and calls the rest cancelled', async () => {
    const stop = new AbortController();
    const targets = fakeTargets({
      exec: {
        run: async (host, script, limits, signal) => {
          if (host.name === 'msgbroker-1') return here.run(host, script, limits, signal);
          stop.abort();
          return noAnswer('cancelled', 'cancelled before it was sent');
        },
      },
    });
    const report = await perform({ targets, concurrency: 1, signal: stop.signal });
    expect(of(report, 'msgbroker-1').map(({ state }) => state)).toEqual(['ok', 'ok', 'ok']);
    for (const name of ['msgbroker-2', 'msgbroker-3', 'msgconsole-1', 'msgconsole-2'])
      expect(of(report, name)).toMatchObject([
        { check: 'host', state: 'unknown', says: words('cancelled', '已取消') },
      ]);
    expect(targets.asked.filter((name) => name.includes('-'))).not.toContain('msgbroker-3');
  });

  it('says what became of every host, and asks nobody to look at anything', async () => {
    const stop = new AbortController();
    const cutOff = (over: Partial<ExecAnswer>): ExecAnswer =>
      Object.assign(noAnswer('cancelled'), { sent: true }, over);
    const hosts: Readonly<Record<string, RemoteExec['run']>> = {
      'msgbroker-2': async () => noAnswer('unreachable'),
      'msgbroker-3': async () => cutOff({ ended: true }),
      'msgconsole-1': async () => cutOff({ ended: false }),
      'msgconsole-2': async () => {
        stop.abort();
        return noAnswer('cancelled', 'cancelled before it was sent');
      },
    };
    const report = await perform({ targets: except(hosts), concurrency: 1, signal: stop.signal });
    expect(report.stopped?.hosts).toEqual([
      { name: 'msgbroker-1', fate: 'answered' },
      { name: 'msgbroker-2', fate: 'silent' },
      { name: 'msgbroker-3', fate: 'ended' },
      { name: 'msgconsole-1', fate: 'closed' },
      { name: 'msgconsole-2', fate: 'not-asked' },
    ]);
    expect(report.questions).toEqual([]);
    expect(of(report, 'msgbroker-1').map(({ state }) => state)).toEqual(['ok', 'ok', 'ok']);
  });

  it('that comes when everything has answered cuts nothing off', async () => {
    const stop = new AbortController();
    const report = await perform({
      signal: stop.signal,
      onProgress: ({ done, total }) => {
        if (done === total) stop.abort();
      },
      targets: fakeTargets({ http: { get: async () => ({ kind: 'no-answer', detail: 'refused' }) } }),
    });
    expect(report).not.toHaveProperty('stopped');
    expect(report.questions).not.toEqual([]);
  });

  it('does not wait for a page that never answers', async () => {
    const stop = new AbortController();
    const http = {
      get: () => {
        stop.abort();
        return new Promise<never>(() => undefined);
      },
    };
    const report = await perform({ targets: fakeTargets({ http }), signal: stop.signal });
    expect(report.findings.find(({ check }) => check === 'console-page')).toMatchObject({
      state: 'unknown',
      says: words('cancelled', '已取消'),
    });
  });

  it('asks nothing at all when it is cancelled from the start', async () => {
    const targets = fakeTargets();
    const report = await perform({ targets, signal: AbortSignal.abort() });
    expect(targets.asked).toEqual([]);
    expect(report.stopped?.hosts.map(({ fate }) => fate)).toEqual(Array(5).fill('not-asked'));
    expect(report.findings.every(({ state }) => state === 'unknown')).toBe(true);
    expect(report.findings).toHaveLength(7);
  });
});
