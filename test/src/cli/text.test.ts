import { describe, expect, it } from 'vitest';
import { runText } from '../../../src/cli/text.ts';
import { briefly } from '../../../src/runs/report.ts';
import { aFinding, aReport, reported } from '../slack/fixtures.ts';

const disk = aFinding({
  title: { en: 'Disk', zh: '磁盘' },
  part: '/home/admin',
  value: 74,
  unit: '%',
  limit: { row: 'MQ-M16', value: 80, breach: 'above' },
});
const cpu = aFinding({ host: 'msgbroker-3', check: 'cpu', title: { en: 'CPU', zh: 'CPU' }, unit: '%' });
const run = reported(
  aReport([disk], {
    finishedAt: '2026-11-21T02:00:00.000Z',
    changes: {
      since: '2026-11-20T02:00:00.000Z',
      entries: [{ kind: 'new', finding: aFinding({ state: 'critical' }), was: 'ok' }],
    },
    outliers: [{ finding: briefly(cpu), value: 71, median: 12, peers: 5 }],
    forecasts: [{ finding: briefly(disk), perDay: 2, limitAt: '2026-11-24T02:00:00.000Z' }],
    notYet: [{ finding: cpu, row: 'MS-M14', from: '2026-11-22T02:00:00.000Z' }],
  }),
);

describe('a report for a terminal', () => {
  it('begins with what changed, what is unlike its peers and what grows, and ends with what cannot be compared yet', () => {
    expect(runText(run, 'en').trimEnd().split('\n').slice(3)).toEqual([
      'Since 2026-11-20T02:00:00.000Z:',
      '  new  ● msgbroker-1  Port 9529: listening  [002 §4.2.2.1 · MQ-C07]',
      '',
      'Unlike their peers:',
      '  msgbroker-3  CPU: 71 %, the median of 5 hosts is 12 %  [002 §4.2.2.1 · MQ-C07]',
      '',
      'Growing:',
      '  msgbroker-1  Disk /home/admin: at the limit of 80 % (MQ-M16) in about 3 days  [002 §4.2.2.1 · MQ-C07]',
      '',
      'msgbroker  1/1 ok',
      '',
      'No earlier value to compare with yet: MS-M14, from 2026-11-22T02:00:00.000Z on',
    ]);
  });

  it('says the same in Chinese', () => {
    const text = runText(run, 'zh');
    for (const part of [
      '与同类主机差异明显：',
      '持续增长：',
      '约 3 天后达到阈值 80 %（MQ-M16）',
      '暂无历史值可比较：MS-M14，2026-11-22T02:00:00.000Z 起可比较',
    ])
      expect(text).toContain(part);
  });
});
