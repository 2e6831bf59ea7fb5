import { afterEach, describe, expect, it } from 'vitest';
import { createClient } from '../../../src/slack/client.ts';
import { createChannels } from '../../../src/slack/channels.ts';
import { startWorkspace, type Workspace } from '../../../lab/workspace/index.ts';
import { words } from '../../../src/kit/index.ts';
import { captured } from '../../support/captured.ts';
import { aFinding } from './fixtures.ts';
import { rememberingLog, stage } from './harness.ts';

const open: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const close of open.splice(0)) await close();
});

const CHANNELS = [
  { id: 'C0OPS', name: 'ops' },
  { id: 'C0BOTH', name: 'both', shared: true },
  { id: 'C0NAMED', name: 'named', shared: true },
  { id: 'C0SECRET', name: 'secret', private: true, members: ['U0LIN'] },
  { id: 'C0UNSEEN', name: 'unseen', private: true, members: ['U0LIN'], bot: false },
];

describe('evidence', () => {
  it.each([
    ['a channel shared with another organisation', 'C0BOTH', false, /shared with another organisation, so/],
    [
      'a channel of which Slack does not say whether it is',
      'C0OPS',
      true,
      /did not say whether this channel/,
    ],
  ])('is not posted into %s, and says so', async (_, channel, isSilent, says) => {
    const on = await stage('socket', {}, { channels: CHANNELS });
    open.push(on.stop);
    const { client, botToken, apiUrl } = on.workspace;
    on.desk.pressed = async () => ({
      kind: 'evidence',
      title: words('Broker', '引擎'),
      findings: [aFinding({ state: 'critical', evidence: captured('the evidence itself') })],
    });
    const { log } = rememberingLog();
    await createClient({ token: botToken, log, slackApiUrl: apiUrl }).chat.postMessage({
      channel,
      text: 'a report',
      blocks: [
        {
          type: 'actions',
          elements: [
            {
              type: 'button',
              action_id: 'fettle:b',
              value: 'b-1',
              text: { type: 'plain_text', text: 'Evidence' },
            },
          ],
        },
      ],
    });
    if (isSilent)
      await client.inject({ kind: 'error', method: 'conversations.info', times: 9, error: 'missing_scope' });
    await client.click({ as: 'U0LIN', channel }, 'Evidence');
    await client.waitForMessage({ says, onlyFor: 'U0LIN' });
    expect(await client.text({ as: 'U0LIN', channel })).not.toContain('the evidence itself');
    expect(await client.calls('files.getUploadURLExternal')).toEqual([]);
  });
});

describe('a request in a channel shared with another organisation', () => {
  const inShared = async () => {
    const on = await stage(
      'socket',
      { mayShare: (channel) => channel === 'C0NAMED' },
      { channels: CHANNELS },
    );
    open.push(on.stop);
    return on;
  };

  it.each(['/inspect mq', '@Fettle inspect mq', '/inspect', '/inspect schedule'])(
    'is refused to the person alone, before anything is recorded: %s',
    async (typed) => {
      const on = await inShared();
      await on.workspace.client.type('U0LIN', 'C0BOTH', typed);
      await on.workspace.client.waitForMessage({ says: /nothing is done or shown here/, onlyFor: 'U0LIN' });
      expect(on.desk.asked).toEqual([]);
      expect(await on.workspace.client.calls('chat.postMessage')).toEqual([]);
    },
  );

  it('is taken where policy.yaml names the channel', async () => {
    const on = await inShared();
    await on.workspace.client.type('U0LIN', 'C0NAMED', '/inspect mq');
    await on.desk.until(() => on.desk.asked.length === 1);
    expect(await on.slack.canShow('C0NAMED')).toBe(true);
  });

  it('finds no schedule that may be shown there', async () => {
    const on = await inShared();
    expect([await on.slack.canShow('C0BOTH'), await on.slack.canShow('C0OPS')]).toEqual(['shared', true]);
  });
});

describe('a picture of what was measured', () => {
  it('is not shown where Slack does not say whether others see it', async () => {
    const on = await stage('socket', {}, { channels: CHANNELS });
    open.push(on.stop);
    const { client } = on.workspace;
    await client.inject({ kind: 'error', method: 'conversations.info', times: 9, error: 'missing_scope' });
    on.desk.said = async () => ({
      kind: 'history',
      chart: { subject: { kind: 'none' } } as never,
      asked: { by: 'Lin Wei', typed: '/inspect mq' },
    });
    await client.type('U0LIN', 'C0OPS', '/inspect mq');
    await client.waitForMessage({ says: /so nothing was shown/, onlyFor: 'U0LIN' });
    expect(await client.calls('files.getUploadURLExternal')).toEqual([]);
  });
});

describe('a channel', () => {
  const asked = async (): Promise<{ channels: ReturnType<typeof createChannels>; workspace: Workspace }> => {
    const workspace = await startWorkspace({ channels: CHANNELS });
    open.push(workspace.stop);
    const { log } = rememberingLog();
    const client = createClient({ token: workspace.botToken, log, slackApiUrl: workspace.apiUrl });
    return { workspace, channels: createChannels(client, log, (channel) => channel === 'C0NAMED') };
  };

  it('is read by everybody when it is open, by its members when it is private, by its person when it is direct', async () => {
    const { channels } = await asked();
    const reads = (channel: string, who: string) => channels.canRead(channel, who);
    expect([await reads('C0OPS', 'U0CHEN'), await reads('C0SECRET', 'U0LIN')]).toEqual([true, true]);
    expect([await reads('C0SECRET', 'U0CHEN'), await reads('C0UNSEEN', 'U0LIN')]).toEqual([false, false]);
    expect([await reads('D0LIN', 'U0LIN'), await reads('D0LIN', 'U0CHEN')]).toEqual([true, false]);
    expect(await reads('C0NOTHING', 'U0LIN')).toBe(false);
  });

  it('is unknown, neither yes nor no, while Slack does not answer', async () => {
    const { channels, workspace } = await asked();
    await workspace.client.inject({ kind: '500', method: '*', times: 20, afterEffect: false });
    expect(await channels.canRead('C0OPS', 'U0LIN')).toBeUndefined();
    expect(await channels.isShared('C0OPS')).toBeUndefined();
    expect(await channels.outsidersSee('C0OPS')).toBeUndefined();
    expect(await channels.canPost('C0OPS')).toBeUndefined();
  });

  it('shows results to others only where it is shared and not named; never where the bot is not', async () => {
    const { channels } = await asked();
    const seen = ['C0OPS', 'C0BOTH', 'C0NAMED', 'C0UNSEEN', 'D0LIN'].map((id) => channels.outsidersSee(id));
    expect(await Promise.all(seen)).toEqual([false, true, false, false, false]);
  });
});
