import { describe, expect, it } from 'vitest';
import {
  type CheckAnswer,
  type CheckRef,
  allGreen,
  sayAnswers,
  sh,
  words,
  type Inspection,
} from '../../../src/kit/index.ts';
import { askChecks } from '../../../src/inspecting/ask-checks.ts';
import type { Asking } from '../../../src/inspecting/inspect.ts';
import type { RemoteExec } from '../../../src/kit/targets.ts';
import { localExec } from '../../support/local-exec.ts';
import { estate, mq } from './estate.ts';

const here = localExec();

/** Every host is this machine unless it is in `silent`; tells what was asked. */
function stage({
  inspections = [mq],
  silent = [],
  asked = [],
  ...over
}: Partial<Asking> & { silent?: readonly string[]; asked?: string[] } = {}): Asking {
  const run: RemoteExec['run'] = (host, script, limits, signal) => {
    asked.push(host.name);
    if (!silent.includes(host.name)) return here.run(host, script, limits, signal);
    return Promise.resolve({
      kind: 'no-answer',
      reason: 'unreachable',
      detail: '',
      stdout: '',
      sent: false,
      tookMs: 1,
    });
  };
  return {
    estate,
    inspections,
    targets: {
      exec: { run },
      sql: {
        read: async ({ name }) => {
          asked.push(name);
          return [{ one: '1' }];
        },
      },
      http: {
        get: async (url) => {
          asked.push(url);
          return { kind: 'answered', status: 200, body: 'MQ', truncated: false, tookMs: 3 };
        },
      },
    },
    ...over,
  };
}

const onHost = (check: string, host: string): CheckRef => ({ system: 'MQ', check, on: { host } });
const onApp = (check: string, app: string): CheckRef => ({ system: 'MQ', check, on: { app } });
const states = (answers: readonly CheckAnswer[]) =>
  answers.map(({ host, ref, state }) => [host ?? '-', ref.check, state]);

describe('checks that are asked by name', () => {
  it('are asked of the host that is named and of no other, and no other check of it', async () => {
    const asked: string[] = [];
    const scripts: string[] = [];
    const asking = stage({ asked });
    const run: RemoteExec['run'] = (host, script, ...rest) => {
      scripts.push(script);
      return asking.targets.exec.run(host, script, ...rest);
    };
    const targets = { ...asking.targets, exec: { run } };
    const answers = await askChecks([onHost('cpu', 'msgbroker-2')], { ...asking, targets });
    expect(asked).toEqual(['msgbroker-2']);
    expect(scripts).toHaveLength(1);
    expect(scripts[0]).not.toContain('9529');
    expect(answers).toMatchObject([{ host: 'msgbroker-2', state: 'ok', rows: ['MQ-M14', 'MQ-C01'] }]);
    expect(allGreen(answers)).toBe(true);
  });

  it('are asked of every host of an app, each host once, whoever else wants it', async () => {
    const asked: string[] = [];
    const refs = [onApp('cpu', 'msgbroker'), onHost('ports', 'msgbroker-1'), onHost('cpu', 'msgbroker-1')];
    const answers = await askChecks(refs, stage({ asked }));
    expect(asked.toSorted()).toEqual(['msgbroker-1', 'msgbroker-2', 'msgbroker-3']);
    expect(states(answers).map((each) => each.slice(0, 2))).toEqual([
      ['msgbroker-1', 'cpu'],
      ['msgbroker-2', 'cpu'],
      ['msgbroker-3', 'cpu'],
      ['msgbroker-1', 'ports'],
      ['msgbroker-1', 'cpu'],
    ]);
  });

  it('answer pages and databases of an app as one', async () => {
    const answers = await askChecks(
      [onApp('database', 'msgbroker'), onApp('console-page', 'msgconsole')],
      stage(),
    );
    expect(states(answers)).toEqual([
      ['-', 'database', 'ok'],
      ['-', 'console-page', 'ok'],
    ]);
  });

  it('come to the worst of their parts, and say each that is as bad', async () => {
    const parted: Inspection = withCheck((host) => [
      { state: 'ok', part: '/', says: words('3 %', '3 %') },
      { state: host === 'msgbroker-1' ? 'critical' : 'ok', part: '/home', says: words('99 %', '99 %') },
      { state: 'warning', part: '/tmp', says: words('81 %', '81 %') },
    ]);
    const [first, second] = await askChecks([onApp('parted', 'msgbroker')], stage({ inspections: [parted] }));
    expect(first).toMatchObject({ state: 'critical', says: { en: '/home: 99 %.' } });
    expect(second).toMatchObject({ state: 'warning', says: { en: '/tmp: 81 %.' } });
  });

  it.each([
    ['a system that nobody inspects', { ...onHost('cpu', 'msgbroker-1'), system: 'NONE' }, 'has no check'],
    ['a check that there is not', onHost('cpux', 'msgbroker-1'), 'has no check "cpux"'],
    ['a host that is gone', onHost('cpu', 'msgbroker-9'), 'has no host msgbroker-9'],
    ['an app that is gone', onApp('cpu', 'msgbrokers'), 'has no app msgbrokers'],
    ['a page of one host', onHost('console-page', 'msgconsole-1'), 'about the app'],
    ['a check that does not concern the host', onHost('ports', 'msgconsole-1'), 'does not concern'],
    ['a check that does not concern the app', onApp('ports', 'msgconsole'), 'does not concern'],
    ['what only a person sees', onApp('container-state', 'msgbroker'), 'only a person'],
  ])('are unknown for %s, and say so', async (_, ref, reason) => {
    const answers = await askChecks([ref, onHost('cpu', 'msgbroker-1')], stage());
    expect(answers[0]).toMatchObject({ state: 'unknown' });
    expect(answers[0]?.says.en).toContain(reason);
    expect(allGreen(answers)).toBe(false);
    expect(answers).toHaveLength(2);
    expect(answers[1]).toMatchObject({ host: 'msgbroker-1', state: 'ok' });
  });

  it('are unknown on a host that does not answer, however grave that is, and the others are answered', async () => {
    const answers = await askChecks(
      [onApp('cpu', 'msgbroker'), onApp('ports', 'msgbroker')],
      stage({ silent: ['msgbroker-2'] }),
    );
    expect(states(answers).filter(([, , state]) => state === 'unknown')).toEqual([
      ['msgbroker-2', 'cpu', 'unknown'],
      ['msgbroker-2', 'ports', 'unknown'],
    ]);
    expect(sayAnswers(answers).en).toContain('msgbroker-2: ');
    expect(sayAnswers(answers).en).toContain('the host cannot be reached');
  });

  it('are unknown when the judge says nothing or fails', async () => {
    for (const judge of [
      () => [],
      () => {
        throw new Error('no');
      },
    ]) {
      const answers = await askChecks(
        [onHost('parted', 'msgbroker-1')],
        stage({ inspections: [withCheck(judge)] }),
      );
      expect(states(answers)).toEqual([['msgbroker-1', 'parted', 'unknown']]);
    }
  });

  it('judge a cluster from all its hosts, and from none of them alone', async () => {
    const cluster: Inspection = {
      ...mq,
      checks: [
        ...mq.checks,
        {
          on: 'cluster',
          id: 'leader',
          title: words('Leader', '主节点'),
          apps: ['msgbroker'],
          rows: ['MQ-C99'],
          clause: { document: '002', section: '4' },
          command: () => sh`echo leader`,
          judge: ({ hosts }) => [
            {
              state: hosts.every(({ answer }) => answer) ? 'ok' : 'unknown',
              says: words(`${hosts.length} hosts`, `${hosts.length} 台`),
            },
          ],
        },
      ],
    };
    const asked: string[] = [];
    const inspections = [cluster];
    const answers = await askChecks([onApp('leader', 'msgbroker')], stage({ inspections, asked }));
    expect(answers).toMatchObject([{ state: 'ok', says: { en: '3 hosts' } }]);
    expect(asked).toHaveLength(3);
    const alone = await askChecks([onHost('leader', 'msgbroker-1')], stage({ inspections, asked }));
    expect(alone).toMatchObject([{ state: 'unknown' }]);
    expect(asked).toHaveLength(3);
  });
});

/** MQ with one more check on the brokers, judged like this. */
function withCheck(
  judge: (host: string) => ReturnType<Extract<Inspection['checks'][number], { on: 'host' }>['judge']>,
): Inspection {
  return {
    ...mq,
    checks: [
      ...mq.checks,
      {
        on: 'host',
        id: 'parted',
        title: words('Parted', '分项'),
        apps: ['msgbroker'],
        rows: ['MQ-C99'],
        clause: { document: '002', section: '4' },
        command: () => sh`echo parted`,
        judge: (_, { host }) => judge(host.name),
      },
    ],
  };
}
