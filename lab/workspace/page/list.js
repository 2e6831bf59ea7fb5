import { dayName } from './dates.js';
import { h } from './dom.js';
import { message } from './message.js';

/** Seconds within which messages of one author stand together. */
const TOGETHER = 300;

/**
 * A list of messages that keeps its nodes: only what changed is painted again, so that an open menu or a half-typed
 * field stays. Stays at the end when it was there.
 */
export function messageList(label, options) {
  const inner = h('div', { role: 'list', class: 'message-list', 'aria-label': label });
  const node = h('div', { class: 'message-scroll', tabindex: 0, 'aria-label': label, role: 'region' }, inner);
  const painted = new Map();
  let first = true;
  let following = true;
  node.addEventListener('scroll', () => {
    following = node.scrollHeight - node.scrollTop - node.clientHeight < 80;
  });
  // The list gets narrower when a thread opens, and shorter when the composer grows.
  new ResizeObserver(() => {
    if (following) node.scrollTop = node.scrollHeight;
  }).observe(node);

  const show = (channelId, messages, before) => {
    const atEnd = following;
    const rows = [];
    const seen = new Set();
    let above;
    for (const one of messages) {
      if (!options.inThread && (above === undefined || dayName(above.ts) !== dayName(one.ts))) {
        rows.push(h('div', { class: 'day', role: 'separator' }, h('span', {}, dayName(one.ts))));
        above = undefined;
      }
      const joined =
        above !== undefined &&
        above.user === one.user &&
        Number(one.ts) - Number(above.ts) < TOGETHER &&
        above.is_ephemeral === one.is_ephemeral &&
        one.is_ephemeral !== true &&
        !(options.inThread && above === messages[0]) &&
        above.reply_count === undefined;
      const highlighted = options.highlight?.() === one.ts;
      const key = JSON.stringify([one, joined, highlighted]);
      const old = painted.get(one.ts);
      const row = old?.key === key ? old.row : message(one, channelId, { ...options, joined, highlighted });
      painted.set(one.ts, { key, row });
      seen.add(one.ts);
      rows.push(row);
      if (options.inThread && one === messages[0]) rows.push(replyRule(messages.length - 1));
      above = one;
    }
    for (const ts of painted.keys()) if (!seen.has(ts)) painted.delete(ts);
    sync(inner, [...(before ?? []), ...rows]);
    const marked = first ? inner.querySelector('.highlighted') : null;
    if (marked !== null) {
      following = false;
      marked.scrollIntoView({ block: 'center' });
    } else if (first || atEnd) node.scrollTop = node.scrollHeight;
    first = false;
  };
  return { node, show };
}

function replyRule(replies) {
  if (replies < 1) return undefined;
  return h(
    'div',
    { class: 'reply-rule', role: 'separator' },
    h('span', {}, replies === 1 ? '1 reply' : `${replies} replies`),
  );
}

/** Makes the children exactly these, moving as little as possible: focus in an unchanged row stays. */
function sync(parent, wanted) {
  const rows = wanted.filter((row) => row !== undefined);
  const keep = new Set(rows);
  for (const child of [...parent.children]) if (!keep.has(child)) child.remove();
  rows.forEach((row, at) => {
    if (parent.children[at] !== row) parent.insertBefore(row, parent.children[at] ?? null);
  });
}
