export { messageAsText, messagesAsText, threadAsText } from './as-text.ts';
export type { Problem, Surface } from './blocks/checker.ts';
export { checkBlocks, checkView } from './blocks/limits.ts';
export { workspaceClient, type Spot, type WorkspaceClient } from './client.ts';
export {
  APP_TOKEN,
  BOT,
  BOT_SCOPES,
  BOT_TOKEN,
  CHANNELS,
  PEOPLE,
  SIGNING_SECRET,
  TEAM,
  USER_GROUPS,
  type ChannelSeed,
} from './defaults.ts';
export type { Change, Entry } from './feed.ts';
export type { Fault } from './faults.ts';
export type { Acted } from './people/act.ts';
export type { Given } from './people/element-state.ts';
export { startWorkspace, type Workspace, type WorkspaceOptions } from './server.ts';
export type { Person, Shortcut, SlashCommand, Token, UserGroup } from './world.ts';
