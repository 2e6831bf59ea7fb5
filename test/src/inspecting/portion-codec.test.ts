import { describe, expect, it } from 'vitest';
import { type ClusterCheck, type Inspection, sh, words } from '../../../src/kit/index.ts';
import { decodeAnswers, encodeAnswers } from '../../../src/inspecting/portion-codec.ts';
import type { Finding } from '../../../src/runs/report.ts';
import { host, mq } from './estate.ts';
import { captured } from '../../support/captured.ts';

const leader: ClusterCheck = {
  on: 'cluster',
  id: 'leader',
  title: words('Leader', '主节点'),
  apps: ['msgbroker'],
  rows: ['MQ-C98'],
  clause: { document: '002', section: '4' },
  command: () => sh`true`,
  judge: () => [],
};
const inspections: readonly Inspection[] = [{ ...mq, checks: [...mq.checks, leader] }];
const finding: Finding = {
  system: 'MQ',
  app: 'msgbroker',
  host: 'msgbroker-1',
  check: 'cpu',
  title: words('CPU', 'CPU'),
  state: 'warning',
  value: 91,
  says: words('91 %', '91 %'),
  rows: ['MQ-M14'],
  clause: { document: '002', section: '4' },
  evidence: captured('<!channel>\n☃'),
  overridden: [],
};
const answers = [
  {
    name: 'msgbroker-1',
    answer: {
      findings: [finding],
      answers: [
        {
          check: leader,
          host: host('msgbroker-1', 'msgbroker'),
          command: 'curl',
          answer: { exitCode: null, output: 'x', truncated: false, timedOut: false },
          ranBetween: { from: new Date(1000), to: new Date(2000) },
        },
        { check: leader, host: host('msgbroker-2', 'msgbroker'), command: '' },
      ],
      fate: 'ended' as const,
    },
  },
];

describe('answers between workers', () => {
  it('arrive as they were sent', () => {
    expect(decodeAnswers(inspections)(encodeAnswers(inspections)(answers))).toEqual(answers);
  });

  it.each([
    ['no JSON', '{'],
    ['a fate that does not exist', encodeAnswers(inspections)(answers).replace('"ended"', '"lost"')],
    ['another form', '[{"name":"h"}]'],
    ['a state that does not exist', encodeAnswers(inspections)(answers).replace('"warning"', '"fine"')],
    [
      'a check that is not known here',
      encodeAnswers(inspections)(answers).replaceAll('MQ leader', 'MQ follower'),
    ],
  ])('are not taken from another version: %s', (_, body) => {
    expect(decodeAnswers(inspections)(body)).toBeUndefined();
  });
});
