import { h, icon } from './dom.js';
import { avatar } from './message.js';
import { showMenu } from './popup.js';
import { author, botChannel, channelTitle, me, store } from './store.js';

/** The bar on top: the workspace, the drawer button on small screens, and whom the page acts as. */
export function topBar({ toggleDrawer, become, connected }) {
  const mine = me();
  const switcher = h(
    'button',
    {
      type: 'button',
      class: 'switcher',
      'aria-haspopup': 'listbox',
      'aria-label': `Acting as ${mine.real_name}, switch person`,
    },
    avatar(author(mine.id)),
    h('span', { class: 'switcher-words' }, h('small', {}, 'Acting as'), h('strong', {}, mine.real_name)),
    icon('chevron', 16),
  );
  switcher.addEventListener('click', () =>
    showMenu(switcher, {
      label: 'Act as',
      options: store.workspace.people.map((one) => ({
        label: one.real_name,
        description: one.profile.title,
        value: one.id,
        selected: one.id === store.me,
      })),
      choose: ({ value }) => become(value),
    }),
  );
  return h(
    'header',
    { class: 'top' },
    h(
      'button',
      { type: 'button', class: 'icon-only drawer-button', 'aria-label': 'Channels', onclick: toggleDrawer },
      icon('menu'),
    ),
    h('div', { class: 'top-title' }, store.workspace.team.name),
    h(
      'div',
      { class: connected ? 'top-state' : 'top-state lost', role: 'status' },
      connected ? '' : 'Reconnecting…',
    ),
    switcher,
  );
}

/** Channels, direct messages and apps. */
export function sidebar({ go, openDirect }) {
  const { channels, bot, people } = store.workspace;
  const rooms = channels.filter((one) => one.kind !== 'im' && !one.archived);
  const direct = people
    .filter((one) => one.id !== store.me)
    .map((one) => ({
      one,
      channel: channels.find(
        (room) => room.kind === 'im' && room.members.includes(one.id) && room.members.includes(store.me),
      ),
    }));
  const app = botChannel();
  return h(
    'nav',
    { class: 'sidebar', 'aria-label': 'Workspace' },
    h(
      'div',
      { class: 'workspace-name' },
      h('span', { class: 'workspace-mark', 'aria-hidden': 'true' }, 'PB'),
      h('strong', {}, store.workspace.team.name),
    ),
    section(
      'Channels',
      rooms.map((one) =>
        item(one.id, one, icon(one.kind === 'private' ? 'lock' : 'hash', 18), one.name, () =>
          go({ kind: 'channel', id: one.id }),
        ),
      ),
    ),
    section(
      'Direct messages',
      direct.map(({ one, channel }) =>
        item(channel?.id, channel, avatar(author(one.id)), one.real_name, () =>
          channel === undefined ? openDirect(one.id) : go({ kind: 'channel', id: channel.id }),
        ),
      ),
    ),
    app === undefined
      ? undefined
      : section('Apps', [
          item(app.id, app, avatar(author(bot.id)), channelTitle(app), () =>
            go({ kind: 'channel', id: app.id }),
          ),
        ]),
    store.workspace.sockets === 0
      ? h('p', { class: 'sidebar-note' }, `${bot.real_name} is not connected.`)
      : undefined,
  );
}

const section = (title, items) => h('section', {}, h('h2', {}, title), h('ul', {}, items));

function item(id, channel, mark, name, open) {
  const current = store.place.id === id && id !== undefined;
  const unread = !current && (channel?.unread ?? 0) > 0 && channel?.joined !== false;
  const classes = [
    'sidebar-item',
    current && 'current',
    unread && 'unread',
    channel?.joined === false && 'outside',
  ]
    .filter(Boolean)
    .join(' ');
  const badge =
    unread && (channel.mentioned || channel.kind === 'im')
      ? h('span', { class: 'badge', 'aria-label': `${channel.unread} unread` }, String(channel.unread))
      : undefined;
  const dot =
    unread && badge === undefined
      ? h('span', { class: 'dot', role: 'img', 'aria-label': 'unread' })
      : undefined;
  return h(
    'li',
    {},
    h(
      'button',
      { type: 'button', class: classes, 'aria-current': current ? 'page' : undefined, onclick: open },
      mark,
      h('span', { class: 'sidebar-name' }, name),
      badge,
      dot,
    ),
  );
}
