import { describe, expect, it } from 'vitest';
import { readStatus, storage } from '../../../playbooks/dst/collection.ts';
import dst from '../../../playbooks/dst/inspection.ts';
import type { HostCheck, Judgement } from '../../../src/kit/index.ts';
import { appOf, estateOf } from '../../support/estates.ts';

const RUNS = 'ilogtail is running\ncode 0';
const STOPPED = 'ilogtail is stopped\ncode 3';
const AGENT = 'proc\n1 /sbin/init\n42 /usr/local/ant_cloud_agent/bin/ant_cloud_agent';
const NO_AGENT = 'proc\n1 /sbin/init\n43 tail -f ant_cloud_agent.log';

/** What both checks say of what a host printed: of ilogtaild first. */
function judge(
  sls: string,
  als: string,
  used: (typeof storage.values)[number] = storage.usual,
): readonly (Judgement | undefined)[] {
  const estate = estateOf({ options: { DST: { storage: used } } });
  const host = { name: 'ledger-1', app: 'ledger', site: 'a', address: '10.0.0.1', port: 2022 };
  return ['sls-client', 'als-agent'].map((id) => {
    const check = dst.checks.find((each): each is HostCheck => each.id === id && each.on === 'host');
    if (!check) throw new Error(`no host check ${id}`);
    const answer = { output: `${sls}\n===\n${als}`, exitCode: 0, truncated: false, timedOut: false };
    const app = appOf(check.apps[0] ?? '', 'DST');
    return check.judge(answer, { estate, app, limits: {}, host })[0];
  });
}
const states = (...asked: Parameters<typeof judge>) => judge(...asked).map((each) => each?.state);

describe('the status of ilogtaild', () => {
  it.each([
    [RUNS, 'runs'],
    ['sudo: unable to resolve host ledger-1\nilogtail is running\ncode 0', 'runs'],
    [STOPPED, 'stopped'],
    ['ilogtail is not running\ncode 0', 'stopped'],
    [
      '   Active: active (running) since Mon\nAug 27 10:00:00 ledger-1 systemd[1]: Stopped ilogtaild.\ncode 0',
      'runs',
    ],
    ['   Active: active (exited) since Mon\ncode 0', 'not-understood'],
    ['   Active: inactive (dead) since Mon\ncode 3', 'stopped'],
    ['\ncode 3', 'stopped'],
    ['not-installed', 'not-installed'],
    ['no-sudo', 'no-right'],
    ['sudo: a password is required\ncode 1', 'no-right'],
    ['Sorry, user fettle is not allowed to execute that as root on ledger-1.\ncode 1', 'no-right'],
    ['Usage: ilogtaild start|stop\ncode 2', 'not-understood'],
    ['', 'not-understood'],
  ])('%j means %s', (said, status) => {
    expect(readStatus(said)).toBe(status);
  });
});

describe('the collection clients', () => {
  it.each([
    // What is installed must run; one is enough.
    ['either', RUNS, AGENT, 'ok', 'ok'],
    ['either', RUNS, NO_AGENT, 'ok', 'ok'],
    ['either', STOPPED, AGENT, 'critical', 'ok'],
    ['either', STOPPED, NO_AGENT, 'critical', 'critical'],
    ['either', 'not-installed', AGENT, 'ok', 'ok'],
    ['either', 'not-installed', NO_AGENT, 'critical', 'critical'],
    ['either', 'not-installed', 'none', 'unknown', 'unknown'],
    ['either', 'no-sudo', NO_AGENT, 'unknown', 'unknown'],
    ['sls', 'not-installed', AGENT, 'critical', 'ok'],
    ['sls', RUNS, NO_AGENT, 'ok', 'ok'],
    ['als', RUNS, NO_AGENT, 'ok', 'critical'],
    ['als', 'not-installed', AGENT, 'ok', 'ok'],
    ['both', RUNS, NO_AGENT, 'ok', 'critical'],
    ['both', 'not-installed', AGENT, 'critical', 'ok'],
  ] as const)('are judged where %s is used: %j beside %j', (used, sls, als, ...expected) => {
    expect(states(sls, als, used)).toEqual(expected);
  });

  it('say what is missing, and what is enough', () => {
    expect(judge('not-installed', NO_AGENT).map((each) => each?.says.zh)).toEqual([
      'ilogtaild 未安装，本机的 Trace 日志未被采集',
      '没有 ant_cloud_agent 进程',
    ]);
    expect(judge(RUNS, NO_AGENT)[1]?.says.en).toBe('no ant_cloud_agent here; ilogtaild collects the logs');
    expect(judge('no-sudo', AGENT)[0]?.says.en).toContain('allow `sudo /etc/init.d/ilogtaild status`');
    expect(judge(RUNS, AGENT, 'als')[0]?.says.en).toBe(
      'ilogtaild is not needed: trace logs are stored in ALS',
    );
  });

  it('are looked at by one command', () => {
    const host = { name: 'ledger-1', app: 'ledger', site: 'a', address: '10.0.0.1', port: 2022 };
    const commands = dst.checks
      .filter((check): check is HostCheck => check.on === 'host' && /^(sls|als)-/.test(check.id))
      .map((check) =>
        check.command({ estate: estateOf(), app: appOf(check.apps[0] ?? '', 'DST'), limits: {}, host }),
      );
    expect(commands).toHaveLength(2);
    expect(new Set(commands).size).toBe(1);
  });
});
