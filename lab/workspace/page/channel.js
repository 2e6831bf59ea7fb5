import { post } from './api.js';
import { h, icon } from './dom.js';
import { avatar } from './message.js';
import { inline, link } from './mrkdwn.js';
import { author, botChannel, channelTitle, store } from './store.js';
import { toast } from './toast.js';

/** The head of a channel; `go(place)` opens another tab. */
export function channelHead(one, go) {
  const withBot = one.id === botChannel()?.id;
  const mark =
    one.kind === 'im'
      ? avatar(author(one.members.find((id) => id !== store.me)))
      : icon(one.kind === 'private' ? 'lock' : 'hash');
  const tab = (kind, label) =>
    h(
      'button',
      {
        type: 'button',
        role: 'tab',
        'aria-selected': String(store.place.kind === kind),
        onclick: () => go({ kind, id: one.id }),
      },
      label,
    );
  return h(
    'header',
    { class: 'channel-head' },
    h(
      'div',
      { class: 'channel-line' },
      h('h1', {}, mark, h('span', {}, channelTitle(one))),
      withBot ? h('span', { class: 'app-badge' }, 'APP') : undefined,
      one.topic === '' ? undefined : h('div', { class: 'topic', title: one.topic }, inline(one.topic)),
      one.kind === 'im'
        ? undefined
        : h(
            'div',
            { class: 'members', title: one.members.map((id) => author(id).name).join(', ') },
            icon('people', 16),
            String(one.members.length),
          ),
    ),
    withBot
      ? h('div', { class: 'tabs', role: 'tablist' }, tab('home', 'Home'), tab('channel', 'Messages'))
      : undefined,
    h('div', { class: 'marks' }),
  );
}

/** Pinned messages and bookmarks under the head. */
export function marks(main, pins, bookmarks) {
  main
    .querySelector('.marks')
    .replaceChildren(
      ...(pins.length > 0
        ? [
            h(
              'span',
              { class: 'mark' },
              icon('pin', 14),
              pins.length === 1 ? '1 pinned message' : `${pins.length} pinned messages`,
            ),
          ]
        : []),
      ...bookmarks.map((one) => h('span', { class: 'mark' }, icon('link', 14), link(one.link, one.title))),
    );
}

/** What stands above the first message. */
export function intro(one) {
  const title = one.kind === 'im' ? channelTitle(one) : `# ${one.name}`;
  const words =
    one.kind === 'im'
      ? one.id === botChannel()?.id
        ? 'This is the start of your messages with the app. Nobody else sees them.'
        : 'This conversation is between the two of you.'
      : 'This is the very beginning of the channel.';
  return h('div', { class: 'intro' }, h('h2', {}, title), h('p', {}, words));
}

/** Instead of messages when the person is not in the channel; `joined` is called when they are. */
export function joinBox(one, joined) {
  const join = async () => {
    const acted = await post('join', { as: store.me, channel: one.id });
    if (!acted.ok) return toast(acted.problem);
    await joined();
  };
  return h(
    'div',
    { class: 'join' },
    h('h2', {}, `# ${one.name}`),
    h('p', {}, 'You are not in this channel.'),
    h('button', { type: 'button', class: 'button primary large', onclick: join }, 'Join channel'),
  );
}
