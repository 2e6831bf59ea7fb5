import { describe, expect, it } from 'vitest';
import { words } from '../../../src/kit/index.ts';
import { manifest, SCOPES } from '../../../src/slack/manifest.ts';

const command = (name: string) => ({
  name,
  title: words('Run the checks', '执行检查'),
  usage: words('<scope>', '<范围>'),
});
const made = (requestUrl?: string) =>
  JSON.parse(
    manifest({
      name: 'Fettle',
      commands: [command('inspect'), command('unstick')],
      ...(requestUrl ? { requestUrl } : {}),
    }),
  ) as unknown;

describe('the manifest', () => {
  it('registers every command, event and scope for Socket Mode', () => {
    expect(made()).toMatchObject({
      features: {
        slash_commands: [
          { command: '/inspect', description: 'Run the checks', usage_hint: '<scope>', should_escape: true },
          { command: '/unstick' },
        ],
      },
      oauth_config: { scopes: { bot: Object.keys(SCOPES) } },
      settings: {
        socket_mode_enabled: true,
        interactivity: { is_enabled: true },
        event_subscriptions: { bot_events: ['app_home_opened', 'app_mention', 'message.im', 'user_change'] },
        token_rotation_enabled: false,
      },
    });
    expect(JSON.stringify(made())).not.toContain('url');
  });

  it('names the address everywhere for signed HTTP', () => {
    const url = 'https://fettle.example/slack/events';
    expect(made(url)).toMatchObject({
      features: { slash_commands: [{ url }, { url }] },
      settings: {
        socket_mode_enabled: false,
        interactivity: { request_url: url },
        event_subscriptions: { request_url: url },
      },
    });
  });

  it('refuses what Slack would refuse', () => {
    const many = Array.from({ length: 51 }, (_, n) => command(`c${n}`));
    expect(() => manifest({ name: 'Fettle', commands: many })).toThrow('number of commands is 51');
    expect(() => manifest({ name: 'x'.repeat(36), commands: [] })).toThrow('name of the app');
    expect(() => manifest({ name: 'Fettle', commands: [command('x'.repeat(32))] })).toThrow('Slack takes 32');
  });
});
