import { describe, expect, it } from 'vitest';
import { words } from '../../../../src/kit/index.ts';
import { toldPosts } from '../../../../src/slack/view/told.ts';
import { waitingRun } from '../fixtures.ts';

describe('what a step tells people', () => {
  const says = words('IAM of HAS is closed', 'HAS 已降级');

  it('elsewhere names the run, who asked for it and who confirmed it; in its thread that is seen', () => {
    const run = waitingRun({
      told: [
        { no: 1, says },
        { no: 2, channel: 'C1', says },
      ],
    });
    const [here, there] = toldPosts(run).map(({ text }) => text);
    expect(here).toBe('IAM of HAS is closed');
    expect(there).toContain(`Run ${run.id.slice(0, 8)}, asked for by ${run.requestedBy.name}`);
    for (const { by } of run.approvals) expect(there).toContain(by.name);
  });
});
