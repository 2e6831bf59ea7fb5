import type { Words } from '../kit/index.ts';

/** Every scope of the bot, and what it is needed for. */
export const SCOPES: Readonly<Record<string, string>> = {
  'app_mentions:read': 'hear @Fettle in channels and threads',
  'channels:history': 'find its own message again after a lost answer',
  'channels:read': 'know which channels are shared with another organisation',
  'chat:write': 'show results',
  commands: 'slash commands',
  'files:write': 'attach long output',
  'groups:history': 'the same in private channels',
  'groups:read': 'know who is in a private channel, to show its runs to nobody else',
  'im:history': 'hear direct messages',
  'im:read': 'know with whom a direct conversation is',
  'users:read': 'names of people, and who is a guest or has left',
};

const EVENTS = ['app_home_opened', 'app_mention', 'message.im', 'user_change'] as const;

/** Slack's limits for a manifest. */
const LIMITS = {
  name: 35,
  description: 140,
  commands: 50,
  command: 32,
  commandDescription: 2000,
  usage: 1000,
} as const;

export interface ManifestOptions {
  readonly name: string;
  readonly commands: readonly { readonly name: string; readonly title: Words; readonly usage: Words }[];
  /** Signed HTTP instead of Socket Mode: the public address that Slack calls, ending in `/slack/events`. */
  readonly requestUrl?: string;
}

/** The app as Slack's configuration page takes it, as JSON text. Throws when a limit of Slack's is passed. */
export function manifest({ name, commands, requestUrl }: ManifestOptions): string {
  within('name of the app', name.length, LIMITS.name);
  within('number of commands', commands.length, LIMITS.commands);
  const at = requestUrl === undefined ? {} : { request_url: requestUrl };
  const data = {
    _metadata: { major_version: 2 },
    display_information: {
      name,
      description: 'Runs the documented checks and fixes of the middleware estate.',
      background_color: '#1f2933',
    },
    features: {
      app_home: { home_tab_enabled: true, messages_tab_enabled: true, messages_tab_read_only_enabled: false },
      bot_user: { display_name: name, always_online: true },
      slash_commands: commands.map((command) => slashCommand(command, requestUrl)),
    },
    oauth_config: { scopes: { bot: Object.keys(SCOPES) } },
    settings: {
      event_subscriptions: { ...at, bot_events: EVENTS },
      // Menus that Fettle fills ask at an address of their own.
      interactivity: {
        is_enabled: true,
        ...at,
        ...(requestUrl === undefined ? {} : { message_menu_options_url: requestUrl }),
      },
      org_deploy_enabled: false,
      socket_mode_enabled: requestUrl === undefined,
      token_rotation_enabled: false,
    },
  };
  return `${JSON.stringify(data, null, 2)}\n`;
}

function slashCommand(
  { name, title, usage }: ManifestOptions['commands'][number],
  requestUrl: string | undefined,
) {
  const command = `/${name}`;
  within(`name of ${command}`, command.length, LIMITS.command);
  within(`title of ${command}`, title.en.length, LIMITS.commandDescription);
  within(`usage of ${command}`, usage.en.length, LIMITS.usage);
  return {
    command,
    ...(requestUrl === undefined ? {} : { url: requestUrl }),
    description: title.en,
    ...(usage.en === '' ? {} : { usage_hint: usage.en }),
    should_escape: true,
  };
}

function within(what: string, size: number, most: number): void {
  if (size > most) throw new RangeError(`The ${what} is ${size}; Slack takes ${most}.`);
}
