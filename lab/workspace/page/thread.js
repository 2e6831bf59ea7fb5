import { get } from './api.js';
import { composer } from './composer.js';
import { h, icon } from './dom.js';
import { messageList } from './list.js';
import { channel, channelTitle, store } from './store.js';

/** The panel of a thread: its parent, the replies, what the app is doing, and a box to reply. */
export function threadPanel({ channel: id, ts }, { close, openThread, highlight }) {
  const one = channel(id);
  const list = messageList('Thread', { inThread: true, openThread, highlight });
  const box = composer({ channel: id, threadTs: ts }, 'Reply…');
  const status = h('div', { class: 'thread-status', role: 'status' });
  const node = h(
    'aside',
    { class: 'thread-panel', 'aria-label': 'Thread' },
    h(
      'header',
      { class: 'thread-head' },
      h('h2', {}, 'Thread'),
      h('span', { class: 'thread-where' }, one.kind === 'im' ? channelTitle(one) : `# ${one.name}`),
      h(
        'button',
        { type: 'button', class: 'icon-only', 'aria-label': 'Close thread', onclick: close },
        icon('close'),
      ),
    ),
    list.node,
    status,
    box.node,
  );
  const show = async () => {
    const thread = await get('thread', { as: store.me, channel: id, ts });
    if (store.thread?.ts !== ts) return;
    list.show(id, thread.messages);
    status.textContent = thread.status === '' ? '' : `${store.workspace.bot.real_name} ${thread.status}`;
  };
  return { node, composer: box, show };
}
