import { App, HTTPReceiver, LogLevel, SocketModeReceiver } from '@slack/bolt';
import type { KnownBlock } from '@slack/types';
import { freePort } from '../../../../lab/services.ts';
import { startWorkspace, type Workspace, type WorkspaceOptions } from '../../../../lab/workspace/index.ts';

export const COMMANDS = [
  {
    command: '/inspect',
    description: 'Check a system, app or host',
    usage_hint: '<system | app | host>',
    should_escape: true,
  },
  { command: '/unstick', description: 'Find and mend a stuck release order', usage_hint: '<release order>' },
  { command: '/form', description: 'Open a form', usage_hint: '' },
  { command: '/choose', description: 'Open a form with a long list', usage_hint: '' },
  { command: '/late', description: 'Never answers', usage_hint: '' },
  { command: '/echo', description: 'Says it back', usage_hint: '<text>' },
];

const SHORTCUTS = [
  { name: 'Look into it', callback_id: 'look-into', type: 'message' as const },
  { name: 'Declare an incident', callback_id: 'declare', type: 'global' as const },
];

/** What the app was told, in order. */
export interface Practice {
  readonly workspace: Workspace;
  readonly app: App;
  readonly heard: {
    readonly what: string;
    readonly id?: string;
    readonly retry?: number;
    readonly body: unknown;
  }[];
  readonly stop: () => Promise<void>;
}

/** A real Bolt app and a workspace, connected. */
export async function startPractice(
  transport: 'sockets' | 'http',
  options: WorkspaceOptions = {},
): Promise<Practice> {
  const port = await freePort();
  const workspace = await startWorkspace({
    commands: COMMANDS,
    shortcuts: SHORTCUTS,
    ...(transport === 'http' ? { httpApp: `http://127.0.0.1:${port}/slack/events` } : {}),
    ...options,
  });
  const clientOptions = { slackApiUrl: workspace.apiUrl };
  const receiver =
    transport === 'sockets'
      ? new SocketModeReceiver({
          appToken: workspace.appToken,
          logLevel: LogLevel.ERROR,
          clientPingTimeout: 1000,
          installerOptions: { clientOptions: { slackApiUrl: workspace.apiUrl } },
        })
      : new HTTPReceiver({ signingSecret: workspace.signingSecret, logLevel: LogLevel.ERROR });
  const app = new App({
    token: workspace.botToken,
    receiver,
    deferInitialization: true,
    logLevel: LogLevel.ERROR,
    clientOptions: { ...clientOptions, retryConfig: { retries: 0 } },
  });
  await app.init();
  const heard: Practice['heard'] = [];
  listen(app, heard);
  await app.start(port);
  return {
    workspace,
    app,
    heard,
    stop: async () => {
      await app.stop();
      await workspace.stop();
    },
  };
}

export const planBlocks = (what: string): KnownBlock[] => [
  { type: 'header', text: { type: 'plain_text', text: `Plan for ${what}` } },
  { type: 'section', text: { type: 'mrkdwn', text: `Delete *1 row* of \`act_ru_execution\` for ${what}` } },
  {
    type: 'actions',
    elements: [
      {
        type: 'button',
        action_id: 'plan.confirm',
        style: 'primary',
        value: what,
        text: { type: 'plain_text', text: 'Confirm' },
        confirm: {
          title: { type: 'plain_text', text: 'Run the fix?' },
          text: { type: 'mrkdwn', text: 'One row is deleted on *deps-db*.' },
          confirm: { type: 'plain_text', text: 'Run it' },
          deny: { type: 'plain_text', text: 'Not now' },
        },
      },
      { type: 'button', action_id: 'plan.cancel', text: { type: 'plain_text', text: 'Cancel' } },
      {
        type: 'static_select',
        action_id: 'plan.host',
        placeholder: { type: 'plain_text', text: 'Host' },
        options: ['mq-1', 'mq-2'].map((value) => ({ text: { type: 'plain_text', text: value }, value })),
      },
    ],
  },
];

function listen(app: App, heard: Practice['heard']): void {
  app.use(async ({ body, context, next }) => {
    const event = 'event' in body ? (body.event as { type: string }).type : undefined;
    const what =
      event ?? ('command' in body ? String(body.command) : 'type' in body ? String(body.type) : '?');
    heard.push({
      what,
      ...('event_id' in body ? { id: String(body.event_id) } : {}),
      ...(context.retryNum === undefined ? {} : { retry: context.retryNum }),
      body,
    });
    await next();
  });
  app.command('/inspect', async ({ ack, command, client }) => {
    await ack();
    const said = await client.chat.postMessage({
      channel: command.channel_id,
      text: `Inspecting ${command.text}`,
      metadata: { event_type: 'run', event_payload: { scope: command.text } },
    });
    await client.chat.postMessage({
      channel: command.channel_id,
      thread_ts: said.ts ?? '',
      text: 'All hosts answered.',
    });
    await client.files.uploadV2({
      channel_id: command.channel_id,
      thread_ts: said.ts ?? '',
      filename: 'report.txt',
      content: 'host mq-1 ok\nhost mq-2 ok\n',
    });
  });
  app.command('/unstick', async ({ ack, command, client }) => {
    await ack();
    await client.chat.postMessage({
      channel: command.channel_id,
      text: `Plan for ${command.text}`,
      blocks: planBlocks(command.text),
    });
  });
  app.command('/echo', async ({ ack, command, respond }) => {
    await ack({ response_type: 'ephemeral', text: `echo ${command.text}` });
    if (command.text === 'six') {
      for (let time = 1; time <= 6; time += 1) await respond(`answer ${time}`);
    }
  });
  app.command('/late', async () => {});
  app.command('/form', async ({ ack, command, client }) => {
    await ack();
    await client.views.open({
      trigger_id: command.trigger_id,
      view: {
        type: 'modal',
        callback_id: 'form',
        title: { type: 'plain_text', text: 'Release order' },
        submit: { type: 'plain_text', text: 'Look' },
        close: { type: 'plain_text', text: 'Close' },
        blocks: [
          {
            type: 'input',
            block_id: 'order',
            label: { type: 'plain_text', text: 'Release order' },
            hint: { type: 'plain_text', text: 'As on the release page, like r1_2019…' },
            element: { type: 'plain_text_input', action_id: 'value' },
          },
          {
            type: 'input',
            block_id: 'site',
            label: { type: 'plain_text', text: 'Site' },
            optional: true,
            element: {
              type: 'static_select',
              action_id: 'value',
              options: ['Hangzhou', 'Shanghai'].map((value) => ({
                text: { type: 'plain_text', text: value },
                value: value.toLowerCase(),
              })),
            },
          },
        ],
      },
    });
  });
  app.view('form', async ({ ack, view, body, client }) => {
    const order = view.state.values['order']?.['value']?.value ?? '';
    const site = view.state.values['site']?.['value']?.selected_option?.value ?? 'no site';
    if (!order.startsWith('r1_')) {
      await ack({ response_action: 'errors', errors: { order: 'A release order starts with r1_.' } });
      return;
    }
    await ack();
    await client.chat.postMessage({ channel: body.user.id, text: `Looking at ${order} in ${site}` });
  });
  app.command('/choose', async ({ ack, command, client }) => {
    await ack();
    await client.views.open({
      trigger_id: command.trigger_id,
      view: {
        type: 'modal',
        callback_id: 'choose',
        title: { type: 'plain_text', text: 'Hosts' },
        submit: { type: 'plain_text', text: 'Look' },
        blocks: [
          {
            type: 'input',
            block_id: 'hosts',
            label: { type: 'plain_text', text: 'Hosts' },
            element: {
              type: 'multi_external_select',
              action_id: 'hosts',
              min_query_length: 1,
              placeholder: { type: 'plain_text', text: 'Type a name' },
            },
          },
        ],
      },
    });
  });
  app.options('hosts', async ({ ack, options }) => {
    const all = Array.from({ length: 120 }, (_, at) => `mq-${at + 1}`).map((value) => ({
      text: { type: 'plain_text' as const, text: `Host ${value}` },
      value,
    }));
    // Everything at once is more than Slack takes.
    if (options.value === 'all') return ack({ options: all });
    const found = all.filter(({ value }) => value.includes(options.value)).slice(0, 100);
    await ack({ option_groups: [{ label: { type: 'plain_text', text: 'Brokers' }, options: found }] });
  });
  app.view('choose', async ({ ack, view, body, client }) => {
    await ack();
    const chosen = view.state.values['hosts']?.['hosts']?.selected_options ?? [];
    await client.chat.postMessage({
      channel: body.user.id,
      text: `Looking at ${chosen.map(({ value }) => value).join(' and ')}`,
    });
  });
  app.action('plan.confirm', async ({ ack, body, client, respond }) => {
    await ack();
    if (body.type !== 'block_actions' || body.message === undefined || body.channel === undefined) return;
    await respond({ text: 'You confirmed.', replace_original: false });
    await client.chat.update({
      channel: body.channel.id,
      ts: body.message.ts,
      text: `Confirmed by <@${body.user.id}>`,
      blocks: [{ type: 'section', text: { type: 'mrkdwn', text: `Confirmed by <@${body.user.id}>` } }],
    });
  });
  app.action('plan.cancel', async ({ ack, respond }) => {
    await ack();
    await respond({ delete_original: true });
  });
  app.action('plan.host', async ({ ack, action, respond }) => {
    await ack();
    const chosen = action.type === 'static_select' ? action.selected_option.value : '?';
    await respond({ text: `Host ${chosen}`, replace_original: false });
  });
  app.event('app_mention', async ({ event, say }) => {
    await say({ text: `Hello <@${event.user ?? ''}>`, thread_ts: event.thread_ts ?? event.ts });
  });
  app.event('app_home_opened', async ({ event, client }) => {
    await client.views.publish({
      user_id: event.user,
      view: {
        type: 'home',
        blocks: [{ type: 'section', text: { type: 'mrkdwn', text: '*In fine fettle*' } }],
      },
    });
  });
  app.shortcut('look-into', async ({ ack, shortcut, client }) => {
    await ack();
    if (shortcut.type !== 'message_action') return;
    await client.chat.postMessage({
      channel: shortcut.channel.id,
      thread_ts: shortcut.message.thread_ts ?? shortcut.message_ts,
      text: 'Looking into it',
    });
  });
  app.error(async (error) => {
    heard.push({ what: 'error', body: error });
  });
}
