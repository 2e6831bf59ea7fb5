import { chmod, utimes } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type HostContext,
  type LogWindow,
  logWindow,
  type LogWindowOptions,
} from '../../../../src/kit/index.ts';
import { aContext, answer, ask, asNobody, folderWith, look } from './ask.ts';

let folder: Awaited<ReturnType<typeof folderWith>>;
beforeEach(async () => {
  folder = await folderWith({});
});
afterEach(() => folder.remove());

/** As the host prints it, this many seconds ago. */
const stamp = (secondsAgo: number): string => {
  const at = new Date(Date.now() - secondsAgo * 1000);
  const local = new Date(at.getTime() - at.getTimezoneOffset() * 60_000);
  return local.toISOString().slice(0, 19).replace('T', ' ');
};
const line = (secondsAgo: number, text: string): string => `${stamp(secondsAgo)},123 - ${text}\n`;

/** The window that the judge gets, or what is said without one. */
async function windowOf(options: Partial<LogWindowOptions> = {}): Promise<LogWindow | string> {
  let seen: LogWindow | undefined;
  const judged = await look(
    logWindow({
      path: folder.at('app.log'),
      windowSeconds: 60,
      quiet: 'fine',
      missing: 'unknown',
      ...options,
      judge: (window) => {
        seen = window;
        return [{ state: 'ok', says: { en: 'judged', zh: '已判断' } }];
      },
    }),
  );
  return seen ?? `${judged[0]?.state}: ${judged[0]?.says.en}`;
}

describe('logWindow', () => {
  it('counts the lines of the window by their own stamps, a stack trace with its line', async () => {
    await folder.put(
      'app.log',
      line(4000, 'long ago') +
        line(100, 'before') +
        line(40, 'ERROR one') +
        `java.lang.IllegalState: ${stamp(40)}\n\tat com.bank.A.run(A.java:1)\nCaused by: x\n\n` +
        line(20, 'ERROR two') +
        line(5, 'ERROR one'),
    );
    expect(await windowOf({ tally: { awk: '$5' } })).toMatchObject({
      path: folder.at('app.log'),
      lines: 3,
      whole: true,
      tally: new Map([
        ['one', 2],
        ['two', 1],
      ]),
      last: [line(40, 'ERROR one'), line(20, 'ERROR two'), line(5, 'ERROR one')].map((text) =>
        expect.stringContaining(text.slice(24).trim()),
      ),
    });
  });

  it('ships the newest lines only, and says when the newest was', async () => {
    const newest = stamp(2);
    await folder.put(
      'app.log',
      Array.from({ length: 50 }, (_, n) => line(50 - n / 2, `beat ${n}`)).join('') + `${newest},000 - last\n`,
    );
    const seen = await windowOf({ show: 3 });
    expect(seen).toMatchObject({ lines: 51, lastAt: newest });
    expect(typeof seen === 'string' ? [] : seen.last.map((text) => text.slice(26))).toEqual([
      'beat 48',
      'beat 49',
      'last',
    ]);
  });

  it.each([
    'app.log.1',
    'app.log.{day}',
    'app.{day}.log',
    'app.log.{day}_{hour}',
    'app.log.{day}-{hour}',
    'app.{day}.{hour}.log',
  ])('goes on in %s when the log was just rotated', async (name) => {
    const [day = '', hour = ''] = stamp(60).split(/[ :]/);
    const older = name.replace('{day}', day).replace('{hour}', hour);
    await folder.put(older, line(4000, 'old') + line(45, 'rotated') + line(44, 'rotated'));
    await folder.put('app.log', line(3, 'new'));
    expect(await windowOf()).toMatchObject({ lines: 3 });
    await folder.put('app.log', '');
    expect(await windowOf()).toMatchObject({ lines: 2 });
  });

  it('leaves the rotated log alone when the window is all in the new one', async () => {
    await folder.put('app.log.1', line(30, 'copied') + line(29, 'copied'));
    await folder.put('app.log', line(500, 'start') + line(3, 'new'));
    expect(await windowOf()).toMatchObject({ lines: 1 });
  });

  it('says that the beginning was not read when the log is larger than what is read', async () => {
    await folder.put('app.log', Array.from({ length: 400 }, () => line(5, 'x'.repeat(50))).join(''));
    const seen = await windowOf({ readBytes: 8000 });
    expect(seen).toMatchObject({ whole: false });
    await folder.put('app.log', line(500, 'x'.repeat(9000)) + line(90, 'before') + line(5, 'x'));
    expect(await windowOf({ readBytes: 8000 })).toMatchObject({ whole: true, lines: 1 });
  });

  it('names the twenty most frequent keys and counts the rest together', async () => {
    const text = Array.from({ length: 60 }, (_, n) => line(9, `k${n} `).repeat(n < 20 ? 3 : 1)).join('');
    await folder.put('app.log', text);
    const seen = await windowOf({ tally: { awk: '$4' } });
    const tally = typeof seen === 'string' ? new Map<string, number>() : seen.tally;
    expect(tally.size).toBe(21);
    expect(tally.get('(other)')).toBe(40);
    expect([...tally.values()].reduce((sum, times) => sum + times, 0)).toBe(100);
    expect(tally.get('k0')).toBe(3);
  });

  it('reads the first of the paths that there is', async () => {
    await folder.put("own/it's a log", line(3, 'x'));
    expect(await windowOf({ fallbackPaths: [folder.at('none'), folder.at("own/it's a log")] })).toMatchObject(
      {
        path: folder.at("own/it's a log"),
        lines: 1,
      },
    );
  });

  it('tells a quiet log, a missing one and one it may not read apart', async () => {
    expect(await windowOf()).toBe(`unknown: there is no ${folder.at('app.log')}`);
    expect(await windowOf({ missing: 'fine' })).toBe(`ok: there is no ${folder.at('app.log')}`);
    await folder.put('app.log', line(500, 'before'));
    expect(await windowOf()).toMatchObject({ lines: 0, last: [] });
    expect(await windowOf({ quiet: 'unknown' })).toMatch(
      /^unknown: no line in the last minute, newest \d{4}-/,
    );
    await folder.put('app.log', '');
    expect(await windowOf()).toMatchObject({ lines: 0 });
    await folder.put('app.log', 'no stamp here\nnor here\n');
    expect(await windowOf()).toBe(`unknown: no line of ${folder.at('app.log')} has a time stamp`);
  });

  it('does not take a file or folder that is closed to the user for a quiet or missing one', async () => {
    await folder.put('shut/app.log', line(3, 'x'));
    const probe = logWindow({
      path: folder.at('shut/app.log'),
      windowSeconds: 60,
      quiet: 'fine',
      missing: 'fine',
      judge: () => [{ state: 'ok', says: { en: 'judged', zh: '已判断' } }],
    });
    const seen = async (): Promise<unknown> => {
      const [first] = probe.judge(await ask(asNobody(probe.command(aContext()))), aContext());
      return [first?.state, first?.says.en];
    };
    await chmod(folder.at('.'), 0o755);
    expect(await seen()).toEqual(['ok', 'judged']);
    await chmod(folder.at('shut/app.log'), 0o000);
    expect(await seen()).toEqual(['unknown', `${folder.at('shut/app.log')} may not be read`]);
    await chmod(folder.at('shut'), 0o600);
    expect(await seen()).toEqual(['unknown', `${folder.at('shut')} may not be read`]);
  });

  it('takes the ends of lines from Windows, zero bytes and stamps in brackets', async () => {
    await folder.put('app.log', `\0\0\0[${stamp(9)}] one\r\n${stamp(8).replace(' ', 'T')}Z two\r\n`);
    expect(await windowOf()).toMatchObject({
      lines: 2,
      last: [expect.stringMatching(/one$/), expect.stringMatching(/two$/)],
    });
  });

  it.each(['', 'file /a\n', 'file /a\nlines many\n---\n', 'sh: tail: not found\n'])(
    'knows nothing from %j',
    (output) => {
      const probe = logWindow({
        path: '/a',
        windowSeconds: 60,
        quiet: 'fine',
        missing: 'fine',
        judge: () => [{ state: 'ok', says: { en: 'judged', zh: '已判断' } }],
      });
      expect(probe.judge(answer(output), aContext())).toMatchObject([{ state: 'unknown' }]);
    },
  );

  it('adds up a number of each line beside the count', async () => {
    await folder.put('app.log', line(9, 'Y 100') + line(8, 'N 7') + line(7, 'Y 20.5'));
    const window = await windowOf({ tally: { awk: '$4', sum: '$5' } });
    expect(window).toMatchObject({
      sums: new Map([
        ['Y', 120.5],
        ['N', 7],
      ]),
    });
  });

  it('counts what the lines stand for, and as many kinds as are wanted', async () => {
    const lines = Array.from({ length: 60 }, (_, n) => line(9, `k${n} ${n} ${n * 1_000_000}`));
    await folder.put('app.log', `${lines.join('')}${line(8, 'broken')}${line(8, 'broken')}`);
    const awk = '(NF < 6 ? "?" : $4)';
    const window = await windowOf({ tally: { awk, count: '(key == "?" ? 1 : $5)', sum: '$6', most: 3 } });
    expect(window).toMatchObject({
      lines: 62,
      tally: new Map([
        ['(other)', 1596 + 2],
        ['k59', 59],
        ['k58', 58],
        ['k57', 57],
      ]),
      sums: new Map([
        ['(other)', 1_596_000_000],
        ['k59', 59_000_000],
        ['k58', 58_000_000],
        ['k57', 57_000_000],
      ]),
    });
  });

  it('counts the stretch before the window beside it, when it is asked to', async () => {
    await folder.put(
      'app.log',
      line(130, 'a 1') + line(110, 'a 2') + line(70, 'a 3') + line(65, 'b 4') + line(40, 'a 5'),
    );
    const tally = { awk: '$4', sum: '$5' };
    expect(await windowOf({ tally, before: true })).toMatchObject({
      seconds: 60,
      lines: 1,
      sums: new Map([['a', 5]]),
      last: [expect.stringContaining('a 5')],
      before: {
        lines: 3,
        tally: new Map([
          ['a', 2],
          ['b', 1],
        ]),
        sums: new Map([
          ['a', 5],
          ['b', 4],
        ]),
      },
    });
    expect(await windowOf({ tally })).not.toHaveProperty('before');
  });

  it('finds a stamp inside the line when the format has it there', async () => {
    const inside = (at: string): string => `- dbp_watchman#20170810#${at.replace(' ', ',')}.000#true\n`;
    const newest = stamp(20);
    await folder.put('app.log', inside(stamp(200)) + inside(newest));
    expect(await windowOf({ stamp: 'anywhere' })).toMatchObject({ lines: 1, lastAt: newest });
    expect(await windowOf()).toMatch(/no line of .* has a time stamp/);
  });

  it('takes the newest lines of a log without stamps, and says that it did', async () => {
    await folder.put('app.log', Array.from({ length: 30 }, (_, k) => `Y;${k}ms;GZ00B\n`).join(''));
    const window = await windowOf({ undatedLines: 10, tally: { awk: 'substr($0, 1, 1)', sum: '1' } });
    expect(window).toMatchObject({
      dated: false,
      lines: 10,
      tally: new Map([['Y', 10]]),
      sums: new Map([['Y', 10]]),
    });
    await folder.put('app.log', `Y;1ms;GZ00B\n${line(5, 'x')}`);
    expect(await windowOf({ undatedLines: 10 })).toMatchObject({ dated: true, lines: 1 });
  });

  it('takes none of them when the file was last written before the window', async () => {
    await folder.put('app.log', 'a failure without a stamp\n');
    const writtenAgo = async (seconds: number, quiet: 'fine' | 'unknown' = 'fine') => {
      const at = new Date(Date.now() - seconds * 1000);
      await utimes(folder.at('app.log'), at, at);
      return windowOf({ undatedLines: 10, tally: { awk: '"failure"' }, quiet });
    };
    expect(await writtenAgo(0)).toMatchObject({ dated: false, lines: 1, tally: new Map([['failure', 1]]) });
    expect(await writtenAgo(7200)).toMatchObject({
      dated: true,
      lines: 0,
      tally: new Map(),
      last: ['a failure without a stamp'],
      untouchedSeconds: expect.closeTo(7200, -2) as number,
    });
    expect(await writtenAgo(7200, 'unknown')).toBe('unknown: no line in the last minute');
  });

  it('finds the file of the day, in the folder and the window that the inventory names', async () => {
    const day = stamp(0).slice(0, 10).replaceAll('-', '');
    await folder.put(`there/metric/${day}.log`, line(500, 'a') + line(20, 'b'));
    const context = aContext();
    const elsewhere: HostContext = {
      ...context,
      windowSeconds: 900,
      app: { ...context.app, paths: { '/home/admin/logs': folder.at('there') } },
    };
    let seen: LogWindow | undefined;
    const probe = logWindow({
      path: '/home/admin/logs/metric/{YYYYMMDD}.log',
      windowSeconds: 60,
      quiet: 'fine',
      missing: 'unknown',
      judge: (window) => {
        seen = window;
        return [{ state: 'ok', says: { en: '', zh: '' } }];
      },
    });
    await look(probe, elsewhere);
    expect(seen).toMatchObject({ lines: 2, seconds: 900 });
  });
});
