import { expect, it } from 'vitest';
import { words } from '../../../src/kit/index.ts';
import { groupQuestions } from '../../../src/runs/questions.ts';
import type { Question } from '../../../src/runs/report.ts';

const question = (app: string, check: string): Question => ({
  system: 'MQ',
  app,
  check,
  title: words(check, check),
  rows: ['MQ-C11'],
  clause: { document: '002', section: '4.5.1.2' },
  page: words('corewatch', 'corewatch'),
  expect: words('no alert', '无告警'),
});

it('asks once about a page that several apps share, and keeps the order', () => {
  const groups = groupQuestions([
    question('msgbroker', 'custom-monitoring'),
    question('msgbroker', 'container-state'),
    question('msgconsole', 'custom-monitoring'),
  ]);
  expect(groups.map(({ question: { check }, apps }) => [check, apps])).toEqual([
    ['custom-monitoring', ['msgbroker', 'msgconsole']],
    ['container-state', ['msgbroker']],
  ]);
});
