import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  type HostAnswer,
  judgeCount,
  type Judgement,
  linesByName,
  logOfHosts,
  logsOfHost,
  type LogsTogether,
  things,
} from '../../../../src/kit/index.ts';
import { stampOf } from '../../../support/run-check.ts';
import { aContext, answer, ask, folderWith, look } from './ask.ts';

let folder: Awaited<ReturnType<typeof folderWith>>;
beforeEach(async () => {
  folder = await folderWith({});
});
afterEach(() => folder.remove());

const UTC = { TZ: 'UTC' };
const lines = (count: number, text: string): string =>
  Array.from({ length: count }, () => `${stampOf(9)} ${text}\n`).join('');
const most = { row: 'DBP-M07', value: 6, overridden: false } as const;

const judge = (logs: LogsTogether): readonly Judgement[] => [
  judgeCount({
    value: logs.window.lines,
    what: things('alarm', 'alarms', '次报警'),
    window: logs.window,
    limits: [most],
    names: linesByName(logs),
  }),
];

describe('several logs of one host', () => {
  const seen = (missing: 'fine' | 'unknown' = 'unknown'): Promise<readonly Judgement[]> => {
    const paths = [folder.at('zdal/monitor.log'), folder.at('error.log')] as const;
    return look(
      logsOfHost({ paths, windowSeconds: 60, quiet: 'fine', missing, tally: { awk: '$3' }, judge }),
      aContext(),
      UTC,
    );
  };

  it('are counted as one, and each is named', async () => {
    await folder.put('zdal/monitor.log', lines(4, 'slow'));
    await folder.put('error.log', lines(2, 'ERROR'));
    expect(await seen()).toMatchObject([
      {
        state: 'ok',
        value: 6,
        evidence: expect.stringMatching(/^monitor\.log: .* slow$[^]*^error\.log: /m) as string,
      },
    ]);
    await folder.put('error.log', lines(3, '==='));
    expect(await seen()).toMatchObject([
      {
        state: 'warning',
        value: 7,
        says: {
          en: '7 alarms in the last minute, above the limit of 6 (DBP-M07): monitor.log ×4, error.log ×3',
        },
      },
    ]);
  });

  it('are too many even when one of them cannot be read, and unknown when they are not', async () => {
    await folder.put('error.log', lines(7, 'ERROR'));
    expect(await seen()).toMatchObject([{ state: 'warning', value: 7 }]);
    await folder.put('error.log', lines(2, 'ERROR'));
    expect(await seen()).toMatchObject([
      {
        state: 'unknown',
        value: 2,
        says: {
          en: `2 alarms in the last minute; not counted: monitor.log (there is no ${folder.at('zdal/monitor.log')})`,
          zh: `最近一分钟 2 次报警；未计入：monitor.log（没有日志文件 ${folder.at('zdal/monitor.log')}）`,
        },
      },
    ]);
    expect(await seen('fine')).toMatchObject([{ state: 'ok', value: 2 }]);
  });

  it('that are not there are unknown, unless that is fine', async () => {
    expect(await seen()).toMatchObject([{ state: 'unknown' }]);
    expect(await seen('fine')).toMatchObject([{ state: 'ok' }]);
  });

  it('are not understood from half an answer', () => {
    const probe = logsOfHost({
      paths: ['/a', '/b'],
      windowSeconds: 60,
      quiet: 'fine',
      missing: 'fine',
      judge,
    });
    expect(probe.judge(answer('===\nmissing\n'), aContext())).toMatchObject([{ state: 'unknown' }]);
    expect(probe.judge(answer('===\nmissing\n===\nmissing\n'), aContext())).toMatchObject([{ state: 'ok' }]);
  });
});

describe('one log of several hosts', () => {
  const probe = () =>
    logOfHosts({ path: folder.at('error.log'), windowSeconds: 60, quiet: 'fine', missing: 'unknown', judge });
  const onHost = async (name: string, count: number, app = 'msgbroker'): Promise<HostAnswer> => {
    await folder.put('error.log', lines(count, name));
    const context = aContext();
    return { host: { ...context.host, name, app }, answer: await ask(probe().command(context), UTC) };
  };

  it('is added up over all of them', async () => {
    const hosts = [await onHost('h-1', 3), await onHost('h-2', 4)];
    expect(probe().judge({ hosts }, aContext())).toMatchObject([
      { state: 'warning', value: 7, says: { zh: expect.stringMatching(/h-2 ×4、h-1 ×3$/) as string } },
    ]);
  });

  it('is unknown as long as a host is missing from a sum that is in order', async () => {
    const { host } = aContext();
    const hosts = [await onHost('h-1', 3), { host: { ...host, name: 'h-2' } }];
    expect(probe().judge({ hosts }, aContext())).toMatchObject([
      { state: 'unknown', says: { en: '3 alarms in the last minute; not counted: h-2 (did not answer)' } },
    ]);
    hosts.push(await onHost('h-3', 4));
    expect(probe().judge({ hosts }, aContext())).toMatchObject([{ state: 'warning', value: 7 }]);
  });

  it('is added up by itself for every app that the inventory names', async () => {
    const hosts = [await onHost('h-1', 5, 'ledger-proxy'), await onHost('h-2', 5, 'card-proxy')];
    expect(probe().judge({ hosts }, aContext())).toMatchObject([
      { part: 'ledger-proxy', state: 'ok', value: 5 },
      { part: 'card-proxy', state: 'ok', value: 5 },
    ]);
  });

  it('is added up by whatever sets hosts apart', async () => {
    const bySite = logOfHosts({
      path: folder.at('error.log'),
      windowSeconds: 60,
      quiet: 'fine',
      missing: 'unknown',
      judge,
      apart: ({ site }) => site,
    });
    const [one, other] = [await onHost('h-1', 3), await onHost('h-2', 4)];
    const hosts = [one, { ...other, host: { ...other.host, site: 'b' } }];
    expect(bySite.judge({ hosts }, aContext())).toMatchObject([
      { part: 'a', state: 'ok', value: 3 },
      { part: 'b', state: 'ok', value: 4 },
    ]);
    expect(bySite.judge({ hosts: [one, other] }, aContext())).toMatchObject([{ value: 7 }]);
  });
});
