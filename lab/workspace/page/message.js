import { post } from './api.js';
import { blocks } from './blocks.js';
import { ago, clock, fullTime } from './dates.js';
import { h, icon } from './dom.js';
import { emoji } from './emoji.js';
import { file } from './files.js';
import { mrkdwn } from './mrkdwn.js';
import { showMenu } from './popup.js';
import { author, store } from './store.js';
import { toast } from './toast.js';

/** What is in the fields of messages, by message; kept while the page is open. */
const fieldsOf = new Map();

/**
 * One message. `joined`: written right after the one above by the same author, so without a head. `inThread`: no
 * line about replies. `openThread(ts)` opens the panel.
 */
export function message(one, channelId, { joined, inThread, openThread, highlighted }) {
  const from = author(one.user);
  const private_ = one.is_ephemeral === true;
  const surface = surfaceOf(one, channelId);
  return h(
    'div',
    {
      role: 'listitem',
      class: ['message', joined && 'joined', private_ && 'private', highlighted && 'highlighted']
        .filter(Boolean)
        .join(' '),
      dataset: { ts: one.ts },
      'aria-label': `${from.name}, ${clock(one.ts)}`,
    },
    private_ ? h('div', { class: 'private-note' }, icon('eye', 14), 'Only visible to you') : undefined,
    h(
      'div',
      { class: 'message-row' },
      h(
        'div',
        { class: 'gutter' },
        joined ? h('time', { class: 'gutter-time', title: fullTime(one.ts) }, clock(one.ts)) : avatar(from),
      ),
      h(
        'div',
        { class: 'message-main' },
        joined ? undefined : head(one, from),
        body(one, surface),
        (one.files ?? []).map(file),
        reactions(one),
        surface.note,
        !inThread && one.reply_count > 0 ? threadLine(one, openThread) : undefined,
      ),
    ),
    private_ || one.subtype === 'tombstone'
      ? undefined
      : toolbar(one, channelId, inThread ? undefined : openThread),
  );
}

export const avatar = (from) =>
  h(
    'span',
    { class: `avatar hue-${from.hue}`, 'aria-hidden': 'true' },
    from.app ? icon('bolt', 20) : from.initials,
  );

const head = (one, from) =>
  h(
    'div',
    { class: 'message-head' },
    h('strong', { class: 'author' }, from.name),
    from.app ? h('span', { class: 'app-badge' }, 'APP') : undefined,
    h('time', { title: fullTime(one.ts), datetime: new Date(one.ts * 1000).toISOString() }, clock(one.ts)),
  );

function body(one, surface) {
  const shown = one.blocks ?? [];
  const edited = one.edited === undefined ? undefined : h('span', { class: 'edited' }, '(edited)');
  if (one.subtype === 'tombstone') return h('div', { class: 'message-text tombstone' }, one.text);
  const text =
    shown.length === 0 && one.text !== ''
      ? h('div', { class: 'message-text' }, mrkdwn(one.text), edited ? [' ', edited] : undefined)
      : undefined;
  return [
    one.subtype === 'thread_broadcast'
      ? h('div', { class: 'broadcast-note' }, 'replied to a thread')
      : undefined,
    text,
    shown.length > 0 ? h('div', { class: 'blocks' }, blocks(shown, surface), edited) : undefined,
    (one.attachments ?? []).map((attachment) => attached(attachment, surface)),
  ];
}

const COLOURS = { good: '#2eb67d', warning: '#ecb22e', danger: '#e01e5a' };

function attached(attachment, surface) {
  const given = attachment.color ?? '';
  const colour =
    COLOURS[given] ?? (/^#?[0-9a-f]{6}$/i.test(given) ? `#${given.replace('#', '')}` : 'var(--line)');
  return h(
    'div',
    { class: 'attachment', style: `--bar:${colour}` },
    attachment.blocks === undefined
      ? h('div', { class: 'message-text' }, mrkdwn(attachment.text ?? attachment.fallback ?? ''))
      : blocks(attachment.blocks, surface),
  );
}

/** How controls in this message speak. */
function surfaceOf(one, channelId) {
  const key = `${store.me}|${channelId}|${one.ts}`;
  const values = fieldsOf.get(key) ?? new Map();
  fieldsOf.set(key, values);
  const note = h('div', { class: 'press-note', 'aria-live': 'assertive' });
  return {
    values,
    note,
    spot: { channel: channelId, ts: one.ts },
    press: async (block, item, given) => {
      note.replaceChildren();
      const acted = await post('press', {
        as: store.me,
        channel: channelId,
        ts: one.ts,
        control: item.action_id,
        block_id: block.block_id,
        given,
        values: Object.fromEntries(values),
      });
      if (!acted.ok) note.replaceChildren(icon('warning', 14), acted.problem);
    },
  };
}

const reactions = (one) =>
  one.reactions === undefined
    ? undefined
    : h(
        'div',
        { class: 'reactions' },
        one.reactions.map(({ name, count, users }) =>
          h(
            'span',
            { class: 'reaction', title: users.map((id) => author(id).name).join(', ') },
            emoji(name) ?? `:${name}:`,
            h('span', {}, String(count)),
          ),
        ),
      );

function threadLine(one, openThread) {
  const replies = one.reply_count === 1 ? '1 reply' : `${one.reply_count} replies`;
  return h(
    'button',
    { type: 'button', class: 'thread-line', onclick: () => openThread(one.ts) },
    h(
      'span',
      { class: 'thread-faces' },
      (one.reply_users ?? []).slice(0, 4).map((id) => avatar(author(id))),
    ),
    h('span', { class: 'thread-count' }, replies),
    h('span', { class: 'thread-last' }, `Last reply ${ago(one.latest_reply)}`),
    h('span', { class: 'thread-view' }, 'View thread'),
    icon('caret', 16),
  );
}

function toolbar(one, channelId, openThread) {
  const shortcuts = store.workspace.shortcuts.filter(({ type }) => type === 'message');
  const more = h(
    'button',
    {
      type: 'button',
      class: 'icon-only',
      'aria-label': 'More actions',
      'aria-haspopup': 'listbox',
      title: 'More actions',
    },
    icon('more', 18),
  );
  more.addEventListener('click', () =>
    showMenu(more, {
      label: 'More actions',
      options: [
        { label: 'Copy link', value: '' },
        ...shortcuts.map(({ name, callback_id }) => ({
          label: name,
          value: callback_id,
          group: store.workspace.bot.real_name,
        })),
      ],
      choose: ({ value }) => (value === '' ? copyLink(one, channelId) : shortcut(value, one, channelId)),
    }),
  );
  return h(
    'div',
    { class: 'toolbar', role: 'group', 'aria-label': 'Message actions' },
    openThread === undefined
      ? undefined
      : h(
          'button',
          {
            type: 'button',
            class: 'icon-only',
            'aria-label': 'Reply in thread',
            title: 'Reply in thread',
            onclick: () => openThread(one.thread_ts ?? one.ts),
          },
          icon('reply', 18),
        ),
    more,
  );
}

async function shortcut(callbackId, one, channelId) {
  const acted = await post('shortcut', {
    as: store.me,
    callback_id: callbackId,
    channel: channelId,
    ts: one.ts,
  });
  if (!acted.ok) toast(acted.problem);
}

async function copyLink(one, channelId) {
  const thread =
    one.thread_ts !== undefined && one.thread_ts !== one.ts
      ? `?thread_ts=${one.thread_ts}&cid=${channelId}`
      : '';
  await navigator.clipboard.writeText(
    `${location.origin}/archives/${channelId}/p${one.ts.replace('.', '')}${thread}`,
  );
  toast('Link copied');
}
