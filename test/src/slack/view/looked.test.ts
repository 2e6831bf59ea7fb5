import { describe, expect, it } from 'vitest';
import { runText } from '../../../../src/cli/text.ts';
import { words } from '../../../../src/kit/index.ts';
import { capturedRun } from '../../../../src/runs/captured-run.ts';
import type { LookedAt } from '../../../../src/runs/run.ts';
import { view } from '../../../../src/slack/view/view.ts';
import { newRunColumns } from '../../../../src/store/run-row.ts';
import { captured } from '../../../support/captured.ts';
import { aPlan, waitingRun } from '../fixtures.ts';

const looked: LookedAt = {
  title: words('staragent process', 'staragent 进程'),
  row: 'STAR-C07',
  place: 'ledger-1, ledger-2',
  asked: captured('ps -fe | grep agent'),
  says: words('ledger-2: staragent process is critical: it does not run.', 'ledger-2：未运行。'),
  answer: captured('ledger-1: ok\nledger-2: critical'),
};
const run = waitingRun({ plan: { ...aPlan, looked: [...aPlan.looked, looked, looked] } });

describe('what hosts were asked before a plan', () => {
  it('is shown once, with where, what and what came, beside what databases were asked', () => {
    const shown = JSON.stringify(view(run, 'U0LIN' as never));
    expect(shown.split('ledger-1, ledger-2')).toHaveLength(2);
    for (const text of ['ps -fe | grep agent', 'it does not run', 'ledger-2: critical'])
      expect(shown).toContain(text);
    expect(shown).toContain('control_lock');
  });

  it('is shown on the terminal in the language of the run', () => {
    const text = runText({ ...run, lang: 'zh' }, 'zh');
    expect(text).toContain('staragent 进程');
    expect(text).toContain('ledger-2：未运行。');
    expect(text).toContain('ps -fe | grep agent');
  });

  it('is kept in a format that the version before does not take for its own', () => {
    const format = (of: typeof run) => {
      const { names, values } = newRunColumns(of, 'key');
      return values[names.indexOf('format')];
    };
    const first = waitingRun({ plan: aPlan });
    expect(Number(format(run))).toBeGreaterThan(Number(format(first)));
    expect(Number(format(first))).toBe(1);
  });

  it('is captured when it is stored, whoever made it', () => {
    const secret = { ...looked, answer: 'password=hunter2' as never, says: words('password=hunter2', '') };
    const stored = capturedRun(waitingRun({ plan: { ...aPlan, looked: [secret] } }));
    expect(JSON.stringify(stored.plan?.looked)).not.toContain('hunter2');
  });
});
