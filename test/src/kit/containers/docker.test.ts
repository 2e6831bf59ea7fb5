import { describe, expect, it } from 'vitest';
import { readDocker } from '../../../../src/kit/containers/docker.ts';
import { type ContainerState, stateOf } from '../../../../src/kit/containers/state.ts';
import type { ExecAnswer } from '../../../../src/kit/targets.ts';
import { numbers } from '../text/hostile-text.ts';

const MARK = '@0b8f';
const id = (letter: string): string => letter.repeat(64);
const answered = (
  stdout: string,
  more: Partial<Extract<ExecAnswer, { kind: 'answered' }>> = {},
): ExecAnswer => ({
  kind: 'answered',
  exitCode: 0,
  stdout,
  stderr: '',
  truncated: false,
  tookMs: 5,
  ...more,
});
const printed = (listed: readonly string[], inspected: readonly string[], clock = '1764403200'): string =>
  [`${MARK} clock ${clock}`, ...listed, `${MARK} listed`, ...inspected, `${MARK} end`, ''].join('\n');
const AT = '2025-11-29T07:00:00.5Z';
const running = (letter: string, name: string, status = 'Up 2 hours') =>
  [`${id(letter)}|${name}|${status}`, `${id(letter)}|running|${AT}`] as const;

function seenOf(stdout: string, name = 'broker') {
  const seen = readDocker(answered(stdout), [name], MARK);
  return seen.kind === 'seen' ? seen.containers.get(name) : seen;
}

describe('the state of a container', () => {
  it.each([
    [
      'running',
      [
        'Up 2 hours',
        'Up Less than a second',
        'Up About a minute',
        'Up 3 days (healthy)',
        'Up 1 second (health: starting)',
        '运行中',
        '健康',
      ],
    ],
    ['stopped', ['Exited (137) 5 minutes ago', 'Exited (0) About an hour ago', 'Created', '已下线', '退出']],
    ['abnormal', ['Up 2 hours (Paused)', 'Up 2 hours (unhealthy)', 'Dead', '异常', '节点异常', '节点宕机']],
    ['busy', ['Restarting (1) 5 seconds ago', 'Removal In Progress', '重启中', '升级中', '待升级']],
    [
      'unknown',
      [
        '',
        'Up',
        'Up yours',
        'up 2 hours',
        'Up 2 hours (x) (y)',
        'Up 2 hours\nUp',
        'Exited',
        'Exited (x) 1 day ago',
        'Upgrading',
        '不在运行中',
        '非健康',
        'constructor',
        '__proto__',
        'toString',
      ],
    ],
  ] satisfies readonly (readonly [ContainerState, readonly string[]])[])('is %s for %j', (state, all) => {
    expect(all.map((each) => [each, stateOf(each)])).toEqual(all.map((each) => [each, state]));
  });
});

describe('what Docker prints', () => {
  it('gives state, start and age of each container that was asked for', () => {
    const [listed, inspected] = running('a', 'broker');
    expect(seenOf(printed([listed, `${id('b')}|other|Exited (1) 2 days ago`], [inspected]))).toEqual({
      state: 'running',
      status: 'Up 2 hours',
      start: { id: id('a'), startedAt: AT },
      ageSeconds: 1764403200 - Date.parse(AT) / 1000,
    });
  });

  it('is the same whatever a profile prints before and after, and however the container is linked', () => {
    const [, inspected] = running('a', 'broker');
    const listed = `${id('a')}|web/broker-link,broker|Up 2 hours`;
    const text = `Welcome!\nbroker|Up 5 years\n${printed([listed], [inspected])}bye`;
    expect(seenOf(text)).toMatchObject({ state: 'running' });
    expect(seenOf(text, 'broker-link')).toMatchObject({ state: 'absent' });
  });

  it('makes absent only what a whole list does not have', () => {
    const [listed, inspected] = running('a', 'other');
    expect(seenOf(printed([listed], [inspected]))).toEqual({ state: 'absent', status: '' });
    expect(seenOf(printed([listed, 'WARNING: something'], [inspected]))).toMatchObject({ state: 'unknown' });
    expect(seenOf(printed([], []))).toMatchObject({ state: 'absent' });
    expect(seenOf(printed([], []).replace(`${MARK} end`, ''))).toMatchObject({ kind: 'not-seen' });
    expect(readDocker(answered(printed([], []), { truncated: true }), ['broker'], MARK)).toMatchObject({
      kind: 'not-seen',
    });
  });

  it.each([
    [
      'two containers of the name',
      [`${id('a')}|broker|Up 2 hours`, `${id('b')}|broker|Exited (1) 2 hours ago`],
      [`${id('a')}|running|${AT}`],
    ],
    ['an id that is none', ['aaaa|broker|Up 2 hours'], [`aaaa|running|${AT}`]],
    ['a name with a bar', [`${id('a')}|broker|Up 2 hours|Up 2 hours`], [`${id('a')}|running|${AT}`]],
    ['no inspection', [`${id('a')}|broker|Up 2 hours`], []],
    [
      'two inspections',
      [`${id('a')}|broker|Up 2 hours`],
      [`${id('a')}|running|${AT}`, `${id('a')}|running|2024-01-01T00:00:00Z`],
    ],
    [
      'an inspection that differs from the list',
      [`${id('a')}|broker|Up 2 hours`],
      [`${id('a')}|exited|${AT}`],
    ],
    ['a time that is none', [`${id('a')}|broker|Up 2 hours`], [`${id('a')}|running|yesterday`]],
    ['a state of the machinery', [`${id('a')}|broker|Up 2 hours`], [`${id('a')}|constructor|${AT}`]],
  ])('is unknown for %s', (_, listed, inspected) => {
    expect(seenOf(printed(listed, inspected))).toMatchObject({ state: 'unknown' });
  });

  it.each([
    [127, '', 'no-docker'],
    [1, 'permission denied', 'not-allowed'],
    [1, 'Cannot connect to the Docker daemon at unix:///var/run/docker.sock.', 'no-daemon'],
    [1, 'anything', 'no-answer'],
    [null, '', 'no-answer'],
  ] as const)('with exit code %s and “%s” is %s', (exitCode, stderr, because) => {
    expect(readDocker(answered('', { exitCode, stderr }), ['broker'], MARK)).toEqual({
      kind: 'not-seen',
      because,
    });
  });

  it('never says running of a text that was cut, doubled or shuffled so that it is not Docker’s answer', () => {
    const next = numbers(20261129);
    const [listed, inspected] = running('a', 'broker');
    const whole = printed([listed, `${id('b')}|other|Up 3 days`], [inspected]).split('\n');
    for (let round = 0; round < 3000; round += 1) {
      const lines = [...whole];
      const at = next(lines.length);
      const way = next(3);
      if (way === 0) lines.splice(at, 1);
      else if (way === 1) lines[at] = (lines[at] ?? '').slice(0, next(20));
      else lines.splice(at, 0, `${id('c')}|broker|Exited (1) 2 hours ago`);
      const seen = seenOf(lines.join('\n'));
      const isDamaged = lines.join('\n') !== whole.join('\n');
      const harmless =
        !isDamaged || !seen || !('state' in seen) || seen.state !== 'running' || stillThere(lines);
      expect([harmless, lines.join('\n')]).toEqual([true, lines.join('\n')]);
    }

    /** Everything that says running stands there once, in its place. */
    function stillThere(lines: readonly string[]): boolean {
      const [begin, end, last] = [`${MARK} clock 1764403200`, `${MARK} listed`, `${MARK} end`].map((line) =>
        lines.indexOf(line),
      );
      const between = lines.slice((begin ?? -1) + 1, end);
      return (
        begin !== -1 &&
        end !== -1 &&
        last !== -1 &&
        between.includes(listed) &&
        lines.includes(inspected) &&
        between.filter((line) => line.split('|')[1] === 'broker').length === 1
      );
    }
  });
});
