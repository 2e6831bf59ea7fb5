import { get } from './api.js';

/** What the page knows. `place` is where the person looks, `thread` what is open beside it. */
export const store = {
  me: '',
  workspace: undefined,
  place: { kind: 'channel', id: '' },
  thread: undefined,
  drafts: new Map(),
};

export const loadWorkspace = async () => {
  store.workspace = await get('workspace', { as: store.me });
};

export const me = () => person(store.me);

export const person = (id) => store.workspace.people.find((one) => one.id === id);

export const channel = (id) => store.workspace.channels.find((one) => one.id === id);

/** The direct message with the bot. */
export const botChannel = () =>
  store.workspace.channels.find((one) => one.kind === 'im' && one.members.includes(store.workspace.bot.id));

/** Name, initials and colour of whoever wrote: a person, the bot, or the workspace itself. */
export function author(id) {
  const { bot } = store.workspace;
  if (id === bot.id) return { name: bot.real_name, initials: 'F', hue: 'app', app: true };
  if (id === 'USLACKBOT') return { name: 'Slackbot', initials: 'S', hue: 'slack', app: false };
  const found = person(id);
  if (found === undefined) return { name: id, initials: '?', hue: '0', app: false };
  const initials = found.real_name
    .replace(/\p{Script=Han}+/u, '')
    .trim()
    .split(/\s+/)
    .map((part) => part[0])
    .join('')
    .slice(0, 2);
  return {
    name: found.real_name,
    initials,
    hue: String(store.workspace.people.indexOf(found) % 6),
    app: false,
  };
}

/** How a channel is called: `# ops`, or the other person. */
export function channelTitle(one) {
  if (one.kind !== 'im') return one.name;
  const other = one.members.find((id) => id !== store.me) ?? store.me;
  return author(other).name;
}
