import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Reply } from '../../../src/desk/port.ts';
import { aChart, aSeries, hourly } from '../chart/a-chart.ts';
import { type Stage, stage } from './harness.ts';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mP8z8BQDwAEhQGAhKmMIQAAAABJRU5ErkJggg==',
  'base64',
);
const history = (over: Parameters<typeof aChart>[0] = {}): Reply => ({
  kind: 'history',
  chart: aChart(over),
  asked: { by: 'Lin Wei <b>', typed: '/history mq `disk`' },
});

let on: Stage;
let drawing: () => Promise<Uint8Array>;
beforeEach(async () => {
  drawing = async () => PNG;
  on = await stage('socket', { draw: () => drawing() });
  on.desk.said = async () => history();
});
afterEach(() => on.stop());

const asText = (threadTs?: string): Promise<string> =>
  on.workspace.client.text({
    as: 'U0LIN',
    channel: 'C0OPS',
    ...(threadTs === undefined ? {} : { threadTs }),
  });

describe('a picture in Slack', () => {
  it('comes with its table, clause, and who asked', async () => {
    await on.workspace.client.type('U0LIN', 'C0OPS', '/inspect mq');
    await expect.poll(() => asText()).toContain('[file history.png');
    const text = await asText();
    expect(text).toContain('Message queue: Disk (%)');
    expect(text).toContain('[002 §4.5.1.1 · MQ-M01, M16]');
    expect(text).toMatch(/latest {2}lowest {2}highest {2}per day/);
    expect(text).toMatch(/msgbroker-4 {2}76 .*steady/);
    expect(text).toContain('Asked by Lin Wei <b>');
  });

  it('shows the first of many lines, the end of long names, and how many more there are', async () => {
    const lines = Array.from({ length: 15 }, (_, n) =>
      aSeries(
        `${'x'.repeat(40)}-${n}`,
        hourly(1, () => 5),
      ),
    );
    on.desk.said = async () => history({ lines, hidden: ['REG', 'DDS'] });
    await on.workspace.client.type('U0LIN', 'C0OPS', '/inspect 消息队列');
    await expect.poll(() => asText()).toContain('另有 3 项');
    const text = await asText();
    expect(text).toContain('…xxx');
    expect(text).toContain('x-11');
    expect(text).toContain('未包含（您没有查看权限）：REG、DDS');
  });

  it('comes by words alone where Slack takes no blocks with a file', async () => {
    await on.workspace.client.inject({
      kind: 'error',
      method: 'files.completeUploadExternal',
      error: 'invalid_blocks',
      times: 1,
    });
    await on.workspace.client.type('U0LIN', 'C0OPS', '/inspect mq');
    await expect.poll(() => asText()).toContain('[file history.png');
    expect(await asText()).toContain('Message queue: Disk (%)');
  });

  it.each([
    ['drawing fails', async () => (drawing = () => Promise.reject(new Error('no ink')))],
    [
      'Slack does not take it',
      () =>
        on.workspace.client.inject({
          kind: 'error',
          method: 'files.completeUploadExternal',
          error: 'internal_error',
          times: 5,
        }),
    ],
  ])('is said not to be shown when %s, to the person alone', async (_, happens) => {
    await happens();
    await on.workspace.client.type('U0LIN', 'C0OPS', '/inspect mq');
    await on.workspace.client.waitForMessage({ says: /could not be shown just now/, onlyFor: 'U0LIN' });
    expect(on.lines.map(({ msg }) => msg)).toContain('a picture could not be shown');
  });

  it('is drawn after the command was acknowledged', async () => {
    drawing = () => new Promise(() => undefined);
    const acted = await on.workspace.client.type('U0LIN', 'C0OPS', '/inspect mq');
    expect(acted).toMatchObject({ ok: true });
  });
});
