import { describe, expect, it } from 'vitest';
import type { Lang } from '../../../../src/kit/index.ts';
import { type Brief, briefly, type Report } from '../../../../src/runs/report.ts';
import { view } from '../../../../src/slack/view/view.ts';
import { assertBlocks } from '../../../support/block-limits.ts';
import { aFinding, aReport, healthyFindings, reported, troubledRun } from '../fixtures.ts';
import { captured } from '../../../support/captured.ts';

const at = '2026-11-21T02:00:03.400Z';
const inHours = (hours: number): string => new Date(Date.parse(at) + hours * 3600_000).toISOString();

const disk = (over: Partial<Brief> = {}): Brief => ({
  ...briefly(aFinding()),
  check: 'disk',
  title: { en: 'Disk', zh: '磁盘' },
  part: '/home/admin',
  value: 71.25,
  unit: '%',
  rows: ['MQ-M16'],
  limit: { row: 'MQ-M16', value: 80, breach: 'above' },
  ...over,
});
const cpu = (n: number): Brief => ({
  ...briefly(aFinding({ host: `msgbroker-${n}` })),
  title: { en: 'CPU', zh: 'CPU' },
  unit: '%',
});

const top = (over: Partial<Report>, lang: Lang = 'en'): string => {
  const [post] = view(reported(aReport(healthyFindings(), over), { lang }));
  assertBlocks(post?.blocks ?? []);
  return (post?.blocks ?? [])
    .flatMap((block) => (block.type === 'section' ? [block.text?.text ?? ''] : []))
    .join('\n');
};

describe('the top of a report', () => {
  const outliers = [{ finding: cpu(3), value: 71, median: 12, peers: 5 }];
  const forecasts = [
    { finding: disk(), perDay: 4, limitAt: inHours(53), fullAt: inHours(173) },
    { finding: disk({ host: 'msgbroker-2', value: 88 }), perDay: 4, fullAt: inHours(72) },
  ];

  it('begins with what changed, then has what is unlike its peers, then what grows', () => {
    const run = troubledRun();
    const [post] = view({
      ...run,
      ...(run.report ? { report: { ...run.report, outliers, forecasts } } : {}),
    });
    const text = JSON.stringify(post?.blocks);
    const places = ['Changed since', 'Unlike their peers', 'Growing', 'critical, '].map((words) =>
      text.indexOf(words),
    );
    expect(places.every((place) => place > 0)).toBe(true);
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  });

  it('says of an outlier what its peers have, with the clause', () => {
    expect(top({ outliers })).toContain(
      '• msgbroker-3 · CPU: 71 %, the median of 5 hosts is 12 % [002 §4.2.2.1 · MQ-C07]',
    );
    expect(top({ outliers }, 'zh')).toContain('• msgbroker-3 · CPU：71 %，5 台主机的中位数为 12 % [');
  });

  it('does not say twice what is told as a change', () => {
    const [{ finding }] = outliers as [(typeof outliers)[number]];
    const changed = { kind: 'new', finding: { ...finding, evidence: captured('') } } as const;
    const changes = { since: at, entries: [changed] };
    expect(top({ outliers, changes })).not.toContain('Unlike their peers');
  });

  it('says when a disk is full and when it gets to its limit', () => {
    const text = top({ forecasts });
    expect(text).toContain(
      '• msgbroker-1 · Disk (/home/admin): full in about 7 days, at the limit of 80 % (MQ-M16) in about 2 days [002 §4.2.2.1 · MQ-M16]',
    );
    expect(text).toContain(
      '• msgbroker-2 · Disk (/home/admin): full in about 3 days, the limit of 80 % (MQ-M16) is reached [',
    );
    expect(top({ forecasts }, 'zh')).toContain(
      '磁盘（/home/admin）：约 7 天后写满，约 2 天后达到阈值 80 %（MQ-M16） [',
    );
  });

  it('says of what is no disk when it gets to its limit', () => {
    const { part: _, ...queue } = disk({ title: { en: 'Queue', zh: '队列' }, unit: '' });
    expect(top({ forecasts: [{ finding: queue, perDay: 1, limitAt: inHours(1) }] })).toContain(
      'Queue: at the limit of 80 (MQ-M16) in about 1 hour [',
    );
  });

  it('shows few of many and how many more there are', () => {
    const many = Array.from({ length: 9 }, () => outliers[0]).filter((each) => each !== undefined);
    const text = top({ outliers: many });
    expect(text.match(/the median of/g)).toHaveLength(5);
    expect(text).toContain('… and 4 more');
  });

  it('says in one line what cannot be compared yet, and from when on it can', () => {
    const sent = aFinding({ title: { en: 'Messages sent', zh: '消息发送量' } });
    const notYet = [
      { finding: sent, row: 'MS-M14', from: inHours(24) },
      { finding: { ...sent, host: 'x' }, row: 'MS-M14', from: inHours(5) },
    ] as const;
    const seconds = Math.floor(Date.parse(inHours(5)) / 1000);
    expect(top({ notYet })).toMatch(
      new RegExp(
        `^No earlier value to compare with yet: Messages sent, from <!date\\^${seconds}\\^[^>]*> on \\[002 §4.2.2.1 · MS-M14\\]$`,
        'm',
      ),
    );
    expect(top({ notYet }, 'zh')).toContain('暂无历史值可比较：消息发送量，<!date^');
    expect(top({})).not.toContain('No earlier value');
  });
});
